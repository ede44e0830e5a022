import type { Delivery } from '../domain/delivery.js';
import { duplicatesIn } from '../domain/duplicates.js';
import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import { type AuditEvent, type FlowState, flowStates } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import { statusesAtCommit } from '../lifecycle/first-statuses.js';
import type { InvoiceRow, StatusRow, StoreTransaction } from '../ports/store.js';
import { applyStatuses } from './apply-statuses.js';
import { endReplay, keepQuarantineKey } from './commit-replay.js';
import { type Fated, type Judgement, judge } from './fates.js';
import { bringsStatuses, isUnanswered, type LifePolicy } from './life-work.js';
import { acquitDeliveries, type PivotDelivery, pivotDeliveries, reportDelivery } from './outbound.js';
import { notePivots, type PivotAlert, type PivotWord } from './pivot-statuses.js';
import { type InvoiceWork, notSent, type Work } from './work.js';
import { worksAtCommit } from './works.js';

export { notSent };

export interface CommitSettings {
  readonly engine: { readonly code: string; readonly name: string };
  /** Names of the partners by code. */
  readonly partnerNames: ReadonlyMap<string, string>;
  readonly numberPerYear: boolean;
  readonly pivot: { readonly invoicesMax: number; readonly bytesMax: number };
  readonly life: LifePolicy;
  /** Whether rejected invoices get the status 37 (DECISIONS: off). */
  readonly rejectedStatus: boolean;
}

export interface CommitContext extends CommitSettings {
  readonly now: Date;
  readonly durationMs: number;
}

/** What became of a flow, for the terminal and the log. */
export interface Outcome {
  readonly flow: string;
  readonly partner: string;
  readonly depositedName: string;
  readonly interfaceCode: string | null;
  readonly state: FlowState;
  readonly received: number;
  readonly integrated: number;
  readonly rejected: number;
  readonly fatal: readonly Finding[];
  readonly deliveries: readonly { readonly partner: string; readonly name: string }[];
  /** Pivots that their recipient could not use; absent where there are none. */
  readonly alerts?: readonly PivotAlert[];
}

/** An attempt that has come to its end. */
export interface Ending {
  readonly work: Work;
  readonly stopped: boolean;
  readonly context: CommitContext;
}

/**
 * The one commit of attempts: numbers taken, states, invoices, findings, statuses, outbound files with their
 * sequence numbers, audit trail; all of it or nothing.
 * @throws Fault STORE_CONFLICT when a newer attempt has begun.
 */
export async function commit(tx: StoreTransaction, endings: readonly Ending[]): Promise<Outcome[]> {
  // Numbers go to who comes first: what is asked for together is answered in the order of asking.
  const [judgements] = await Promise.all([
    Promise.all(endings.map((ending) => judgementOf(tx, ending))),
    tx.openSequences(),
  ]);
  return inTurn(endings, async ({ work, stopped, context }, i) => {
    if (work.quarantineKey !== undefined) await keepQuarantineKey(tx, work, work.quarantineKey);
    const judgement = judgements[i] ?? (await applyStatuses(tx, work, stopped, context));
    return write(tx, work, judgement, [...work.findings, ...judgement.findings], context);
  });
}

/** Null for a flow that brings statuses: what it may do depends on what those before it have done. */
async function judgementOf(
  tx: StoreTransaction,
  { work, stopped, context }: Ending,
): Promise<Judgement | null> {
  if (bringsStatuses(work)) return null;
  const { numberPerYear, now } = context;
  return judge(tx, work, stopped, { numberPerYear, at: now.toISOString() });
}

async function inTurn<Item, T>(
  items: readonly Item[],
  work: (item: Item, i: number) => Promise<T>,
): Promise<T[]> {
  const done: T[] = [];
  for (const [i, item] of items.entries()) done.push(await work(item, i));
  return done;
}

/** After the last attempt a flow is answered as an incident: it was not processed and must be sent again. */
export async function commitIncident(
  tx: StoreTransaction,
  work: Work,
  context: CommitContext,
  cause: Error,
): Promise<Outcome> {
  const incident = findingOf('ECL-INCIDENT', {});
  const judgement: Judgement = {
    state: 'IN_INCIDENTE',
    fated: [],
    findings: [incident],
    received: 0,
    integrated: 0,
    rejected: 0,
  };
  const at = context.now.toISOString();
  await tx.insertEvents([
    {
      at,
      actor: 'engine',
      kind: 'incident',
      flow: work.flow.id,
      invoice: null,
      text: cause.message.slice(0, 500),
    },
  ]);
  return write(tx, { ...work, invoices: [], checked: [] }, judgement, [...work.findings, incident], context);
}

