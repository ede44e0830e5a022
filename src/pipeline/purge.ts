import type { Actor } from '../domain/flow.js';
import {
  cutoffOf,
  fileKinds,
  type RetentionKind,
  retentionKinds,
  retentionWords,
} from '../domain/retention.js';
import { recalledState } from '../lifecycle/recalled.js';
import { statusTable } from '../lifecycle/status-table.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { PurgeCandidate, PurgeMark } from '../ports/store-retention.js';

/** Statuses after which nothing follows in the life of an invoice. */
export const finalStatuses: readonly string[] = [
  ...statusTable.filter(({ final }) => final).map(({ code }) => code),
  recalledState,
];

export interface PurgeOptions {
  readonly store: Store;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly by: Actor;
  readonly reason: string;
  /** The instant before which content of a kind may go; a kind without one is kept. */
  readonly before: Readonly<Partial<Record<RetentionKind, string>>>;
  /** Flows of one batch. */
  readonly batchMax: number;
  /** Pause after each batch, so that live traffic gets its turn. */
  readonly pauseMs: number;
  /** Shows what would go, and changes nothing. */
  readonly dryRun: boolean;
  readonly stopped?: () => boolean;
  readonly onBatch?: (done: PurgeCounts) => void;
  readonly onFlow?: (flow: PurgedFlow) => void;
}

export interface PurgedFlow {
  readonly flow: string;
  readonly depositedName: string;
  readonly kinds: readonly RetentionKind[];
}

export interface PurgeCounts {
  readonly flows: number;
  /** Files deleted from the archive. */
  readonly files: number;
  readonly bytes: number;
  /** Deliveries of no flow that lost their text. */
  readonly loose: number;
  /** Flows whose purge an earlier run had begun. */
  readonly resumed: number;
}

/** The instants of a purge by the settings. @param settings kind to `10y`, `90d` or `forever` */
export function cutoffsOf(
  settings: Readonly<Record<RetentionKind, string>>,
  now: Date,
): Partial<Record<RetentionKind, string>> {
  return Object.fromEntries(
    retentionKinds.flatMap((kind) => {
      const cutoff = cutoffOf(settings[kind], now);
      return cutoff === null ? [] : [[kind, cutoff]];
    }),
  );
}

/**
 * Deletes the content of flows that ended before the instants of their kinds, in batches: the mark is committed first,
 * with everything that is a row; then files are deleted; then that is confirmed, with an event. A run that is cut off
 * is gone on with by the next one. A flow that anything keeps (`purgeBlocks`) is passed over.
 */
export async function purge(options: PurgeOptions): Promise<PurgeCounts> {
  const counts = { flows: 0, files: 0, bytes: 0, loose: 0, resumed: 0 };
  const stopped = options.stopped ?? (() => false);
  if (!options.dryRun) await finishOpen(options, counts);
  const latest = Object.values(options.before).sort().at(-1);
  if (latest === undefined) return counts;
  let afterSeq = 0;
  while (!stopped()) {
    const page = await options.store.purgeable(latest, finalStatuses, afterSeq, options.batchMax);
    const last = page.at(-1);
    if (last === undefined) break;
    afterSeq = last.seq;
    await batch(options, page, counts);
    options.onBatch?.(counts);
    await pause(options.pauseMs);
  }
  if (options.before.bodies !== undefined && !stopped())
    await looseBodies(options, options.before.bodies, counts);
  return counts;
}

type Counts = { -readonly [K in keyof PurgeCounts]: number };

async function batch(options: PurgeOptions, page: readonly PurgeCandidate[], counts: Counts): Promise<void> {
  const wanted = page.flatMap((candidate) => {
    const kinds = kindsOf(candidate, options.before);
    return kinds.length === 0 ? [] : [{ candidate, kinds }];
  });
  if (wanted.length === 0) return;
  const { store, by, reason } = options;
  if (options.dryRun) {
    for (const { candidate, kinds } of wanted) tell(options, candidate, kinds, counts);
    return;
  }
  const at = options.clock.now().toISOString();
  const marked = await store.transaction(async (tx) => {
    const done: { candidate: PurgeCandidate; kinds: readonly RetentionKind[] }[] = [];
    for (const { candidate, kinds } of wanted) {
      // It may have been held, or its replay ordered, since the page was read.
      if ((await tx.purgeBlocks(candidate.flow, finalStatuses)).length > 0) continue;
      const order = { flow: candidate.flow, kinds, cause: 'retention', by, reason, at } as const;
      const fresh = await tx.markPurge(order);
      if (fresh.length === 0) continue;
      done.push({ candidate, kinds: fresh });
      const rows = fresh.filter((kind) => !fileKinds.has(kind));
      if (rows.length > 0)
        await tx.insertEvents([{ ...flowEvent(candidate.flow, rows, reason), at, actor: by }]);
    }
    if (done.length > 0) {
      const text = `purge : lot de ${done.length} flux (${reason})`;
      await tx.insertEvents([{ at, actor: by, kind: 'purge', flow: null, invoice: null, text }]);
    }
    return done;
  });
  for (const { candidate, kinds } of marked) {
    // What is marked and still stands is gone on with by the next run.
    if (options.stopped?.() === true) return;
    await removeFiles(options, candidate.flow, kinds, counts);
    tell(options, candidate, kinds, counts);
  }
}

