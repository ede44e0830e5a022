import { join } from 'node:path';
import type { Syntax } from '../../domain/syntax.js';
import { unspokenIn } from '../schematron/compile.js';
import type { Unspoken } from '../schematron/types.js';
import { sha256 } from './files.js';
import { checkDates, type InstallRequest, isThere, rivalOf } from './install.js';
import { checkNames, readManifest } from './manifest.js';
import { type Recognised, recognise } from './recognise.js';
import { selectFiles } from './select.js';
import { readSources } from './sources.js';

/** What would be installed. */
export interface PacksLook {
  readonly sets: readonly SetLook[];
  /** Schematron files that would not be installed: what others were made of, milder flavours, other syntaxes. */
  readonly passedOver: readonly string[];
}

/** One set of an archive, or what an archive has of it. */
export interface SetLook {
  readonly set: string;
  /** Null: neither names nor comments tell it, so it must be given. */
  readonly version: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  /** `added`: files or dates come to a version that is there; `unchanged`: all of it is there. */
  readonly state: 'new' | 'added' | 'unchanged';
  readonly files: readonly FileLook[];
}

/** A Schematron file that would be installed. */
export interface FileLook {
  /** Path in the archive. */
  readonly path: string;
  readonly title: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** ISO; null when not known. */
  readonly date: string | null;
  readonly syntaxes: readonly Syntax[];
  /** Number of asserts; 0 where some are not spoken. */
  readonly rules: number;
  /** The installed version has it already. */
  readonly there: boolean;
  /** Name of another file of the installed version with rules for the same syntax: this one cannot join it. */
  readonly rival: string | null;
  /** What the compiler does not speak: with any of it nothing is installed. */
  readonly unspoken: readonly Unspoken[];
}

/**
 * What `installPacks` would do, file by file; nothing is written.
 * @throws Fault USAGE, RULES_INVALID, FILE_UNREADABLE as `installPacks` does.
 */
export async function lookAtPacks(
  request: Omit<InstallRequest, 'now' | 'staging'> & { readonly name: string },
): Promise<PacksLook> {
  const { path, name } = request;
  checkDates(request);
  const found = (await readSources(path, name)).flatMap((file) => recognise(file, name) ?? []);
  const sets = selectFiles(found, name, request).map(({ set, version, files }) => {
    if (version !== null) checkNames(set, version);
    return lookAtSet(request, set, version, files);
  });
  const taken = new Set(sets.flatMap(({ files }) => files.map(({ path: own }) => own)));
  return { sets, passedOver: found.flatMap(({ file }) => (taken.has(file.path) ? [] : [file.path])) };
}

function lookAtSet(
  request: Pick<InstallRequest, 'rulesDir' | 'validFrom' | 'validTo' | 'compiler'>,
  set: string,
  version: string | null,
  files: readonly Recognised[],
): SetLook {
  const before = version === null ? null : readManifest(join(request.rulesDir, set, version));
  const validFrom = request.validFrom ?? before?.validFrom ?? null;
  const validTo = request.validTo ?? before?.validTo ?? null;
  const looked = files.map(({ file, text, title, syntaxes }): FileLook => {
    const there = before !== null && isThere(file.bytes, before);
    const source = { file: file.path, text };
    const unspoken = there ? [] : unspokenIn(source);
    const compiled = unspoken.length > 0 ? null : request.compiler.compile(source);
    return {
      path: file.path,
      title,
      sha256: sha256(file.bytes),
      sizeBytes: file.bytes.length,
      date: file.date,
      syntaxes,
      rules: compiled?.meta.asserts.length ?? 0,
      there,
      rival: before === null || there ? null : (rivalOf(syntaxes, before)?.name ?? null),
      unspoken,
    };
  });
  const same =
    before !== null &&
    looked.every(({ there }) => there) &&
    validFrom === before.validFrom &&
    validTo === before.validTo;
  const state = before === null ? 'new' : same ? 'unchanged' : 'added';
  return { set, version, validFrom, validTo, state, files: looked };
}
