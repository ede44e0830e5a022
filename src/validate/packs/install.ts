import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../errors.js';
import { writeCompiled } from './compiled.js';
import type { PackCompiler } from './compiler.js';
import { sha256, writeDurably } from './files.js';
import { checkNames, packsOf, readManifest, writeManifest } from './manifest.js';
import { recognise } from './recognise.js';
import { type Selection, selectFiles } from './select.js';
import { readSources } from './sources.js';
import type { InstalledPack, PackFile, PackManifest } from './types.js';

export interface InstallRequest {
  /** A Schematron file, a folder or a ZIP archive. */
  readonly path: string;
  /** Its name as published, where the path has another one. */
  readonly name?: string | undefined;
  readonly rulesDir: string;
  readonly set?: string | undefined;
  readonly version?: string | undefined;
  /** Days of deposit, `YYYY-MM-DD`, both included. */
  readonly validFrom?: string | undefined;
  readonly validTo?: string | undefined;
  readonly now: Date;
  readonly compiler: PackCompiler;
  /** Folder for what is not in place yet, in the folder of rules; one of its own without. */
  readonly staging?: string | undefined;
}

export interface Installed extends InstalledPack {
  /** `changed`: files or dates were added to a version that was there. */
  readonly state: 'new' | 'changed' | 'unchanged';
}

/**
 * Installs the rule sets found at a path: everything is compiled and written beside first, then put in place.
 * A version that is there already gets the files of syntaxes it lacks (the official archives come one a syntax).
 * @throws Fault USAGE when set or version cannot be told, RULES_INVALID (file, line, construct), FILE_UNREADABLE.
 */
export async function installPacks(request: InstallRequest): Promise<readonly Installed[]> {
  const origin = request.name ?? basename(request.path);
  checkDates(request);
  const sources = await readSources(request.path, request.name);
  const found = sources.flatMap((file) => recognise(file, request.name ?? request.path) ?? []);
  const selections = selectFiles(found, origin, request);
  const staging = request.staging ?? join(request.rulesDir, `.staging-${randomUUID()}`);
  try {
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    const staged = selections.map((selection) => stage(selection, staging, request, origin));
    return staged.map((one) => put(one, request.rulesDir));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const dayPattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** @throws Fault USAGE. */
export function checkDates({ validFrom, validTo }: Pick<InstallRequest, 'validFrom' | 'validTo'>): void {
  for (const day of [validFrom, validTo]) {
    if (day !== undefined && !dayPattern.test(day)) {
      throw new Fault('USAGE', `${day}: a day such as 2026-11-21 is expected`);
    }
  }
  if (validFrom !== undefined && validTo !== undefined && validTo < validFrom) {
    throw new Fault('USAGE', `a pack cannot be valid from ${validFrom} to ${validTo}`);
  }
}

interface Staged {
  readonly dir: string;
  readonly manifest: PackManifest;
  /** The version that is there already. */
  readonly before: InstalledPack | null;
}

function stage(selection: Selection, staging: string, request: InstallRequest, origin: string): Staged {
  const { set, version, files } = selection;
  if (version === null) {
    const names = files.map(({ file }) => file.path).join(', ');
    throw new Fault('USAGE', `${names}: no version can be read from names or comments: give --version`);
  }
  checkNames(set, version);
  const before = readManifest(join(request.rulesDir, set, version));
  const fresh = before === null ? files : files.filter((one) => !isThere(one.file.bytes, before));
  if (before !== null) for (const one of fresh) refuseRival(one.syntaxes, one.file.path, before);
  const dir = join(staging, set, version);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const names = uniqueNames(fresh.map(({ file }) => file.path));
  const added = fresh.map((one, i): PackFile => {
    const name = names[i] ?? basename(one.file.path);
    const pack = request.compiler.compile({ file: one.file.path, text: one.text });
    writeDurably(join(dir, name), one.file.bytes);
    return {
      name,
      sha256: sha256(one.file.bytes),
      sizeBytes: one.file.bytes.length,
      date: one.file.date,
      title: one.title,
      syntaxes: one.syntaxes,
      rules: pack.meta.asserts.length,
      compiled: writeCompiled(dir, name, pack, request.compiler),
    };
  });
  const manifest: PackManifest = {
    format: 1,
    set,
    version,
    origin: before !== null && added.length === 0 ? before.origin : originOf(before, origin),
    installedAt: before !== null && added.length === 0 ? before.installedAt : request.now.toISOString(),
    validFrom: request.validFrom ?? before?.validFrom ?? null,
    validTo: request.validTo ?? before?.validTo ?? null,
    files: [...(before?.files ?? []), ...added],
  };
  return { dir, manifest, before };
}

function originOf(before: InstalledPack | null, origin: string): string {
  return before === null || before.origin === origin ? origin : `${before.origin}, ${origin}`;
}

export function isThere(bytes: Buffer, before: PackManifest): boolean {
  const hash = sha256(bytes);
  return before.files.some((file) => file.sha256 === hash);
}

/** The file of an installed version that has other rules for one of the syntaxes. */
export function rivalOf(syntaxes: readonly string[], before: PackManifest): PackFile | null {
  return before.files.find((file) => file.syntaxes.some((syntax) => syntaxes.includes(syntax))) ?? null;
}

function refuseRival(syntaxes: readonly string[], path: string, before: PackManifest): void {
  const rival = rivalOf(syntaxes, before);
  if (rival === null) return;
  throw new Fault(
    'RULES_INVALID',
    `${before.set} ${before.version} is installed with other rules for ${rival.syntaxes.join(', ')} (${rival.name}): install ${path} under another --version, or remove that one first`,
  );
}

/** Names of the files in the pack's folder: their own, with their folders before them where two are alike. */
function uniqueNames(paths: readonly string[]): string[] {
  const bases = paths.map((path) => path.split('/').at(-1) ?? path);
  return paths.map((path, i) => {
    const base = bases[i] ?? path;
    const name = bases.filter((other) => other === base).length > 1 ? path.replaceAll('/', '-') : base;
    return name.replace(/[^A-Za-z0-9._-]/g, '_');
  });
}

/** Puts what was staged in its place: by one rename, or file by file with the manifest last. */
function put({ dir, manifest, before }: Staged, rulesDir: string): Installed {
  const target = join(rulesDir, manifest.set, manifest.version);
  if (before === null) {
    writeManifest(dir, manifest);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(dir, target);
    return { ...manifest, dir: target, state: 'new' };
  }
  const { dir: _dir, ...old } = before;
  if (JSON.stringify(old) === JSON.stringify(manifest)) return { ...before, state: 'unchanged' };
  for (const file of manifest.files.slice(before.files.length)) {
    for (const name of [file.name, file.compiled.name, file.compiled.cache?.name]) {
      if (name !== undefined) copyFileSync(join(dir, name), join(target, name));
    }
  }
  writeManifest(target, manifest);
  return { ...manifest, dir: target, state: 'changed' };
}

/**
 * Removes one version of a set.
 * @throws Fault NOT_FOUND when it is not installed, naming what is.
 */
export function removePack(rulesDir: string, set: string, version: string): void {
  checkNames(set, version);
  const dir = join(rulesDir, set, version);
  if (!existsSync(dir)) {
    const known = packsOf(rulesDir, set).map((pack) => pack.version);
    const there = known.length === 0 ? `no version of ${set} is` : `${known.join(', ')} of it is`;
    throw new Fault('NOT_FOUND', `${set} ${version} is not installed; ${there}`);
  }
  const gone = join(rulesDir, `.removed-${randomUUID()}`);
  renameSync(dir, gone);
  rmSync(gone, { recursive: true, force: true });
}
