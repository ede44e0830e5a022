import type { Syntax } from '../../domain/syntax.js';

/** One Schematron file of an installed pack, with the code made of it. */
export interface PackFile {
  /** Name inside the pack's folder, as published. */
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Date of the file where it came from, ISO; null when not known. */
  readonly date: string | null;
  readonly title: string;
  /** Syntaxes of the documents that its rules speak about. */
  readonly syntaxes: readonly Syntax[];
  /** Number of asserts. */
  readonly rules: number;
  readonly compiled: CompiledFile;
}

/** JavaScript made of a Schematron file, kept beside it, and the engine's own form of it. */
export interface CompiledFile {
  /** Version of the compiler: another one compiles again. */
  readonly compiler: string;
  /** JSON of a `CompiledPack`. */
  readonly name: string;
  readonly sha256: string;
  readonly cache: CodeCache | null;
}

export interface CodeCache {
  readonly name: string;
  readonly sha256: string;
  /** Version of Node that wrote it: no other one reads it. */
  readonly node: string;
}

/** `pack.json`: one version of one rule set, as installed. */
export interface PackManifest {
  readonly format: 1;
  readonly set: string;
  readonly version: string;
  /** What it was installed from: a path or the name of an archive. */
  readonly origin: string;
  /** ISO. */
  readonly installedAt: string;
  /** Days of deposit, `YYYY-MM-DD`, both included; null: open. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly files: readonly PackFile[];
}

export interface InstalledPack extends PackManifest {
  /** Absolute path of `<home>/rules/<set>/<version>`. */
  readonly dir: string;
}

/** Name of an installed pack as verdicts and reports tell it: `en16931-1.3.16`. */
export function packName(pack: { readonly set: string; readonly version: string }): string {
  return `${pack.set}-${pack.version}`;
}
