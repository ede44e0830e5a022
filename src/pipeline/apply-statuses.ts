import type { Finding } from '../domain/finding.js';
import type { AuditEvent, FlowState } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import { type Role, roleNames } from '../lifecycle/roles.js';
import { statusOf } from '../lifecycle/status-table.js';
import type { StatusRow, StoreTransaction } from '../ports/store.js';
import type { InvoiceKey, StatusTarget } from '../ports/store-life.js';
import { applyFlowStatuses, type FlowStatusUnit } from './apply-flow-statuses.js';
import { notSent } from './commit.js';
import type { Judgement } from './fates.js';
import { judgeStatus, type StatusUnit, statusFinding } from './judge-status.js';
import type { LifePolicy, LifeWork } from './life-work.js';
import { commentLengthMax, cut } from './status-text.js';
import type { Work } from './work.js';

/** Among statuses of invoices the schema sets none. */
const complementLengthMax = 255;

/** What became of the statuses of a flow; `integrated` are those that hold, the ones that held before among them. */
interface Applied {
  readonly findings: readonly Finding[];
  readonly integrated: number;
}

/**
 * Applies the statuses of a flow, in the order of the file and inside the transaction of its commit: each is accepted or
 * refused by itself. A flow that was stopped before applies none.
 */
export async function applyStatuses(
  tx: StoreTransaction,
  work: Work,
  stopped: boolean,
  policy: LifePolicy,
  at: string,
): Promise<Judgement> {
  const life: LifeWork = { policy, recipients: work.recipients ?? new Map() };
  const units = work.checked.flatMap(({ entry, statuses = [] }) =>
    statuses.map((reading): StatusUnit => ({ entry, reading })),
  );
  const flowUnits = work.checked.flatMap(({ entry, flowStatuses = [] }) =>
    flowStatuses.map((reading): FlowStatusUnit => ({ entry, reading })),
  );
  const unread = work.checked.filter(
    ({ statuses = [], flowStatuses = [] }) => statuses.length + flowStatuses.length === 0,
  ).length;
  const misplaced = new Set(work.findings.filter((f) => f.rule === 'ECL-STA-PLACE').map((f) => f.entry));
  const usable = units.filter(({ entry }) => !misplaced.has(entry));
  const invoices = stopped ? none : await applyAll(tx, work, life, usable, at);
  const flows = stopped ? { ...none, alerts: [] } : await applyFlowStatuses(tx, work, policy, flowUnits, at);
  const received = units.length + flowUnits.length + unread;
  const integrated = invoices.integrated + flows.integrated;
  return {
    state: stateOf(work.flow.qualification, stopped, received, integrated),
    fated: [],
    findings: [...invoices.findings, ...flows.findings],
    received,
    integrated,
    rejected: received - integrated,
    reported: units.map(({ entry, reading }) => ({
      entry,
      entryIndex: reading.index,
      number: reading.invoiceNumber,
      supplierId: reading.supplier.id,
      recipientSiret: reading.recipient,
    })),
    alerts: flows.alerts,
  };
}

const none: Applied = { findings: [], integrated: 0 };

function stateOf(tried: boolean, stopped: boolean, received: number, integrated: number): FlowState {
  if (stopped) return 'QP_IRRECEVABLE';
  const whole = received > 0 && integrated === received;
  if (tried) return whole ? 'QP_RECEVABLE' : 'QP_RECEVABLE_AVEC_ERREUR';
  if (integrated === 0) return 'IN_REJETE';
  return whole ? 'IN_INTEGRE' : 'IN_INTEGRE_PARTIEL';
}

