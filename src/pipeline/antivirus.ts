import { createReadStream } from 'node:fs';
import type { Flow } from '../domain/flow.js';
import type { PieceContent } from '../domain/reading.js';
import { asError, Fault } from '../errors.js';
import type { Log } from '../log.js';
import type { Antivirus } from '../ports/antivirus.js';
import type { Archive } from '../ports/archive.js';

export interface AntivirusCheckOptions {
  readonly antivirus: Antivirus;
  readonly archive: Archive;
  readonly log: Log;
  /** Flows put to it at once. */
  readonly concurrency: number;
  /** While it cannot be reached, one flow tries again after so long; the others wait without trying. */
  readonly retryMs: number;
  /** A flow larger than this is refused for its size: nobody opens it. */
  readonly flowBytesMax: number;
  /** Told in French, once each time it goes away and comes back. */
  readonly onHold: (text: string, held: boolean) => void;
}

/** An infected flow: what was found, and where its bytes lie now. */
export interface Infection {
  readonly signature: string;
  readonly archiveKey: string;
}

/** What the pipeline asks of the antivirus. Both throw ANTIVIRUS_UNREACHABLE or ANTIVIRUS_FAILED: the flow waits. */
export interface AntivirusCheck {
  /** Puts the bytes of a flow to it, as they were deposited; what is infected is moved to the quarantine. */
  flow(flow: Flow): Promise<Infection | null>;
  /** Puts an attachment to it, decoded; gives what was found. */
  piece(content: PieceContent): Promise<string | null>;
  /** Moves a flow, of which a piece is infected, to the quarantine. */
  quarantine(flow: Flow, signature: string): Promise<Infection>;
}

/** Keys under this word lie in the quarantine, not in the archive (`folderArchive`). */
const quarantineKey = (flow: Flow): string => `quarantine/${flow.id}`;
/** Said where a piece was infected and a crash came before that was committed: the flow's own bytes tell nothing. */
const foundBefore = 'déjà en quarantaine';
const chunkBytes = 256 * 1024;

/**
 * Puts a flow to the antivirus before anything looks into it; what is infected is moved to the quarantine. Nothing
 * passes while the antivirus is away: the fault leaves the flow to the sweep and costs it no attempt.
 * @throws Fault ANTIVIRUS_UNREACHABLE, ANTIVIRUS_FAILED, FILE_UNREADABLE, FOLDER_UNUSABLE.
 */
export function createAntivirusCheck(options: AntivirusCheckOptions): AntivirusCheck {
  const { antivirus, archive } = options;
  const waiting: (() => void)[] = [];
  let running = 0;
  let awayUntilMs: number | null = null;

  return {
    flow: async (flow) =>
      flow.sizeBytes === 0 || flow.sizeBytes > options.flowBytesMax ? null : inTurn(() => look(flow)),
    async piece(content) {
      const bytes = content.kind === 'file' ? contentOf(content.path) : inMemory(content.bytes);
      const verdict = await inTurn(() => ask(bytes));
      return verdict.kind === 'clean' ? null : verdict.signature;
    },
    quarantine,
  };

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (awayUntilMs !== null && performance.now() < awayUntilMs) throw away();
    await turn();
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  }

  async function turn(): Promise<void> {
    while (running >= options.concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
  }

  async function look(flow: Flow): Promise<Infection | null> {
    // A crash after the move leaves the row with the key of before.
    const moved = await archive.has(quarantineKey(flow));
    const verdict = await ask(contentOf(archive.pathOf(moved ? quarantineKey(flow) : flow.archiveKey)));
    if (verdict.kind === 'infected') return quarantine(flow, verdict.signature);
    return moved ? quarantine(flow, foundBefore) : null;
  }

  async function quarantine(flow: Flow, signature: string): Promise<Infection> {
    const archiveKey = quarantineKey(flow);
    if (!(await archive.has(archiveKey))) await archive.moveIn(archiveKey, archive.pathOf(flow.archiveKey));
    options.log.warn('infected flow put in quarantine', { flow: flow.id, partner: flow.partner, signature });
    return { signature, archiveKey };
  }

  async function ask(content: AsyncIterable<Uint8Array>) {
    if (awayUntilMs !== null) {
      // The next flows go on waiting until this one has its answer.
      if (performance.now() < awayUntilMs) throw away();
      awayUntilMs = performance.now() + options.retryMs;
    }
    try {
      const verdict = await antivirus.scan(content);
      if (awayUntilMs !== null) {
        awayUntilMs = null;
        options.onHold('Antivirus de nouveau joignable : les flux reprennent.', false);
      }
      return verdict;
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'ANTIVIRUS_UNREACHABLE') throw thrown;
      const first = awayUntilMs === null;
      awayUntilMs = performance.now() + options.retryMs;
      const where = `antivirus.address ${antivirus.address}`;
      const text = `Antivirus injoignable (${where}) : les flux attendent, aucun ne passe. ${thrown.message}`;
      if (first) options.onHold(text, true);
      throw thrown;
    }
  }

  function away(): Fault {
    return new Fault(
      'ANTIVIRUS_UNREACHABLE',
      `the antivirus at ${antivirus.address} is away: the flow waits`,
    );
  }
}

async function* inMemory(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) yield chunk as Buffer;
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read ${path}: ${asError(error).message}`, { path }, error);
  }
}
