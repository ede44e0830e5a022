import { isAscii, isUtf8 } from 'node:buffer';

/** The text of an XML document, or why its bytes could not be decoded. */
export type Decoded =
  | { readonly ok: true; readonly text: string; readonly encoding: string }
  | { readonly ok: false; readonly encoding: string; readonly problem: 'malformed' | 'unsupported' };

const declarationBytesMax = 512;
const windowsNames = new Set(['windows-1252', 'cp1252', 'x-cp1252']);
/** What windows-1252 has at 0x80 to 0x9F; five places are not taken. */
const windowsOwn = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Node 20 decodes this page as ISO-8859-1. */
function windows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (char) => windowsOwn.charAt(char.charCodeAt(0) - 0x80));
}

const latin1Names = new Set(['iso-8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1', 'iso-ir-100', 'cp819']);

/**
 * The encoding of an XML document, by byte order mark, else by the pattern of its first bytes, else by its XML
 * declaration, else UTF-8 (XML 1.0, appendix F). Lower case, as written; never checked for being known.
 */
export function encodingOf(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0x00 && b === 0x3c && c === 0x00 && d !== 0x00) return 'utf-16be';
  if (a === 0x3c && b === 0x00 && c !== 0x00 && d === 0x00) return 'utf-16le';
  if (a !== 0x3c || b !== 0x3f) return 'utf-8';
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, declarationBytesMax));
  const declaration = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/.exec(
    head.toString('latin1'),
  );
  return declaration?.[1]?.toLowerCase() ?? 'utf-8';
}

/**
 * True when bytes below 0x80 mean ASCII wherever they stand: only then may the byte stream be tokenized as is.
 */
export function isAsciiBased(encoding: string): boolean {
  return (
    latin1Names.has(encoding) ||
    /^(utf-?8|us-ascii|ascii|iso-8859-([2-9]|1[0-6])|windows-125[0-8]|cp125[0-8])$/.test(encoding)
  );
}

/** Decodes an XML document, byte order mark removed. Bytes that the encoding does not allow are `malformed`. */
export function decodeXml(bytes: Buffer): Decoded {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' || encoding === 'utf8' || encoding === 'us-ascii' || encoding === 'ascii') {
    if (!isUtf8(bytes)) return { ok: false, encoding, problem: 'malformed' };
    const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    return { ok: true, text: bytes.toString('utf8', start), encoding };
  }
  // The WHATWG label "iso-8859-1" means windows-1252, which has other characters at 0x80 to 0x9F.
  if (latin1Names.has(encoding)) return { ok: true, text: bytes.toString('latin1'), encoding };
  if (windowsNames.has(encoding)) return { ok: true, text: windows1252(bytes), encoding };
  return decodeOther(bytes, encoding);
}

function decodeOther(bytes: Buffer, encoding: string): Decoded {
  // A document without a byte order mark that declares plain "utf-16" in ASCII bytes contradicts itself.
  if (encoding.startsWith('utf-16') && bytes[0] === 0x3c && bytes[1] === 0x3f) {
    return { ok: false, encoding, problem: 'malformed' };
  }
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    return { ok: false, encoding, problem: 'unsupported' };
  }
  try {
    return { ok: true, text: decoder.decode(bytes), encoding };
  } catch {
    return { ok: false, encoding, problem: 'malformed' };
  }
}

/** A document of UTF-16 that begins with its first tag, with the byte order mark it lacks; null for any other. */
export function markedUtf16(bytes: Buffer): Buffer | null {
  const [a, b, c, d] = bytes;
  if (a === 0x3c && b === 0x00 && c !== 0x3f && d === 0x00)
    return Buffer.concat([Buffer.of(0xff, 0xfe), bytes]);
  if (a === 0x00 && b === 0x3c && c === 0x00 && d !== 0x3f)
    return Buffer.concat([Buffer.of(0xfe, 0xff), bytes]);
  return null;
}

const latinPage = /^(iso-8859-15|windows-1252|cp1252)$/;
/** What French text is not made of: beside ASCII it has Latin-1, Latin Extended-A, punctuation, euro, trademark. */
const implausible = /[\u0080-\u009f\u0180-\u200f\u203b-\u20ab\u20ad-\u2121\u2123-\uffff]/;

/** A document that is written in another encoding than it declares, with a declaration that tells the truth. */
export interface FalseLatin {
  readonly declared: string;
  readonly written: 'utf-8' | 'windows-1252';
  readonly bytes: Buffer;
}

/**
 * A document that declares a Latin page and is UTF-8 all the same, or ISO-8859-1 and is windows-1252; null for any
 * other. UTF-8 it is when every byte above ASCII fits, and reads as characters of French text: in Latin-1 the same
 * bytes would be `Ã©`. windows-1252 it is when it has the quotes, dashes, `œ` or `€` of that page, where ISO-8859-1
 * has control characters.
 */
export function falseLatin(bytes: Buffer): FalseLatin | null {
  const declared = encodingOf(bytes);
  if (!latin1Names.has(declared) && !latinPage.test(declared)) return null;
  if (isAscii(bytes)) return null;
  if (isUtf8(bytes)) {
    return implausible.test(bytes.toString('utf8')) ? null : redeclared(bytes, declared, 'utf-8');
  }
  return latin1Names.has(declared) && hasOwnOf1252(bytes)
    ? redeclared(bytes, declared, 'windows-1252')
    : null;
}

/** The places of 0x80 to 0x9F that windows-1252 has nothing at. */
const notIn1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** 0x85 proves nothing: it is an ellipsis there, and a line end that mainframes write in ISO-8859-1. */
function hasOwnOf1252(bytes: Buffer): boolean {
  let found = false;
  for (const byte of bytes) {
    if (byte < 0x80 || byte > 0x9f || byte === 0x85) continue;
    if (notIn1252.has(byte)) return false;
    found = true;
  }
  return found;
}

function redeclared(bytes: Buffer, declared: string, written: FalseLatin['written']): FalseLatin {
  const start = bytes.toString('latin1', 0, declarationBytesMax).toLowerCase().indexOf(declared);
  const [before, behind] = [bytes.subarray(0, start), bytes.subarray(start + declared.length)];
  return { declared, written, bytes: Buffer.concat([before, Buffer.from(written), behind]) };
}
