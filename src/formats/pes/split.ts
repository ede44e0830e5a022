import type { Finding } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import { attr, child, childrenOf, pathOf, type XmlNode } from '../../xml/node.js';

/** A PES_Aller cut into one tree for each invoice, and what stands in the way. */
export interface PesSplit {
  /** Each a PES_Aller with one FactureIndiv and the PJ that go with it; the elements themselves are the sender's. */
  readonly invoices: readonly XmlNode[];
  readonly findings: readonly Finding[];
}

/**
 * One PES_Aller holds the invoices of one issuer, and its PJ are tied to none of them by the schema (PES 3).
 * rattachement-pj: a PJ goes to the invoices whose number is in its NomPJ or Description; one that names none goes to
 * every invoice where all have the same debtor, and is refused where they have not: nobody may get the papers of another.
 */
export function splitPes(root: XmlNode): PesSplit {
  const facture = child(root, 'PES_Facture');
  const ones = facture === null ? [] : childrenOf(facture, 'FactureIndiv');
  if (facture === null || ones.length === 0) {
    return {
      invoices: [],
      findings: [findingOf('ECL-PES-EMPTY', {}, { path: pathOf(root), line: root.line })],
    };
  }
  const holder = child(root, 'PES_PJ');
  const { tied, findings } = tie(holder === null ? [] : childrenOf(holder, 'PJ'), ones);
  const first = facture.children.indexOf(ones[0] ?? facture);
  const before = facture.children.slice(0, first);
  const after = facture.children.slice(first + ones.length);
  const invoices = ones.map((one) => {
    const own = tied.get(one) ?? [];
    const parts = root.children.flatMap((part) => {
      if (part === facture) return [withChildren(facture, [...before, one, ...after])];
      if (part !== holder) return [part];
      return own.length === 0 ? [] : [withChildren(holder, own)];
    });
    return withChildren(root, parts);
  });
  return { invoices, findings };
}

/** The same element with other children; everything else of it, its place too, is that of the sender's. */
function withChildren(node: XmlNode, children: readonly XmlNode[]): XmlNode {
  const copy: XmlNode = Object.create(node);
  copy.children = children;
  return copy;
}

function tie(
  pieces: readonly XmlNode[],
  ones: readonly XmlNode[],
): { readonly tied: ReadonlyMap<XmlNode, readonly XmlNode[]>; readonly findings: readonly Finding[] } {
  const tied = new Map<XmlNode, XmlNode[]>();
  const findings: Finding[] = [];
  const numbers = byNumber(ones);
  const shared = ones.length === 1 || haveOneDebtor(ones);
  for (const piece of pieces) {
    const named =
      ones.length === 1
        ? []
        : namedIn(`${datumOf(piece, 'NomPJ')} ${datumOf(piece, 'Description')}`, numbers);
    const targets = named.length > 0 ? named : shared ? ones : [];
    if (targets.length === 0) {
      const place = { path: pathOf(piece), line: piece.line };
      findings.push(findingOf('ECL-PES-PJ-TIE', { name: datumOf(piece, 'NomPJ') }, place));
    }
    for (const one of targets) tied.set(one, [...(tied.get(one) ?? []), piece]);
  }
  return { tied, findings };
}

function datumOf(node: XmlNode, local: string): string {
  const found = child(node, local);
  return found === null ? '' : (attr(found, 'V') ?? '');
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function byNumber(ones: readonly XmlNode[]): ReadonlyMap<string, readonly XmlNode[]> {
  const numbers = new Map<string, XmlNode[]>();
  for (const one of ones) {
    const number = wordsOf(datumOf(one, 'NumeroFacture')).join(' ');
    if (number !== '') numbers.set(number, [...(numbers.get(number) ?? []), one]);
  }
  return numbers;
}

/** A number of at most 50 characters has no more words than this. */
const numberWordsMax = 25;

/** The invoices whose numbers a text holds; of two that begin alike the longer one is meant. */
function namedIn(text: string, numbers: ReadonlyMap<string, readonly XmlNode[]>): readonly XmlNode[] {
  const words = wordsOf(text);
  const named = new Set<XmlNode>();
  for (let at = 0; at < words.length; ) {
    let taken = 1;
    for (let length = Math.min(numberWordsMax, words.length - at); length > 0; length--) {
      const found = numbers.get(words.slice(at, at + length).join(' '));
      if (found === undefined) continue;
      for (const one of found) named.add(one);
      taken = length;
      break;
    }
    at += taken;
  }
  return [...named];
}

function haveOneDebtor(ones: readonly XmlNode[]): boolean {
  const debtors = new Set(ones.map(debtorOf));
  return debtors.size === 1 && !debtors.has('');
}

function debtorOf(one: XmlNode): string {
  const debtor = child(one, 'Debiteur');
  const info = debtor === null ? null : child(debtor, 'InfoTiers');
  return info === null ? '' : datumOf(info, 'IdTiers');
}
