import { attr, type XmlNode } from '../../../xml/node.js';
import type { SequenceType } from '../xpath/ast.js';
import type { Names } from '../xpath/names.js';
import { parseSequenceType, parseXPath } from '../xpath/parser.js';
import type { Let, Located } from './model.js';
import { located, type Note, refuse } from './problem.js';

export const sch = 'http://purl.oclc.org/dsdl/schematron';
export const xsl = 'http://www.w3.org/1999/XSL/Transform';

/** What reading one Schematron file needs everywhere: its name, its prefixes, the parameters of an abstract pattern. */
export class Reader {
  constructor(
    readonly file: string,
    readonly names: Names,
    readonly note: Note = null,
    private readonly params: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** The same, with `$name` replaced by what an `is-a` pattern gives for it. */
  withParams(params: ReadonlyMap<string, string>): Reader {
    return new Reader(this.file, this.names, this.note, params);
  }

  refuse(node: XmlNode, why: string, construct = `<${node.name}>`): never {
    return refuse(this.file, node.line, construct, why);
  }

  required(node: XmlNode, name: string): string {
    const value = attr(node, name);
    if (value === null) this.refuse(node, `the attribute "${name}" is missing`);
    return this.expanded(value);
  }

  optional(node: XmlNode, name: string): string | null {
    const value = attr(node, name);
    return value === null ? null : this.expanded(value);
  }

  private expanded(text: string): string {
    if (this.params.size === 0) return text;
    return text.replace(
      /\$([\p{L}_][\p{L}\p{N}_.-]*)/gu,
      (whole, name: string) => this.params.get(name) ?? whole,
    );
  }

  xpath(node: XmlNode, text: string): Located {
    const { line } = node;
    return { expr: located(this.file, line, text, () => parseXPath(text, this.names)), text, line };
  }

  type(node: XmlNode): SequenceType | null {
    const text = attr(node, 'as');
    return text === null ? null : located(this.file, node.line, text, () => parseSequenceType(text));
  }

  /** A `let`: its value in an attribute. */
  let(node: XmlNode): Let {
    const value = this.optional(node, 'value');
    if (value === null) return this.refuse(node, 'a let without the attribute "value" is not spoken');
    return { name: this.required(node, 'name'), value: this.xpath(node, value), type: this.type(node) };
  }
}

export function isSch(node: XmlNode, local: string): boolean {
  return node.namespace === sch && node.local === local;
}
