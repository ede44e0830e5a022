import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { defaultLimits } from '../../src/domain/limits.js';
import type { PlacedInvoice } from '../../src/domain/reading.js';
import { recogniseRoot } from '../../src/formats/recognise.js';
import { parseEntry, readTree } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';

export const corpusDir = resolve(process.env.ECLUSE_SHARED ?? '../shared', 'corpus/en16931');

/** What the manifest says of a document: the outcome of the official rules. */
export interface Expected {
  readonly file: string;
  readonly syntax: string;
  readonly kind: string;
  /** Of an official unit test: the rules it is about, and what it expects of them. */
  readonly unit?: {
    readonly success?: readonly string[];
    readonly error?: readonly string[];
    readonly warning?: readonly string[];
  };
  readonly embedded?: { readonly sha256?: string };
  readonly expect: {
    readonly xsd?: string;
    readonly en16931?: {
      readonly valid: boolean;
      readonly failed?: readonly string[];
      readonly warnings?: readonly string[];
      readonly error?: string;
    };
  };
}

function manifest(): readonly Expected[] {
  const text = readFileSync(join(corpusDir, 'manifest.json'), 'utf8');
  return (JSON.parse(text) as { readonly files: readonly Expected[] }).files;
}

/** Whole documents that are valid against their schema. */
export function wholeDocuments(): readonly Expected[] {
  return manifest().filter(({ expect }) => expect.xsd === 'valid' && expect.en16931 !== undefined);
}

/** The official unit tests: fragments of invoices, each about one rule. */
export function unitFragments(): readonly Expected[] {
  return manifest().filter(({ kind }) => kind === 'unit-fragment');
}

/** The XML of a document; of a PDF, the embedded file that the manifest names by its hash, else the first invoice; null when not found. */
export function xmlOf(document: Expected): Buffer | null {
  const bytes = readFileSync(join(corpusDir, document.file));
  return document.syntax === 'facturx-pdf' ? embeddedXml(bytes, document.embedded?.sha256 ?? null) : bytes;
}

function embeddedXml(pdf: Buffer, sha256: string | null): Buffer | null {
  for (let at = pdf.indexOf('stream'); at >= 0; at = pdf.indexOf('stream', at + 6)) {
    if (pdf.toString('latin1', at - 3, at) === 'end') continue;
    const start = pdf[at + 6] === 13 ? at + 8 : at + 7;
    const end = pdf.indexOf('endstream', start);
    if (end < 0) return null;
    for (const body of bodiesOf(pdf.subarray(start, end))) {
      if (sha256 === null && body.includes('CrossIndustryInvoice')) return body;
      if (sha256 !== null && createHash('sha256').update(body).digest('hex') === sha256) return body;
    }
  }
  return null;
}

/** A stream inflated, or as it is with and without the line end before `endstream`. */
function bodiesOf(stream: Buffer): readonly Buffer[] {
  try {
    return [inflateSync(stream)];
  } catch {
    return [0, 1, 2].map((less) => stream.subarray(0, stream.length - less));
  }
}

/** The invoices of a document; null when it is refused before rules. */
export function invoicesOf(bytes: Buffer, workDir: string): readonly PlacedInvoice[] | null {
  const path = join(workDir, 'document.xml');
  writeFileSync(path, bytes);
  const cut = cutPieces(path, workDir, defaultLimits);
  const parsed = parseEntry(cut.bytes);
  if (!parsed.ok) return null;
  const { local, namespace } = parsed.root;
  const reading = readTree(parsed.root, recogniseRoot({ name: local, namespace }), cut);
  return reading.kind === 'invoices' ? reading.invoices : null;
}
