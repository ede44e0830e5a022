import { DynamicError } from './errors.js';

/** Turns a regular expression of XPath 2.0 (F&O 7.6.1) into JavaScript's, in `v` mode. */
export function translateRegex(pattern: string, flags: string): RegExp {
  for (const flag of flags) {
    if (!'smixq'.includes(flag))
      throw new DynamicError('FORX0001', `Invalid regular expression flag "${flag}"`);
  }
  const jsFlags = `v${flags.includes('m') ? 'm' : ''}${flags.includes('i') ? 'i' : ''}`;
  const source = flags.includes('q') ? escaped(pattern) : new Translator(pattern, flags).run();
  try {
    return new RegExp(source, jsFlags);
  } catch {
    throw new DynamicError('FORX0002', `Invalid regular expression "${pattern}"`);
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Classes of XML, outside and inside of brackets. */
const classes: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '[ \\t\\n\\r]',
  S: '[^ \\t\\n\\r]',
  w: '[\\p{L}\\p{M}\\p{N}\\p{S}]',
  W: '[\\p{P}\\p{Z}\\p{C}]',
  i: '[\\p{L}_\\:]',
  I: '[^\\p{L}_\\:]',
  c: '[\\p{L}\\p{N}\\p{M}_\\:.\\-\\u00B7]',
  C: '[^\\p{L}\\p{N}\\p{M}_\\:.\\-\\u00B7]',
};

class Translator {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly flags: string,
  ) {}

  run(): string {
    let out = '';
    while (this.at < this.text.length) out += this.atom();
    return out;
  }

  private atom(): string {
    const char = this.text.charAt(this.at);
    if (char === '\\') return this.escape(false);
    if (char === '[') return this.group();
    this.at++;
    if (char === '.') return this.flags.includes('s') ? '[\\s\\S]' : '[^\\n\\r]';
    if (this.flags.includes('x') && /[ \t\n\r]/.test(char)) return '';
    if (char === '/' || char === ']') return `\\${char}`;
    return char;
  }

  private escape(inClass: boolean): string {
    const letter = this.text.charAt(this.at + 1);
    this.at += 2;
    const known = classes[letter];
    if (known !== undefined) return known;
    if (letter === 'p' || letter === 'P') return this.property(letter);
    if ('nrt'.includes(letter) && letter !== '') return `\\${letter}`;
    if (/[0-9]/.test(letter) && !inClass) return `\\${letter}`;
    if (letter !== '' && '\\|.?*+(){}-[]^$/'.includes(letter)) {
      if (letter === '-') return inClass ? '\\-' : '-';
      return `\\${letter}`;
    }
    throw new DynamicError('FORX0002', `Invalid escape "\\${letter}" in a regular expression`);
  }

  private property(letter: string): string {
    const match = /^\{([A-Za-z0-9-]+)\}/.exec(this.text.slice(this.at));
    if (match === null) throw new DynamicError('FORX0002', 'Invalid category in a regular expression');
    this.at += match[0].length;
    const name = match[1] ?? '';
    if (!name.startsWith('Is')) return `\\${letter}{${name}}`;
    const range = blocks[name.slice(2)];
    if (range === undefined) throw new DynamicError('FORX0002', `Unicode block "${name}" is not known`);
    return letter === 'p' ? `[${range}]` : `[^${range}]`;
  }

  /** A class in brackets, with XML Schema's subtraction `[a-z-[aeiou]]`. */
  private group(): string {
    this.at++;
    let negated = '';
    if (this.text.charAt(this.at) === '^') {
      negated = '^';
      this.at++;
    }
    let members = '';
    for (let first = true; ; first = false) {
      const char = this.text.charAt(this.at);
      if (char === '') throw new DynamicError('FORX0002', 'A class is not closed in a regular expression');
      if (char === ']' && !first) {
        this.at++;
        return negated === '' ? `[${members}]` : `[^${members}]`;
      }
      if (char === '-' && this.text.charAt(this.at + 1) === '[') {
        this.at++;
        const minus = this.group();
        if (this.text.charAt(this.at) !== ']')
          throw new DynamicError('FORX0002', 'Invalid class subtraction');
        this.at++;
        return `[[${negated}${members}]--${minus}]`;
      }
      members += this.member(char, first);
    }
  }

  private member(char: string, first: boolean): string {
    if (char === '\\') return this.escape(true);
    this.at++;
    if (char === '-') {
      const isRange = !first && this.text.charAt(this.at) !== ']' && this.rangeOpen();
      return isRange ? '-' : '\\-';
    }
    if ('()[]{}/|&!#%,:;<=>@`~'.includes(char)) return `\\${char}`;
    return char;
  }

  /** A hyphen is a range when a single character stands before it and one behind it. */
  private rangeOpen(): boolean {
    const before = this.text.charAt(this.at - 2);
    const beforeThat = this.text.charAt(this.at - 3);
    const after = this.text.charAt(this.at);
    if (beforeThat === '\\' && /[dDsSwWiIcC]/.test(before)) return false;
    return before !== '[' && !(before === '^' && beforeThat === '[') && after !== '[' && before !== '}';
  }
}

/** The blocks that validation rules name; others are refused. */
const blocks: Readonly<Record<string, string>> = {
  BasicLatin: '\\u0000-\\u007F',
  'Latin-1Supplement': '\\u0080-\\u00FF',
  'LatinExtended-A': '\\u0100-\\u017F',
  'LatinExtended-B': '\\u0180-\\u024F',
  Greek: '\\u0370-\\u03FF',
  GreekandCoptic: '\\u0370-\\u03FF',
  Cyrillic: '\\u0400-\\u04FF',
};

const compiled = new Map<string, RegExp>();
const compiledMax = 500;

/** A translated expression, from a bounded cache; `global` for `replace` and `tokenize`. */
export function regexOf(pattern: string, flags: string): RegExp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = translateRegex(pattern, flags);
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(key, made);
  return made;
}
