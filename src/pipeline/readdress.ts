import { checkDirectory, directoryCache } from '../directory/check.js';
import { dayInParis } from '../domain/dates.js';
import { newId } from '../domain/ids.js';
import type { Addressee } from '../domain/invoice-move.js';
import { Fault } from '../errors.js';
import { arrivalAtRecipient } from '../lifecycle/first-statuses.js';
import type { InvoiceRow, StoreTransaction } from '../ports/store.js';
import { type KeptInvoice, keptInvoice } from '../report/kept-pivot.js';
import type { PivotInvoice } from '../report/pivot.js';
import {
  addressedTo,
  addresseeOf,
  integratedInvoice,
  invoiceAgain,
  type Moved,
  type MoveOrder,
  type MovePorts,
  moveEvent,
  moveRefused,
  moveStatus,
  sendAgain,
  unchanged,
} from './move.js';
import { receiverOf } from './stage-direct.js';
import type { WorksContext } from './works.js';

export interface ReaddressOrder extends MoveOrder {
  readonly siret: string;
  /** Null: none. */
  readonly service: string | null;
  /** Null: the one it has. */
  readonly engagement: string | null;
}

const wanted =
  "elle ne peut être réadressée qu'au statut 04 (Rejetée par l'ordonnateur, erreur de données d'acheminement).";

/**
 * Gives an invoice that was refused as misdirected (04) another recipient, service or engagement: checked against
 * today's directory with its obligations; the partner of the new recipient gets a pivot, `Renvoi` Recyclée, and the
 * invoice is on its way again (02, or 03 where nobody is connected), of which the issuer is told. The former recipient is told
 * nothing. Two at once: the second finds another status, and is refused.
 * @throws Fault MOVE_REFUSED (French).
 */
export async function readdressInvoice(ports: MovePorts, order: ReaddressOrder): Promise<Moved> {
  const row = await integratedInvoice(ports, order.invoice);
  if (row.status !== '04') throw moveRefused(row, wanted);
  return ports.inFolder(async (workDir) => {
    const again = await invoiceAgain(ports, row, workDir);
    const from: Addressee = {
      siret: row.recipientSiret ?? '',
      name: row.recipientName,
      serviceCode: row.serviceCode,
      engagement: again.invoice.chorus.engagement,
      partner: row.recipientPartner,
    };
    const { item, to } = await redirectedTo(ports, order, row, again);
    mustDiffer(row, from, to);
    const kept = keptInvoice(item);
    return ports.stages.store.transaction((tx) => write(tx, ports, { row, order, kept, from, to }));
  });
}

/** The invoice for its new recipient, as today's directory has it. @throws Fault MOVE_REFUSED. */
async function redirectedTo(
  { stages }: MovePorts,
  { siret, service: code, engagement }: ReaddressOrder,
  row: InvoiceRow,
  again: PivotInvoice,
): Promise<{ readonly item: PivotInvoice; readonly to: Addressee }> {
  const earlier = addresseeOf(await stages.store.invoiceMoves(row.id));
  const asked: Addressee = {
    siret: siret.replace(/\s+/g, ''),
    name: null,
    serviceCode: code,
    engagement: engagement ?? earlier?.engagement ?? null,
    partner: null,
  };
  const invoice = addressedTo(again.invoice, asked);
  const subject = { invoice, index: row.entryIndex, entry: row.entry, place: () => null };
  const { findings, structure, service } = await checkDirectory(
    subject,
    directoryCache(stages.store.directory),
    stages.policy.directory,
    dayInParis(stages.clock.now()),
  );
  const fatal = findings.filter(({ severity }) => severity === 'fatal');
  if (fatal.length > 0 || structure === null) {
    const why = fatal.map(({ rule, message, fix }) => `${message} ${fix} (${rule})`).join(' ');
    throw new Fault('MOVE_REFUSED', `La facture ${row.number ?? ''} n'est pas réadressée. ${why}`, {
      number: row.number,
      status: row.status,
      rules: fatal.map(({ rule }) => rule),
    });
  }
  const to = { ...asked, name: structure.name, partner: receiverOf(stages.policy, structure, service) };
  return { item: { ...again, invoice: addressedTo(again.invoice, to), structure, service }, to };
}

function mustDiffer(row: InvoiceRow, from: Addressee, to: Addressee): void {
  const engagement = to.engagement ?? from.engagement;
  if (from.siret !== to.siret || from.serviceCode !== to.serviceCode || from.engagement !== engagement)
    return;
  throw moveRefused(
    row,
    `elle a déjà ce destinataire (${shown(from)}) et cet engagement : son destinataire la refuserait de nouveau. Donnez un autre --siret, --service ou --engagement.`,
  );
}

interface Writing {
  readonly row: InvoiceRow;
  readonly order: ReaddressOrder;
  readonly kept: KeptInvoice;
  readonly from: Addressee;
  readonly to: Addressee;
}

async function write(
  tx: StoreTransaction,
  ports: MovePorts,
  { row, order, kept, from, to }: Writing,
): Promise<Moved> {
  const target = await unchanged(tx, row);
  const context: WorksContext = { ...ports, now: ports.stages.clock.now() };
  const at = context.now.toISOString();
  await tx.setAddressee(row.id, to);
  const code = arrivalAtRecipient(to.partner !== null);
  const comment = `Réadressée : ${shown(to)}`;
  await tx.applyStatuses([moveStatus(target, ports.life, at, { code, comment })]);
  const route = target.works ? ((await tx.works(row.id))?.route ?? null) : null;
  if (target.works) await tx.setWorksKept(row.id, JSON.stringify(kept));
  const pivots: string[] = [];
  if (to.partner === null) await tx.detachPivots(row.id);
  else {
    const again = { row, kept, resend: 'Recyclée', route, partner: to.partner } as const;
    pivots.push(await sendAgain(tx, again, ports, context));
  }
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
    facts: { from, to, pivots },
  });
  const sent =
    to.partner === null ? 'à lire dans la console' : `envoi préparé pour ${to.partner} : ${pivots[0]}`;
  const text = `facture ${row.number ?? ''} réadressée de ${shown(from)} à ${shown(to)}, statut ${code} ; ${sent}`;
  await tx.insertEvents([moveEvent(row, order, at, 'readdressed', text)]);
  return {
    invoice: row.id,
    number: row.number,
    from: row.status,
    statuses: [code],
    pivots,
    recipientPartner: to.partner,
  };
}

function shown({ siret, serviceCode, engagement }: Addressee): string {
  const service = serviceCode === null ? '' : `, service ${serviceCode}`;
  return `${siret}${service}${engagement === null ? '' : `, engagement ${engagement}`}`;
}
