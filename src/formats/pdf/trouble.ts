import type { Limits } from '../../domain/limits.js';

/** Why the invoice inside a PDF cannot be had. */
export type PdfProblem =
  | { readonly kind: 'not-pdf' | 'truncated' | 'encrypted' | 'absent' }
  | { readonly kind: 'broken' | 'too-large'; readonly detail: string }
  | { readonly kind: 'several'; readonly names: readonly string[] };

/** Ends the reading of a PDF; caught by `readFacturX`, never seen outside this folder. */
export class PdfTrouble extends Error {
  constructor(readonly problem: PdfProblem) {
    super(problem.kind);
  }
}

export const broken = (detail: string): PdfTrouble => new PdfTrouble({ kind: 'broken', detail });
export const tooLarge = (detail: string): PdfTrouble => new PdfTrouble({ kind: 'too-large', detail });

/** What the reading of one PDF may cost; the rest of the file is never looked at. */
export interface PdfLimits {
  /** Bytes of dictionaries and arrays that are parsed, over all objects visited. */
  readonly parsedBytesMax: number;
  /** Bytes that all streams read together may inflate to. */
  readonly inflatedBytesMax: number;
  /** Objects visited. */
  readonly objectsMax: number;
  /** Sections of cross-references, one for each time the file was added to. */
  readonly sectionsMax: number;
  /** Files attached to the document. */
  readonly filesMax: number;
}

const MiB = 1024 * 1024;
/** Below this a high ratio says nothing. */
const ratioFromBytes = 10 * MiB;

/** The limits that go with those of an entry: what is inflated is held to the size and the ratio of an archive. */
export function pdfLimitsOf(limits: Limits, sizeBytes: number): PdfLimits {
  const byRatio = Math.max(ratioFromBytes, sizeBytes * limits.unpackRatioMax);
  return {
    parsedBytesMax: limits.pdfParsedBytesMax,
    inflatedBytesMax: Math.min(limits.entryBytesMax, byRatio),
    objectsMax: limits.pdfObjectsMax,
    sectionsMax: limits.pdfSectionsMax,
    filesMax: limits.attachmentsMax,
  };
}
