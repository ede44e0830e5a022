import { z } from 'zod';
import { dayAfter, instantInParis, isCalendarDay } from '../domain/dates.js';
import { type FlowState, flowStates } from '../domain/flow.js';
import { type FlowCursor, type FlowSearch, type FlowSort, flowSorts } from '../ports/store-console-reads.js';

const text = z.string().trim().max(200).optional().catch(undefined);

/** What stands in the address of the list of flows. Whatever cannot be understood is left out. */
export const flowQuery = z.object({
  q: text,
  etat: text,
  partenaire: text,
  regle: text,
  facture: text,
  fournisseur: text,
  destinataire: text,
  nom: text,
  du: text,
  au: text,
  tri: text,
  apres: text,
  avant: text,
});
export type FlowQuery = z.output<typeof flowQuery>;

/** Filters, without order and place. */
export const filterNames = [
  'q',
  'etat',
  'partenaire',
  'regle',
  'facture',
  'fournisseur',
  'destinataire',
  'nom',
  'du',
  'au',
] as const satisfies readonly (keyof FlowQuery)[];

/** Names of states in addresses: the words people read, without accents and spaces. */
const stateNames = new Map<string, FlowState | 'waiting'>([
  ['en-attente', 'waiting'],
  ...Object.entries(flowStates).map(([state, { label }]) => [slug(label), state as FlowState] as const),
]);

/** `partiel`, `en-attente-de-retraitement`: as `FlowState` has it, for addresses. */
export function stateSlug(state: FlowState | 'waiting'): string {
  return state === 'waiting' ? 'en-attente' : slug(flowStates[state].label);
}

function slug(label: string): string {
  return label
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/\s+/g, '-');
}

/** What people may choose among, in their words. */
export const stateChoices: readonly (readonly [string, string])[] = [
  ['', 'Tous les états'],
  ['en-attente', 'sans réponse (reçu, en cours, en attente)'],
  ...Object.values(flowStates).map(({ label }) => [slug(label), label] as const),
];

/** Part of a search that one box says. */
export type Understood = Pick<
  FlowSearch,
  'name' | 'supplier' | 'recipient' | 'rule' | 'partner' | 'invoiceNumber' | 'text'
>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const flowName = /^[A-Z0-9]{8}_[A-Z0-9]{6}_/i;
const flowId = /^[A-Z]{3}\d{3}[A-Z0-9]{8,19}$/i;
const partnerCode = /^[A-Z]{3}\d{3}$/;
const ruleId =
  /^(?:(?:G|S|P)\d{1,2}\.\d{1,3}|BR-[A-Z0-9-]+|ECL-[A-Z0-9-]+|IRR_[A-Z_]+|XSD|(?:UBL|CII|FR|PEPPOL)-[A-Z0-9-]+)$/i;

/**
 * What a person has typed into the one box: an id or a name of a flow, a SIRET (of a supplier or a recipient: both are
 * looked for), a rule, the code of a partner; anything else is looked for in numbers of invoices and in names.
 */
export function understood(typed: string): Understood | { readonly siret: string } {
  const compact = typed.replace(/[\s\u00a0]+/g, '');
  if (uuid.test(compact)) return { name: compact.toLowerCase() };
  if (/^\d{14}$/.test(compact)) return { siret: compact };
  if (partnerCode.test(compact)) return { partner: compact };
  if (flowName.test(typed) || flowId.test(compact)) return { name: typed };
  if (ruleId.test(typed))
    return { rule: /^(xsd|br-|ecl-|irr_|fr-|g|s|p)/i.test(typed) ? typed.toUpperCase() : typed };
  return { text: typed };
}

/** The search of a list; days are those of Paris, both included. */
export function searchOf(query: FlowQuery, siretOf: 'supplier' | 'recipient' = 'supplier'): FlowSearch {
  const state = stateNames.get(query.etat ?? '');
  const free = query.q === undefined || query.q === '' ? {} : understood(query.q);
  const box: Understood = 'siret' in free ? { [siretOf]: free.siret } : free;
  const named = {
    partner: upper(query.partenaire),
    rule: given(query.regle),
    invoiceNumber: given(query.facture),
    supplier: bare(query.fournisseur),
    recipient: bare(query.destinataire),
    name: given(query.nom),
  };
  const from = dayOf(query.du);
  const to = dayOf(query.au);
  return {
    ...box,
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    ...(state === undefined ? {} : { state }),
    ...(from === null ? {} : { from: instantInParis(from).toISOString() }),
    ...(to === null ? {} : { to: instantInParis(dayAfter(to)).toISOString() }),
  };
}

const given = (value: string | undefined) => (value === '' ? undefined : value);
const upper = (value: string | undefined) => given(value)?.toUpperCase();
const bare = (value: string | undefined) => given(value?.replace(/[\s\u00a0]+/g, ''));

/** A day as the browser's field gives it, or as people write it (`21/11/2026`). */
export function dayOf(value: string | undefined): string | null {
  if (value === undefined) return null;
  const [, day, month, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(value) ?? [];
  const iso = day === undefined ? value : `${year}-${month?.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isCalendarDay(iso) ? iso : null;
}

/** Names of the orders in addresses. */
const sortNames: Readonly<Record<FlowSort, string>> = {
  received: 'recu',
  ended: 'fin',
  size: 'taille',
  invoices: 'factures',
};

export function sortName(sort: FlowSort): string {
  return sortNames[sort];
}

/** The order that the address says; newest first where it says none. */
export function sortOf(tri: string | undefined): {
  readonly sort: FlowSort;
  readonly direction: 'asc' | 'desc';
} {
  const name = (tri ?? '').replace(/^-/, '');
  const sort = flowSorts.find((one) => sortNames[one] === name);
  if (sort === undefined) return { sort: 'received', direction: 'desc' };
  return { sort, direction: tri?.startsWith('-') === true ? 'desc' : 'asc' };
}

/** A place in the list as it stands in an address: the value and the id. */
export function cursorText({ value, id }: FlowCursor): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

/** @returns null for what is no place, such as an address that somebody has cut. */
export function cursorOf(text: string | undefined, sort: FlowSort): FlowCursor | null {
  if (text === undefined) return null;
  try {
    const [value, id]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const kind = sort === 'size' || sort === 'invoices' ? 'number' : 'string';
    if (typeof id !== 'string' || typeof value !== kind) return null;
    return { value: value as string | number, id };
  } catch {
    return null;
  }
}