function tell(
  options: PurgeOptions,
  { flow, depositedName }: PurgeCandidate,
  kinds: readonly RetentionKind[],
  counts: Counts,
): void {
  counts.flows += 1;
  options.onFlow?.({ flow, depositedName, kinds });
}

function kindsOf(
  { finalAt, archiveKey, gone }: PurgeCandidate,
  before: PurgeOptions['before'],
): RetentionKind[] {
  const infected = archiveKey.startsWith('quarantine/');
  return retentionKinds.filter((kind) => {
    const cutoff = before[kind];
    if (cutoff === undefined || finalAt >= cutoff || gone.includes(kind)) return false;
    return kind === 'quarantine' ? infected : !(kind === 'originals' && infected);
  });
}

function flowEvent(flow: string, kinds: readonly RetentionKind[], reason: string) {
  const text = `contenu purgé : ${kinds.map((kind) => retentionWords[kind]).join(', ')} (${reason})`;
  return { kind: 'purged', flow, invoice: null, text };
}

/** Deletes the files of kinds that are marked, and confirms it. */
async function removeFiles(
  { store, archive, clock }: Pick<PurgeOptions, 'store' | 'archive' | 'clock'>,
  flow: string,
  kinds: readonly RetentionKind[],
  counts: Pick<Counts, 'files' | 'bytes'>,
): Promise<void> {
  const ofFiles = kinds.filter((kind) => fileKinds.has(kind));
  if (ofFiles.length === 0) return;
  for (const kind of ofFiles)
    for (const { key, sizeBytes } of await filesOf({ store, archive }, flow, kind)) {
      await archive.remove(key);
      counts.files += 1;
      counts.bytes += sizeBytes;
    }
  const at = clock.now().toISOString();
  const [mark] = (await store.purges(flow)).filter(({ kind }) => ofFiles.includes(kind));
  await store.transaction(async (tx) => {
    for (const kind of ofFiles) await tx.confirmPurge(flow, kind, at);
    const event = flowEvent(flow, ofFiles, mark?.reason ?? '');
    await tx.insertEvents([{ ...event, at, actor: mark?.by ?? 'engine' }]);
  });
}

/** Files of one flow and kind. A flow's id has one length: no other flow's files begin with it and a dash. */
async function filesOf(
  { store, archive }: Pick<PurgeOptions, 'store' | 'archive'>,
  flow: string,
  kind: RetentionKind,
): Promise<readonly { readonly key: string; readonly sizeBytes: number }[]> {
  const [found] = [await store.flow(flow)];
  if (found === null) return [];
  if (kind === 'pieces') return await all(archive, `${piecesFolder(flow)}-`);
  const quarantined = found.archiveKey.startsWith('quarantine/');
  if (kind === 'quarantine') return quarantined ? await present(archive, [found.archiveKey]) : [];
  const replays = await store.replays({ flow, limit: 100_000 });
  const corrections = replays.flatMap(({ file }) => (file === null ? [] : [file.archiveKey]));
  return await present(archive, quarantined ? corrections : [found.archiveKey, ...corrections]);
}

/** As the stage of pieces has it (stage-pieces.ts). */
export function piecesFolder(flow: string): string {
  return `pieces/${flow.slice(0, 5)}/${flow.slice(5, 7)}/${flow}`;
}

async function all(archive: Archive, prefix: string) {
  const files: { key: string; sizeBytes: number }[] = [];
  for await (const { key, sizeBytes } of archive.list(prefix)) files.push({ key, sizeBytes });
  return files;
}

async function present(archive: Archive, keys: readonly string[]) {
  const files: { key: string; sizeBytes: number }[] = [];
  for (const wanted of new Set(keys))
    for (const file of await all(archive, wanted)) if (file.key === wanted) files.push(file);
  return files;
}

/** Pages of open marks that are worked at once. */
const openMax = 200;

/** Goes on with what an earlier run, or an erasure, has marked and not confirmed. */
export async function finishOpen(
  options: Pick<PurgeOptions, 'store' | 'archive' | 'clock' | 'stopped'>,
  counts: Pick<Counts, 'files' | 'bytes' | 'resumed'>,
): Promise<void> {
  for (;;) {
    const open = await options.store.openPurges(openMax);
    if (open.length === 0 || options.stopped?.() === true) return;
    for (const [flow, kinds] of byFlow(open)) {
      await removeFiles(options, flow, kinds, counts);
      counts.resumed += 1;
    }
  }
}

function byFlow(marks: readonly PurgeMark[]): Map<string, RetentionKind[]> {
  const flows = new Map<string, RetentionKind[]>();
  for (const { flow, kind } of marks) flows.set(flow, [...(flows.get(flow) ?? []), kind]);
  return flows;
}

async function looseBodies(options: PurgeOptions, before: string, counts: Counts): Promise<void> {
  const { store, by, reason } = options;
  if (options.dryRun) {
    counts.loose += await store.looseBodies(before);
    return;
  }
  for (;;) {
    const at = options.clock.now().toISOString();
    const emptied = await store.transaction(async (tx) => {
      const count = await tx.purgeLooseBodies(before, options.batchMax);
      const text = `purge : ${count} fichiers remis qui n'appartiennent à aucun flux (${reason})`;
      if (count > 0)
        await tx.insertEvents([{ at, actor: by, kind: 'purge', flow: null, invoice: null, text }]);
      return count;
    });
    counts.loose += emptied;
    if (emptied < options.batchMax) return;
    await pause(options.pauseMs);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
