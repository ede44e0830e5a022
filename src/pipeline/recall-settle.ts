import { createBackoff } from '../deliver/backoff.js';
import { withDeadline } from '../deliver/deadline.js';
import { newId } from '../domain/ids.js';
import type { InvoiceMove } from '../domain/invoice-move.js';
import { asError, Fault } from '../errors.js';
import { recalledState } from '../lifecycle/recalled.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { InvoiceRow, Store, StoreTransaction } from '../ports/store.js';
import type { PivotCarrier } from '../ports/store-invoices.js';
import type { DeliveryTransport } from '../ports/transport.js';
import { pivotCode } from '../report/naming.js';
import { pivotWithout } from '../report/pivot-without.js';
import type { LifePolicy } from './life-work.js';
import { moveEvent, notePrepared } from './move.js';
import { nextName, toDelivery } from './outbound.js';
import { type Recallable, recallable } from './recall.js';
import { notSent } from './work.js';

export interface RecallerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly transportFor: (partner: string) => DeliveryTransport;
  readonly engine: { readonly code: string; readonly name: string };
  readonly partnerNames: ReadonlyMap<string, string>;
  readonly life: LifePolicy;
  /** Delay after a folder failed, doubled up to the other. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** Whether a partner's folder may still be changed by this process, of several; absent: it alone does. */
  readonly stands?: (partner: string) => boolean;
}

export interface Recaller {
  /**
   * Carries out the recalls that wait, but those of partners whose folders are written to just now; a folder that
   * fails is tried again later. To be called by the one process that writes to the folders.
   */
  turn(busy: (partner: string) => boolean): Promise<void>;
  /** Whether a recall waits until nobody writes to a partner's folder. */
  waitsFor(partner: string): boolean;
  /** Whether a recall is at work in a partner's folder: nobody else may write there. */
  holds(partner: string): boolean;
}

/** Recalls looked at in one turn. */
const pageSize = 20;
/** A folder that is slow is left to itself after so long. */
const turnMsMax = 1_000;

/**
 * A pivot is first withdrawn in the store, then taken out of `out`, and only what was really taken out counts: a file
 * that the partner had before us makes the recall fail, and all stands as it was. A crash between the two leaves a
 * file of which nobody can tell who took it: then it is written again, under the same name with the same bytes, and
 * the recall fails.
 */
