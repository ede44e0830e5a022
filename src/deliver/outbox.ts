import type { Delivery, DeliveryPart } from '../domain/delivery.js';
import { asError, Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Store, StoreTransaction } from '../ports/store.js';
import type { DeliveryTransport, PutResult } from '../ports/transport.js';
import { createBackoff } from './backoff.js';
import { withDeadline } from './deadline.js';

export interface OutboxSettings {
  /** Files in flight for one partner. */
  readonly concurrency: number;
  /** Delay after the first fault, doubled after each further one up to `retryMsMax`. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** Tries of a delivery that fails by itself (its piece cannot be read), before it is given up. */
  readonly attemptsMax?: number;
  /** Partners whose folders are written to at once; default: all. */
  readonly partnersMax?: number;
  /** How long `drain` waits for folders that are slow; default: a second. */
  readonly drainMsMax?: number;
}

/** Whether this process, of several, is the one that writes to a partner's folder. */
export interface OutboxHolder {
  /** Whether something new may be begun. */
  holds(partner: string): boolean;
  /** Whether what is under way may still be published. */
  stands(partner: string): boolean;
  /** Changes when the folder was in other hands meanwhile. */
  tenure(partner: string): number;
}

/** A partner's folder or server fails. */
export interface FolderTrouble {
  /** Faults in a row. */
  readonly faults: number;
  readonly retryAtMs: number;
  readonly error: string;
}

export interface OutboxOptions {
  readonly store: Store;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly transportFor: (partner: string) => DeliveryTransport;
  /** Writes body and pieces to a stream and leaves it open. */
  readonly writeBody: (
    body: string,
    parts: readonly DeliveryPart[],
    openPart: (archiveKey: string) => AsyncIterable<Uint8Array>,
    stream: NodeJS.WritableStream,
  ) => Promise<void>;
  readonly settings: OutboxSettings;
  /** Told each time a partner's folder fails, and once when it works again (null). */
  readonly onFolder?: (partner: string, trouble: FolderTrouble | null) => void;
  /** Whether somebody else waits for the partner's folder: nothing more is begun then, until the next `drain`. */
  readonly yields?: (partner: string) => boolean;
  /** Absent: this process alone writes to all folders. */
  readonly holder?: OutboxHolder;
  /** What follows deliveries, in the transaction that marks them. */
  readonly onDelivered: (tx: StoreTransaction, deliveries: readonly Delivery[]) => Promise<void>;
}

export interface Outbox {
  /**
   * Delivers what is pending and due; gives the number of files delivered. Partners go side by side. A partner whose
   * folder is slow is left to go on by itself after `drainMsMax`, so that it does not hold up the others; what is
   * delivered by then is not told.
   * @throws Fault of the store.
   */
  drain(): Promise<number>;
  /** Whether files of a partner are being written. */
  busy(partner: string): boolean;
  /** Files delivered since it was made. */
  delivered(): number;
  /** Begins nothing more; resolves when what is being written is marked. */
  close(): Promise<void>;
}

type Outcome =
  | { readonly kind: 'done'; readonly delivery: Delivery; readonly put: PutResult }
  | { readonly kind: 'fault'; readonly delivery: Delivery; readonly fault: Fault; readonly final: boolean };

const alone: OutboxHolder = { holds: () => true, stands: () => true, tenure: () => 0 };

/** Deliveries read, written and then marked in one transaction. */
const pageSize = 32;
const defaultDrainMsMax = 1_000;
const defaultAttemptsMax = 10;
/** Faults that trying again cannot mend. */
const hopeless: ReadonlySet<string> = new Set(['DELIVERY_CONFLICT', 'INTERNAL']);
/** Faults of one delivery; all others are of the partner's folder and stop what stands behind. */
const own: ReadonlySet<string> = new Set([...hopeless, 'FILE_UNREADABLE', 'ARCHIVE_CORRUPT']);

