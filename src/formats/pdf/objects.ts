import type { PDFContext, PDFDict, PDFObject } from '@cantoo/pdf-lib';
import { broken, tooLarge } from './trouble.js';

export type Pdf = typeof import('@cantoo/pdf-lib');

let loading: Promise<Pdf> | null = null;

/** The PDF library, loaded with the first PDF: it takes longer to load than a PDF to read. */
export function pdfLibrary(): Promise<Pdf> {
  loading ??= import('@cantoo/pdf-lib');
  return loading;
}

/** An object as it stands in the file: its value, and for a stream where its bytes begin. */
export interface RawObject {
  readonly value: PDFObject;
  /** Offset of the first byte of the stream; null for an object that is none. */
  readonly streamAt: number | null;
}

const headBytesMax = 1024 * 1024;
const endObject = Buffer.from('endobj');
const streamWord = Buffer.from('stream');

/**
 * Parses objects with the library, one at a time and only those asked for: the library itself reads whole files, and
 * inflates whatever they hold. Streams are left where they are.
 */
export class ObjectParser {
  private readonly context: PDFContext;
  private leftBytes: number;

  constructor(
    private readonly lib: Pdf,
    parsedBytesMax: number,
  ) {
    this.context = lib.PDFContext.create();
    this.leftBytes = parsedBytesMax;
  }

  /** The object whose `N G obj` stands at `at`. @throws PdfTrouble when another or none stands there. */
  objectAt(file: Buffer, at: number, expected: number | null): RawObject & { readonly number: number } {
    const header = /^\s{0,8}(\d{1,10})\s{1,8}(\d{1,5})\s{1,8}obj/.exec(file.toString('latin1', at, at + 48));
    if (header === null || (expected !== null && Number(header[1]) !== expected))
      throw broken(`l'objet ${expected ?? ''} n'est pas à l'endroit indiqué`);
    return { ...this.bodyAt(file, at + header[0].length), number: Number(header[1]) };
  }

  /** The dictionary of a trailer, whose key word ends at `at`. */
  dictAt(file: Buffer, at: number): PDFDict {
    const end = file.indexOf('startxref', at);
    return this.dict(this.parse(file.subarray(at, end < 0 ? at + headBytesMax : end)));
  }

  /** One object of an object stream, without header or end. */
  parse(bytes: Buffer): PDFObject {
    this.leftBytes -= bytes.length;
    if (this.leftBytes < 0) throw tooLarge('les objets qu’il faut y lire sont trop longs');
    try {
      return this.lib.PDFObjectParser.forBytes(bytes, this.context).parseObject();
    } catch {
      throw broken('un objet ne peut pas être lu');
    }
  }

  dict(value: PDFObject): PDFDict {
    if (value instanceof this.lib.PDFDict) return value;
    throw broken('un dictionnaire manque');
  }

  private bodyAt(file: Buffer, at: number): RawObject {
    const window = file.subarray(at, at + headBytesMax);
    const end = window.indexOf(endObject);
    const head = end < 0 ? window : window.subarray(0, end);
    const stream = streamStart(head);
    const value = this.parse(stream === null ? head : head.subarray(0, stream.wordAt));
    return { value, streamAt: stream === null ? null : at + stream.dataAt };
  }
}

/** ISO 32000-1, 7.3.8.1: the word `stream` behind the dictionary, then CR LF or LF. A lone CR is met too. */
function streamStart(head: Buffer): { readonly wordAt: number; readonly dataAt: number } | null {
  for (let at = head.indexOf(streamWord); at >= 0; at = head.indexOf(streamWord, at + 1)) {
    let before = at - 1;
    while (before >= 0 && isSpace(head[before])) before--;
    const after = at + streamWord.length;
    const behindDict = head[before] === 0x3e && head[before - 1] === 0x3e;
    if (!behindDict) continue;
    if (head[after] === 0x0d) return { wordAt: at, dataAt: head[after + 1] === 0x0a ? after + 2 : after + 1 };
    return { wordAt: at, dataAt: head[after] === 0x0a ? after + 1 : after };
  }
  return null;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0;
}

/** A number of a dictionary; null when it is none, or not a whole one of at least 0. */
export function wholeOf(lib: Pdf, value: PDFObject | undefined): number | null {
  if (!(value instanceof lib.PDFNumber)) return null;
  const number = value.asNumber();
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

export type { PDFArray, PDFDict, PDFName, PDFObject, PDFRef } from '@cantoo/pdf-lib';
