import { Fault } from '../errors.js';
import { XmlAttribute, XmlNode, XmlSource } from './node.js';
import { baseScope, forgetScopes, resolveName, type Scope, scopeWithin } from './scope.js';

const LT = 60;
const GT = 62;
const SLASH = 47;
const BANG = 33;
const QUESTION = 63;
const AMP = 38;
const EQUALS = 61;
const QUOTE = 34;
const APOSTROPHE = 39;
const SPACE = 32;

const noAttributes: readonly XmlAttribute[] = [];

/**
 * Parses a decoded document into a tree of its elements. It is meant for documents that libxml2 has found
 * well-formed and free of a DOCTYPE: it does not diagnose, but never loops, recurses or guesses.
 * @throws Fault INTERNAL when the text is not such a document.
 */
export function parseXml(text: string): XmlNode {
  try {
    return new Parser(text).run();
  } finally {
    forgetScopes();
  }
}

class Parser {
  private readonly text: string;
  private readonly source: XmlSource;
  private readonly scopes: Scope[] = [];
  private scope: Scope = baseScope;
  private root: XmlNode | null = null;
  private current: XmlNode | null = null;
  private at = 0;

  constructor(text: string) {
    const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    // XML 1.0, 2.11: line ends are one line feed each before anything else is looked at.
    this.text = text.includes('\r') ? text.slice(start).replace(/\r\n?/g, '\n') : text.slice(start);
    this.source = new XmlSource(this.text);
  }

  run(): XmlNode {
    const { text } = this;
    for (;;) {
      const lt = text.indexOf('<', this.at);
      if (lt < 0) break;
      const next = text.charCodeAt(lt + 1);
      if (lt > this.at) this.characters(this.at, lt, next);
      if (next === SLASH) this.endTag(lt);
      else if (next === BANG) this.declaration(lt);
      else if (next === QUESTION) this.at = this.past('?>', lt + 2);
      else this.startTag(lt);
    }
    if (this.root === null || this.current !== null || !isBlank(text, this.at, text.length)) this.nonsense();
    return this.root;
  }

  private characters(from: number, to: number, next: number): void {
    const node = this.current;
    if (node === null) {
      if (!isBlank(this.text, from, to)) this.nonsense();
      return;
    }
    const beforeChild = next !== SLASH && next !== BANG && next !== QUESTION;
    if ((beforeChild || node.children.length > 0) && isBlank(this.text, from, to)) return;
    const run = this.text.slice(from, to);
    const decoded = run.includes('&') ? this.resolve(run) : run;
    node.text = node.text === '' ? decoded : node.text + decoded;
  }

  private startTag(lt: number): void {
    const { text } = this;
    let at = lt + 1;
    let code = text.charCodeAt(at);
    while (code !== GT && code !== SLASH && code > SPACE) code = text.charCodeAt(++at);
    if (at === lt + 1 || Number.isNaN(code)) this.nonsense();
    const name = text.slice(lt + 1, at);
    let attributes = noAttributes;
    const outer = this.scope;
    if (code <= SPACE) {
      this.at = at;
      attributes = this.attributes();
      at = this.at;
      code = text.charCodeAt(at);
    }
    const empty = code === SLASH;
    if (empty) code = text.charCodeAt(++at);
    if (code !== GT) this.nonsense();
    this.at = at + 1;
    this.open(name, attributes, at, empty, outer);
  }

  private open(
    name: string,
    attributes: readonly XmlAttribute[],
    at: number,
    empty: boolean,
    outer: Scope,
  ): void {
    const parent = this.current;
    if (parent === null && this.root !== null) this.nonsense();
    const known = this.scope.elementNames.get(name) ?? resolveName(this.scope, name, true);
    const { elements } = this.source;
    const node = new XmlNode(
      known,
      attributes,
      parent,
      this.source,
      empty ? at - 1 : at,
      elements.length + 1,
    );
    elements.push(node);
    known.localName.document = this.source.number;
    for (let i = 0; i < attributes.length; i++) {
      const one = attributes[i];
      if (one !== undefined) one.owner = node;
    }
    if (parent === null) this.root = node;
    else if (parent.children.length > 0) (parent.children as XmlNode[]).push(node);
    else {
      parent.children = [node];
      if (parent.text !== '' && isBlank(parent.text, 0, parent.text.length)) parent.text = '';
    }
    if (empty) {
      this.scope = outer;
    } else {
      this.scopes.push(outer);
      this.current = node;
    }
  }

