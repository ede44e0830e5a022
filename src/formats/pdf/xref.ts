import { decodeStream, type InflateBudget } from './inflate.js';
import { type ObjectParser, type PDFDict, type PDFObject, type Pdf, wholeOf } from './objects.js';
import { broken, type PdfLimits, tooLarge } from './trouble.js';

/** Where an object stands: at an offset of the file, or within an object stream. */
export type ObjectPlace =
  | { readonly kind: 'at'; readonly offset: number }
  | { readonly kind: 'in'; readonly stream: number; readonly index: number }
  | { readonly kind: 'free' };

/** One section of cross-references: looked up in the bytes, so that a huge one costs nothing. */
type Section = (number: number) => ObjectPlace | null;

/** The cross-references of a file (ISO 32000-1, 7.5.4 to 7.5.8), the newest section first. */
export interface Xref {
  readonly trailer: PDFDict;
  placeOf(number: number): ObjectPlace | null;
}

interface Sources {
  readonly lib: Pdf;
  /** From its `%PDF-` header on, which offsets are counted from. */
  readonly file: Buffer;
  readonly parser: ObjectParser;
  readonly limits: PdfLimits;
  readonly budget: InflateBudget;
}

/** Follows the chain of sections from the last `startxref`. @throws PdfTrouble */
export function readXref(sources: Sources, startAt: number): Xref {
  const { lib } = sources;
  const sections: Section[] = [];
  const seen = new Set<number>();
  let trailer: PDFDict | null = null;
  const waiting = [startAt];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (seen.size > sources.limits.sectionsMax)
      throw tooLarge(`il a été complété plus de ${sources.limits.sectionsMax} fois`);
    const read = readSection(sources, at);
    sections.push(read.section);
    trailer ??= read.trailer;
    const previous = wholeOf(lib, read.trailer.get(lib.PDFName.of('Prev')));
    const hybrid = wholeOf(lib, read.trailer.get(lib.PDFName.of('XRefStm')));
    // The stack gives the hybrid part first: it goes before older sections.
    if (previous !== null) waiting.push(previous);
    if (hybrid !== null) waiting.push(hybrid);
  }
  if (trailer === null) throw broken('sa table des objets manque');
  return {
    trailer,
    placeOf: (number) => {
      for (const section of sections) {
        const place = section(number);
        if (place !== null) return place;
      }
      return null;
    },
  };
}

function readSection(sources: Sources, at: number): { section: Section; trailer: PDFDict } {
  const { file } = sources;
  const head = /^\s{0,16}xref\b/.exec(file.toString('latin1', at, at + 24));
  return head === null ? readStream(sources, at) : readTable(sources, at + head[0].length);
}

const entryBytes = 20;
const subsectionsMax = 100_000;

/** A table of text: subsections of entries of 20 bytes each, then the trailer. */
function readTable({ file, parser }: Sources, from: number): { section: Section; trailer: PDFDict } {
  const parts: { first: number; count: number; at: number }[] = [];
  let at = from;
  for (;;) {
    const text = file.toString('latin1', at, at + 64);
    const trailer = /^\s*trailer/.exec(text);
    if (trailer !== null) {
      return { section: tableSection(file, parts), trailer: parser.dictAt(file, at + trailer[0].length) };
    }
    const head = /^\s*(\d{1,10})\s+(\d{1,10})\s*?(\r\n|\n|\r|(?=\d{10} ))/.exec(text);
    if (head === null || parts.length > subsectionsMax) throw broken('sa table des objets est illisible');
    at += head[0].length;
    const count = Number(head[2]);
    parts.push({ first: Number(head[1]), count, at });
    at += count * entryBytes;
    if (at > file.length) throw broken('sa table des objets est illisible');
  }
}

function tableSection(
  file: Buffer,
  parts: readonly { readonly first: number; readonly count: number; readonly at: number }[],
): Section {
  return (number) => {
    const part = parts.find(({ first, count }) => number >= first && number < first + count);
    if (part === undefined) return null;
    const at = part.at + (number - part.first) * entryBytes;
    const entry = /^(\d{10}) \d{5} ([nf])/.exec(file.toString('latin1', at, at + entryBytes));
    if (entry === null) throw broken('sa table des objets est illisible');
    return entry[2] === 'n' ? { kind: 'at', offset: Number(entry[1]) } : { kind: 'free' };
  };
}

/** A table as a stream: fields of fixed width, `Index` says for which objects. */
function readStream(sources: Sources, at: number): { section: Section; trailer: PDFDict } {
  const { lib, file, parser, budget } = sources;
  const { value, streamAt } = parser.objectAt(file, at, null);
  const dict = parser.dict(value);
  const length = wholeOf(lib, dict.get(lib.PDFName.of('Length')));
  if (streamAt === null || length === null) throw broken('sa table des objets est illisible');
  const numbers = (key: string): number[] | null => {
    const list = dict.get(lib.PDFName.of(key));
    if (!(list instanceof lib.PDFArray)) return null;
    return list.asArray().map((one) => wholeOf(lib, one) ?? 0);
  };
  const direct = (one: PDFObject | undefined) => one ?? null;
  const data = decodeStream(lib, dict, file.subarray(streamAt, streamAt + length), direct, budget);
  const widths = numbers('W') ?? [];
  const index = numbers('Index') ?? [0, wholeOf(lib, dict.get(lib.PDFName.of('Size'))) ?? 0];
  return { section: streamSection(data, widths, index), trailer: dict };
}

function streamSection(data: Buffer, widths: readonly number[], index: readonly number[]): Section {
  const [w0 = 0, w1 = 0, w2 = 0] = widths;
  const row = w0 + w1 + w2;
  if (row === 0 || widths.some((width) => width > 8)) throw broken('sa table des objets est illisible');
  const field = (at: number, width: number): number => {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] ?? 0);
    return value;
  };
  return (number) => {
    let before = 0;
    for (let i = 0; i + 1 < index.length; i += 2) {
      const [first = 0, count = 0] = [index[i], index[i + 1]];
      if (number >= first && number < first + count) {
        const at = (before + number - first) * row;
        if (at + row > data.length) return null;
        const type = w0 === 0 ? 1 : field(at, w0);
        const [second, third] = [field(at + w0, w1), field(at + w0 + w1, w2)];
        if (type === 1) return { kind: 'at', offset: second };
        return type === 2 ? { kind: 'in', stream: second, index: third } : { kind: 'free' };
      }
      before += count;
    }
    return null;
  };
}
