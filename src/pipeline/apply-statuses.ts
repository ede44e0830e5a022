import type { Finding } from '../domain/finding.js';
import type { AuditEvent, FlowState } from '../domain/flow.js';
import type { WorksRoute } from '../domain/works.js';
import { rolesOf } from '../lifecycle/works-route.js';
import type { StatusRow, StoreTransaction } from '../ports/store.js';
import type { InvoiceKey, StatusTarget } from '../ports/store-life.js';
import { applyFlowStatuses, type FlowStatusUnit } from './apply-flow-statuses.js';
import type { CommitContext } from './commit.js';
import type { Judgement } from './fates.js';
import { judgeStatus, type StatusUnit } from './judge-status.js';
import { type LifeWork, rolesTowards } from './life-work.js';
import { notePivots } from './pivot-statuses.js';
import { availableRow, statusEvent, statusRow, textFindings } from './status-rows.js';
import type { Work } from './work.js';
import { followWorks } from './works.js';

/** What became of the statuses of a flow; `integrated` are those that hold, the ones that held before among them. */
interface Applied {
  readonly findings: readonly Finding[];
  readonly integrated: number;
}

const none: Applied = { findings: [], integrated: 0 };

/**
 * Applies the statuses of a flow, in the order of the file and inside the transaction of its commit: each is accepted or
 * refused by itself. A flow that was stopped before applies none.
 */
export async function applyStatuses(
  tx: StoreTransaction,
  work: Work,
  stopped: boolean,
  context: CommitContext,
): Promise<Judgement> {
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
  const invoices = stopped ? none : await applyAll(tx, work, usable, context);
  const flows = stopped ? { ...none, alerts: [] } : await applyFlowStatuses(tx, work, flowUnits, context);
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
  units: readonly StatusUnit[],
  context: CommitContext,
): Promise<Applied> {
  if (units.length === 0) return none;
  const life: LifeWork = { policy: context.life, recipients: work.recipients ?? new Map() };
  const at = context.now.toISOString();
  const done = await doneBefore(tx, work);
  const targets = await tx.statusTargets(units.map(({ reading }) => keyOf(reading)));
  const ledger = createLedger(tx, work, context);
  const findings: Finding[] = [];
  let integrated = 0;
  for (const [index, unit] of units.entries()) {
    if (done.has(placeKey(unit.entry, unit.reading.index))) {
      integrated++;
      continue;
    }
    const found = targets[index] ?? [];
    await ledger.readRoutes(found);
    const { recipient: siret, service } = unit.reading;
    const sender = work.partner.code;
    const verdict = judgeStatus(unit, found, sender, ledger.status, (target) => [
      ...rolesTowards({ sender, siret, service, target }, life),
      ...(target === null ? [] : ledger.worksRoles(target, sender)),
    ]);
    if (verdict.kind !== 'accepted') findings.push(verdict.finding);
    if (verdict.kind !== 'refused') integrated++;
    if (verdict.kind !== 'accepted') continue;
    const { target, role } = verdict;
    const before = verdict.madeAvailable ? [availableRow(target, life, at)] : [];
    const rows = [...before, statusRow(work, life, unit, target, role, at)];
    await ledger.give(target, rows, statusEvent(work, unit, target, role, at));
    findings.push(...textFindings(unit));
  }
  await ledger.write();
  return { findings, integrated };
}

/** Places whose statuses an earlier attempt has applied. */
async function doneBefore(tx: StoreTransaction, { flow }: Work): Promise<ReadonlySet<string>> {
  const before = flow.attempt > 1 ? await tx.appliedFrom(flow.id) : [];
  return new Set(before.map(({ entry, index }) => placeKey(entry, index)));
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

/**
 * What the statuses of a flow have changed so far. It is written at once at the end; a status of a works invoice that
 * moves it on is written before what follows it.
 */
function createLedger(tx: StoreTransaction, { flow }: Work, context: CommitContext) {
  const standing = new Map<string, string>();
  const routes = new Map<string, WorksRoute | null>();
  const rows: StatusRow[] = [];
  const events: AuditEvent[] = [];

  async function write(): Promise<void> {
    // What is only tried changes nothing.
    if (flow.qualification) return;
    await tx.applyStatuses(rows.splice(0));
    await tx.insertEvents(events.splice(0));
  }

  /** A works invoice goes to its next step, or to its recipient. */
  async function follow({ invoice, issuer }: StatusTarget, given: StatusRow): Promise<void> {
    await write();
    const { code, comment, complement = null } = given;
    const told = context.life.subscribed.has(issuer);
    const { statuses, pivots } = await followWorks(
      tx,
      invoice,
      { code, reason: complement, comment },
      context,
      told,
    );
    for (const status of statuses) standing.set(invoice.id, status);
    for (const name of pivots) {
      const pivot = await tx.pivot(name);
      const word = pivot === null ? [] : [{ pivot, code: '91', comment: null }];
      await notePivots(tx, word, 'engine', context.life, context.now.toISOString());
    }
    routes.delete(invoice.id);
  }

  return {
    write,
    status: ({ invoice }: StatusTarget): string | null => standing.get(invoice.id) ?? invoice.status,
    async readRoutes(found: readonly StatusTarget[]): Promise<void> {
      for (const { invoice, works } of found) {
        if (works && !routes.has(invoice.id))
          routes.set(invoice.id, (await tx.works(invoice.id))?.route ?? null);
      }
    },
    worksRoles: ({ invoice }: StatusTarget, sender: string) => {
      const route = routes.get(invoice.id) ?? null;
      return route === null ? [] : rolesOf(route, sender);
    },
    /** @param given in order; the last is the one that was asked for */
    async give(target: StatusTarget, given: readonly StatusRow[], event: AuditEvent): Promise<void> {
      rows.push(...given);
      events.push(event);
      const last = given.at(-1);
      if (last === undefined) return;
      standing.set(target.invoice.id, last.code);
      if (target.works && !flow.qualification) await follow(target, last);
    },
  };
}