  private endTag(lt: number): void {
    const node = this.current;
    if (node === null || !this.text.startsWith(node.name, lt + 2)) this.nonsense();
    const end = lt + 2 + node.name.length;
    const gt = this.text.indexOf('>', end);
    if (gt < 0 || !isBlank(this.text, end, gt)) this.nonsense();
    node.last = this.source.elements.length;
    this.current = node.parent;
    this.scope = this.scopes.pop() ?? this.nonsense();
    this.at = gt + 1;
  }

  private declaration(lt: number): void {
    const { text } = this;
    if (text.startsWith('<!--', lt)) {
      this.at = this.past('-->', lt + 4);
    } else if (text.startsWith('<![CDATA[', lt) && this.current !== null) {
      this.at = this.past(']]>', lt + 9);
      this.current.text += text.slice(lt + 9, this.at - 3);
    } else {
      this.nonsense();
    }
  }

  /** Reads attributes from white space behind the name up to `>` or `/`, where it leaves `this.at`. */
  private attributes(): readonly XmlAttribute[] {
    const { text } = this;
    const pairs: string[] = [];
    let declared: Map<string, string> | null = null;
    for (;;) {
      const from = skipSpace(text, this.at);
      let at = from;
      let code = text.charCodeAt(at);
      if (code === GT || code === SLASH) {
        this.at = at;
        break;
      }
      while (code !== EQUALS && code > SPACE && code !== GT && code !== LT) code = text.charCodeAt(++at);
      const name = text.slice(from, at);
      const value = this.attributeValue(at);
      if (name === 'xmlns' || name.startsWith('xmlns:')) {
        declared ??= new Map();
        declared.set(name.slice(6), value);
      } else {
        pairs.push(name, value);
      }
    }
    if (declared !== null) this.scope = scopeWithin(this.scope, declared);
    return this.namedAttributes(pairs);
  }

  private namedAttributes(pairs: readonly string[]): readonly XmlAttribute[] {
    if (pairs.length === 0) return noAttributes;
    const attributes: XmlAttribute[] = [];
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const name = pairs[i] ?? '';
      const known = this.scope.attributeNames.get(name) ?? resolveName(this.scope, name, false);
      attributes.push(new XmlAttribute(known, pairs[i + 1] ?? ''));
    }
    return attributes;
  }

  private attributeValue(from: number): string {
    const { text } = this;
    const equals = skipSpace(text, from);
    const open = skipSpace(text, equals + 1);
    const quote = text.charCodeAt(open);
    if (text.charCodeAt(equals) !== EQUALS || (quote !== QUOTE && quote !== APOSTROPHE)) this.nonsense();
    const close = text.indexOf(quote === QUOTE ? '"' : "'", open + 1);
    if (close < 0) this.nonsense();
    this.at = close + 1;
    let plain = true;
    for (let i = open + 1; i < close && plain; i++) {
      const code = text.charCodeAt(i);
      if (code < SPACE || code === AMP) plain = false;
    }
    const value = text.slice(open + 1, close);
    // XML 1.0, 3.3.3: literal white space becomes a space; what comes from a character reference stays.
    return plain ? value : this.resolve(value.replace(/[\t\n]/g, ' '));
  }

  private resolve(text: string): string {
    return text.replace(/&([^;]*);?/g, (_whole, reference: string) => {
      const known = entities.get(reference);
      if (known !== undefined) return known;
      const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(reference);
      const code =
        match === null ? Number.NaN : Number.parseInt(match[1] ?? match[2] ?? '', match[1] ? 16 : 10);
      if (Number.isNaN(code) || code > 0x10ffff) this.nonsense();
      return String.fromCodePoint(code);
    });
  }

  private past(end: string, from: number): number {
    const at = this.text.indexOf(end, from);
    if (at < 0) this.nonsense();
    return at + end.length;
  }

  private nonsense(): never {
    const line = this.source.lineAt(this.at);
    throw new Fault(
      'INTERNAL',
      `the XML tree was given a document that is not well-formed, near line ${line}`,
      {
        line,
      },
    );
  }
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= SPACE) at++;
  return at;
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) > SPACE) return false;
  return true;
}
