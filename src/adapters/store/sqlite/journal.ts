import { close, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { asError, Fault } from '../../../errors.js';

const fdatasyncOf = promisify(fdatasync);
const closeOf = promisify(close);

/** Puts the write-ahead journal of a database on the disk, outside the thread that works with the database. */
export interface Journal {
  /** @throws Fault STORE_UNAVAILABLE when the disk has refused before: nothing is to be begun any more. */
  check(): void;
  /** Notes that a transaction has been committed to the journal. */
  committed(): void;
  /**
   * Resolves once every transaction noted before this call is on the disk; at once when there is none. Callers that
   * arrive while the disk is busy share its next turn.
   * @throws Fault STORE_UNAVAILABLE when the disk refuses; from then on always, because after a failed fsync nobody
   * knows what the disk holds. The engine must be started again.
   */
  durable(): Promise<void>;
  close(): Promise<void>;
}

/** @param path of the database file; its journal is beside it, under the name that SQLite gives. */
export function createJournal(path: string): Journal {
  const journalPath = `${path}-wal`;
  let descriptor: number | null = null;
  let commits = 0;
  let synced = 0;
  let turn: Promise<void> | null = null;
  let broken: Fault | null = null;

  async function sync(): Promise<void> {
    const upTo = commits;
    try {
      // SQLite keeps the file for as long as a connection is open, and locks others: to open it here is harmless.
      descriptor ??= openSync(journalPath, 'r');
      await fdatasyncOf(descriptor);
      synced = upTo;
    } catch (error) {
      broken = new Fault(
        'STORE_UNAVAILABLE',
        `${journalPath} cannot be put on the disk: ${asError(error).message}`,
        { path },
        error,
      );
    } finally {
      turn = null;
    }
  }

  function check(): void {
    if (broken !== null) throw broken;
  }

  return {
    check,
    committed: () => {
      commits++;
    },
    async durable() {
      const upTo = commits;
      while (broken === null && synced < upTo) {
        turn ??= sync();
        await turn;
      }
      check();
    },
    async close() {
      await turn;
      if (descriptor !== null) await closeOf(descriptor);
      descriptor = null;
    },
  };
}

/** For a database in memory. */
export const noJournal: Journal = {
  check: () => undefined,
  committed: () => undefined,
  durable: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
