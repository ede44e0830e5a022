import { join } from 'node:path';
import type { Syntax } from '../../domain/syntax.js';
import { Fault, systemCode } from '../../errors.js';
import type { CompiledPack, PackProgram } from '../schematron/types.js';
import { versionFor } from './choice.js';
import { nodeKey, writeCompiled } from './compiled.js';
import type { PackCompiler } from './compiler.js';
import { readVerified } from './files.js';
import { packsOf, readManifest, writeManifest } from './manifest.js';
import { schematronText } from './recognise.js';
import type { CompiledFile, InstalledPack, PackFile } from './types.js';

/** A pack ready for documents of one syntax. */
export interface ShelvedProgram {
  readonly pack: InstalledPack;
  readonly file: PackFile;
  readonly program: PackProgram;
}

/** The installed packs as one thread sees them; a program is loaded at its first use and kept. */
export interface PackShelf {
  /** Whether any version of the set is installed. */
  has(set: string): boolean;
  /**
   * The version of the set for a day of deposit (or the pinned one); null when there is none.
   * @throws Fault RULES_CORRUPT
   */
  packFor(set: string, day: string, pinned: string | null): InstalledPack | null;
  /**
   * Its rules for a syntax, verified, loaded and ready; null when it has none for it.
   * @throws Fault RULES_CORRUPT, RULES_INVALID
   */
  programFor(pack: InstalledPack, syntax: Syntax): ShelvedProgram | null;
}

/** How long a look at the folders counts: packs may be installed and removed while an engine runs. */
const lookMs = 1_000;

export function createPackShelf(rulesDir: string, compiler: PackCompiler): PackShelf {
  const looks = new Map<string, { readonly packs: readonly InstalledPack[]; readonly atMs: number }>();
  const programs = new Map<string, ShelvedProgram>();

  function packs(set: string): readonly InstalledPack[] {
    const nowMs = performance.now();
    const known = looks.get(set);
    if (known !== undefined && nowMs - known.atMs < lookMs) return known.packs;
    const fresh = packsOf(rulesDir, set);
    looks.set(set, { packs: fresh, atMs: nowMs });
    return fresh;
  }

  return {
    has: (set) => packs(set).length > 0,
    packFor: (set, day, pinned) => versionFor(packs(set), day, pinned),
    programFor(pack, syntax) {
      const file = pack.files.find(({ syntaxes }) => syntaxes.includes(syntax));
      if (file === undefined) return null;
      const key = `${pack.set}/${pack.version}/${file.name}/${file.sha256}`;
      const known = programs.get(key);
      if (known !== undefined) return known;
      const fresh = { pack, file, program: loadFile(pack, file, compiler) };
      programs.set(key, fresh);
      return fresh;
    },
  };
}

/**
 * Loads the code of one file of a pack, all of its parts verified. Code of another compiler is made again from the
 * Schematron file, and kept for the next time where the folder can be written.
 * @throws Fault RULES_CORRUPT, RULES_INVALID
 */
export function loadFile(pack: InstalledPack, file: PackFile, compiler: PackCompiler): PackProgram {
  const source = readVerified(pack.dir, file);
  const { compiled } = file;
  if (compiled.compiler !== compiler.version) {
    const fresh = compiler.compile({
      file: join(pack.dir, file.name),
      text: schematronText(source, file.name),
    });
    keep(pack, file, fresh, compiler);
    return compiler.load(fresh);
  }
  const code = readCompiled(pack, file);
  const cache = cacheOf(pack.dir, compiled);
  if (cache === undefined && compiled.cache !== null) keep(pack, file, code, compiler);
  return compiler.load(code, cache);
}

/** The pack's code as it was compiled, verified: what the catalogue lists. @throws Fault RULES_CORRUPT. */
export function readCompiled(pack: InstalledPack, file: PackFile): CompiledPack {
  return JSON.parse(readVerified(pack.dir, file.compiled).toString('utf8')) as CompiledPack;
}

/** Every file of a pack has the bytes it was installed with. @throws Fault RULES_CORRUPT. */
export function verifyPack(pack: InstalledPack): void {
  for (const file of pack.files) {
    readVerified(pack.dir, file);
    readVerified(pack.dir, file.compiled);
  }
}

/** The engine's form of the code; where it is not the one noted, the code itself is taken and it is made again. */
function cacheOf(dir: string, { cache }: CompiledFile): Buffer | undefined {
  if (cache === null || cache.node !== nodeKey) return undefined;
  try {
    return readVerified(dir, cache);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'RULES_CORRUPT') return undefined;
    throw thrown;
  }
}

/** Keeps code and cache for the next start. */
function keep(pack: InstalledPack, file: PackFile, code: CompiledPack, compiler: PackCompiler): void {
  try {
    const compiled = writeCompiled(pack.dir, file.name, code, compiler);
    const { dir, ...manifest } = readManifest(pack.dir) ?? pack;
    const files = manifest.files.map((one) => (one.name === file.name ? { ...one, compiled } : one));
    writeManifest(dir, { ...manifest, files });
  } catch (error) {
    // A folder that can only be read, or a pack removed meanwhile: the code is made again at the next start.
    if (systemCode(error) === undefined) throw error;
  }
}
