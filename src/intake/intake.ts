import { asError, Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { NewFlow } from '../ports/store.js';
import type { ClaimedFile, DepositEntry, IntakeTransport } from '../ports/transport.js';
import { looksWhole, type ProbeLimits } from './complete.js';
import { doneFiles } from './done-file.js';
import { byAge, createWatch, type Observed, temporaryName } from './settle.js';
import { type Recorded, takeOver } from './take-over.js';

export interface IntakeSettings extends ProbeLimits {
  /** A file is taken once its size and modification time have stood still this long, by our own clock. */
  readonly settleMs: number;
  /** A file that stops before its end is taken all the same, to be refused, after standing still this long. */
  readonly unfinishedMaxMs: number;
  /** An empty file likewise; default `unfinishedMaxMs`. */
  readonly emptyMaxMs?: number;
  /** A file is taken so long after its name was first seen, at the earliest; default 0. */
  readonly ageMsMin?: number;
  /** Name of a file's done file (`{name}.done`): taken when it stands beside the file, never before; null: none. */
  readonly doneFile?: string | null;
  /** Patterns (`*`, `?`) of names under which uploads are in progress: never taken. */
  readonly temporaryNames: readonly string[];
  /** Files taken in one scan. */
  readonly batchMax: number;
  readonly concurrency: number;
}

/** A file that could not be taken in: it stays where it is and is tried again. */
export interface IntakeFault {
  readonly file: string;
  readonly code: string | null;
  readonly error: string;
}

export interface IntakeOptions {
  readonly partner: string;
  readonly transport: IntakeTransport;
  readonly archive: Archive;
  readonly clock: Clock;
  /** Commits the row; the same claim twice is one deposit. */
  readonly record: (file: Omit<NewFlow, 'receivedAt' | 'demo'>) => Promise<Recorded>;
  readonly settings: IntakeSettings;
  /** Asked before each file is taken; false: it stays for a later turn (no room on the disk, partner held, stop). */
  readonly admit?: (sizeBytes: number) => boolean;
  /** Told once for each fault of a file that differs from its last one. */
  readonly onFault: (fault: IntakeFault) => void;
}

export interface ScanResult {
  /** Files recorded in this scan. */
  readonly taken: number;
  /** Files not taken yet: settling, unfinished, left over by `batchMax`, or in trouble. */
  readonly waiting: number;
  /** Nothing was taken and nothing is to be expected without somebody's doing. */
  readonly idle: boolean;
  /** What kept files from being taken that is not of the files but of their folder or server. */
  readonly trouble?: Fault;
}

export interface Intake {
  /** One look at the drop folder: takes what has settled. @throws Fault when the folder cannot be read. */
  scan(): Promise<ScanResult>;
  /** Ends what is claimed and not acknowledged, by an earlier run or because of a fault. Takes nothing new. */
  recover(): Promise<void>;
}

/** So many looks ahead of what one scan takes, that files settle while earlier ones are taken. */
const lookAhead = 4;
/** Files of a crowded folder that one look takes in: all of them are sorted, so that the oldest go first. */
const crowdMax = 100_000;
/** A look at a crowded folder is worked through for so long before the next one. */
const crowdMsMax = 30_000;
/** A file in trouble no longer keeps an engine from being idle after so many tries. */
const patientFaults = 3;

/** Faults that are of the folder, its server or our own disk, whatever file they were met with. */
const ofConnection: ReadonlySet<string> = new Set([
  'CONNECTION_FAILED',
  'HOST_KEY_REFUSED',
  'SECRET_UNRESOLVED',
]);
const ofFolder: ReadonlySet<string> = new Set([...ofConnection, 'FOLDER_UNUSABLE']);

/** Files whose last fault is remembered. */
const toldMax = 10_000;

/** A claimed file that is not recorded yet. */
interface Held {
  readonly claimed: ClaimedFile;
  /** Size that the copy must have; null when nothing is known of it. */
  sizeBytes: number | null;
  faults: number;
}

/** What is known of a folder: all that may be taken, the oldest first. */
interface Look {
  readonly observed: readonly Observed[];
  readonly doneOf: ReadonlyMap<string, DepositEntry>;
  readonly atMs: number;
}

/**
 * The intake of one drop folder: settled, whole, claimed, copied to the archive, recorded, acknowledged, in this
 * order (ARCHITECTURE 3). A crash between any two steps loses nothing and doubles nothing. Files are independent: a
 * fault with one is told and leaves the others alone.
 */
export function createIntake(options: IntakeOptions): Intake {
  const { transport, clock, settings } = options;
  const isTemporary = temporaryName(settings.temporaryNames);
  const ageMsMin = settings.ageMsMin ?? 0;
  const done = settings.doneFile == null ? null : doneFiles(settings.doneFile);
  const watch = createWatch(ageMsMin > 0);
  const orphans = createWatch();
  const told = new Map<string, string>();
  let held: Held[] = [];
  let recovered = false;
  /** Entries of the last look that are not ours to take: they must not crowd out the others. */
  let crowd = 0;
  /** What is left of a look at a folder that holds more than one turn can take. */
  let crowded: Look | null = null;
  let trouble: Fault | null = null;

  function tell(file: string, thrown: unknown): void {
    if (thrown instanceof Fault && ofFolder.has(thrown.code)) trouble = thrown;
    const fault = {
      file,
      code: thrown instanceof Fault ? thrown.code : null,
      error: asError(thrown).message,
    };
    const text = `${fault.code} ${fault.error}`;
    if (told.get(file) === text) return;
    if (told.size >= toldMax) told.clear();
    told.set(file, text);
    options.onFault(fault);
  }

  async function recover(): Promise<void> {
    if (!recovered) await findLeftovers();
    await finishHeld();
  }

  async function findLeftovers(): Promise<void> {
    try {
      for (const claimed of await transport.leftovers()) {
        if (done?.matches(claimed.name) === true) await transport.acknowledge(claimed);
        else held.push({ claimed, sizeBytes: null, faults: 0 });
      }
      recovered = true;
    } catch (thrown) {
      // The look that follows meets the same, and tells it.
      if (thrown instanceof Fault && ofConnection.has(thrown.code)) trouble = thrown;
      else tell('(claims)', thrown);
    }
  }

  /** Claims that met a fault, or that an earlier run left, are gone through again. */
  async function finishHeld(): Promise<number> {
    const batch = held;
    held = [];
    const ended = await each(batch, settings.concurrency, (one) => finish(one));
    return ended.filter(Boolean).length;
  }

  async function finish(one: Held, first = false): Promise<boolean> {
    try {
      const recordedNow = await takeOver(options, one.claimed, { first, sizeBytes: one.sizeBytes });
      told.delete(one.claimed.name);
      return recordedNow;
    } catch (thrown) {
      tell(one.claimed.name, thrown);
      const seen =
        thrown instanceof Fault && thrown.code === 'FILE_CHANGED' ? thrown.details.sizeBytes : null;
      held.push({
        ...one,
        sizeBytes: typeof seen === 'number' ? seen : one.sizeBytes,
        faults: one.faults + 1,
      });
      return false;
    }
  }

  async function scan(): Promise<ScanResult> {
    trouble = null;
    if (!recovered) await findLeftovers();
    const retried = await finishHeld();
    const nowMs = clock.now().getTime();
    const look = await lookNow(nowMs);
    const { observed } = look;
    const settled = observed.filter((one) => hasSettled(one, look, nowMs));
    const ready: Observed[] = [];
    let stuck = 0;
    const tried = settled.slice(0, settings.batchMax + crowd);
    const fates = await each(tried, settings.concurrency, (one) =>
      ready.length >= settings.batchMax ? 'later' : take(one, look, nowMs, ready),
    );
    for (const { seen } of observed) if (seen.faults >= patientFaults) stuck++;
    const taken = retried + fates.filter((fate) => fate === 'taken').length;
    const left = observed.length - fates.filter((fate) => fate !== 'waiting' && fate !== 'later').length;
    const waits = fates.filter((fate) => fate === 'waiting').length;
    if (crowded === null) crowd += waits;
    else rest(look, new Set(tried.filter((_, at) => fates[at] !== 'later')));
    const stuckClaims = held.filter((one) => one.faults >= patientFaults).length;
    const waiting = left + held.length;
    const idle = taken === 0 && waiting === stuck + stuckClaims;
    return { taken, waiting, idle, ...(trouble === null ? {} : { trouble }) };
  }

  /**
   * A look at the folder. One that holds more files than a few turns take is looked at whole, once for many turns:
   * looking at tens of thousands of files for each batch costs more than taking them. Claiming looks at each again.
   */
  async function lookNow(nowMs: number): Promise<Look> {
    if (crowded !== null && nowMs >= crowded.atMs && nowMs - crowded.atMs < crowdMsMax) return crowded;
    const limit = settings.batchMax * lookAhead + crowd;
    const first = await transport.list(limit);
    const full = first.length >= limit;
    const entries = full ? await transport.list(Math.max(limit, crowdMax)) : first;
    const files = entries.filter((entry) => entry.kind === 'file' && !isTemporary(entry.name));
    const paired = done?.pair(files) ?? null;
    const ours = paired?.ready ?? files;
    if (paired !== null && !full) await clearOrphans(paired.orphans, nowMs);
    crowd = entries.length - ours.length;
    const observed = [...watch.look(ours, nowMs)].sort(byAge);
    const look = { observed, doneOf: paired?.doneOf ?? new Map(), atMs: nowMs };
    crowded = full && observed.length > 0 ? look : null;
    return look;
  }

  /** What a turn has not tried is for the next one. */
  function rest(look: Look, tried: ReadonlySet<Observed>): void {
    const observed = look.observed.filter((one) => !tried.has(one));
    crowded = observed.length === 0 ? null : { ...look, observed };
  }

  function hasSettled({ entry, seen }: Observed, look: Look, nowMs: number): boolean {
    if (nowMs - seen.firstMs < ageMsMin) return false;
    return look.doneOf.has(entry.name) || nowMs - seen.sinceMs >= settings.settleMs;
  }

  /** One settled file. `gone` is also a file that changed: the next look sees it anew. */
  async function take(one: Observed, look: Look, nowMs: number, ready: Observed[]): Promise<Fate> {
    const { entry, seen } = one;
    if (options.admit?.(entry.sizeBytes) === false) return 'later';
    try {
      const limitMs = (entry.sizeBytes === 0 ? settings.emptyMaxMs : null) ?? settings.unfinishedMaxMs;
      if (nowMs - seen.sinceMs < limitMs) {
        seen.whole ??= await looksWhole(transport, entry, settings);
        if (!seen.whole) return 'waiting';
      }
      ready.push(one);
      const claimed = await transport.claim(entry);
      if (claimed === 'gone') return 'gone';
      if (claimed === 'changed') return 'waiting';
      seen.faults = 0;
      const doneFile = look.doneOf.get(entry.name);
      if (doneFile !== undefined) await remove(doneFile);
      const recordedNow = await finish({ claimed, sizeBytes: entry.sizeBytes, faults: 0 }, true);
      return recordedNow ? 'taken' : 'gone';
    } catch (thrown) {
      seen.faults++;
      // A claim that failed half-way is found among the leftovers.
      recovered = false;
      tell(entry.name, thrown);
      return 'waiting';
    }
  }

  /** A done file whose file went without it, because of a crash: it must not answer for a later file. */
  async function clearOrphans(entries: readonly DepositEntry[], nowMs: number): Promise<void> {
    for (const { entry, seen } of orphans.look(entries, nowMs))
      if (nowMs - seen.sinceMs >= Math.max(settings.settleMs, 1)) await remove(entry);
  }

  async function remove(doneFile: DepositEntry): Promise<void> {
    try {
      const claimed = await transport.claim(doneFile);
      if (typeof claimed !== 'string') await transport.acknowledge(claimed);
    } catch (thrown) {
      tell(doneFile.name, thrown);
    }
  }

  return { scan, recover };
}

type Fate = 'taken' | 'gone' | 'waiting' | 'later';

/** Runs over items in order, at most `concurrency` at a time. */
async function each<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => R | Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return results;
}
