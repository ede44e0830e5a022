import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, type Limits } from '../../src/domain/limits.js';
import type { PlacedInvoice, Reading } from '../../src/domain/reading.js';
import { recogniseRoot } from '../../src/formats/recognise.js';
import { readEntry } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';
import { decodeXml } from '../../src/xml/decode.js';
import { parseXml } from '../../src/xml/tree.js';

/** A folder for the documents of one test file. */
export function openReader() {
  const base = mkdtempSync(join(tmpdir(), 'ecluse-'));

  function readFile(path: string, limits: Partial<Limits> = {}): Reading {
    const cut = cutPieces(path, mkdtempSync(join(base, 'w-')), { ...defaultLimits, ...limits });
    const decoded = decodeXml(cut.bytes);
    const root = parseXml(decoded.ok ? decoded.text : '<unknown/>');
    const syntax = recogniseRoot({ name: root.local, namespace: root.namespace });
    return readEntry(cut.bytes, syntax, cut);
  }

  function read(document: string | Buffer, limits: Partial<Limits> = {}): Reading {
    const path = join(mkdtempSync(join(base, 'd-')), 'source.xml');
    writeFileSync(path, document);
    return readFile(path, limits);
  }

  /** The first invoice of a document that is expected to be read. */
  function one(document: string | Buffer): PlacedInvoice {
    const reading = read(document);
    const [first] = reading.kind === 'invoices' ? reading.invoices : [];
    if (first === undefined) throw new Error(`not read: ${JSON.stringify(reading)}`);
    return first;
  }

  return { base, read, readFile, one, close: () => rmSync(base, { recursive: true, force: true }) };
}

/** The lines of a document, so that a test can say where it expects a term. */
export function document(...lines: readonly string[]): string {
  return lines.join('\n');
}

/** 1-based line of the first line that contains a text. */
export function lineOf(text: string, wanted: string): number {
  return text.slice(0, text.indexOf(wanted)).split('\n').length;
}
