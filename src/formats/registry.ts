import { type Finding, hasFatal } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Invoice } from '../domain/invoice.js';
import type { PlacedInvoice, Reading } from '../domain/reading.js';
import type { Syntax } from '../domain/syntax.js';
import { Fault, systemCode } from '../errors.js';
import { decodeXml } from '../xml/decode.js';
import { childrenOf, type XmlNode } from '../xml/node.js';
import { parseXml } from '../xml/tree.js';
import { invoiceOf } from './assemble.js';
import { type Embedded, embeddedOf } from './embedded.js';
import type { Found } from './occurrences.js';
import { ciiOccurrences } from './occurrences-cii.js';
import { ublOccurrences } from './occurrences-ubl.js';
import { adaptPes } from './pes/adapt.js';
import { pesFacts } from './pes/facts.js';
import { splitPes } from './pes/split.js';
import { trimmed } from './select.js';
import { Placer, type Shape, type View, viewOf } from './shape.js';
import { cii } from './terms/cii.js';
import { mixte } from './terms/mixte.js';
import { pes } from './terms/pes.js';
import { ublCreditNote, ublInvoice } from './terms/ubl.js';
import type { CutResult } from './xml/cut.js';

interface Format {
  readonly shape: Shape;
  /** The elements that are one invoice each. */
  readonly invoices: (root: XmlNode) => readonly XmlNode[];
  /** What is wrong with the document as a whole. */
  readonly findings?: (root: XmlNode) => readonly Finding[];
  /** Turns values of the syntax into those of the model. */
  readonly adapt?: (invoice: Invoice, view: View) => Invoice;
  /** What rules of its own need beside the terms. */
  readonly facts?: (view: View) => Pick<PlacedInvoice, 'pes'>;
  /** For the syntaxes of the norm: what its rules need beside the terms. */
  readonly occurrences?: (root: XmlNode) => Found;
}

const whole = (root: XmlNode) => [root];

/** The syntaxes that invoices are read from. */
const formats: Partial<Record<Syntax, Format>> = {
  'ubl-invoice': { shape: ublInvoice, invoices: whole, occurrences: ublOccurrences },
  'ubl-creditnote': { shape: ublCreditNote, invoices: whole, occurrences: ublOccurrences },
  cii: { shape: cii, invoices: whole, occurrences: ciiOccurrences },
  // The XML inside; the PDF around it is opened before.
  facturx: { shape: cii, invoices: whole, occurrences: ciiOccurrences },
  'cpp-mixte': {
    shape: mixte,
    invoices: (root) =>
      childrenOf(root, 'CPPFactures').flatMap((one) => childrenOf(one, 'CPPFactureMixteUnitaire')),
  },
  'pes-facture': {
    shape: pes,
    invoices: (root) => splitPes(root).invoices,
    findings: (root) => splitPes(root).findings,
    adapt: adaptPes,
    facts: (view) => ({ pes: pesFacts(view) }),
  },
};

/** The syntaxes that `readEntry` reads. */
export const readableSyntaxes = Object.keys(formats) as readonly Syntax[];

/**
 * Reads the invoices of one entry. `bytes` is the document without its attachments, found well-formed and free of a
 * DOCTYPE by the parser before; `cut` what was taken out of it. Attachments whose content was left in place are
 * decoded and written beside the others.
 * @throws Fault INTERNAL for a document that is not well-formed; FILE_UNREADABLE when a piece cannot be written.
 */
export function readEntry(bytes: Buffer, syntax: Syntax, cut: CutResult): Reading {
  const parsed = parseEntry(bytes);
  return parsed.ok ? readTree(parsed.root, syntax, cut) : refuse(syntax, parsed.finding);
}

/** The tree of an entry, or why its bytes cannot be decoded. @throws Fault INTERNAL when it is not well-formed. */
export function parseEntry(
  bytes: Buffer,
): { readonly ok: true; readonly root: XmlNode } | { readonly ok: false; readonly finding: Finding } {
  const decoded = decodeXml(bytes);
  if (decoded.ok) return { ok: true, root: parseXml(decoded.text) };
  return { ok: false, finding: findingOf('ECL-XML-ENCODING', { problem: encodingProblem(decoded) }) };
}

/** Reads the invoices of an entry from its tree, as `readEntry` does. */
export function readTree(root: XmlNode, syntax: Syntax, cut: CutResult): Reading {
  const format = formats[syntax];
  if (format === undefined) {
    return refuse(syntax, findingOf('IRR_SYNTAX', { found: syntax, expected: readableSyntaxes.join(', ') }));
  }
  const embedded = embeddedOf(root, cut);
  const invoices = readAll(root, syntax, format, embedded);
  const findings = [...(format.findings?.(root) ?? []), ...embedded.findings()];
  if (hasFatal(findings)) return { kind: 'refused', syntax, findings };
  return { kind: 'invoices', syntax, invoices, findings, pieces: embedded.pieces() };
}

function readAll(root: XmlNode, syntax: Syntax, format: Format, embedded: Embedded): PlacedInvoice[] {
  const { shape } = format;
  const placer = new Placer(root);
  try {
    return format.invoices(root).map((element, index) => {
      const view = viewOf(shape, element);
      const read = invoiceOf(view, syntax, embedded.pieceOf);
      const invoice = format.adapt?.(read, view) ?? read;
      const facts = format.facts?.(view);
      const place = (term: string) => placer.place(shape, element, term);
      const gather = format.occurrences;
      if (gather === undefined) return { invoice, index, place, ...facts };
      // Most invoices are never put to the rules of the norm.
      let found: Found | null = null;
      return {
        invoice,
        index,
        place: (term) => found?.place(term) ?? place(term),
        occurrences: () => {
          found ??= gather(element);
          return found.occurrences;
        },
        amountCurrencies: () => currenciesOf(element),
      };
    });
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === undefined) throw thrown;
    throw new Fault('FILE_UNREADABLE', `cannot write a piece: ${code}`, { code }, thrown);
  }
}

function currenciesOf({ source, order, last }: XmlNode): ReadonlySet<string> {
  const currencies = new Set<string>();
  let before: string | null = null;
  for (let i = order - 1; i < last; i++) {
    const attributes = source.elements[i]?.attributes ?? [];
    for (let j = 0; j < attributes.length; j++) {
      const one = attributes[j];
      if (one?.local !== 'currencyID' || one.value === before) continue;
      before = one.value;
      currencies.add(trimmed(before));
    }
  }
  return currencies;
}

function refuse(syntax: Syntax, finding: Finding): Reading {
  return { kind: 'refused', syntax, findings: [finding] };
}

function encodingProblem(decoded: { readonly encoding: string; readonly problem: string }): string {
  return decoded.problem === 'unsupported'
    ? `l'encodage ${decoded.encoding} n'est pas connu`
    : `des octets ne sont pas de l'encodage ${decoded.encoding}`;
}
