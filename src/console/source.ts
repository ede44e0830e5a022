import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayInParis } from '../domain/dates.js';
import type { Invoice } from '../domain/invoice.js';
import { finderOf } from '../envelope/catalogue.js';
import { isPacked, type NotTaken, takeEntry } from '../envelope/one-entry.js';
import type { Archive } from '../ports/archive.js';
import { policyOf } from '../settings/policy.js';
import type { ExcerptPlace, ExcerptResult } from '../workers/excerpt.js';
import { createWorkerPool, type WorkerPool } from '../workers/pool.js';
import type { ConsoleParts } from './parts.js';
import { Problem } from './problem.js';
import { unzipOne } from './unzip-one.js';

/** An entry of an archived file: its name within a tar.gz, null for a bare file. */
export interface EntryOf {
  readonly archiveKey: string;
  readonly entry: string | null;
}

/** An invoice as read again from its archived file. */
export interface ReadInvoice {
  readonly invoice: Invoice;
  /** Content of an attachment by the number that `Attachment.piece` says; null when it is not there or too large. */
  piece(index: number): Promise<Buffer | null>;
  /** Bytes of the entry itself, for a Factur-X; null when it is too large to be shown. */
  whole(): Promise<Buffer | null>;
}

/** Reads archived files for people: in a thread of its own, one at a time, each with a deadline. */
export interface Source {
  excerpts(of: EntryOf, places: readonly ExcerptPlace[]): Promise<ExcerptResult | NotTaken>;
  /** Gives `work` the invoice at a 0-based position of an entry, or why it cannot be read again. */
  invoice<T>(
    of: EntryOf & { readonly index: number; readonly interfaceCode: string | null },
    work: (read: ReadInvoice) => Promise<T>,
  ): Promise<T | NotTaken | 'unreadable'>;
  /** The PDF that we make of an invoice that brought none. */
  rendered(invoice: Invoice, receivedAt: string): Promise<Buffer>;
  close(): Promise<void>;
}

const msMax = 15_000;
const waitingMax = 30;
const around = 3;
const widthMax = 340;
const entryBytesMax = 60 * 1024 * 1024;
const shownBytesMax = 20 * 1024 * 1024;
const keptMax = 100;
const keptMs = 60_000;

const sources = new WeakMap<Archive, Source>();

/** The source of a console: made at the first question. */
export function sourceOf(parts: ConsoleParts): Source {
  const known = sources.get(parts.archive) ?? createSource(parts);
  sources.set(parts.archive, known);
  return known;
}

/** Ends the thread, if there is one. */
export async function closeSource(archive: Archive): Promise<void> {
  await sources.get(archive)?.close();
  sources.delete(archive);
}

function createSource(parts: ConsoleParts): Source {
  const { loaded, archive, workerScript } = parts;
  const { settings } = loaded;
  const limits = {
    ...settings.limits,
    entryBytesMax: Math.min(settings.limits.entryBytesMax, entryBytesMax),
    unpackMsMax: Math.min(settings.limits.unpackMsMax, msMax),
    entryMsMax: Math.min(settings.limits.entryMsMax, msMax),
  };
  let pool: WorkerPool | null = null;
  let waiting = 0;
  const remembered = new Map<
    string,
    { readonly at: number; readonly answer: Promise<ExcerptResult | NotTaken> }
  >();

  function thread(): WorkerPool {
    pool ??= createWorkerPool({
      size: 1,
      largeBytes: settings.engine.largeBytes,
      setup: { schemasDir: settings.schemas.dir ?? null, rulesDir: null, findingsMax: 1 },
      ...(workerScript === undefined ? {} : { script: workerScript }),
    });
    return pool;
  }

  /** The entry as a file, and a folder for what comes out of it; both are gone afterwards. */
  async function withEntry<T>(
    { archiveKey, entry }: EntryOf,
    work: (path: string, dir: string) => Promise<T>,
  ): Promise<T | NotTaken> {
    if (waiting >= waitingMax)
      throw new Problem(
        503,
        'Beaucoup de fichiers sont en cours de lecture.',
        'Réessayez dans un instant.',
        5,
      );
    waiting += 1;
    const dir = await mkdtemp(join(tmpdir(), 'ecluse-console-'));
    try {
      const path = archive.pathOf(archiveKey);
      if (!(await archive.has(archiveKey))) return 'absent';
      if (!(await isPacked(path))) return await work(path, dir);
      if (entry === null || entry === '') return 'absent';
      const taken = join(dir, 'entry');
      return (await takeEntry(path, entry, taken, limits)) ?? (await work(taken, dir));
    } finally {
      waiting -= 1;
      await rm(dir, { recursive: true, force: true });
    }
  }

  const readExcerpts = (of: EntryOf, places: readonly ExcerptPlace[]) =>
    withEntry(of, (path, dir) =>
      thread().excerpt(
        { kind: 'excerpt', path, workDir: join(dir, 'cut'), places, around, widthMax, limits },
        msMax,
      ),
    );

  return {
    excerpts(of, places) {
      const key = JSON.stringify([of.archiveKey, of.entry, places]);
      const now = Date.now();
      const known = remembered.get(key);
      if (known !== undefined && now - known.at < keptMs) return known.answer;
      const answer = readExcerpts(of, places);
      remembered.delete(key);
      remembered.set(key, { at: now, answer });
      answer.catch(() => remembered.delete(key));
      for (const [oldest] of remembered) {
        if (remembered.size <= keptMax) break;
        remembered.delete(oldest);
      }
      return answer;
    },
    invoice: (of, work) =>
      withEntry(of, async (path, dir) => {
        const known = of.interfaceCode === null ? undefined : finderOf(settings.interfaces)(of.interfaceCode);
        const { size } = await stat(path);
        const workDir = join(dir, 'pieces');
        const result = await thread().check(
          {
            kind: 'check',
            path,
            entry: of.entry ?? '',
            workDir,
            syntaxes: known?.syntaxes ?? null,
            flowKind: known?.kind === 'E1' || known?.kind === 'E3' ? known.kind : 'E2',
            interfaceCode: of.interfaceCode,
            schema: false,
            sets: [],
            regrade: [],
            read: true,
            pack: false,
            memoryBytesMax: 0,
            today: dayInParis(parts.clock.now()),
            limits,
            rules: policyOf(settings).rules,
          },
          { sizeBytes: size },
        );
        const found = result.invoices.find(({ index }) => index === of.index);
        if (found === undefined) return 'unreadable' as const;
        return work({
          invoice: found.invoice,
          piece: (index) => bytesOf(join(workDir, `piece-${index}`)),
          whole: () => bytesOf(path),
        });
      }),
    async rendered(invoice, receivedAt) {
      const dir = await mkdtemp(join(tmpdir(), 'ecluse-console-'));
      try {
        const { content } = await thread().render(
          {
            kind: 'render',
            invoice,
            structureName: null,
            serviceName: null,
            receivedAt,
            innerName: 'facture.pdf',
            memoryBytesMax: shownBytesMax,
            target: join(dir, 'facture.zip'),
          },
          msMax,
        );
        return unzipOne(content.kind === 'file' ? await readFile(content.path) : Buffer.from(content.bytes));
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
    async close() {
      await pool?.close();
      pool = null;
    },
  };
}

async function bytesOf(path: string): Promise<Buffer | null> {
  try {
    const { size } = await stat(path);
    return size > shownBytesMax ? null : await readFile(path);
  } catch {
    return null;
  }
}
