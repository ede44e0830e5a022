import type { Place } from '../domain/finding.js';
import type {
  AddressOccurrence,
  AllowanceOccurrence,
  AttributeOccurrence,
  BreakdownOccurrence,
  CodeUse,
  LineOccurrence,
  MeansOccurrence,
  Occurrences,
  PeriodOccurrence,
  RepeatedOccurrence,
  SchemeOccurrence,
  TaxIdOccurrence,
  TaxOccurrence,
  TaxTotalOccurrence,
  TextOccurrence,
  Written,
} from '../domain/occurrences.js';
import { attr, child, pathOf, textOf, type XmlNode } from '../xml/node.js';
import { trimmed } from './select.js';

/** The occurrences of one document, and where those stand that are no term of the model. */
export interface Found {
  readonly occurrences: Occurrences;
  readonly place: (term: string) => Place | null;
}

interface Counted {
  readonly at: string;
  count: number;
}

const ownPlace = /^occurrences\[(\d+)\]/;

/** What a walk through a document gathers, element by element. */
export class Collector {
  readonly lines: LineOccurrence[] = [];
  readonly allowances: AllowanceOccurrence[] = [];
  readonly taxTotals: TaxTotalOccurrence[] = [];
  readonly breakdowns: BreakdownOccurrence[] = [];
  readonly otherTaxes: TaxOccurrence[] = [];
  readonly taxIds: TaxIdOccurrence[] = [];
  readonly addresses: AddressOccurrence[] = [];
  readonly periods: PeriodOccurrence[] = [];
  readonly means: MeansOccurrence[] = [];
  readonly documents: TextOccurrence[] = [];
  readonly precedingInvoices: TextOccurrence[] = [];
  readonly attributes: AttributeOccurrence[] = [];
  readonly schemes: SchemeOccurrence[] = [];
  readonly repeated: RepeatedOccurrence[] = [];
  readonly unusualDates: string[] = [];
  readonly padded: TextOccurrence[] = [];
  readonly currencies: { invoice: Written; tax: Written } = { invoice: null, tax: null };
  hasTotals = false;
  hasSeller = false;
  private readonly marked: { readonly node: XmlNode; readonly attribute: string | null }[] = [];
  private readonly codes = new Map<CodeUse, Map<string, Counted>>();

  /** A name for the place of an element, or of its attribute. */
  mark(node: XmlNode, attribute: string | null = null): string {
    this.marked.push({ node, attribute });
    return `occurrences[${this.marked.length - 1}]`;
  }

  /** Notes an amount whose white space makes more than two characters after the point. */
  amount(node: XmlNode | null, at: string): void {
    const text = node === null ? '' : textOf(node);
    const point = text.indexOf('.');
    if (point < 0 || text.length - point - 1 <= 2) return;
    if (trimmed(text).length < text.length) this.padded.push({ at, text });
  }

  /** The code of an element, or of its attribute; an attribute that is not there is none. */
  code(use: CodeUse, node: XmlNode, attribute: string | null = null): void {
    const code = attribute === null ? contentOf(node) : writtenAttribute(node, attribute);
    if (code !== null) this.codeText(use, code, node, attribute);
  }

  codeText(use: CodeUse, code: string, node: XmlNode, attribute: string | null = null): void {
    let seen = this.codes.get(use);
    if (seen === undefined) {
      seen = new Map();
      this.codes.set(use, seen);
    }
    const counted = seen.get(code);
    if (counted === undefined) seen.set(code, { at: this.mark(node, attribute), count: 1 });
    else counted.count++;
  }

  found(): Found {
    const { lines, allowances, taxTotals, breakdowns, otherTaxes, taxIds, addresses, periods } = this;
    const { means, documents, precedingInvoices, attributes, schemes, repeated } = this;
    const { unusualDates, padded, currencies, hasTotals, hasSeller, marked } = this;
    const codes = [...this.codes].flatMap(([use, seen]) =>
      [...seen].map(([code, { at, count }]) => ({ use, at, code, count })),
    );
    return {
      occurrences: {
        ...{ lines, allowances, taxTotals, breakdowns, otherTaxes, taxIds, addresses, periods, means },
        ...{
          documents,
          precedingInvoices,
          attributes,
          schemes,
          codes,
          repeated,
          unusualDates,
          padded,
          currencies,
          hasTotals,
          hasSeller,
        },
      },
      place: (term) => {
        const index = ownPlace.exec(term)?.[1];
        const at = index === undefined ? undefined : marked[Number(index)];
        if (at === undefined) return null;
        const tail = at.attribute === null ? '' : `/@${at.attribute}`;
        return { path: pathOf(at.node) + tail, line: at.node.line };
      },
    };
  }
}

/** Trimmed content; empty when there is none. */
export function contentOf(node: XmlNode): string {
  return trimmed(textOf(node));
}

/** Trimmed content of a child element; null when it is not there. */
export function written(parent: XmlNode | null, local: string): Written {
  const one = parent === null ? null : child(parent, local);
  return one === null ? null : contentOf(one);
}

/** Content of a child element with the white space around it; null when it is not there. */
export function asItStands(parent: XmlNode, local: string): Written {
  const one = child(parent, local);
  return one === null ? null : textOf(one);
}

export function writtenAttribute(node: XmlNode | null, attribute: string): Written {
  const text = node === null ? null : attr(node, attribute);
  return text === null ? null : trimmed(text);
}

/** The element that a way of local names leads to, first by first. */
export function down(from: XmlNode, ...locals: readonly string[]): XmlNode | null {
  let node: XmlNode | null = from;
  for (const local of locals) {
    if (node === null) return null;
    node = child(node, local);
  }
  return node;
}

/** `true`, `1`, `false`, `0`; null for anything else. */
export function indicator(text: Written): boolean | null {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : null;
}
