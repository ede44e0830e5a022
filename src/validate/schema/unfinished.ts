/** 1-based position in a document, as libxml2 counts: columns are characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Where the markup begins that the end of the data cuts off: an open comment, CDATA section, tag, or the last
 * text of an element that is not closed. Null when the root element is closed. Only structure is looked at:
 * whether the document would otherwise be good is for the parser to say.
 */
export function openConstruct(bytes: Uint8Array): Position | null {
  const text = textOf(bytes);
  let depth = 0;
  let at = text.indexOf('<');
  if (/[^\s\xef\xbb\xbf\ufeff]/.test(at === -1 ? text : text.slice(0, at))) return null;
  let cut = 0;
  let rootSeen = false;
  while (at !== -1) {
    const end = endOfMarkup(text, at);
    if (end === -1) return positionOf(text, at);
    const second = text[at + 1];
    if (second === '/') depth -= 1;
    else if (second !== '!' && second !== '?') {
      rootSeen = true;
      if (text[end - 1] !== '/') depth += 1;
    }
    if (rootSeen && depth <= 0) return null;
    cut = end + 1;
    at = text.indexOf('<', cut);
  }
  return positionOf(text, cut);
}

/** Offset of the last character of the markup that starts at `at`; -1 when the data ends inside it. */
function endOfMarkup(text: string, at: number): number {
  for (const [start, end] of delimited) {
    if (text.startsWith(start, at)) return endOf(text, end, at + start.length);
  }
  let quote = '';
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return i;
  }
  return -1;
}

const delimited = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

function endOf(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at === -1 ? -1 : at + end.length - 1;
}

/** One character per byte (UTF-16 decoded): enough to see markup, whatever the encoding. */
function textOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function positionOf(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  // Bytes that continue a UTF-8 character do not count as columns.
  const column = text.slice(lineStart, offset).replace(/[\x80-\xbf]/g, '').length + 1;
  return { line, column };
}
