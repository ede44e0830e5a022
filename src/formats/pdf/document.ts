import { decodeStream, type InflateBudget } from './inflate.js';
import { ObjectParser, type PDFDict, type PDFObject, type Pdf, type RawObject, wholeOf } from './objects.js';
import { rebuildXref } from './rebuild.js';
import { broken, type PdfLimits, PdfTrouble, tooLarge } from './trouble.js';
import { readXref, type Xref } from './xref.js';

const headerWithinBytes = 1024;
const endWithinBytes = 2048;

/** A dictionary or other object of the document, and for a stream the means to its bytes. */
export interface Resolved {
  readonly value: PDFObject;
  /** What tells two streams apart; null for an object that is none. */
  readonly streamAt: number | null;
}

/** The document structure of a PDF, read as far as it is asked for. */
export class PdfFile {
  private readonly known = new Map<number, Resolved | null>();
  private readonly streams = new Map<number, { data: Buffer; heads: readonly Head[] }>();
  private readonly opening = new Set<number>();
  private readonly budget: InflateBudget;
  private visited = 0;
  private xref: Xref;

  private constructor(
    readonly lib: Pdf,
    private readonly file: Buffer,
    private readonly parser: ObjectParser,
    private readonly limits: PdfLimits,
    startAt: number | null,
  ) {
    this.budget = { bytesMax: limits.inflatedBytesMax, leftBytes: limits.inflatedBytesMax };
    const sources = { lib, file, parser, limits, budget: this.budget };
    this.xref =
      startAt !== null
        ? readXref(sources, startAt)
        : rebuildXref(lib, file, parser, limits, (stream, xref) => {
            this.xref = xref;
            return this.tryHeads(stream);
          });
    if (this.resolve(this.xref.trailer.get(lib.PDFName.of('Encrypt'))) !== null)
      throw new PdfTrouble({ kind: 'encrypted' });
  }

  /**
   * Reads with `work`; where the references of the file turn out wrong, they are made again from what is in it, and
   * `work` starts over. @throws PdfTrouble
   */
  static async read<T>(lib: Pdf, bytes: Buffer, limits: PdfLimits, work: (pdf: PdfFile) => T): Promise<T> {
    const header = bytes.subarray(0, headerWithinBytes + 5).indexOf('%PDF-');
    if (header < 0) throw new PdfTrouble({ kind: 'not-pdf' });
    const file = bytes.subarray(header);
    const startAt = startOf(file);
    if (startAt === null) throw new PdfTrouble({ kind: 'truncated' });
    const open = (at: number | null) =>
      work(new PdfFile(lib, file, new ObjectParser(lib, limits.parsedBytesMax), limits, at));
    try {
      return open(startAt);
    } catch (trouble) {
      if (!(trouble instanceof PdfTrouble) || trouble.problem.kind !== 'broken') throw trouble;
      return open(null);
    }
  }

  /** The document catalog. */
  catalog(): PDFDict {
    const root = this.resolve(this.xref.trailer.get(this.lib.PDFName.of('Root')));
    if (!(root?.value instanceof this.lib.PDFDict)) throw broken('son catalogue est introuvable');
    return root.value;
  }

  /** What stands under a key, references followed; null where there is nothing. */
  under(dict: PDFDict, key: string): Resolved | null {
    return this.resolve(dict.get(this.lib.PDFName.of(key)));
  }

  dictUnder(dict: PDFDict, key: string): PDFDict | null {
    const value = this.under(dict, key)?.value;
    return value instanceof this.lib.PDFDict ? value : null;
  }

  /** The text of a string or a name. */
  textUnder(dict: PDFDict, key: string): string | null {
    return this.textOf(dict.get(this.lib.PDFName.of(key)));
  }

  textOf(one: PDFObject | undefined): string | null {
    const value = this.resolve(one)?.value;
    const { PDFString, PDFHexString, PDFName } = this.lib;
    const text = value instanceof PDFString || value instanceof PDFHexString || value instanceof PDFName;
    return text ? plainText(value.decodeText()) : null;
  }

  list(value: PDFObject | undefined): readonly PDFObject[] {
    const found = this.resolve(value)?.value;
    if (found === undefined) return [];
    return found instanceof this.lib.PDFArray ? found.asArray() : [found];
  }

  resolve(value: PDFObject | undefined): Resolved | null {
    if (value === undefined || value === this.lib.PDFNull) return null;
    if (!(value instanceof this.lib.PDFRef)) return { value, streamAt: null };
    const { objectNumber } = value;
    const known = this.known.get(objectNumber);
    if (known !== undefined) return known;
    if (++this.visited > this.limits.objectsMax)
      throw tooLarge(`il faut y lire plus de ${this.limits.objectsMax} objets`);
    // What refers to itself is nothing.
    this.known.set(objectNumber, null);
    const raw = this.load(objectNumber);
    const found = raw === null ? null : raw.value instanceof this.lib.PDFRef ? this.resolve(raw.value) : raw;
    this.known.set(objectNumber, found);
    return found;
  }

