import type { XmlNode } from '../../xml/node.js';

/** One `assert` (or `report`, its test negated) of a Schematron file, in the order of the file. */
export interface PackAssert {
  /** As written; `-` and a number of our own where the file gives none. */
  readonly id: string;
  /** What the file says: `fatal`, `warning`, `error`, `info`, ...; `fatal` where it says nothing. */
  readonly flag: string;
  /** XPath of the rule's context and of the test, as written. */
  readonly context: string;
  readonly test: string;
  /** The pack's own text, white space collapsed. */
  readonly text: string;
  readonly pattern: string;
  /** 1-based line in the Schematron file. */
  readonly line: number;
}

export interface PackMeta {
  /** Title of the file, as written. */
  readonly title: string;
  /** Prefix to URI, as the file's `ns` elements declare them. */
  readonly namespaces: Readonly<Record<string, string>>;
  readonly asserts: readonly PackAssert[];
  /** SHA-256 (hex) of the Schematron file. */
  readonly sha256: string;
  /** Version of the compiler that made the code: a cache made by another one is not used. */
  readonly compiler: string;
}

/** Something in a Schematron file that the compiler does not speak. */
export interface Unspoken {
  /** 1-based line in the file. */
  readonly line: number;
  /** As written, cut where it is long. */
  readonly construct: string;
  /** English: file, line, why, construct. */
  readonly message: string;
}

/** JavaScript made of a Schematron file: reviewable text, and what it was made of. */
export interface CompiledPack {
  readonly code: string;
  readonly meta: PackMeta;
}

/** An assert that failed on one node of a document. */
export interface PackFailure {
  /** Position in `PackMeta.asserts`. */
  readonly assert: number;
  /** Path of the context node in the sender's own prefixes, and its 1-based line. */
  readonly path: string;
  readonly line: number;
}

export interface PackRun {
  /** In document order within a pattern, patterns in the order of the file; at most `failuresPerAssertMax` of one assert. */
  readonly failures: readonly PackFailure[];
  /** All failures of an assert, by its position; asserts that did not fail are absent. */
  readonly counts: ReadonlyMap<number, number>;
  /** A dynamic error, where the official engine would have stopped: the document is refused. */
  readonly error: {
    /** English, what went wrong: for the log and the tests. */
    readonly message: string;
    readonly assert: number | null;
    readonly path: string;
    readonly line: number;
  } | null;
}

/** A pack ready to run. It keeps nothing of a document between two runs. */
export interface PackProgram {
  readonly meta: PackMeta;
  run(root: XmlNode, options?: { readonly failuresPerAssertMax?: number }): PackRun;
}
