import { rmSync } from 'node:fs';
import type { Limits } from '../domain/limits.js';
import { readFacturX } from '../formats/pdf/facturx.js';
import { recogniseBytes } from '../formats/recognise.js';
import { cutBytes, cutPieces } from '../formats/xml/cut.js';
import { decodeXml } from '../xml/decode.js';

/** Asks for the lines of an entry around places that findings name. */
export interface ExcerptRequest {
  readonly kind: 'excerpt';
  readonly path: string;
  /** A folder for what is cut out; removed afterwards. */
  readonly workDir: string;
  readonly places: readonly ExcerptPlace[];
  /** Lines shown before and after. */
  readonly around: number;
  /** Characters of one line that are shown. */
  readonly widthMax: number;
  readonly limits: Limits;
}

export interface ExcerptPlace {
  /** 1-based. */
  readonly line: number;
  /** Tag path and value, to find the place within a long line. */
  readonly path: string | null;
  readonly value: string | null;
}

export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  /** Characters that are not shown before and after `text`. */
  readonly cutBefore: number;
  readonly cutAfter: number;
  /** The line that was asked for. */
  readonly here: boolean;
}

export interface ExcerptResult {
  readonly kind: 'excerpted';
  /** In the order of the places; empty for a line that the document does not have. */
  readonly excerpts: readonly (readonly ExcerptLine[])[];
  /** Why there is none: too large, not XML, or not decodable. */
  readonly problem: 'too-large' | 'no-xml' | 'encoding' | null;
  /** True when the lines are those of the XML inside a PDF. */
  readonly embedded: boolean;
}

/**
 * The lines around places of an entry, without its attachments: these are cut out of the byte stream first, and what
 * they held is not shown. Long lines are cut around the place.
 * @throws Fault FILE_UNREADABLE.
 */
export async function excerptOf(request: ExcerptRequest): Promise<ExcerptResult> {
  try {
    return await read(request);
  } finally {
    rmSync(request.workDir, { recursive: true, force: true });
  }
}

async function read({ path, workDir, limits, ...request }: ExcerptRequest): Promise<ExcerptResult> {
  const none = { kind: 'excerpted', excerpts: [], embedded: false } as const;
  let cut = cutPieces(path, workDir, limits);
  if (!cut.complete) return { ...none, problem: 'too-large' };
  let type = recogniseBytes(cut.bytes.subarray(0, 1024));
  const embedded = type === 'pdf';
  if (embedded) {
    const reading = await readFacturX(cut.bytes, limits);
    if (!reading.ok) return { ...none, problem: 'no-xml' };
    cut = cutBytes(reading.facturX.xml, workDir, limits);
    if (!cut.complete) return { ...none, problem: 'too-large' };
    type = recogniseBytes(cut.bytes.subarray(0, 1024));
  }
  if (type !== 'xml') return { ...none, problem: 'no-xml' };
  const decoded = decodeXml(cut.bytes);
  // Findings on the encoding itself are about such a document: its ASCII part is readable all the same.
  const text = decoded.ok ? decoded.text : cut.bytes.toString('latin1');
  return {
    kind: 'excerpted',
    excerpts: request.places.map((place) => linesAround(text, place, request)),
    problem: null,
    embedded,
  };
}

/** Lines around a place; every line longer than `widthMax` is cut, the one asked for around what the finding names. */
export function linesAround(
  text: string,
  place: ExcerptPlace,
  { around, widthMax }: Pick<ExcerptRequest, 'around' | 'widthMax'>,
): ExcerptLine[] {
  const first = Math.max(1, place.line - around);
  const last = place.line + around;
  const found: ExcerptLine[] = [];
  let start = 0;
  for (let number = 1; number <= last; number++) {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    if (number >= first)
      found.push(shown(text.slice(start, stop).replace(/\r$/, ''), number, place, widthMax));
    if (end === -1) break;
    start = end + 1;
  }
  return found.some(({ here }) => here) ? found : [];
}

function shown(line: string, number: number, place: ExcerptPlace, widthMax: number): ExcerptLine {
  const here = number === place.line;
  if (line.length <= widthMax) return { number, text: line, cutBefore: 0, cutAfter: 0, here };
  const centre = here ? positionIn(line, place) : 0;
  const from = Math.max(0, Math.min(centre - Math.floor(widthMax / 3), line.length - widthMax));
  const to = from + widthMax;
  return { number, text: line.slice(from, to), cutBefore: from, cutAfter: line.length - to, here };
}

const valueReach = 400;

/** Where in a long line the last element of the path stands, the one with the value before others. */
function positionIn(line: string, { path, value }: ExcerptPlace): number {
  const local = path === null ? null : (/([\w.-]+)(?:\[\d+\])?$/.exec(path)?.[1] ?? null);
  const wanted = value === null ? null : value.replace(/…$/, '').trim();
  if (local !== null) {
    const tags = new RegExp(`<(?:[\\w.-]+:)?${local.replace(/[.-]/g, '\\$&')}[\\s/>]`, 'g');
    let first: number | null = null;
    let nearest: { readonly at: number; readonly reach: number } | null = null;
    for (const { index } of line.matchAll(tags)) {
      first ??= index;
      if (wanted === null || wanted === '') break;
      const reach = line.slice(index, index + valueReach).indexOf(wanted);
      if (reach !== -1 && (nearest === null || reach < nearest.reach)) nearest = { at: index, reach };
    }
    if (nearest !== null) return nearest.at;
    if (first !== null) return first;
  }
  const at = wanted === null || wanted === '' ? -1 : line.indexOf(wanted);
  return Math.max(0, at);
}
