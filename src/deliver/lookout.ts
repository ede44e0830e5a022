import type { AuditEvent } from '../domain/flow.js';
import { asError, Fault } from '../errors.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { LyingDelivery, StayNote, Store, StoreTransaction } from '../ports/store.js';
import type { DeliveryTransport } from '../ports/transport.js';
import { createBackoff } from './backoff.js';
import { withDeadline } from './deadline.js';

export interface LookoutSettings {
  /** Between two looks into a folder. */
  readonly lookMs: number;
  /** Age at which people are told that nobody fetches a file; 0: never. */
  readonly fetchAlertMs: number;
  /** Age at which a file that nobody fetched is taken out; 0: never. */
  readonly retentionMs: number;
  /** How long a look, and the end, waits for folders that are slow; default: a second. */
  readonly lookMsMax?: number;
}

export interface LookoutOptions {
  readonly store: Pick<Store, 'transaction' | 'lyingDeliveries' | 'goneDeliveries'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Partners whose folders may be looked into now. */
  readonly partners: () => readonly string[];
  readonly transportFor: (partner: string) => DeliveryTransport;
  readonly settings: LookoutSettings;
  /** Whether a partner's folder may still be changed by this process, of several; absent: it alone does. */
  readonly stands?: (partner: string) => boolean;
  /** What follows that files have been fetched, in the transaction that notes it. */
  readonly onFetched?: (tx: StoreTransaction, deliveries: readonly string[]) => Promise<void>;
}

/** Follows what was delivered until it is fetched, or its retention has ended. */
export interface Lookout {
  /** Looks into the folders once, side by side; one that is slow is left to go on by itself. */
  look(): Promise<void>;
  /** Whether a partner's folder is looked into just now. */
  busy(partner: string): boolean;
  /** Begins nothing more, and waits for what is under way, but not for a folder that hangs. */
  close(): Promise<void>;
}

type Stay = Pick<LyingDelivery, 'id' | 'name' | 'flow' | 'deliveredAt'>;

/** Rows read, and then noted in one transaction. */
const pageSize = 500;
const defaultLookMsMax = 1_000;
/** Files of one folder asked for, or taken out, at once. */
const lanesMax = 8;
const retryMsMax = 600_000;
/** Names in a folder that are looked up among those that had gone, at one look. */
const strangersMax = 1_000;

/**
 * A file is fetched when it is gone from `out` and we have not taken it out. What we take out is noted before it goes,
 * so that a crash in between never has it counted as fetched.
 */
