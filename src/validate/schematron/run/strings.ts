import { Dec, fromDouble, plain, roundHalfToEven, toDouble } from './dec.js';
import { DynamicError } from './errors.js';
import { type Atomic, type Item, itemText, toNumber, Untyped } from './items.js';
import { regexOf } from './regex.js';

/** `fn:normalize-space`: XML's white space only. */
export function normalizeSpace(text: string): string {
  if (!needsNormalizing(text)) return text;
  return text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '');
}

function needsNormalizing(text: string): boolean {
  let before = 32;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 9 || code === 10 || code === 13 || (code === 32 && before === 32)) return true;
    before = code;
  }
  return text.length > 0 && before === 32;
}

/** Length in characters, not in UTF-16 units. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) length--;
  return length;
}

/** A text that is asked whether it contains a word with a blank on each side of it. */
export class WordList {
  private readonly words: ReadonlySet<string>;

  constructor(private readonly text: string) {
    this.words = new Set(text.match(/(?<= )[^ ]+(?= )/g) ?? []);
  }

  has(word: string): boolean {
    return word === '' || word.includes(' ') ? this.text.includes(` ${word} `) : this.words.has(word);
  }
}

export function wordList(text: string): WordList {
  return new WordList(text);
}

export function substringBefore(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at <= 0 ? '' : text.slice(0, at);
}

export function substringAfter(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? '' : text.slice(at + mark.length);
}

function hasSurrogates(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return true;
  return false;
}

/** `fn:substring` with whole numbers. */
export function substringAt(text: string, from: number, length?: number): string {
  const start = Math.max(from, 1);
  if (length !== undefined && from + length <= start) return '';
  if (hasSurrogates(text))
    return [...text].slice(start - 1, length === undefined ? undefined : from + length - 1).join('');
  return text.slice(start - 1, length === undefined ? undefined : from + length - 1);
}

/** `fn:substring` (F&O 7.4.3): bounds are rounded, NaN gives nothing. */
export function substring(text: string, from: number | null, length?: number | null): string {
  if (from === null || length === null) throw new DynamicError('XPTY0004', 'substring() needs its numbers');
  const start = roundDouble(from);
  const end = length === undefined ? Number.POSITIVE_INFINITY : start + roundDouble(length);
  return [...text].filter((_, i) => i + 1 >= start && i + 1 < end).join('');
}

/** `round` of a double: half towards positive infinity; what rounds to zero from below is -0. */
export function roundDouble(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  if (value >= -0.5 && value < 0) return -0;
  const rounded = Math.floor(value + 0.5);
  return rounded === value + 1 ? value : rounded;
}

export function translate(text: string, from: string, to: string): string {
  const map = new Map<string, string>();
  const targets = [...to];
  for (const [i, char] of [...from].entries()) if (!map.has(char)) map.set(char, targets[i] ?? '');
  return [...text].map((char) => map.get(char) ?? char).join('');
}

export function encodeForUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const globals = new Map<RegExp, RegExp>();

/** The expression for `replace` and `tokenize`, which may not match nothing (FORX0003). */
export function globalRegex(pattern: string, flags: string): RegExp {
  const once = regexOf(pattern, flags);
  let all = globals.get(once);
  if (all === undefined) {
    if (once.test(''))
      throw new DynamicError('FORX0003', `The regular expression "${pattern}" matches the empty string`);
    all = new RegExp(once.source, `${once.flags}g`);
    if (globals.size > 500) globals.clear();
    globals.set(once, all);
  }
  return all;
}

/** `fn:replace`: `$1` are groups, `\$` and `\\` themselves (F&O 7.6.3). */
export function replaceAll(text: string, pattern: RegExp, replacement: string): string {
  if (!/[\\$]/.test(replacement)) return text.replace(pattern, () => replacement);
  const parts = [...replacement.matchAll(/\\([\\$])|\$(\d+)|([^\\$]+)|([\\$])/g)];
  return text.replace(pattern, (...found: unknown[]) =>
    parts
      .map(([, escaped, group, plainText]) => {
        if (escaped !== undefined) return escaped;
        if (plainText !== undefined) return plainText;
        if (group === undefined) throw new DynamicError('FORX0004', 'Invalid replacement string');
        const value = group === '0' ? found[0] : found[Number(group)];
        return typeof value === 'string' ? value : '';
      })
      .join(''),
  );
}

export function tokenize(text: string, pattern: RegExp): readonly string[] {
  if (text === '') return [];
  const out: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    out.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  out.push(text.slice(from));
  return out;
}

/** `fn:tokenize` with one argument: the words. */
export function words(text: string): readonly string[] {
  const normal = normalizeSpace(text);
  return normal === '' ? [] : normal.split(' ');
}

export function codePoints(text: string): readonly number[] {
  return Array.from(text, (char) => char.codePointAt(0) ?? 0);
}

export function fromCodePoints(items: readonly Item[]): string {
  return items
    .map((item) => {
      const code = item instanceof Dec ? toDouble(item) : Number.NaN;
      if (!Number.isInteger(code) || code < 1 || code > 0x10ffff)
        throw new DynamicError('FOCH0001', 'Invalid codepoint');
      return String.fromCodePoint(code);
    })
    .join('');
}

/** An argument of type xs:string whose type is known only now. */
export function textArgument(value: Atomic): string {
  if (typeof value === 'string') return value;
  if (value instanceof Untyped) return value.value;
  throw new DynamicError('XPTY0004', `A string is wanted, not "${itemText(value)}"`);
}

export function textOrEmpty(value: Atomic | null): string {
  return value === null ? '' : textArgument(value);
}

/** The text that is compared with a list of strings. */
export function comparableText(value: Atomic): string {
  return textArgument(value);
}

export function itemTextOrEmpty(item: Item | null): string {
  return item === null ? '' : itemText(item);
}

/** `format-number` with a picture of `#`, `0`, `,` and `.` (XSLT 2.0, 16.4). */
export function formatNumber(value: Atomic | null, picture: string): string {
  const parts = /^([^#0,.]*)([#,]*[0,]*)(?:\.(0*)(#*))?([^#0,.]*)$/.exec(picture);
  if (parts === null)
    throw new DynamicError('XTDE1310', `The picture "${picture}" of format-number() is not spoken`);
  const [, prefix = '', whole = '', zeros = '', hashes = '', suffix = ''] = parts;
  const number = value === null ? Number.NaN : value instanceof Dec ? value : toNumber(itemText(value));
  if (typeof number === 'number' && !Number.isFinite(number))
    return Number.isNaN(number) ? 'NaN' : `${number < 0 ? '-' : ''}Infinity`;
  const exact = typeof number === 'number' ? fromDouble(number) : number;
  const text = plain(roundHalfToEven(exact, zeros.length + hashes.length));
  const negative = text.startsWith('-');
  const [integer = '0', fraction = ''] = text.replace('-', '').split('.');
  const padded = integer.replace(/^0$/, '').padStart((whole.match(/0/g) ?? []).length, '0');
  const group = whole.includes(',') ? whole.length - whole.lastIndexOf(',') - 1 : 0;
  const grouped = group > 0 ? padded.replace(new RegExp(`\\B(?=(\\d{${group}})+$)`, 'g'), ',') : padded;
  const decimals = fraction.padEnd(zeros.length, '0');
  return `${negative ? '-' : ''}${prefix}${grouped}${decimals === '' ? '' : `.${decimals}`}${suffix}`;
}