/**
 * The outbox: files to the partners' `out` folders, begun in the order in which they were committed, each with the
 * effect of once (ARCHITECTURE 3.7). Up to `concurrency` files of a partner are in flight, so neighbours may appear
 * in another order by moments. When the folder fails, nothing behind is begun until it works again.
 *
 * With several processes one holds a partner's folder. One that was frozen and has lost it without knowing looks at its
 * lease before it gives a file its name, and the next holder has taken away what it had begun to write
 * (`DeliveryTransport.clear`): so the naming fails even when the freeze fell between look and act. What it had named
 * before is found there by the next holder, or is told by its note when the partner has fetched it already
 * (`DeliveryTransport.noted`). Only over a transport without notes a file that was named and fetched before its mark was
 * written comes a second time, under the same name with the same bytes. A mark that comes late changes nothing
 * (`stillWaiting`).
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { store, clock, settings, holder = alone } = options;
  const { partnersMax = Number.POSITIVE_INFINITY, drainMsMax = defaultDrainMsMax } = settings;
  const tenures = new Map<string, number>();
  let closed = false;
  let deliveredCount = 0;
  const backoff = createBackoff(settings);
  const transports = new Map<string, DeliveryTransport>();
  const active = new Map<string, Promise<number>>();
  const nowMs = (): number => clock.now().getTime();

  async function drain(): Promise<number> {
    for (const partner of await store.partnersWithDeliveries()) {
      if (closed || active.size >= partnersMax) break;
      if (active.has(partner) || backoff.waits(partner, nowMs()) || !holder.holds(partner)) continue;
      const task = drainPartner(partner).finally(() => active.delete(partner));
      // A task that outlives this call must not end the process with a rejection that nobody heard.
      task.catch(() => undefined);
      active.set(partner, task);
    }
    if (active.size === 0) return 0;
    const counts = await withDeadline(Promise.all(active.values()), drainMsMax, []);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async function drainPartner(partner: string): Promise<number> {
    let delivered = 0;
    if (!(await takenOver(partner))) return 0;
    for (let skipped = 0; ; ) {
      const limit = pageSize + skipped;
      const pending = await store.pendingDeliveries(partner, limit);
      const due = pending.filter(({ id }) => !backoff.waits(id, nowMs()));
      if (due.length === 0) return delivered;
      const outcomes = await writePage(partner, due);
      await settle(partner, outcomes);
      const done = outcomes.filter((one) => one.kind === 'done').length;
      delivered += done;
      deliveredCount += done;
      const yields = closed || !holder.holds(partner) || options.yields?.(partner) === true;
      const ended = pending.length < limit || yields;
      if (ended || backoff.waits(partner, nowMs())) return delivered;
      skipped = pending.length - due.length + outcomes.filter((one) => one.kind === 'fault').length;
    }
  }

  /** What another process had begun to write must not be given its name any more. */
  async function takenOver(partner: string): Promise<boolean> {
    const tenure = holder.tenure(partner);
    if (tenures.get(partner) === tenure) return true;
    try {
      if (options.holder !== undefined) await transportOf(partner).clear?.();
      await forgetMarked(partner);
    } catch (thrown) {
      const wait = backoff.fault(partner, nowMs());
      options.onFolder?.(partner, { ...wait, error: asError(thrown).message });
      return false;
    }
    tenures.set(partner, tenure);
    return true;
  }

  /** Notes of deliveries whose mark is written, by a process that ended right after it. */
  async function forgetMarked(partner: string): Promise<void> {
    const transport = transportOf(partner);
    for (const name of (await transport.noted?.()) ?? []) {
      const delivery = await store.findDelivery(name);
      if (delivery?.state !== 'pending' || isResent(delivery)) await transport.forget?.([name]);
    }
  }

  function transportOf(partner: string): DeliveryTransport {
    const transport = transports.get(partner) ?? options.transportFor(partner);
    transports.set(partner, transport);
    return transport;
  }

  /** Begins in order, and begins nothing more once the folder has failed. */
  async function writePage(partner: string, due: readonly Delivery[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let next = 0;
    let stopped = false;
    const lane = async (): Promise<void> => {
      while (!stopped && !closed && holder.stands(partner)) {
        const delivery = due[next++];
        if (delivery === undefined) return;
        const outcome = await writeOne(partner, delivery);
        // It is the next holder's; nothing is wrong with it.
        if (outcome.kind === 'fault' && !holder.stands(partner)) return;
        outcomes.push(outcome);
        if (outcome.kind === 'fault' && !own.has(outcome.fault.code)) stopped = true;
      }
    };
    await Promise.all(Array.from({ length: Math.min(settings.concurrency, due.length) }, lane));
    return outcomes;
  }

  async function writeOne(partner: string, delivery: Delivery): Promise<Outcome> {
    try {
      if (isResent(delivery) && delivery.attempts === 0) await transportOf(partner).forget?.([delivery.name]);
      // Without a deadline of ours: a second try beside a first that still runs could publish half a file. A put
      // that hangs holds up its own partner only; transports have deadlines of their own.
      const put = await transportOf(partner).put(
        delivery.name,
        (stream) => options.writeBody(delivery.body, delivery.parts, options.archive.read, stream),
        () => mustStand(partner),
      );
      return { kind: 'done', delivery, put };
    } catch (thrown) {
      const fault = asFault(thrown);
      const worn =
        own.has(fault.code) && delivery.attempts + 1 >= (settings.attemptsMax ?? defaultAttemptsMax);
      return { kind: 'fault', delivery, fault, final: hopeless.has(fault.code) || worn };
    }
  }

  /** @throws Fault LEASE_LOST. */
  function mustStand(partner: string): void {
    if (holder.stands(partner)) return;
    throw new Fault('LEASE_LOST', `another process may deliver to ${partner} now`, { partner });
  }

  /** One transaction for the page; when it fails, one for each, so that a faulty one does not hold up the others. */
  async function settle(partner: string, outcomes: readonly Outcome[]): Promise<void> {
    wait(partner, outcomes);
    if (outcomes.length === 0) return;
    try {
      await store.transaction((tx) => markAll(tx, outcomes));
    } catch {
      return await settleApart(partner, outcomes);
    }
    await forget(partner, outcomes);
  }

  async function settleApart(partner: string, outcomes: readonly Outcome[]): Promise<void> {
    const faults: unknown[] = [];
    for (const outcome of outcomes) {
      try {
        await store.transaction((tx) => markAll(tx, [outcome]));
        await forget(partner, [outcome]);
      } catch (thrown) {
        // A written file that is not marked is found there at the next try.
        backoff.fault(outcome.delivery.id, nowMs());
        faults.push(thrown);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  /** What is marked needs no note any more. Where the folder has passed on, the notes are the next holder's. */
  async function forget(partner: string, outcomes: readonly Outcome[]): Promise<void> {
    if (!holder.stands(partner)) return;
    const names = outcomes.filter(({ kind }) => kind === 'done').map(({ delivery }) => delivery.name);
    await transportOf(partner).forget?.(names);
  }

  function wait(partner: string, outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'done') backoff.clear(outcome.delivery.id);
      else if (own.has(outcome.fault.code)) backoff.fault(outcome.delivery.id, nowMs());
    }
    const failure = outcomes.find((one) => one.kind === 'fault' && !own.has(one.fault.code));
    if (failure?.kind === 'fault') {
      const wait = backoff.fault(partner, nowMs());
      options.onFolder?.(partner, { ...wait, error: failure.fault.message });
    } else if (backoff.clear(partner)) options.onFolder?.(partner, null);
  }

  async function markAll(tx: StoreTransaction, outcomes: readonly Outcome[]): Promise<void> {
    // Marked by another process, withdrawn or sent again meanwhile: what follows has followed, or must not.
    const waiting = await tx.stillWaiting(outcomes.map(({ delivery }) => delivery));
    const at = clock.now().toISOString();
    const done: Delivery[] = [];
    for (const outcome of outcomes) {
      if (!waiting.has(outcome.delivery.id)) continue;
      if (outcome.kind === 'fault') await markFault(tx, outcome, at);
      else done.push({ ...outcome.delivery, ...outcome.put });
    }
    if (done.length === 0) return;
    await tx.markAllDelivered(done, at);
    await options.onDelivered(tx, done);
  }

  async function markFault(
    tx: StoreTransaction,
    outcome: Extract<Outcome, { kind: 'fault' }>,
    at: string,
  ): Promise<void> {
    const { delivery } = outcome;
    await tx.markDeliveryFailed(delivery.id, outcome.fault.message, outcome.final);
    if (!outcome.final) return;
    await tx.insertEvents([
      {
        at,
        actor: 'engine',
        kind: 'delivery-failed',
        flow: delivery.flow,
        invoice: null,
        text: `envoi abandonné, à ${delivery.partner} : ${delivery.name} (${reasonOf(outcome.fault)})`,
      },
    ]);
  }

  return {
    drain,
    busy: (partner) => active.has(partner),
    delivered: () => deliveredCount,
    async close() {
      closed = true;
      await Promise.allSettled(active.values());
    },
  };
}

/** It was delivered before, and is written again on order: what is noted of the first time says nothing. */
const isResent = ({ deliveredAt }: Delivery): boolean => deliveredAt !== null;

function reasonOf({ code }: Fault): string {
  if (code === 'DELIVERY_CONFLICT') return 'un autre fichier porte déjà ce nom dans le dossier';
  if (code === 'INTERNAL') return 'le fichier à écrire est incohérent';
  return 'une pièce de ce fichier ne peut pas être lue dans les archives';
}

function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  return new Fault('DELIVERY_FAILED', asError(thrown).message, {}, thrown);
}
