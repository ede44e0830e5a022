import type { AuditEvent } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { WorksRoute } from '../domain/works.js';
import { Fault } from '../errors.js';
import { arrivalAtRecipient } from '../lifecycle/first-statuses.js';
import { type NextStep, nextStep } from '../lifecycle/works-route.js';
import type { InvoiceRow, StoreTransaction } from '../ports/store.js';
import type { WorksRow } from '../ports/store-works.js';
import { type KeptInvoice, keptInvoice, keptPivot } from '../report/kept-pivot.js';
import { pivotCode } from '../report/naming.js';
import type { CommitSettings } from './commit.js';
import { nextName, type PivotDelivery, toDelivery, toPivotInvoice } from './outbound.js';
import { type InvoiceWork, notSent, type Work } from './work.js';

/** What a step of a works route needs to be written: who we are, whom partners are, when it is. */
export type WorksContext = Pick<CommitSettings, 'engine' | 'partnerNames'> & { readonly now: Date };

/**
 * At commit: keeps the route of every works invoice and what its pivots are made of, and gives the pivots for those
 * who validate first and are connected.
 */
export async function worksAtCommit(
  tx: StoreTransaction,
  work: Work,
  integrated: readonly InvoiceWork[],
  context: WorksContext,
): Promise<readonly PivotDelivery[]> {
  const pivots: PivotDelivery[] = [];
  for (const item of integrated) {
    const route = item.works ?? null;
    if (route === null) continue;
    const kept = keptInvoice(toPivotInvoice(work, item));
    await tx.insertWorks([{ invoice: item.id, route, kept: JSON.stringify(kept) }]);
    const partner = route.steps[route.at]?.partner ?? null;
    if (partner === null) continue;
    pivots.push(await pivotTo(tx, { partner, invoice: item.id, flow: work.flow.id, route, kept }, context));
  }
  return pivots;
}

/** A status that an invoice has just been given. */
export interface GivenStatus {
  readonly code: string;
  readonly reason: string | null;
  readonly comment: string | null;
}

/** What followed: the statuses that the engine set, in order, and the pivots that it wrote. */
export interface Followed {
  readonly kind: NextStep['kind'];
  readonly statuses: readonly string[];
  readonly pivots: readonly string[];
}

/**
 * What follows a status of a works invoice, in the transaction that gave it (after `setInvoiceStatus`): the next step
 * gets the invoice, or its recipient does once all are done. Nothing for an invoice without a works route.
 * @param invoice as it was read before or after the status was set: its `status` is not looked at
 * @param told whether the issuer subscribed to statuses
 */
export async function followWorks(
  tx: StoreTransaction,
  invoice: InvoiceRow,
  given: GivenStatus,
  context: WorksContext,
  told: boolean,
): Promise<Followed> {
  const works = await tx.works(invoice.id);
  if (works === null) return { kind: 'none', statuses: [], pivots: [] };
  const next = nextStep(works.route, given.code, { ...given, at: context.now.toISOString() });
  if (next.kind === 'none' || next.kind === 'refused') return { kind: next.kind, statuses: [], pivots: [] };
  const partner = next.kind === 'deliver' ? invoice.recipientPartner : next.step.partner;
  const code = next.kind === 'deliver' ? arrivalAtRecipient(partner !== null) : next.status;
  await tx.setWorksRoute(invoice.id, next.route);
  await setByEngine(tx, invoice, code, context, told);
  // What a step asked for comes to it by a new pivot (invoices complete), not by the old one again.
  const writes = partner !== null && !(next.kind === 'advance' && next.again);
  const pivots = writes ? [await sendKept(tx, { works, invoice, route: next.route, partner }, context)] : [];
  return { kind: next.kind, statuses: [code], pivots };
}

async function setByEngine(
  tx: StoreTransaction,
  invoice: InvoiceRow,
  code: string,
  { now }: WorksContext,
  told: boolean,
): Promise<void> {
  const flow = await tx.flow(invoice.flow);
  if (flow === null) throw new Fault('INTERNAL', 'an invoice without a flow', { invoice: invoice.id });
  const at = now.toISOString();
  const row = { id: newId(), invoice: invoice.id, partner: flow.partner, code, at, comment: null };
  await tx.insertStatuses([{ ...row, delivery: told ? null : notSent }]);
  await tx.setInvoiceStatus(invoice.id, code);
}

interface Sending {
  readonly works: WorksRow;
  readonly invoice: InvoiceRow;
  readonly route: WorksRoute;
  readonly partner: string;
}

/** Puts the pivot in the outbox; gives its name. */
async function sendKept(
  tx: StoreTransaction,
  { works, invoice, route, partner }: Sending,
  context: WorksContext,
): Promise<string> {
  const kept = JSON.parse(works.kept) as KeptInvoice;
  const to = { partner, invoice: invoice.id, flow: invoice.flow, route, kept };
  const { delivery, invoices } = await pivotTo(tx, to, context);
  await tx.insertDeliveries([delivery]);
  await tx.linkDelivery(delivery.id, invoices);
  const event: AuditEvent = {
    at: context.now.toISOString(),
    actor: 'engine',
    kind: 'outbound',
    flow: invoice.flow,
    invoice: invoice.id,
    text: `envoi préparé pour ${partner} : ${delivery.name}`,
  };
  await tx.insertEvents([event]);
  return delivery.name;
}

export interface PivotTo {
  readonly partner: string;
  readonly invoice: string;
  readonly flow: string;
  /** Null for an invoice that nobody validates. */
  readonly route: WorksRoute | null;
  readonly kept: KeptInvoice;
}

/** The pivot of one kept invoice, with what was done on its way, under a name of its own. */
export async function pivotTo(
  tx: StoreTransaction,
  to: PivotTo,
  context: WorksContext,
): Promise<PivotDelivery> {
  const name = await nextName(tx, pivotCode, to.partner, context);
  const moeAt = await tx.statusAt(to.invoice, '27');
  const { body, parts } = keptPivot({
    name,
    engine: context.engine,
    partner: { code: to.partner, name: context.partnerNames.get(to.partner) ?? to.partner },
    at: context.now,
    kept: to.kept,
    acts: to.route?.acts ?? [],
    availableToMoeAt: moeAt === null ? null : new Date(moeAt),
  });
  return {
    delivery: { ...toDelivery('pivot', to.partner, name, to.flow, context), body, parts },
    invoices: [to.invoice],
  };
}