async function applyAll(
  tx: StoreTransaction,
  work: Work,
  life: LifeWork,
  units: readonly StatusUnit[],
  at: string,
): Promise<Applied> {
  if (units.length === 0) return none;
  const before = work.flow.attempt > 1 ? await tx.appliedFrom(work.flow.id) : [];
  const done = new Set(before.map((one) => placeKey(one.entry, one.index)));
  const targets = await tx.statusTargets(units.map(({ reading }) => keyOf(reading)));
  const findings: Finding[] = [];
  const rows: StatusRow[] = [];
  const events: AuditEvent[] = [];
  const standing = new Map<string, string>();
  const current = ({ invoice }: StatusTarget) => standing.get(invoice.id) ?? invoice.status;
  let integrated = 0;
  for (const [index, unit] of units.entries()) {
    if (done.has(placeKey(unit.entry, unit.reading.index))) {
      integrated++;
      continue;
    }
    const verdict = judgeStatus(unit, targets[index] ?? [], work.partner.code, life, current);
    if (verdict.kind !== 'accepted') findings.push(verdict.finding);
    if (verdict.kind !== 'refused') integrated++;
    if (verdict.kind !== 'accepted') continue;
    const { target, role } = verdict;
    if (verdict.madeAvailable) rows.push(availableRow(target, life, at));
    rows.push(statusRow(work, life, unit, target, role, at));
    events.push(statusEvent(work, unit, target, role, at));
    findings.push(...textFindings(unit));
    standing.set(target.invoice.id, unit.reading.code);
  }
  if (!work.flow.qualification) {
    await tx.applyStatuses(rows);
    await tx.insertEvents(events);
  }
  return { findings, integrated };
}

function placeKey(entry: string, index: number): string {
  return `${index} ${entry}`;
}

function keyOf({ supplier, invoiceNumber, recipient }: StatusUnit['reading']): InvoiceKey {
  return {
    supplierType: supplier.idType,
    supplierId: supplier.id,
    number: invoiceNumber,
    recipientSiret: recipient,
  };
}

/** The issuer is told of what others set; of what it has set itself, the recipient is. */
function told(target: StatusTarget, role: Role, life: LifeWork): Pick<StatusRow, 'partner' | 'delivery'> {
  const { recipientPartner } = target.invoice;
  const partner = role === 'supplier' ? (recipientPartner ?? target.issuer) : target.issuer;
  const self = role === 'supplier' && recipientPartner === null;
  return { partner, delivery: !self && life.policy.subscribed.has(partner) ? null : notSent };
}

function statusRow(
  { partner, flow }: Work,
  life: LifeWork,
  { entry, reading }: StatusUnit,
  target: StatusTarget,
  role: Role,
  at: string,
): StatusRow {
  return {
    id: newId(),
    invoice: target.invoice.id,
    ...told(target, role, life),
    code: reading.code,
    at,
    comment: cut(reading.comment, commentLengthMax),
    actor: `partner:${partner.code}`,
    role,
    statedAt: reading.at,
    complement: cut(reading.complement, complementLengthMax),
    mandate: cut(reading.mandate, complementLengthMax),
    producer: cut(reading.producer, complementLengthMax) ?? partner.code,
    sourceFlow: flow.id,
    sourceEntry: entry,
    sourceIndex: reading.index,
  };
}

function availableRow(target: StatusTarget, life: LifeWork, at: string): StatusRow {
  return {
    id: newId(),
    invoice: target.invoice.id,
    ...told(target, 'chorus', life),
    code: firstStatuses.available,
    at,
    comment: null,
  };
}

function statusEvent(
  { flow, partner }: Work,
  { reading }: StatusUnit,
  { invoice }: StatusTarget,
  role: Role,
  at: string,
): AuditEvent {
  const label = statusOf(reading.code)?.label ?? '';
  return {
    at,
    actor: `partner:${partner.code}`,
    kind: 'status',
    flow: invoice.flow,
    invoice: invoice.id,
    text: `statut ${reading.code} (${label}) posé par ${partner.code}, ${roleNames[role]}, sur la facture ${invoice.number ?? ''} : flux ${flow.depositedName}`,
  };
}

function textFindings(unit: StatusUnit): Finding[] {
  const { comment, complement } = unit.reading;
  const texts: readonly (readonly [string, string | null, number])[] = [
    ['Commentaire', comment, commentLengthMax],
    ['ComplementStatut', complement, complementLengthMax],
  ];
  return texts.flatMap(([tag, text, max]) => {
    const length = text?.length ?? 0;
    if (length <= max) return [];
    const facts = { tag, length: String(length), max: String(max) };
    return [statusFinding(unit, 'ECL-STA-TEXT', facts, 'whole')];
  });
}
