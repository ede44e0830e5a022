import { createHash } from 'node:crypto';
import type { Delivery } from '../domain/delivery.js';
import { asError } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { ArchivedFile, FlowFiles } from '../ports/store-retention.js';
import { bodyChunks } from '../report/stream.js';

/** Key of the store under which the outcome of the newest verification is kept; an empty text: nothing was found. */
export const damageKey = 'archive.damage';
const resumeKey = 'archive.verify';

/** Something that is not as it was written. An orphan is a file that no row names: it harms nobody. */
export interface Damage {
  readonly kind: 'damaged' | 'missing' | 'unreadable' | 'orphan';
  readonly what: 'original' | 'correction' | 'piece' | 'delivery' | 'file';
  /** Archive key, or the name of a delivery. */
  readonly key: string;
  readonly flow: string | null;
  readonly expected: string | null;
  readonly found: string | null;
}

export interface VerifyOptions {
  readonly store: Store;
  readonly archive: Archive;
  readonly clock: Clock;
  /** ISO instant; null: everything, and orphans too. */
  readonly since: string | null;
  readonly jobs: number;
  /** 0: no limit. */
  readonly bytesPerSecondMax: number;
  readonly resume: boolean;
  readonly stopped: () => boolean;
  readonly onDamage: (damage: Damage) => void;
  readonly onProgress: (counts: VerifyCounts) => void;
}

export interface VerifyCounts {
  readonly flows: number;
  readonly files: number;
  readonly bytes: number;
  readonly deliveries: number;
  /** Damaged, missing and unreadable. */
  readonly damages: number;
  readonly orphans: number;
  /** False when it was interrupted. */
  readonly complete: boolean;
}

type Counts = { -readonly [K in keyof VerifyCounts]: VerifyCounts[K] };

const pageCount = 100;
/** Younger files may belong to an attempt that has not been committed. */
const youngMs = 3_600_000;

/**
 * Reads every archived file and every text that was delivered, and compares hashes: originals and corrected files
 * against the row of their deposit, pieces against the hash they were written with, deliveries, put together again with
 * their pieces, against the file as it was written. The place is kept after each page of flows; the outcome is kept for the alert.
 */
export async function verify(options: VerifyOptions): Promise<VerifyCounts> {
  const { store } = options;
  const counts: Counts = {
    flows: 0,
    files: 0,
    bytes: 0,
    deliveries: 0,
    damages: 0,
    orphans: 0,
    complete: true,
  };
  const before = options.resume ? parsed(await store.meta(resumeKey)) : null;
  const since = before?.since ?? options.since;
  counts.damages = before?.damages ?? 0;
  const read = reader(options, counts);
  let after = before?.after ?? 0;
  for (;;) {
    const page = await store.flowFiles(since ?? '', after, pageCount);
    const last = page.at(-1);
    if (last === undefined) break;
    await each(page, options.jobs, (flow) =>
      options.stopped() ? undefined : verifyFlow(options, flow, read, counts),
    );
    if (options.stopped()) break;
    after = last.seq;
    await keep(store, resumeKey, JSON.stringify({ after, since, damages: counts.damages }));
    options.onProgress(counts);
  }
  if (!options.stopped() && since === null) await orphans(options, counts);
  counts.complete = !options.stopped();
  await end(options, counts, since);
  return counts;
}

interface Place {
  readonly after: number;
  readonly since: string | null;
  readonly damages: number;
}

function parsed(text: string | null): Place | null {
  return text === null || text === '' ? null : (JSON.parse(text) as Place);
}

/** What was found keeps its alert open until a whole verification finds nothing. */
async function end(
  { store, clock }: VerifyOptions,
  counts: VerifyCounts,
  since: string | null,
): Promise<void> {
  if (counts.complete) await keep(store, resumeKey, '');
  const at = clock.now().toISOString();
  if (counts.damages > 0) await keep(store, damageKey, JSON.stringify({ at, damages: counts.damages }));
  else if (counts.complete && since === null) await keep(store, damageKey, '');
  const text = `archive vérifiée${counts.complete ? '' : ' (interrompue)'} : ${counts.files} fichiers, ${counts.deliveries} fichiers remis, ${counts.damages} dommages, ${counts.orphans} orphelins`;
  await store.transaction((tx) =>
    tx.insertEvents([{ at, actor: 'engine', kind: 'archive-verified', flow: null, invoice: null, text }]),
  );
}

async function keep(store: Store, key: string, value: string): Promise<void> {
  await store.transaction((tx) => tx.setMeta(key, value));
}

type Read = (chunks: AsyncIterable<string | Uint8Array>) => Promise<string>;

