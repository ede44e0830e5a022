import { ibanMasked } from '../../domain/identifiers.js';
import { attr, type XmlNode } from '../../xml/node.js';

/** Elements that hold an account or card number, or stand in one that does. */
const accountNames = /^(IBANID|ProprietaryID|PrimaryAccountNumberID)$/;
const accountParents = /(FinancialAccount|FinancialCard|CardAccount)$/;

/**
 * The text at a path as findings write it (`/Invoice/cac:TaxTotal[2]/cbc:TaxAmount`, or `.../@currencyID`); null for
 * an element with elements in it, and where nothing stands. Account numbers are masked.
 */
export function textAt(root: XmlNode, path: string): string | null {
  const [first = '', ...steps] = path.split('/').slice(1);
  if (stepOf(first).name !== root.name) return null;
  let node = root;
  for (const step of steps) {
    if (step.startsWith('@')) return attributeOf(node, step.slice(1));
    const { name, position } = stepOf(step);
    const next = node.children.filter((one) => one.name === name)[position - 1];
    if (next === undefined) return null;
    node = next;
  }
  if (node.children.length > 0) return null;
  return holdsAccount(node) ? ibanMasked(node.text) : node.text;
}

function stepOf(step: string): { readonly name: string; readonly position: number } {
  const parts = /^(.*)\[(\d+)\]$/.exec(step);
  return { name: parts?.[1] ?? step, position: Number(parts?.[2] ?? '1') };
}

function attributeOf(node: XmlNode, name: string): string | null {
  return node.attributes.find((one) => one.name === name)?.value ?? attr(node, name);
}

function holdsAccount(node: XmlNode): boolean {
  return (
    accountNames.test(node.local) || (node.local === 'ID' && accountParents.test(node.parent?.local ?? ''))
  );
}