  /** The bytes of a stream, its filters undone. */
  bytesOf({ value, streamAt }: Resolved): Buffer {
    if (streamAt === null || !(value instanceof this.lib.PDFDict)) throw broken('un flux manque');
    const raw = this.file.subarray(streamAt, this.streamEnd(value, streamAt));
    const plain = (one: PDFObject | undefined) => this.resolve(one)?.value ?? null;
    return decodeStream(this.lib, value, raw, plain, this.budget);
  }

  private streamEnd(dict: PDFDict, from: number): number {
    const length = wholeOf(this.lib, this.under(dict, 'Length')?.value);
    if (
      length !== null &&
      /^\s*endstream/.test(this.file.toString('latin1', from + length, from + length + 16))
    )
      return from + length;
    const end = this.file.indexOf('endstream', from);
    if (end < 0) throw broken('un flux n’a pas de fin');
    return end;
  }

  private load(number: number): RawObject | null {
    const place = this.xref.placeOf(number);
    if (place === null || place.kind === 'free') return null;
    if (place.kind === 'at') return this.parser.objectAt(this.file, place.offset, number);
    const { data, heads } = this.objectStream(place.stream);
    const told = heads[place.index];
    const head = told?.number === number ? told : heads.findLast((one) => one.number === number);
    if (head === undefined) throw broken(`l'objet ${number} n'est pas à l'endroit indiqué`);
    return { value: this.parser.parse(data.subarray(head.at, head.end)), streamAt: null };
  }

  private objectStream(number: number): { data: Buffer; heads: readonly Head[] } {
    const known = this.streams.get(number);
    if (known !== undefined) return known;
    if (this.opening.has(number)) throw broken('un flux d’objets se contient lui-même');
    this.opening.add(number);
    const place = this.xref.placeOf(number);
    if (place?.kind !== 'at') throw broken("un flux d'objets manque");
    const raw = this.parser.objectAt(this.file, place.offset, number);
    const dict = this.parser.dict(raw.value);
    const data = this.bytesOf(raw);
    const first = wholeOf(this.lib, this.under(dict, 'First')?.value) ?? 0;
    const count = wholeOf(this.lib, this.under(dict, 'N')?.value) ?? 0;
    const opened = { data, heads: headsOf(data, first, count) };
    this.streams.set(number, opened);
    return opened;
  }

  private tryHeads(stream: number): readonly number[] {
    try {
      return this.objectStream(stream).heads.map((head) => head.number);
    } catch (trouble) {
      if (trouble instanceof PdfTrouble && trouble.problem.kind === 'broken') return [];
      throw trouble;
    }
  }
}

/** PDF 2.0 marks UTF-8 in a text string by a byte order mark (ISO 32000-2, 7.9.2.2.1), which the library reads as letters. */
function plainText(text: string): string {
  return text.startsWith('ï»¿') ? Buffer.from(text, 'latin1').toString('utf8').slice(1) : text;
}

/** An object within an object stream. */
interface Head {
  readonly number: number;
  readonly at: number;
  end: number;
}

const headBytesMax = 1024 * 1024;

/** The numbers and offsets that an object stream begins with (ISO 32000-1, 7.5.7). */
function headsOf(data: Buffer, first: number, count: number): readonly Head[] {
  const numbers = data.toString('latin1', 0, Math.min(first, headBytesMax)).match(/\d+/g) ?? [];
  const heads: Head[] = [];
  for (let i = 0; i + 1 < numbers.length && heads.length < count; i += 2)
    heads.push({ number: Number(numbers[i]), at: first + Number(numbers[i + 1]), end: data.length });
  const inOrder = heads.toSorted((a, b) => a.at - b.at);
  inOrder.forEach((head, i) => {
    head.end = inOrder[i + 1]?.at ?? data.length;
  });
  return heads;
}

/** Where the references begin, as the end of the file says; null when that end is not there. */
function startOf(file: Buffer): number | null {
  let end = file.length;
  while (end > 0 && (file[end - 1] ?? 0) <= 0x20) end--;
  const tail = file.toString('latin1', Math.max(0, end - endWithinBytes), end);
  const at = tail.lastIndexOf('startxref');
  const number = at < 0 ? null : /^startxref\s*(\d{1,12})\s*%%EOF/.exec(tail.slice(at));
  return number === null ? null : Number(number[1]);
}