async function write(
  tx: StoreTransaction,
  work: Work,
  judgement: Judgement,
  findings: readonly Finding[],
  context: CommitContext,
): Promise<Outcome> {
  const { flow } = work;
  const at = context.now.toISOString();
  await tx.finishAttempt({
    flow: flow.id,
    attempt: flow.attempt,
    state: judgement.state,
    flowId: work.name?.flowId ?? null,
    interfaceCode: work.interface?.code ?? work.name?.interfaceCode ?? null,
    invoicesReceived: judgement.received,
    invoicesIntegrated: judgement.integrated,
    invoicesRejected: judgement.rejected,
    at,
    durationMs: context.durationMs,
    layers: work.layers,
    counted: flow,
  });
  await tx.insertFindings(flow.id, flow.attempt, findings);
  if (work.archived !== undefined) await tx.insertArchived(flow.id, work.archived);
  await endReplay(tx, work, judgement, at);
  const pivots = flow.qualification ? [] : await integrate(tx, work, judgement, context);
  const reports = isUnanswered(work) ? [] : [await reportDelivery(tx, work, judgement, findings, context)];
  const acquits = await acquitDeliveries(tx, work, judgement, findings, context);
  const deliveries = [...pivots.map((pivot) => pivot.delivery), ...reports, ...acquits];
  await tx.insertDeliveries(deliveries);
  for (const pivot of pivots) await tx.linkDelivery(pivot.delivery.id, pivot.invoices);
  const prepared = pivots.map(({ delivery }) => preparedPivot(work, delivery));
  await notePivots(tx, prepared, 'engine', context.life, at);
  await tx.insertEvents(eventsOf(work, judgement, deliveries, at));
  await tx.insertEvents(duplicateEvents(work, findings, at));
  return {
    flow: flow.id,
    partner: flow.partner,
    depositedName: flow.depositedName,
    interfaceCode: work.interface?.code ?? null,
    state: judgement.state,
    received: judgement.received,
    integrated: judgement.integrated,
    rejected: judgement.rejected,
    fatal: findings.filter((f) => f.severity === 'fatal'),
    deliveries: deliveries.map(({ partner, name }) => ({ partner, name })),
    ...(judgement.alerts === undefined ? {} : { alerts: judgement.alerts }),
  };
}

/** 91: on its way to the recipient. */
function preparedPivot({ flow, name }: Work, { id, name: pivot, partner }: Delivery): PivotWord {
  const flowName = name?.flowId ?? flow.depositedName;
  const facts = { id, name: pivot, recipient: partner, flow: flow.id, flowName, issuer: flow.partner };
  return { pivot: facts, code: '91', comment: null };
}

/** Invoices with their statuses, and the pivots that carry them: what a flow that is only tried has none of. */
async function integrate(
  tx: StoreTransaction,
  work: Work,
  judgement: Judgement,
  context: CommitContext,
): Promise<readonly PivotDelivery[]> {
  await tx.insertInvoices(judgement.fated.map((fated) => invoiceRow(work, fated)));
  await tx.insertStatuses(statusRows(work, judgement, context));
  const integrated = judgement.fated
    .filter((fated) => fated.fate === 'integrated')
    .map((fated) => fated.item);
  const direct = integrated.filter((item) => (item.works ?? null) === null);
  return [
    ...(await pivotDeliveries(tx, work, direct, context)),
    ...(await worksAtCommit(tx, work, integrated, context)),
  ];
}

function invoiceRow(work: Work, { item, fate }: Fated): InvoiceRow {
  const { invoice, index } = item.checked;
  const { supplier, recipient, serviceCode } = invoice.chorus;
  const integrated = fate === 'integrated';
  return {
    id: item.id,
    flow: work.flow.id,
    attempt: work.flow.attempt,
    entry: item.entry,
    entryIndex: index,
    number: invoice.number,
    typeCode: invoice.typeCode,
    issueDate: invoice.issueDate,
    currency: invoice.currency,
    supplierType: supplier.idType,
    supplierId: supplier.id,
    supplierName: supplier.name,
    supplierCountry: supplier.country,
    recipientSiret: recipient.id,
    recipientName: recipient.name ?? item.structure?.name ?? null,
    serviceCode,
    payable: invoice.totals.payable,
    fate,
    recipientPartner: integrated ? item.recipientPartner : null,
    status: integrated ? (statusesOf(item).at(-1) ?? null) : null,
  };
}

function statusesOf(item: InvoiceWork): readonly string[] {
  return statusesAtCommit(item.recipientPartner !== null, item.works ?? null);
}

function statusRows(work: Work, judgement: Judgement, context: CommitContext): StatusRow[] {
  const told = work.partner.lifecycle;
  const row = (invoice: string, code: string, comment: string | null): StatusRow => ({
    id: newId(),
    invoice,
    partner: work.partner.code,
    code,
    at: context.now.toISOString(),
    comment,
    delivery: told ? null : notSent,
  });
  return judgement.fated.flatMap(({ item, fate }) => {
    if (fate === 'integrated') return statusesOf(item).map((code) => row(item.id, code, null));
    return context.rejectedStatus && fate === 'rejected'
      ? [row(item.id, '37', 'Rejetée : voir le compte rendu du flux')]
      : [];
  });
}

/** One for each, so that the audit trail can be asked for them; many invoices of one flow may be duplicates. */
function duplicateEvents({ flow }: Work, findings: readonly Finding[], at: string): AuditEvent[] {
  return duplicatesIn(findings).map(({ kind, message }) => ({
    at,
    actor: 'engine',
    kind,
    flow: flow.id,
    invoice: null,
    text: message,
  }));
}

function eventsOf(
  work: Work,
  judgement: Judgement,
  deliveries: readonly Delivery[],
  at: string,
): AuditEvent[] {
  const { label } = flowStates[judgement.state];
  const text = `tentative ${work.flow.attempt} : ${label}, ${judgement.received} reçues = ${judgement.integrated} intégrées + ${judgement.rejected} rejetées${work.flow.qualification ? " ; qualification : rien n'est transmis ni retenu" : ''}`;
  const base = { at, actor: 'engine', flow: work.flow.id, invoice: null } as const;
  return [
    { ...base, kind: 'processed', text },
    ...deliveries.map((d) => ({
      ...base,
      kind: 'outbound',
      text: `envoi préparé pour ${d.partner} : ${d.name}`,
    })),
  ];
}
