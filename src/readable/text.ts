/** Characters of Windows-1252 beyond Latin-1: what the standard fonts of PDF can show besides. */
const winAnsiExtra = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');

/** Characters without a decomposition that people still read when they are written otherwise. */
const instead: Readonly<Record<string, string>> = {
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '–',
  '\u2015': '—',
  '\u2212': '-',
  '\u2032': "'",
  '\u2033': '"',
  '\u02bc': '’',
  '\u2192': '->',
  '\u2190': '<-',
  '\u21d2': '=>',
  '\u2264': '<=',
  '\u2265': '>=',
  '\u2260': '<>',
  '\u2713': 'x',
  '\u2714': 'x',
  '\u25cf': '•',
  '\u25aa': '•',
  '\u26a0': '!',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  ħ: 'h',
  Ħ: 'H',
};

/** Told where a text was too long to be shown whole. */
const cutMark = ' […]';

/**
 * The text as the standard fonts can show it: line ends kept, other control characters dropped, what the fonts do not
 * have written by its base letter or by a near sign, else as `?`. At most `lengthMax` characters.
 */
export function printable(text: string, lengthMax = 2000): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}${cutMark}` : text;
  const plain = cut.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').normalize('NFC');
  if (/^[\n\x20-\x7e\xa0-\xac\xae-\xff]*$/.test(plain)) return plain;
  let out = '';
  for (const char of plain) out += shown(char);
  return out;
}

function shown(char: string): string {
  if (char === '\n' || isShown(char)) return char;
  if (instead[char] !== undefined) return instead[char];
  // Control and format characters, soft hyphens: nothing to see.
  if (/^[\p{Cc}\p{Cf}]$/u.test(char)) return '';
  if (/^\p{Zs}$/u.test(char)) return ' ';
  const base = char.normalize('NFKD').replace(/\p{M}/gu, '');
  return base !== '' && [...base].every(isShown) ? base : /^\p{M}$/u.test(char) ? '' : '?';
}

function isShown(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xff && code !== 0xad) ||
    winAnsiExtra.has(char)
  );
}
