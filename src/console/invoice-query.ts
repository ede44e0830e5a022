import { z } from 'zod';
import { dayAfter, instantInParis } from '../domain/dates.js';
import type { InvoiceFate } from '../domain/flow.js';
import { statusTable } from '../lifecycle/status-table.js';
import type { InvoiceCursor, InvoiceSearch } from '../ports/store-console-reads.js';
import { dayOf } from './flow-query.js';

const text = z.string().trim().max(200).optional().catch(undefined);

/** What stands in the address of the list of invoices. Whatever cannot be understood is left out. */
export const invoiceQuery = z.object({
  numero: text,
  fournisseur: text,
  destinataire: text,
  etat: text,
  partenaire: text,
  du: text,
  au: text,
  apres: text,
  avant: text,
});
export type InvoiceQuery = z.output<typeof invoiceQuery>;

/** Filters, without place. */
export const invoiceFilters = [
  'numero',
  'fournisseur',
  'destinataire',
  'etat',
  'partenaire',
  'du',
  'au',
] as const satisfies readonly (keyof InvoiceQuery)[];

const fates = new Map<string, readonly [InvoiceFate, string]>([
  ['integree', ['integrated', 'intégrée, quel que soit son statut']],
  ['rejetee', ['rejected', 'rejetée par un contrôle']],
  ['non-traitee', ['untreated', 'non traitée']],
]);

/** What people may choose among: what became of it in its flow, or its newest status. */
export const invoiceStates: readonly (readonly [string, string])[] = [
  ['', 'Tous les états'],
  ...[...fates].map(([name, [, label]]) => [name, label] as const),
  ...statusTable.map(({ code, label }) => [code, `${code} ${label}`] as const),
];

const given = (value: string | undefined) => (value === '' ? undefined : value);
const bare = (value: string | undefined) => given(value?.replace(/[\s\u00a0]+/g, ''));

/** The search of a list; days are those of Paris, both included. */
export function invoiceSearchOf(query: InvoiceQuery): InvoiceSearch {
  const [fate] = fates.get(query.etat ?? '') ?? [];
  const status = statusTable.find(({ code }) => code === query.etat)?.code;
  const from = dayOf(query.du);
  const to = dayOf(query.au);
  const values = {
    number: given(query.numero),
    supplier: bare(query.fournisseur),
    recipient: bare(query.destinataire),
    partner: given(query.partenaire)?.toUpperCase(),
    status,
    fate,
    from: from === null ? undefined : instantInParis(from).toISOString(),
    to: to === null ? undefined : instantInParis(dayAfter(to)).toISOString(),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** A place in the list as it stands in an address. */
export function invoiceCursorText({ receivedAt, flow, seq }: InvoiceCursor): string {
  return Buffer.from(JSON.stringify([receivedAt, flow, seq])).toString('base64url');
}

/** @returns null for what is no place, such as an address that somebody has cut. */
export function invoiceCursorOf(text: string | undefined): InvoiceCursor | null {
  if (text === undefined) return null;
  try {
    const [receivedAt, flow, seq]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof receivedAt !== 'string' || typeof flow !== 'string' || !Number.isSafeInteger(seq)) return null;
    return { receivedAt, flow, seq: seq as number };
  } catch {
    return null;
  }
}
