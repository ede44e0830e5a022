import type { Delivery, DeliveryKind } from '../domain/delivery.js';
import type { Finding } from '../domain/finding.js';
import { newId } from '../domain/ids.js';
import { interfaceOf } from '../envelope/catalogue.js';
import { Fault } from '../errors.js';
import type { StoreTransaction } from '../ports/store.js';
import { integrationReport, type ReportedInvoice } from '../report/flow-report.js';
import { flowIdOf, outboundName, pivotCode, reportCodeOf } from '../report/naming.js';
import { pesAcquit } from '../report/pes-acquit.js';
import { type PivotInvoice, pivotPieces, pivotSkeleton, splitForPivot } from '../report/pivot.js';
import type { CommitContext } from './commit.js';
import type { Judgement } from './fates.js';
import { placeOf } from './replay-work.js';
import { isAboutTheFlow } from './stage-check.js';
import type { InvoiceWork, Work } from './work.js';

/** A pivot, and the ids of the invoices it carries. */
export interface PivotDelivery {
  readonly delivery: Delivery;
  readonly invoices: readonly string[];
}

/** What a sender's name may say of an interface that the catalogue knows, also when the flow is refused for it. */
const codeInName = /^([A-Z]{3}\d{4}[A-Z])(?:_|$)/;

/**
 * The pivots of a flow: one file per recipient, in the order in which recipients first appear, split by the limits of
 * the settings. An invoice whose recipient is not connected goes into none.
 */
export async function pivotDeliveries(
  tx: StoreTransaction,
  work: Work,
  integrated: readonly InvoiceWork[],
  context: CommitContext,
): Promise<readonly PivotDelivery[]> {
  const deliveries: PivotDelivery[] = [];
  for (const [code, items] of byRecipient(integrated)) {
    const partner = { code, name: context.partnerNames.get(code) ?? code };
    const invoices = items.map((item) => toPivotInvoice(work, item));
    for (const group of splitForPivot(invoices, context.pivot)) {
      const name = await nextName(tx, pivotCode, partner.code, context);
      const facts = { name, engine: context.engine, partner, at: context.now };
      const { body, parts } = pivotSkeleton({ ...facts, invoices: group });
      deliveries.push({
        delivery: { ...toDelivery('pivot', partner.code, name, work.flow.id, context), body, parts },
        invoices: group.map((invoice) => invoice.id),
      });
    }
  }
  return deliveries;
}

/** The integration report, always to the partner of the folder (DECISIONS, "Names and sequences"). */
export async function reportDelivery(
  tx: StoreTransaction,
  work: Work,
  judgement: Judgement,
  findings: readonly Finding[],
  context: CommitContext,
): Promise<Delivery> {
  const { flow, partner } = work;
  const name = flow.qualification
    ? await trialName(tx, reportCode(work), partner.code, context)
    : await nextName(tx, reportCode(work), partner.code, context);
  const body = integrationReport({
    name,
    engine: context.engine,
    partner,
    at: context.now,
    flow: {
      depositedName: flow.depositedName,
      flowId: work.name?.flowId ?? null,
      invoicesReceived: judgement.received,
      invoicesIntegrated: judgement.integrated,
      invoicesRejected: judgement.rejected,
      qualification: flow.qualification,
    },
    state: judgement.state,
    findings,
    aboutFlow: isAboutTheFlow,
    invoices: judgement.reported ?? judgement.fated.map(({ item }) => reportedInvoice(item)),
    ...replacedBy(work),
    ruleSets: work.layers.flatMap(({ ruleSet }) => (ruleSet === null ? [] : ruleSet.split('+'))),
  });
  return { ...toDelivery('integration-report', partner.code, name, flow.id, context), body, parts: [] };
}

/** The report of a replay names the one it replaces. */
function replacedBy({ replay }: Work): { readonly replaces?: string } {
  const before = replay?.replay.replaces ?? null;
  return before === null ? {} : { replaces: flowIdOf(before) };
}

function reportedInvoice({ entry, checked }: InvoiceWork): ReportedInvoice {
  const { number, chorus } = checked.invoice;
  return {
    entry,
    entryIndex: checked.index,
    number,
    supplierId: chorus.supplier.id,
    recipientSiret: chorus.recipient.id,
  };
}

/** Code of acknowledgements of PES files (docs/pes.md, nom-acquit); numbered with the reports of FSO1102A. */
const acquitCode = 'ACQ1102A';

/**
 * A PES_ACQUIT for each PES_Aller of a flow, where the partner asks for it; none for a file that does not say what an
 * acknowledgement has to tell again, nor for an incident: the report alone answers those.
 */
