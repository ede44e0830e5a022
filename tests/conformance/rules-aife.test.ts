import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits.js';
import type { PlacedInvoice } from '../../src/domain/reading.js';
import type { PieceFacts } from '../../src/domain/rule.js';
import { examinePiece } from '../../src/formats/pieces.js';
import { readEntry } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';
import { runRules } from '../../src/validate/rule-engine.js';
import { rulesFor } from '../../src/validate/rule-sets.js';
import { optionsOf } from '../unit/rules/base.js';

const shared = process.env.ECLUSE_SHARED ?? resolve(import.meta.dirname, '../../../shared');
const corpus = join(shared, 'corpus/aife');
const names = existsSync(corpus)
  ? readdirSync(corpus).filter((name) => /^FSO111[67]A.*\.(xml|tar\.gz|pdf)$/.test(name))
  : [];
if (names.length === 0) console.warn(`skipped: no official flows in ${corpus}`);

let workDir: string;
beforeAll(() => {
  workDir = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

/** The invoice embedded in a Factur-X: the first stream, compressed or not, that is one. */
function writeInvoiceOf(path: string): string {
  const pdf = readFileSync(path);
  for (let at = pdf.indexOf('stream'); at >= 0; at = pdf.indexOf('stream', at + 6)) {
    const start = at + (pdf[at + 6] === 0x0d ? 8 : 7);
    const end = pdf.indexOf('endstream', start);
    const text = end < 0 ? null : unpacked(pdf.subarray(start, end));
    if (!text?.includes('CrossIndustryInvoice>')) continue;
    const target = join(workDir, `${basename(path)}.xml`);
    writeFileSync(target, text.subarray(0, text.lastIndexOf('>') + 1));
    return target;
  }
  throw new Error(`${path} has no embedded invoice`);
}

function unpacked(stream: Buffer): Buffer {
  try {
    return inflateSync(stream);
  } catch {
    return stream;
  }
}

async function entriesOf(name: string): Promise<string[]> {
  const path = join(corpus, name);
  if (name.endsWith('.pdf')) return [writeInvoiceOf(path)];
  if (!name.endsWith('.tar.gz')) return [path];
  const paths: string[] = [];
  const archive = extract();
  archive.end(gunzipSync(readFileSync(path)));
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.type !== 'file') continue;
    const target = join(workDir, basename(entry.header.name));
    writeFileSync(target, Buffer.concat(chunks));
    paths.push(target);
  }
  return paths;
}

async function read(
  path: string,
): Promise<{ invoices: readonly PlacedInvoice[]; pieces: Map<number, PieceFacts> }> {
  const dir = mkdtempSync(join(workDir, 'entry-'));
  const cut = cutPieces(path, dir, defaultLimits);
  const reading = readEntry(cut.bytes, 'cii', cut);
  if (reading.kind !== 'invoices')
    throw new Error(`${path} was refused: ${JSON.stringify(reading.findings)}`);
  const pieces = new Map<number, PieceFacts>();
  for (const { index, content } of reading.pieces) {
    pieces.set(index, await examinePiece(content, defaultLimits));
  }
  return { invoices: reading.invoices, pieces };
}

const asFacturX = (one: PlacedInvoice): PlacedInvoice => ({
  ...one,
  invoice: { ...one.invoice, syntax: 'facturx' },
});

describe.skipIf(names.length === 0)('official flows under the Chorus rules', () => {
  it.each(names)('%s has no fatal finding, the key of SIRETs included', async (name) => {
    const paths = await entriesOf(name);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      const { invoices, pieces } = await read(path);
      expect(invoices.length).toBeGreaterThan(0);
      const subjects = name.endsWith('.pdf') ? invoices.map(asFacturX) : invoices;
      const { findings } = runRules(subjects, rulesFor('chorus'), {
        kind: 'E2',
        interfaceCode: name.slice(0, 8),
        today: '2026-01-31',
        options: optionsOf({ siretKey: true }),
        pieces,
      });
      const shown = findings.map(({ rule, severity, message }) => `${severity} ${rule} ${message}`);
      expect(shown.filter((one) => one.startsWith('fatal'))).toEqual([]);
    }
  });
});
