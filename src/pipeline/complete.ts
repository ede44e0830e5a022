import { newId } from '../domain/ids.js';
import type { AddedPiece } from '../domain/invoice-move.js';
import type { WorksRoute } from '../domain/works.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import { judgeTransition } from '../lifecycle/transitions.js';
import type { InvoiceRow, StoreTransaction } from '../ports/store.js';
import type { StatusTarget } from '../ports/store-life.js';
import { type KeptInvoice, keptInvoice } from '../report/kept-pivot.js';
import { type AttachedFile, checkedFiles, packFiles } from './complete-files.js';
import {
  integratedInvoice,
  invoiceAgain,
  type Moved,
  type MoveOrder,
  type MovePorts,
  moveEvent,
  moveRefused,
  moveStatus,
  sendAgain,
  toPiece,
  unchanged,
} from './move.js';
import { commentLengthMax, cut } from './status-text.js';
import { followWorks, type WorksContext } from './works.js';

export interface CompleteOrder extends MoveOrder {
  /** At least one. */
  readonly files: readonly AttachedFile[];
}

const wanted =
  "elle ne peut être complétée qu'au statut 06 (Suspendue) ou 34 (Demande de complément), quand une pièce a été demandée.";

/**
 * Completes an invoice that was suspended (06), or of which a step of its works route asked for more (34): who waits
 * for it gets a new pivot, `Renvoi` Complétée, with all former pieces and the new ones (type 02); the invoice gets the
 * status 12 as of its supplier, of which the issuer is told. Two at once: the second finds another status, and is
 * refused.
 * @throws Fault MOVE_REFUSED (French) when the status is another or a file cannot be attached; ANTIVIRUS_UNREACHABLE.
 */
export async function completeInvoice(ports: MovePorts, order: CompleteOrder): Promise<Moved> {
  const row = await integratedInvoice(ports, order.invoice);
  mayBeCompleted(row);
  return ports.inFolder(async (workDir) => {
    const again = await invoiceAgain(ports, row, workDir);
    const checked = await checkedFiles(
      ports.stages,
      again.invoice,
      order.files,
      again.pieces.length,
      workDir,
    );
    const pieces = await packFiles(ports.stages, row, checked, workDir);
    try {
      const kept = keptInvoice({ ...again, pieces: [...again.pieces, ...pieces.map(toPiece)] });
      return await ports.stages.store.transaction((tx) => write(tx, ports, { row, order, kept, pieces }));
    } catch (thrown) {
      for (const { archiveKey } of pieces) await ports.stages.archive.discard(archiveKey);
      throw thrown;
    }
  });
}

function mayBeCompleted(row: InvoiceRow): void {
  const to = { from: row.status, to: '12', role: 'supplier', reason: null, comment: null } as const;
  if (!judgeTransition(to).ok) throw moveRefused(row, wanted);
}

interface Writing {
  readonly row: InvoiceRow;
  readonly order: CompleteOrder;
  readonly kept: KeptInvoice;
  readonly pieces: readonly AddedPiece[];
}

async function write(tx: StoreTransaction, ports: MovePorts, all: Writing): Promise<Moved> {
  const { row, order, pieces } = all;
  const target = await unchanged(tx, row);
  mayBeCompleted(target.invoice);
  const context: WorksContext = { ...ports, now: ports.stages.clock.now() };
  const at = context.now.toISOString();
  const comment = cut(order.reason, commentLengthMax);
  const status = moveStatus(target, ports.life, at, {
    code: '12',
    comment,
    actor: order.by,
    role: 'supplier',
  });
  await tx.applyStatuses([status]);
  const after = target.works
    ? await toWorks(tx, ports, target, all, context)
    : await toRecipient(tx, ports, target, { ...all, route: null }, context);
  const names = pieces.map(({ name }) => name).join(', ');
  const { pivots } = after;
  await tx.insertMove({
    id: newId(),
    invoice: row.id,
    kind: 'completed',
    state: 'done',
    by: order.by,
    at,
    reason: order.reason,
    endedAt: at,
    outcome: null,
    facts: { pieces, pivots },
  });
  const sent =
    after.partner === null ? 'à lire dans la console' : `envoi préparé pour ${after.partner} : ${pivots[0]}`;
  const text = `facture ${row.number ?? ''} complétée, statut 12, ${pieces.length === 1 ? 'pièce' : 'pièces'} ${names} ; ${sent}`;
  await tx.insertEvents([moveEvent(row, order, at, 'completed', text)]);
  return {
    invoice: row.id,
    number: row.number,
    from: row.status,
    statuses: ['12', ...after.statuses],
    pivots,
    recipientPartner: after.partner,
  };
}

interface After {
  readonly partner: string | null;
  readonly statuses: readonly string[];
  readonly pivots: readonly string[];
}

type Again = Pick<Writing, 'row' | 'kept'> & { readonly route: WorksRoute | null };

/** A recipient that is not connected has it again at once. */
async function toRecipient(
  tx: StoreTransaction,
  ports: MovePorts,
  target: StatusTarget,
  again: Again,
  context: WorksContext,
): Promise<After> {
  const partner = target.invoice.recipientPartner;
  if (partner !== null) {
    const name = await sendAgain(tx, { ...again, resend: 'Complétée', partner }, ports, context);
    return { partner, statuses: [], pivots: [name] };
  }
  const code = firstStatuses.available;
  const at = context.now.toISOString();
  await tx.applyStatuses([moveStatus(target, ports.life, at, { code, comment: null })]);
  return { partner, statuses: [code], pivots: [] };
}

/** The step that asked has it again, or the recipient that suspended it; later pivots hold the new pieces too. */
async function toWorks(
  tx: StoreTransaction,
  ports: MovePorts,
  target: StatusTarget,
  { row, kept, order }: Writing,
  context: WorksContext,
): Promise<After> {
  await tx.setWorksKept(row.id, JSON.stringify(kept));
  const told = ports.life.subscribed.has(target.issuer);
  const given = { code: '12', reason: null, comment: order.reason };
  const { statuses } = await followWorks(tx, target.invoice, given, context, told);
  const route = (await tx.works(row.id))?.route ?? null;
  const step = route?.steps[route.at];
  if (step === undefined) return toRecipient(tx, ports, target, { row, kept, route }, context);
  const { partner } = step;
  if (partner === null) return { partner, statuses, pivots: [] };
  const name = await sendAgain(tx, { row, kept, resend: 'Complétée', route, partner }, ports, context);
  return { partner, statuses, pivots: [name] };
}