export function createRecaller(options: RecallerOptions): Recaller {
  const { store, clock, log } = options;
  const backoff = createBackoff(options);
  const transports = new Map<string, DeliveryTransport>();
  let waiting: ReadonlySet<string> = new Set();
  const active = new Map<string, { readonly partners: readonly string[]; readonly task: Promise<void> }>();
  const nowMs = (): number => clock.now().getTime();

  async function turn(busy: (partner: string) => boolean): Promise<void> {
    const asked = await store.askedRecalls(pageSize);
    if (asked.length === 0 && waiting.size === 0) return;
    const next = new Set<string>();
    for (const move of asked) {
      if (active.has(move.id) || backoff.waits(move.id, nowMs())) continue;
      const partners = await partnersOf(move);
      if (partners.some(holds)) continue;
      if (partners.some(busy)) for (const partner of partners) next.add(partner);
      else active.set(move.id, { partners, task: tried(move).finally(() => active.delete(move.id)) });
    }
    waiting = next;
    await withDeadline(Promise.all([...active.values()].map(({ task }) => task)), turnMsMax, []);
  }

  function holds(partner: string): boolean {
    return [...active.values()].some(({ partners }) => partners.includes(partner));
  }

  async function partnersOf({ invoice }: InvoiceMove): Promise<readonly string[]> {
    return (await store.transaction((tx) => tx.carriers(invoice))).map(({ partner }) => partner);
  }

  async function tried(move: InvoiceMove): Promise<void> {
    try {
      await settle(move);
      backoff.clear(move.id);
    } catch (thrown) {
      const { faults, retryAtMs } = backoff.fault(move.id, nowMs());
      if (faults > 1) return;
      const retryAt = new Date(retryAtMs).toISOString();
      log.warn('a recall waits', { invoice: move.invoice, retryAt, error: asError(thrown).message });
    }
  }

  async function settle(move: InvoiceMove): Promise<void> {
    const row = await store.invoice(move.invoice);
    if (row === null) throw new Fault('INTERNAL', 'a recall without an invoice', { id: move.id });
    const begun = await store.transaction((tx) => begin(tx, move, row));
    if (begun === null) return;
    const { taken, withdrawn, lost } = await takeOut(begun.carriers);
    await store.transaction(async (tx) => {
      if (lost !== null) return giveUp(tx, move, row, { withdrawn, lost });
      const now = await tx.movable(row.id);
      if (now?.invoice.status !== begun.target.invoice.status)
        return giveUp(tx, move, row, { withdrawn, lost: 'changed' });
      await carryOut(tx, move, row, taken);
    });
  }

  /** Withdraws the pivots; null when the recall is refused, which is then written. */
  async function begin(tx: StoreTransaction, move: InvoiceMove, row: InvoiceRow): Promise<Recallable | null> {
    try {
      const found = await recallable(tx, row);
      const at = clock.now().toISOString();
      for (const { id, state, removedAt } of found.carriers)
        if (state !== 'withdrawn' && removedAt === null) await tx.withdrawPivot(id, at);
      return found;
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'MOVE_REFUSED') throw thrown;
      const withdrawn = (await tx.carriers(row.id)).filter(isWithdrawn);
      for (const { id } of withdrawn) await tx.restorePivot(id, 'pending');
      await refuse(tx, move, row, thrown.message);
      return null;
    }
  }

  function transportOf(partner: string): DeliveryTransport {
    const known = transports.get(partner) ?? options.transportFor(partner);
    transports.set(partner, known);
    return known;
  }

  /** Takes the files out of their folders, until one turns out to be lost to us. */
  async function takeOut(carriers: readonly PivotCarrier[]) {
    const taken: PivotCarrier[] = [];
    const withdrawn = carriers.filter(({ removedAt }) => removedAt === null);
    for (const carrier of withdrawn) {
      const transport = transportOf(carrier.partner);
      const resumed = isWithdrawn(carrier);
      const there = resumed ? await transport.has(carrier.name) : true;
      mustStand(carrier.partner);
      const gone = there && (await transport.remove(carrier.name));
      // One that was never delivered need not be there; what a crash left of it has gone now.
      if (carrier.deliveredAt !== null && !gone) {
        const lost = resumed && !there ? ('unknown' as const) : ('fetched' as const);
        return { taken, withdrawn, lost: { carrier, lost } };
      }
      taken.push(carrier);
    }
    // Those that were removed at the end of their retention carry nothing any more, but must be replaced.
    return {
      taken: [...taken, ...carriers.filter(({ removedAt }) => removedAt !== null)],
      withdrawn,
      lost: null,
    };
  }

  /** Asked right before the act: a process that slept finds that another one carries out recalls now. */
  function mustStand(partner: string): void {
    if (options.stands?.(partner) ?? true) return;
    throw new Fault('LEASE_LOST', `another process may deliver to ${partner} now`, { partner });
  }

  /** One that comes late, after another process has ended the recall, changes nothing. */
  async function end(tx: StoreTransaction, move: Parameters<StoreTransaction['endMove']>[0]): Promise<void> {
    if (await tx.endMove(move)) return;
    throw new Fault('STORE_CONFLICT', 'the recall has been ended by another process', { id: move.id });
  }

  type Lost = { readonly carrier: PivotCarrier; readonly lost: 'unknown' | 'fetched' } | 'changed';

  /** All stands as it was: what we took out is written again, what the partner has is seen as fetched by the next look. */
  async function giveUp(
    tx: StoreTransaction,
    move: InvoiceMove,
    row: InvoiceRow,
    { withdrawn, lost }: { readonly withdrawn: readonly PivotCarrier[]; readonly lost: Lost },
  ): Promise<void> {
    for (const { id } of withdrawn) {
      const partnerHasIt = lost !== 'changed' && lost.lost === 'fetched' && lost.carrier.id === id;
      await tx.restorePivot(id, partnerHasIt ? 'delivered' : 'pending');
    }
    await refuse(tx, move, row, textOf(lost));
  }

  function textOf(lost: Lost): string {
    if (lost === 'changed') return 'Un statut a été posé pendant le rappel : rien ne change.';
    const { name, partner } = lost.carrier;
    return lost.lost === 'fetched'
      ? `${partner} a relevé le fichier pivot ${name} avant qu'il ne soit retiré : il est trop tard, rien ne change.`
      : `Le rappel a été interrompu et le fichier pivot ${name} n'est plus dans le dossier de ${partner} : on ne sait pas s'il l'a relevé. Il est écrit de nouveau, avec le même nom et les mêmes octets ; rien d'autre ne change.`;
  }

  async function refuse(
    tx: StoreTransaction,
    move: InvoiceMove,
    row: InvoiceRow,
    outcome: string,
  ): Promise<void> {
    const at = clock.now().toISOString();
    await end(tx, { id: move.id, state: 'refused', endedAt: at, outcome, facts: {} });
    const text = `rappel refusé de la facture ${row.number ?? ''} : ${outcome}`;
    await tx.insertEvents([moveEvent(row, move, at, 'recall-refused', text)]);
  }

  async function carryOut(
    tx: StoreTransaction,
    move: InvoiceMove,
    row: InvoiceRow,
    carriers: readonly PivotCarrier[],
  ): Promise<void> {
    const now = clock.now();
    const at = now.toISOString();
    const pivots: string[] = [];
    for (const carrier of carriers) {
      if (carrier.removedAt === null) await tx.pivotRemoved(carrier.id, at);
      const name = await replaced(tx, carrier, row, now);
      if (name !== null) pivots.push(name);
    }
    await tx.detachPivots(row.id);
    const flow = await tx.flow(row.flow);
    await tx.applyStatuses([
      {
        id: newId(),
        invoice: row.id,
        partner: flow?.partner ?? '',
        code: recalledState,
        at,
        comment: move.reason,
        actor: move.by,
        role: 'supplier',
        // CPPStatut has no code for it.
        delivery: notSent,
      },
    ]);
    const withdrawn = carriers.map(({ name }) => name);
    await end(tx, {
      id: move.id,
      state: 'done',
      endedAt: at,
      outcome: null,
      facts: { withdrawn, pivots },
    });
    const retired = withdrawn.length === 0 ? '' : ` ; fichier pivot retiré : ${withdrawn.join(', ')}`;
    const instead = pivots.length === 0 ? '' : `, remplacé sans elle par ${pivots.join(', ')}`;
    const text = `facture ${row.number ?? ''} rappelée, elle ne sera plus transmise et son numéro reste pris${retired}${instead}`;
    await tx.insertEvents([moveEvent(row, move, at, 'recalled', text)]);
  }

  /** The other invoices of the pivot go out under a new name; null when there are none. */
  async function replaced(
    tx: StoreTransaction,
    { body, parts, partner, invoices, removedAt }: PivotCarrier,
    row: InvoiceRow,
    now: Date,
  ): Promise<string | null> {
    const others = invoices.filter(({ id }) => id !== row.id);
    // One whose retention ended stays out: so it was decided for the others too.
    if (others.length === 0 || removedAt !== null) return null;
    const name = await nextName(tx, pivotCode, partner, options);
    const without = pivotWithout({
      body,
      parts,
      number: row.number ?? '',
      supplierId: row.supplierId ?? '',
      name,
      engine: options.engine,
      partner: { code: partner, name: options.partnerNames.get(partner) ?? partner },
      at: now,
    });
    if (without === null) return null;
    const delivery = { ...toDelivery('pivot', partner, name, row.flow, { now }), ...without };
    for (const { id } of others) await tx.detachPivots(id);
    await tx.insertDeliveries([delivery]);
    await tx.linkDelivery(
      delivery.id,
      others.map(({ id }) => id),
    );
    await notePrepared(tx, name, options.life, now.toISOString());
    return name;
  }

  return { turn, holds, waitsFor: (partner) => waiting.has(partner) };
}

function isWithdrawn({ state, removedAt }: PivotCarrier): boolean {
  return state === 'withdrawn' && removedAt === null;
}
