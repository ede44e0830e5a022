import { asError, Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { NewFlow } from '../ports/store.js';
import type { ClaimedFile, IntakeTransport } from '../ports/transport.js';
import { looksWhole } from './complete.js';
import { byAge, createWatch, type Observed, temporaryName } from './settle.js';
import { type Recorded, takeOver } from './take-over.js';

export interface IntakeSettings {
  /** A file is taken once its size and modification time have stood still this long, by our own clock. */
  readonly settleMs: number;
  /** A file that stops before its end is taken all the same, to be refused, after standing still this long. */
  readonly unfinishedMaxMs: number;
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
}

export interface Intake {
  /** One look at the drop folder: takes what has settled. @throws Fault when the folder cannot be read. */
  scan(): Promise<ScanResult>;
  /** Ends what an earlier run had claimed and not acknowledged. */
  recover(): Promise<void>;
}

/** So many looks ahead of what one scan takes, that files settle while earlier ones are taken. */
const lookAhead = 4;
/** A file in trouble no longer keeps an engine from being idle after so many tries. */
const patientFaults = 3;

/** Files whose last fault is remembered. */
const toldMax = 10_000;

/** A claimed file that is not recorded yet. */
interface Held {
  readonly claimed: ClaimedFile;
  /** Size that the copy must have; null when nothing is known of it. */
  sizeBytes: number | null;
  faults: number;
}

/**
 * The intake of one drop folder: settled, whole, claimed, copied to the archive, recorded, acknowledged, in this
 * order (ARCHITECTURE 3). A crash between any two steps loses nothing and doubles nothing. Files are independent: a
 * fault with one is told and leaves the others alone.
 */
export function createIntake(options: IntakeOptions): Intake {
  const { transport, clock, settings } = options;
  const isTemporary = temporaryName(settings.temporaryNames);
  const watch = createWatch();
  const told = new Map<string, string>();
  let held: Held[] = [];
  let recovered = false;
  /** Entries of the last look that are not ours to take: they must not crowd out the others. */
  let crowd = 0;

  function tell(file: string, thrown: unknown): void {
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
    try {
      const leftovers = await transport.leftovers();
      held.push(...leftovers.map((claimed) => ({ claimed, sizeBytes: null, faults: 0 })));
      recovered = true;
    } catch (thrown) {
      tell('(claims)', thrown);
    }
    await finishHeld();
  }

  /** Claims that met a fault, or that an earlier run left, are gone through again. */
  async function finishHeld(): Promise<number> {
    const batch = held;
    held = [];
    const done = await each(batch, settings.concurrency, (one) => finish(one));
    return done.filter(Boolean).length;
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
    if (!recovered) await recover();
    const retried = await finishHeld();
    const nowMs = clock.now().getTime();
    const limit = settings.batchMax * lookAhead + crowd;
    const entries = await transport.list(limit);
    const files = entries.filter((entry) => entry.kind === 'file' && !isTemporary(entry.name));
    const observed = watch.look(files, nowMs);
    const settled = observed.filter(({ seen }) => nowMs - seen.sinceMs >= settings.settleMs).sort(byAge);
    const ready: Observed[] = [];
    let stuck = 0;
    const fates = await each(settled.slice(0, settings.batchMax + crowd), settings.concurrency, (one) =>
      ready.length >= settings.batchMax ? 'later' : take(one, nowMs, ready),
    );
    for (const { seen } of observed) if (seen.faults >= patientFaults) stuck++;
    const taken = retried + fates.filter((fate) => fate === 'taken').length;
    const left = observed.length - fates.filter((fate) => fate !== 'waiting' && fate !== 'later').length;
    crowd = entries.length - files.length + fates.filter((fate) => fate === 'waiting').length;
    const stuckClaims = held.filter((one) => one.faults >= patientFaults).length;
    const waiting = left + held.length;
    return { taken, waiting, idle: taken === 0 && waiting === stuck + stuckClaims };
  }

  /** One settled file. `gone` is also a file that changed: the next look sees it anew. */
  async function take(one: Observed, nowMs: number, ready: Observed[]): Promise<Fate> {
    const { entry, seen } = one;
    try {
      if (nowMs - seen.sinceMs < settings.unfinishedMaxMs) {
        seen.whole ??= await looksWhole(transport, entry);
        if (!seen.whole) return 'waiting';
      }
      ready.push(one);
      const claimed = await transport.claim(entry);
      if (claimed === 'gone') return 'gone';
      if (claimed === 'changed') return 'waiting';
      seen.faults = 0;
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
