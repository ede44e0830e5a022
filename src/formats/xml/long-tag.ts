import { decodeXml, encodingOf, isAsciiBased } from '../../xml/decode.js';

const LT = 0x3c;
const GT = 0x3e;

/**
 * The line of the first start tag that is longer than `bytesMax`, attributes and declarations of namespaces included;
 * null when there is none. What parsers and schemas do with the attributes of one element grows with the square of
 * their number. It costs next to nothing: XML has no `<` inside a tag, so that only a long run without one is looked at.
 */
export function longTag(bytes: Buffer, bytesMax: number): number | null {
  if (bytes.length <= bytesMax) return null;
  if (isAsciiBased(encodingOf(bytes))) return longTagIn(bytes, bytesMax);
  const decoded = decodeXml(bytes);
  return decoded.ok ? longTagIn(Buffer.from(decoded.text), bytesMax) : null;
}

function longTagIn(bytes: Buffer, bytesMax: number): number | null {
  const step = Math.max(1, bytesMax >> 1);
  // A run of more than `bytesMax` covers at least one whole step.
  for (let at = 0; at < bytes.length; ) {
    const next = bytes.indexOf(LT, at);
    if (next >= 0 && next < at + step) {
      at += step;
      continue;
    }
    const from = at === 0 ? -1 : bytes.lastIndexOf(LT, at - 1);
    const runEnd = next < 0 ? bytes.length : next;
    if (from >= 0 && isStartTag(bytes[from + 1]) && tagEnd(bytes, from, runEnd) - from > bytesMax)
      return lineAt(bytes, from);
    at = runEnd + 1;
  }
  return null;
}

function isStartTag(byte: number | undefined): boolean {
  return byte !== undefined && byte !== 0x21 && byte !== 0x3f && byte !== 0x2f;
}

/** Offset of the `>` that ends the tag at `from`, or `end`: a `>` in quotes ends none. */
function tagEnd(bytes: Buffer, from: number, end: number): number {
  let quote = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at];
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === GT) return at;
    else if (byte === 0x22 || byte === 0x27) quote = byte;
  }
  return end;
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) line++;
  return line;
}
