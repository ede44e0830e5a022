import { directoryCache } from '../directory/check.js';
import { dayInParis } from '../domain/dates.js';
import type { Actor, AuditEvent, Flow } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { Invoice } from '../domain/invoice.js';
import type { AddedPiece, Addressee, InvoiceMove } from '../domain/invoice-move.js';
import type { Partner } from '../domain/partner.js';
import type { WorksRoute } from '../domain/works.js';
import { Fault } from '../errors.js';
import { standingLabel } from '../lifecycle/recalled.js';
import type { Role } from '../lifecycle/roles.js';
import { possibleStatuses } from '../lifecycle/transitions.js';
import type { InvoiceRow, StatusRow, StoreTransaction } from '../ports/store.js';
import type { StatusTarget } from '../ports/store-life.js';
import { type KeptInvoice, withResend } from '../report/kept-pivot.js';
import { type PivotInvoice, type PivotPiece, pivotPieces, type Resend } from '../report/pivot.js';
import type { LifePolicy } from './life-work.js';
import { toPivotInvoice } from './outbound.js';
import { notePivots } from './pivot-statuses.js';
import { reworkInvoice } from './rework.js';
import { notSent, type StagePorts } from './work.js';
import { pivotTo, type WorksContext } from './works.js';

/** What is needed to do something with an integrated invoice. */
export interface MovePorts {
  readonly stages: StagePorts;
  readonly partnerOf: (flow: Flow) => Partner;
  readonly engine: { readonly code: string; readonly name: string };
  readonly partnerNames: ReadonlyMap<string, string>;
  readonly life: LifePolicy;
  /** Lends a folder to a work. */
  readonly inFolder: <T>(work: (workDir: string) => Promise<T>) => Promise<T>;
}

export interface MoveOrder {
  /** Our id of the invoice. */
  readonly invoice: string;
  readonly by: Actor;
  readonly reason: string | null;
}

/** What was done. */
export interface Moved {
  readonly invoice: string;
  readonly number: string | null;
  readonly from: string | null;
  /** Statuses that it was given, in order. */
  readonly statuses: readonly string[];
  /** Pivots that were put in the outbox. */
  readonly pivots: readonly string[];
  readonly recipientPartner: string | null;
}

/** A status as people read it: code and label. */
export function shownStatus(code: string | null): string {
  if (code === null) return 'aucun statut';
  return `${code} (${standingLabel(code) ?? 'libellé inconnu'})`;
}

/**
 * Why an order on an invoice is refused, with where the invoice stands and what its supplier may do there.
 * @param wanted what was wanted and when that is possible, French
 */
export function moveRefused({ number, status }: InvoiceRow, wanted: string): Fault {
  const doable = [...(verbs[status ?? ''] ?? [])];
  const set = possibleStatuses(status, everyOther).map(({ code }) => code);
  const next = doable.length > 0 ? `Possible maintenant : ${doable.join(', ')}.` : '';
  const others = set.length > 0 ? ` Statuts qui peuvent suivre : ${set.join(', ')}.` : '';
  return new Fault(
    'MOVE_REFUSED',
    `La facture ${number ?? ''} est au statut ${shownStatus(status)} : ${wanted} ${next}${others}`
      .replace(/ +/g, ' ')
      .trim(),
    { number, status },
  );
}

const everyOther: readonly Role[] = ['recipient', 'accountant', 'validator1', 'validator2', 'moe', 'moa'];
/** Commands that an invoice admits at a status. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  '02': ['la rappeler (invoices recall)'],
  '03': ['la rappeler tant que personne ne l’a relevée (invoices recall)'],
  '04': ['la réadresser (invoices readdress)'],
  '06': ['la compléter (invoices complete)'],
  '24': ['la réadresser au bon valideur (invoices readdress --validator1)'],
  '26': ['la réadresser au bon valideur (invoices readdress --validator2)'],
  '28': ['la réadresser à la bonne MOE (invoices readdress --moe)'],
  '31': ['la réadresser à la bonne MOA (invoices readdress --moa)'],
  '34': ['la compléter (invoices complete)'],
};

/** An integrated invoice by its id, outside a transaction. @throws Fault NOT_FOUND, MOVE_REFUSED. */
export async function integratedInvoice({ stages }: MovePorts, id: string): Promise<InvoiceRow> {
  const row = await stages.store.invoice(id);
  if (row === null) throw new Fault('NOT_FOUND', `no invoice has the id ${id}`);
  if (row.fate === 'integrated') return row;
  throw new Fault(
    'MOVE_REFUSED',
    `La facture ${row.number ?? ''} n'a pas été intégrée : son destinataire ne l'a jamais eue. Corrigez-la et déposez-la de nouveau, ou retraitez son flux (flows replay).`,
    { number: row.number, status: null },
  );
}

/** The invoice as the transaction sees it, unchanged since it was read. @throws Fault MOVE_REFUSED. */
export async function unchanged(tx: StoreTransaction, row: InvoiceRow): Promise<StatusTarget> {
  const now = await tx.movable(row.id);
  if (now === null) throw new Fault('NOT_FOUND', `no invoice has the id ${row.id}`);
  const { invoice } = now;
  const same =
    invoice.status === row.status &&
    invoice.recipientSiret === row.recipientSiret &&
    invoice.serviceCode === row.serviceCode &&
    invoice.recipientPartner === row.recipientPartner;
  if (same) return now;
  throw moveRefused(invoice, "elle a changé pendant ce temps, rien n'est fait.");
}

