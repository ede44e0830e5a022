import { dayInParis } from '../domain/dates.js';
import { isSiretShape } from '../domain/identifiers.js';
import { newId } from '../domain/ids.js';
import type { WorksRole, WorksRoute, WorksStep } from '../domain/works.js';
import { Fault } from '../errors.js';
import { roleNames } from '../lifecycle/roles.js';
import { arrivalOf, redirected } from '../lifecycle/works-route.js';
import type { InvoiceRow, StoreTransaction } from '../ports/store.js';
import type { KeptInvoice } from '../report/kept-pivot.js';
import {
  integratedInvoice,
  type Moved,
  type MoveOrder,
  type MovePorts,
  moveEvent,
  moveRefused,
  moveStatus,
  sendAgain,
  unchanged,
} from './move.js';
import type { WorksContext } from './works.js';

export interface ReaddressStepOrder extends MoveOrder {
  readonly role: WorksRole;
  readonly siret: string;
}

/** Statuses of steps that refused a works invoice as sent to the wrong one (DOMAIN 6.2). */
const wrongWay: Readonly<Record<WorksRole, string>> = {
  validator1: '24',
  validator2: '26',
  moe: '28',
  moa: '31',
};

/**
 * Gives the step of a works route that refused an invoice as misdirected (24, 26, 28, 31) to another: it gets a pivot,
 * `Renvoi` Recyclée, where it is connected. Who validates is often a company, which no directory of public bodies
 * knows: its SIRET is checked for its form.
 * @throws Fault MOVE_REFUSED (French).
 */
export async function readdressStep(ports: MovePorts, order: ReaddressStepOrder): Promise<Moved> {
  const row = await integratedInvoice(ports, order.invoice);
  const code = wrongWay[order.role];
  if (row.status !== code)
    throw moveRefused(row, `${roleNames[order.role]} ne se remplace qu'au statut ${code}.`);
  if (!isSiretShape(order.siret)) {
    throw new Fault('MOVE_REFUSED', `« ${order.siret} » n'est pas un SIRET : 14 chiffres sont attendus.`, {
      number: row.number,
      status: row.status,
    });
  }
  const { policy, store, clock } = ports.stages;
  const structure = await store.directory.structure(order.siret, dayInParis(clock.now()));
  const reached = policy.receives.get(order.siret) ?? structure?.partner ?? null;
  const to = {
    idType: '1',
    id: order.siret,
    name: structure?.name ?? null,
    country: 'FR',
    partner: reached !== null && policy.connected.has(reached) ? reached : null,
  };
  return store.transaction((tx) => write(tx, ports, row, order, to));
}

async function write(
  tx: StoreTransaction,
  ports: MovePorts,
  row: InvoiceRow,
  order: ReaddressStepOrder,
  to: Omit<WorksStep, 'role'>,
): Promise<Moved> {
  const target = await unchanged(tx, row);
  const works = await tx.works(row.id);
  const before = works?.route.steps[works.route.at];
  if (works === null || before?.role !== order.role)
    throw moveRefused(row, `elle n'attend pas ${roleNames[order.role]}.`);
  if (before.id === to.id) throw moveRefused(row, `${to.id} l'a déjà refusée : donnez un autre SIRET.`);
  const route: WorksRoute = redirected(works.route, to);
  const step: WorksStep = { ...to, role: order.role };
  const context: WorksContext = { ...ports, now: ports.stages.clock.now() };
  const at = context.now.toISOString();
  await tx.setWorksRoute(row.id, route);
  const code = arrivalOf(step);
  await tx.applyStatuses([moveStatus(target, ports.life, at, { code, comment: null })]);
  const kept = JSON.parse(works.kept) as KeptInvoice;
  const pivots: string[] = [];
  if (step.partner === null) await tx.detachPivots(row.id);
  else {
    const again = { row, kept, resend: 'Recyclée', route, partner: step.partner } as const;
    pivots.push(await sendAgain(tx, again, ports, context));
  }
  const place = (siret: string, partner: string | null) => ({
    siret,
    name: null,
    serviceCode: null,
    engagement: null,
    partner,
  });
  await tx.insertMove({
    id: newId(),
    invoice: row.id,
    kind: 'readdressed',
    state: 'done',
    by: order.by,
    at,
    reason: order.reason,
    endedAt: at,
    outcome: null,
    facts: { step: order.role, from: place(before.id, before.partner), to: place(to.id, to.partner), pivots },
  });
  const sent = step.partner === null ? '' : ` ; envoi préparé pour ${step.partner} : ${pivots[0]}`;
  const text = `facture ${row.number ?? ''} réadressée, ${roleNames[order.role]} : ${to.id} au lieu de ${before.id}, statut ${code}${sent}`;
  await tx.insertEvents([moveEvent(row, order, at, 'readdressed', text)]);
  return {
    invoice: row.id,
    number: row.number,
    from: row.status,
    statuses: [code],
    pivots,
    recipientPartner: step.partner,
  };
}