export async function acquitDeliveries(
  tx: StoreTransaction,
  work: Work,
  judgement: Judgement,
  findings: readonly Finding[],
  context: CommitContext,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  if (work.partner.pesAcquit !== true) return deliveries;
  for (const { entry, pes } of work.checked) {
    if (pes === undefined) continue;
    const about = findings.filter((one) => one.entry === entry || one.entry === null);
    const stopped = judgement.fated.some(({ item, fate }) => item.entry === entry && fate === 'untreated');
    const body = pesAcquit({
      pes,
      engine: context.engine,
      at: context.now,
      refusedFor: about.filter((one) => isAboutTheFlow(one) || (stopped && one.rule === 'ECL-ENV-UNTREATED')),
      invoices: [...integratedBefore(work, entry), ...acquitted(judgement, entry)].sort(
        (a, b) => a.index - b.index,
      ),
      findings: about,
    });
    if (body === null) continue;
    const report = reportCode(work);
    const { partner, flow } = work;
    const like = flow.qualification
      ? await trialName(tx, report, partner.code, context)
      : await nextName(tx, report, partner.code, context);
    const name = acquitCode + like.slice(acquitCode.length);
    deliveries.push({ ...toDelivery('pes-acquit', partner.code, name, flow.id, context), body, parts: [] });
  }
  return deliveries;
}

function acquitted(judgement: Judgement, entry: string) {
  return judgement.fated
    .filter(({ item }) => item.entry === entry)
    .map(({ item: { checked }, fate }) => ({
      index: checked.index,
      number: checked.invoice.number,
      integrated: fate === 'integrated',
    }));
}

/** An acknowledgement is about the whole file, also when only some of its invoices are worked again. */
function integratedBefore({ checked, leftOut }: Work, entry: string) {
  return checked
    .filter((result) => result.entry === entry)
    .flatMap(({ invoices }) => invoices.filter(({ index }) => leftOut?.has(placeOf(entry, index)) === true))
    .map(({ index, invoice }) => ({ index, number: invoice.number, integrated: true }));
}

function reportCode(work: Work): string {
  const inName = work.interface ?? interfaceOf(codeInName.exec(work.flow.depositedName)?.[1] ?? '') ?? null;
  // A deposit under a code that is never answered (a report on a report) is answered all the same when it is refused.
  return reportCodeOf(inName) ?? reportCodeOf(null) ?? '';
}

export async function nextName(
  tx: StoreTransaction,
  interfaceCode: string,
  receiver: string,
  context: Pick<CommitContext, 'engine'>,
): Promise<string> {
  const sequence = await tx.nextSequence(interfaceCode);
  return outboundName({ interfaceCode, receiver, engineCode: context.engine.code, sequence });
}

/** Reports on what is only tried have numbers of their own, at the end of the range: they use up none of the others. */
const trialNumbersFrom = 900_000_000_000_000;

async function trialName(
  tx: StoreTransaction,
  interfaceCode: string,
  receiver: string,
  context: CommitContext,
): Promise<string> {
  const sequence = trialNumbersFrom + (await tx.nextSequence(`QP:${interfaceCode}`));
  return outboundName({ interfaceCode, receiver, engineCode: context.engine.code, sequence });
}

function byRecipient(items: readonly InvoiceWork[]): Map<string, InvoiceWork[]> {
  const groups = new Map<string, InvoiceWork[]>();
  for (const item of items) {
    const code = item.recipientPartner;
    if (code === null) continue;
    const group = groups.get(code);
    if (group === undefined) groups.set(code, [item]);
    else group.push(item);
  }
  return groups;
}

/** An invoice of the work in the shape the pivot writer takes. */
export function toPivotInvoice(work: Pick<Work, 'flow'>, item: InvoiceWork): PivotInvoice {
  const { invoice } = item.checked;
  return {
    id: item.id,
    invoice,
    structure: item.structure,
    service: item.service,
    receivedAt: new Date(work.flow.receivedAt),
    pieces: pivotPieces(invoice, item.pieces),
  };
}

export function toDelivery(
  kind: DeliveryKind,
  partner: string,
  name: string,
  flow: string,
  context: Pick<CommitContext, 'now'>,
): Omit<Delivery, 'body' | 'parts'> {
  if (name.length !== 41) throw new Fault('INTERNAL', 'an outbound name has not 41 characters', { name });
  return {
    id: newId(),
    partner,
    name,
    kind,
    flow,
    state: 'pending',
    attempts: 0,
    createdAt: context.now.toISOString(),
    deliveredAt: null,
    sha256: null,
    sizeBytes: null,
    lastError: null,
    fetchedAt: null,
    removedAt: null,
  };
}