export function createLookout(options: LookoutOptions): Lookout {
  const { store, clock, log, settings } = options;
  const { lookMsMax = defaultLookMsMax } = settings;
  const backoff = createBackoff({ retryMs: settings.lookMs, retryMsMax });
  const transports = new Map<string, DeliveryTransport>();
  const active = new Map<string, Promise<void>>();
  let closed = false;
  const nowMs = (): number => clock.now().getTime();
  const agedMs = ({ deliveredAt }: Stay): number => nowMs() - Date.parse(deliveredAt);

  async function look(): Promise<void> {
    for (const partner of options.partners()) {
      if (closed) return;
      if (active.has(partner) || backoff.waits(partner, nowMs())) continue;
      active.set(
        partner,
        lookAt(partner)
          .then(() => void backoff.clear(partner))
          .catch((thrown: unknown) => failed(partner, thrown))
          .finally(() => active.delete(partner)),
      );
    }
    await withDeadline(Promise.all(active.values()), lookMsMax, []);
  }

  function failed(partner: string, thrown: unknown): void {
    if (thrown instanceof Fault && thrown.code === 'LEASE_LOST') return;
    const { faults, retryAtMs } = backoff.fault(partner, nowMs());
    if (faults > 1 || closed) return;
    const retryAt = new Date(retryAtMs).toISOString();
    log.warn('out folder cannot be looked into', { partner, retryAt, error: asError(thrown).message });
  }

  async function lookAt(partner: string): Promise<void> {
    // Rows before names: a file whose row is read here was in the folder before the folder is read.
    const lying = await allLying(partner);
    const transport = transports.get(partner) ?? options.transportFor(partner);
    transports.set(partner, transport);
    const names = await transport.names();
    await takeBack(partner, lying, names);
    const late: LyingDelivery[] = [];
    for (let at = 0; at < lying.length && !closed; at += pageSize) {
      const page = lying.slice(at, at + pageSize);
      const staying = await noteGone(transport, page, names);
      const expired = staying.filter(
        (one) => settings.retentionMs > 0 && agedMs(one) >= settings.retentionMs,
      );
      await takeOut(transport, expired);
      late.push(...(await noteLate(staying.filter((one) => !expired.includes(one)))));
    }
    tell(partner, late);
  }

  async function allLying(partner: string): Promise<LyingDelivery[]> {
    const lying: LyingDelivery[] = [];
    for (let after: string | null = null; ; ) {
      const page: readonly LyingDelivery[] = await store.lyingDeliveries(partner, after, pageSize);
      lying.push(...page);
      after = page.at(-1)?.id ?? null;
      if (page.length < pageSize) return lying;
    }
  }

  /** A share that was not mounted looked empty, or a partner has put a file back: it is not fetched after all. */
  async function takeBack(
    partner: string,
    lying: readonly LyingDelivery[],
    names: ReadonlySet<string>,
  ): Promise<void> {
    const known = new Set(lying.map(({ name }) => name));
    const strangers: string[] = [];
    for (const name of names) {
      if (strangers.length === strangersMax) break;
      if (!known.has(name)) strangers.push(name);
    }
    if (strangers.length === 0) return;
    const back = await store.goneDeliveries(partner, strangers);
    await note(back, 'back', ({ name }) => `de nouveau dans le dossier de ${partner} : ${name}`);
  }

  /** Gives those that are still there. */
  async function noteGone(
    transport: DeliveryTransport,
    page: readonly LyingDelivery[],
    names: ReadonlySet<string>,
  ): Promise<LyingDelivery[]> {
    const staying: LyingDelivery[] = [];
    const fetched: LyingDelivery[] = [];
    const removed: LyingDelivery[] = [];
    await inLanes(page, async (one) => {
      if (names.has(one.name) || (await transport.has(one.name))) staying.push(one);
      else if (one.removingAt === null) fetched.push(one);
      else removed.push(one);
    });
    await note(fetched, 'fetched', ({ partner, name }) => `relevé par ${partner} : ${name}`);
    await note(removed, 'removed', removedText);
    return staying;
  }

  async function takeOut(transport: DeliveryTransport, expired: readonly LyingDelivery[]): Promise<void> {
    if (expired.length === 0) return;
    await note(
      expired.filter(({ removingAt }) => removingAt === null),
      'removing',
    );
    const removed: LyingDelivery[] = [];
    const fetched: LyingDelivery[] = [];
    try {
      await inLanes(expired, async (one) => {
        mustStand(one.partner);
        const there = await transport.remove(one.name);
        // Gone in the moment before: it was fetched, unless an earlier try of ours may have taken it out.
        (there || one.removingAt !== null ? removed : fetched).push(one);
      });
    } finally {
      await note(removed, 'removed', removedText);
      await note(fetched, 'fetched', ({ partner, name }) => `relevé par ${partner} : ${name}`);
    }
  }

  /** Asked right before the act: a process that slept finds that another one looks after the folder now. */
  function mustStand(partner: string): void {
    if (options.stands?.(partner) ?? true) return;
    throw new Fault('LEASE_LOST', `another process looks after the folder of ${partner} now`, { partner });
  }

  async function noteLate(staying: readonly LyingDelivery[]): Promise<readonly LyingDelivery[]> {
    if (settings.fetchAlertMs === 0) return [];
    const late = staying.filter((one) => one.alertedAt === null && agedMs(one) >= settings.fetchAlertMs);
    return note(late, 'alerted', ({ partner, name }) => `pas encore relevé par ${partner} : ${name}`);
  }

  /** One line for all, however many. */
  function tell(partner: string, late: readonly LyingDelivery[]): void {
    const oldest = [...late].sort((a, b) => a.deliveredAt.localeCompare(b.deliveredAt))[0];
    if (oldest === undefined) return;
    const { name, deliveredAt } = oldest;
    log.warn('files are not fetched', { partner, files: late.length, oldest: name, deliveredAt });
  }

  /** Notes and writes the audit trail together; gives those for which it was still true. */
  async function note<T extends Stay>(
    all: readonly T[],
    what: StayNote,
    text?: (one: T) => string,
  ): Promise<readonly T[]> {
    if (all.length === 0) return [];
    const at = clock.now().toISOString();
    return store.transaction(async (tx) => {
      const noted: T[] = [];
      for (const one of all) if (await tx.noteStay(one, what, at)) noted.push(one);
      if (text !== undefined)
        await tx.insertEvents(
          noted.map(
            (one): AuditEvent => ({
              at,
              actor: 'engine',
              kind: eventKinds[what],
              flow: one.flow,
              invoice: null,
              text: text(one),
            }),
          ),
        );
      if (what === 'fetched' && noted.length > 0)
        await options.onFetched?.(
          tx,
          noted.map(({ id }) => id),
        );
      return noted;
    });
  }

  async function close(): Promise<void> {
    closed = true;
    await withDeadline(Promise.all(active.values()), lookMsMax, []);
  }

  return { look, close, busy: (partner) => active.has(partner) };
}

const eventKinds: Record<StayNote, string> = {
  fetched: 'fetched',
  alerted: 'not-fetched',
  removing: 'removing',
  removed: 'delivery-removed',
  back: 'delivery-back',
};

const removedText = ({ partner, name }: LyingDelivery): string =>
  `retiré du dossier de ${partner} à la fin du délai de conservation, sans avoir été relevé : ${name}`;

/** Several at a time: a server may be far away. The first fault ends it, once what is under way has ended. */
async function inLanes<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const lane = async (): Promise<void> => {
    while (failure === null) {
      const one = all[next++];
      if (one === undefined) return;
      try {
        await work(one);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanesMax, all.length) }, lane));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}
