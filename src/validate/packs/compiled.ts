import { join } from 'node:path';
import type { CompiledPack } from '../schematron/types.js';
import type { PackCompiler } from './compiler.js';
import { replaceFile, sha256 } from './files.js';
import type { CompiledFile } from './types.js';

/** Name of the compiled form of a file: one per compiler, so that a new one never writes over what is in use. */
function compiledName(file: string, compiler: string): string {
  return `${file.replace(/\.sch$/i, '')}.${compiler.replace(/[^A-Za-z0-9._-]/g, '_')}`;
}

/** Writes compiled code and its cache into a pack's folder. */
export function writeCompiled(
  dir: string,
  file: string,
  pack: CompiledPack,
  compiler: PackCompiler,
): CompiledFile {
  const base = compiledName(file, compiler.version);
  const code = JSON.stringify(pack);
  replaceFile(join(dir, `${base}.json`), code);
  const cache = compiler.cacheOf(pack);
  const cacheName = `${base}.node-${process.versions.node}.cache`;
  if (cache !== null) replaceFile(join(dir, cacheName), cache);
  return {
    compiler: compiler.version,
    name: `${base}.json`,
    sha256: sha256(code),
    cache: cache === null ? null : { name: cacheName, sha256: sha256(cache), node: nodeKey },
  };
}

/** What the engine's own form of the code depends on. */
export const nodeKey = `${process.versions.node} ${process.arch}`;