/** The addressee that the moves of an invoice gave it last; null for its first one. */
export function addresseeOf(moves: readonly InvoiceMove[]): Addressee | null {
  const last = moves.findLast(
    ({ kind, state, facts }) => kind === 'readdressed' && state === 'done' && facts.step === undefined,
  );
  return last?.facts.to ?? null;
}

/** An invoice with another addressee in the place of its own. */
export function addressedTo(invoice: Invoice, to: Addressee): Invoice {
  const { chorus } = invoice;
  return {
    ...invoice,
    chorus: {
      ...chorus,
      recipient: { idType: '1', idTypeRaw: '1', id: to.siret, name: to.name, country: 'FR' },
      serviceCode: to.serviceCode,
      serviceName: null,
      engagement: to.engagement ?? chorus.engagement,
    },
  };
}

/** The invoice read again from its flow, with what was done with it since: its addressee, the pieces that were added. */
export async function invoiceAgain(
  ports: MovePorts,
  row: InvoiceRow,
  workDir: string,
): Promise<PivotInvoice> {
  const { stages } = ports;
  const flow = await stages.store.flow(row.flow);
  if (flow === null) throw new Fault('INTERNAL', 'an invoice without a flow', { invoice: row.id });
  const day = dayInParis(stages.clock.now());
  const { work, item } = await reworkInvoice(stages, flow, ports.partnerOf(flow), row, { day, workDir });
  const moves = (await stages.store.invoiceMoves(row.id)).filter(({ state }) => state === 'done');
  const own = toPivotInvoice(work, item);
  const added = moves.flatMap(({ facts }) => facts.pieces ?? []);
  const to = addresseeOf(moves);
  const read = to === null ? own : await withAddressee(ports, own, to, day);
  return { ...read, pieces: [...read.pieces, ...added.map(toPiece)] };
}

async function withAddressee(
  { stages }: MovePorts,
  item: PivotInvoice,
  to: Addressee,
  day: string,
): Promise<PivotInvoice> {
  const directory = directoryCache(stages.store.directory);
  const structure = await directory.structure(to.siret, day);
  const service = to.serviceCode === null ? null : await directory.service(to.siret, to.serviceCode, day);
  return { ...item, invoice: addressedTo(item.invoice, to), structure, service };
}

/** A piece that was added: complementary (02), under the name it was given. */
export function toPiece({ name, ...piece }: AddedPiece): PivotPiece {
  // None of the invoice's own attachments; the token is made where all tokens are.
  const [made] = pivotPieces({ attachments: [] }, [{ ...piece, index: -1 }]);
  if (made === undefined) throw new Fault('INTERNAL', 'a piece without a token');
  return { ...made, main: false, declaredName: name };
}

export interface SendAgain {
  readonly row: InvoiceRow;
  readonly kept: KeptInvoice;
  readonly resend: Resend;
  readonly route: WorksRoute | null;
  readonly partner: string;
}

/** Puts a new pivot about an invoice in the outbox; it stands for the invoice from now on. Gives its name. */
export async function sendAgain(
  tx: StoreTransaction,
  { row, kept, resend, route, partner }: SendAgain,
  ports: Pick<MovePorts, 'life'>,
  context: WorksContext,
): Promise<string> {
  const to = { partner, invoice: row.id, flow: row.flow, route, kept: withResend(kept, resend) };
  const { delivery } = await pivotTo(tx, to, context);
  await tx.detachPivots(row.id);
  await tx.insertDeliveries([delivery]);
  await tx.linkDelivery(delivery.id, [row.id]);
  await notePrepared(tx, delivery.name, ports.life, context.now.toISOString());
  return delivery.name;
}

/** 91: on its way to the recipient. */
export async function notePrepared(
  tx: StoreTransaction,
  name: string,
  life: LifePolicy,
  at: string,
): Promise<void> {
  const pivot = await tx.pivot(name);
  if (pivot !== null) await notePivots(tx, [{ pivot, code: '91', comment: null }], 'engine', life, at);
}

/** A status with who set it; the issuer is told of it. */
export function moveStatus(
  { invoice, issuer }: StatusTarget,
  life: LifePolicy,
  at: string,
  given: Pick<StatusRow, 'code' | 'comment'> & { readonly actor?: Actor; readonly role?: Role },
): StatusRow {
  const { actor, role, ...status } = given;
  return {
    id: newId(),
    invoice: invoice.id,
    partner: issuer,
    at,
    ...status,
    ...(actor === undefined ? {} : { actor }),
    ...(role === undefined ? {} : { role }),
    delivery: life.subscribed.has(issuer) ? null : notSent,
  };
}

export function moveEvent(
  row: InvoiceRow,
  { by, reason }: Pick<MoveOrder, 'by' | 'reason'>,
  at: string,
  kind: string,
  text: string,
): AuditEvent {
  const why = reason === null ? '' : ` (${reason})`;
  return { at, actor: by, kind, flow: row.flow, invoice: row.id, text: `${text}${why}` };
}
