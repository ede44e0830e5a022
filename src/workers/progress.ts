import type { Finding } from '../domain/finding.js';
import type { PesEnvelope } from '../domain/pes.js';
import type { Syntax } from '../domain/syntax.js';
import type { LayerVerdict } from '../domain/verdict.js';
import type { StatusesRead } from '../formats/statuses/read.js';

/** What is known of an entry so far. */
export interface Progress {
  syntax: Syntax;
  unfinished: boolean;
  /** Name of the XML inside a PDF, once it is found. */
  embedded: string | null;
  /** What a PES_Aller says of itself, also one that its schema refuses. */
  pes: PesEnvelope | null;
  /** What a CPPStatut tells. */
  told: StatusesRead | null;
  readonly layers: LayerVerdict[];
  readonly findings: Finding[];
}