/** Hashes content, no faster than is allowed over all jobs together. */
function reader({ bytesPerSecondMax }: VerifyOptions, counts: Counts): Read {
  const startedMs = performance.now();
  return async (chunks) => {
    const hash = createHash('sha256');
    for await (const chunk of chunks) {
      hash.update(chunk);
      counts.bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
      if (bytesPerSecondMax === 0) continue;
      const aheadMs = (counts.bytes / bytesPerSecondMax) * 1_000 - (performance.now() - startedMs);
      if (aheadMs > 5) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    }
    return hash.digest('hex');
  };
}

async function verifyFlow(
  options: VerifyOptions,
  flow: FlowFiles,
  read: Read,
  counts: Counts,
): Promise<void> {
  counts.flows += 1;
  const gone = new Set(flow.gone);
  const infected = flow.archiveKey.startsWith('quarantine/');
  const check = (what: Damage['what'], file: Pick<ArchivedFile, 'key' | 'sha256'>) =>
    verifyFile(options, flow, what, file, read, counts);
  if (!gone.has(infected ? 'quarantine' : 'originals'))
    await check('original', { key: flow.archiveKey, sha256: flow.sha256 });
  if (!gone.has('originals')) for (const file of flow.corrections) await check('correction', file);
  if (gone.has('pieces')) return;
  for (const file of flow.pieces) await check('piece', file);
  for (const id of flow.deliveries) await verifyDelivery(options, flow, id, read, counts);
}

async function verifyFile(
  options: VerifyOptions,
  flow: FlowFiles,
  what: Damage['what'],
  { key, sha256 }: Pick<ArchivedFile, 'key' | 'sha256'>,
  read: Read,
  counts: Counts,
): Promise<void> {
  counts.files += 1;
  const base = { what, key, flow: flow.flow, expected: sha256 };
  try {
    if (!(await options.archive.has(key))) {
      if (await movedMeanwhile(options.store, flow, key)) return;
      return damaged(options, counts, { ...base, kind: 'missing', found: null });
    }
    const found = await read(options.archive.read(key));
    if (found !== sha256) damaged(options, counts, { ...base, kind: 'damaged', found });
  } catch (thrown) {
    damaged(options, counts, { ...base, kind: 'unreadable', found: asError(thrown).message });
  }
}

/** Purged, or put in quarantine, since the page was read. */
async function movedMeanwhile(store: Store, { flow }: FlowFiles, key: string): Promise<boolean> {
  if ((await store.purges(flow)).length > 0) return true;
  const now = await store.flow(flow);
  return now !== null && now.archiveKey !== key && now.archiveKey.startsWith('quarantine/');
}

async function verifyDelivery(
  options: VerifyOptions,
  flow: FlowFiles,
  id: string,
  read: Read,
  counts: Counts,
): Promise<void> {
  const delivery = await options.store.findDelivery(id);
  if (delivery === null || delivery.sha256 === null || delivery.body === '') return;
  counts.deliveries += 1;
  const base = { what: 'delivery', key: delivery.name, flow: flow.flow, expected: delivery.sha256 } as const;
  try {
    const found = await read(textOf(delivery, options.archive));
    if (found !== delivery.sha256) damaged(options, counts, { ...base, kind: 'damaged', found });
  } catch (thrown) {
    damaged(options, counts, { ...base, kind: 'unreadable', found: asError(thrown).message });
  }
}

function textOf({ body, parts }: Delivery, archive: Archive): AsyncIterable<string> {
  return bodyChunks(body, parts, (key) => archive.read(key));
}

function damaged(options: VerifyOptions, counts: Counts, damage: Damage): void {
  counts.damages += 1;
  options.onDamage(damage);
}

const ownerOf = /^(?:flows|pieces)\/[^/]+\/[^/]+\/([0-9a-f-]{36})(?:-|$)|^quarantine\/([0-9a-f-]{36})$/;

/** Files that no row names: left by an attempt or a deposit that was cut off. */
async function orphans(
  { store, archive, clock, onDamage, stopped }: VerifyOptions,
  counts: Counts,
): Promise<void> {
  const youngest = clock.now().getTime() - youngMs;
  for await (const { key, modifiedAt } of archive.list('')) {
    if (stopped()) return;
    if (modifiedAt.getTime() > youngest) continue;
    const owner =
      ownerOf
        .exec(key)
        ?.slice(1)
        .find((id) => id !== undefined) ?? null;
    const flow = owner === null ? null : await store.flow(owner);
    if (flow !== null && flow.finalAt === null) continue;
    if (await store.namesKey(key, flow?.id ?? '')) continue;
    counts.orphans += 1;
    onDamage({ kind: 'orphan', what: 'file', key, flow: flow?.id ?? null, expected: null, found: null });
  }
}

async function each<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<void> | undefined,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
}
