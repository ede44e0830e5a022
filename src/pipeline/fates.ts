import { momentInParis } from '../domain/dates.js';
import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { FlowState, InvoiceFate } from '../domain/flow.js';
import type { NumberKey, StoreTransaction } from '../ports/store.js';
import type { ReportedInvoice } from '../report/flow-report.js';
import { numberKeyOf } from './number-key.js';
import type { PivotAlert } from './pivot-statuses.js';
import { isAboutTheFlow } from './stage-check.js';
import type { InvoiceWork, Work } from './work.js';

/** Numbers of invoices that one finding lists. */
const numbersTold = 10;

export interface Fated {
  readonly item: InvoiceWork;
  readonly fate: InvoiceFate;
}

export interface Judgement {
  readonly state: FlowState;
  readonly fated: readonly Fated[];
  /** Findings that only the commit can make: the number was already taken. */
  readonly findings: readonly Finding[];
  /** received = integrated + rejected; an entry that could not be read counts as one invoice received. */
  readonly received: number;
  readonly integrated: number;
  readonly rejected: number;
  /** What findings speak about in a flow that brings statuses; absent: its invoices. */
  readonly reported?: readonly ReportedInvoice[];
  readonly alerts?: readonly PivotAlert[];
}

/**
 * What becomes of every invoice of a flow, and so of the flow. Good invoices take their number here, inside the
 * transaction: a number is taken only by an integrated invoice, and the first in entry order wins (DECISIONS).
 */
export async function judge(
  tx: Pick<StoreTransaction, 'takeInvoiceNumbers'>,
  work: Work,
  stopped: boolean,
  options: { readonly numberPerYear: boolean; readonly at: string },
): Promise<Judgement> {
  const fated: Fated[] = [];
  const failing = new Set(work.findings.filter(isAboutTheFlow).map((f) => f.entry));
  const good = stopped ? [] : work.invoices.filter(({ fatal }) => !fatal);
  const duplicates = work.flow.qualification
    ? twiceInFlow(work, good, options)
    : await takeNumbers(tx, work, good, options);
  for (const item of work.invoices) {
    if (stopped) fated.push({ item, fate: failing.has(item.entry) || item.fatal ? 'rejected' : 'untreated' });
    else fated.push({ item, fate: item.fatal || duplicates.has(item) ? 'rejected' : 'integrated' });
  }
  const findings = [...duplicates.values()];
  const unread = work.checked.filter(
    (result) => result.invoices.length === 0 && result.syntax !== 'signature',
  ).length;
  const own = {
    received: fated.length + unread,
    integrated: fated.filter((f) => f.fate === 'integrated').length,
  };
  const { received, integrated, absent } = withEarlier(work, stopped, own);
  findings.push(...absent);
  return {
    state: work.flow.qualification
      ? triedStateOf(stopped, received, integrated)
      : stateOf(stopped, received, integrated),
    fated,
    findings,
    received,
    integrated,
    rejected: received - integrated,
  };
}

/**
 * The counts of a flow that was worked before: what is integrated stays so, and no invoice goes uncounted: those that a
 * corrected file leaves out stay refused.
 */
function withEarlier(
  work: Work,
  stopped: boolean,
  own: { readonly received: number; readonly integrated: number },
) {
  if (work.replay === undefined) return { ...own, absent: [] };
  const { integrated: before, replay, refusedNumbers } = work.replay;
  const worked = before + own.received;
  const received = Math.max(replay.beforeReceived, worked);
  const given = new Set(work.invoices.map(({ checked }) => checked.invoice.number));
  const numbers = refusedNumbers.filter((number) => !given.has(number)).slice(0, numbersTold);
  const facts = { count: String(received - worked), numbers: numbers.join(', ') || 'sans numéro' };
  const absent =
    received > worked && replay.file !== null && !stopped ? [findingOf('ECL-REPLAY-ABSENT', facts)] : [];
  return { received, integrated: before + own.integrated, absent };
}

function stateOf(stopped: boolean, received: number, integrated: number): FlowState {
  if (stopped && integrated === 0) return 'QP_IRRECEVABLE';
  if (integrated === 0) return 'IN_REJETE';
  return integrated === received ? 'IN_INTEGRE' : 'IN_INTEGRE_PARTIEL';
}

/** States of what is only tried (DOMAIN 5). */
function triedStateOf(stopped: boolean, received: number, integrated: number): FlowState {
  if (stopped) return 'QP_IRRECEVABLE';
  return integrated === received && received > 0 ? 'QP_RECEVABLE' : 'QP_RECEVABLE_AVEC_ERREUR';
}

/** In qualification no number is taken: only the flow itself can hold the same one twice. */
function twiceInFlow(
  work: Work,
  items: readonly InvoiceWork[],
  options: { readonly numberPerYear: boolean },
): Map<InvoiceWork, Finding> {
  const { depositedName, receivedAt } = work.flow;
  const tried = new Set<string>();
  const found = new Map<InvoiceWork, Finding>();
  for (const item of items) {
    const key = numberKeyOf(item.checked.invoice, options.numberPerYear);
    const text = JSON.stringify(Object.values(key));
    const holder = { depositedName, at: receivedAt, inFlow: true };
    if (tried.has(text)) found.set(item, duplicateFinding(item, key, holder));
    tried.add(text);
  }
  return found;
}

async function takeNumbers(
  tx: Pick<StoreTransaction, 'takeInvoiceNumbers'>,
  work: Work,
  items: readonly InvoiceWork[],
  options: { readonly numberPerYear: boolean; readonly at: string },
): Promise<Map<InvoiceWork, Finding>> {
  const found = new Map<InvoiceWork, Finding>();
  if (items.length === 0) return found;
  const claims = items.map(({ id, checked }) => ({
    key: numberKeyOf(checked.invoice, options.numberPerYear),
    invoice: id,
  }));
  const holders = await tx.takeInvoiceNumbers(work.flow.id, claims, options.at);
  for (const [i, item] of items.entries()) {
    const [holder, key] = [holders[i] ?? null, claims[i]?.key];
    if (holder === null || key === undefined) continue;
    found.set(item, duplicateFinding(item, key, { ...holder, inFlow: holder.flow === work.flow.id }));
  }
  return found;
}

function duplicateFinding(
  item: InvoiceWork,
  { number, supplierId }: NumberKey,
  holder: { readonly depositedName: string; readonly at: string; readonly inFlow: boolean },
): Finding {
  const { index, places } = item.checked;
  return findingOf(
    holder.inFlow ? 'ECL-DUP-IN-FLOW' : 'REJ_UNI',
    {
      number,
      supplier: supplierId,
      name: holder.depositedName,
      at: momentInParis(new Date(holder.at)),
    },
    {
      value: number,
      invoice: number,
      invoiceIndex: index,
      entry: item.entry,
      path: places.number?.path ?? null,
      line: places.number?.line ?? null,
    },
  );
}
