import { createHash } from 'node:crypto';
import type { DepositMode } from '../domain/deposit-mode.js';
import { depositKey } from '../domain/deposit-mode.js';
import type { Actor } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { Interface } from '../domain/interface.js';
import { Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Queue } from '../ports/queue.js';
import type { StoreTransaction } from '../ports/store.js';

/** What a deposit through console or API needs. */
export interface DepositPorts {
  /** A transaction, or a group commit (`createCommitter`), which is faster where many deposit at once. */
  readonly run: <T>(work: (tx: StoreTransaction) => Promise<T>) => Promise<T>;
  readonly archive: Archive;
  readonly clock: Clock;
  /** Absent: the sweep of the engine finds the flow. */
  readonly queue?: Pick<Queue, 'add'>;
  /** `engine.code`: names of such deposits bear it as their sender's. */
  readonly engineCode: string;
}

interface DepositFacts {
  /** Partner in whose name it is deposited: reports go to it. */
  readonly partner: string;
  readonly interface: Pick<Interface, 'code' | 'number'>;
  readonly mode: Exclude<DepositMode, 'folder'>;
  /** Its name as the sender has it: told in the audit trail, never used as a name. */
  readonly givenName: string;
  readonly by: Actor;
  /** Goes the whole way and is answered, but nothing is delivered or counted as taken. */
  readonly qualification?: boolean;
}

/** The file as it came lies at a path, or is small and in memory. */
export type DepositOrder = DepositFacts & ({ readonly path: string } | { readonly bytes: Uint8Array });

/** A deposit that is durable: its bytes are in the archive, its row is committed. */
export interface Deposited {
  readonly flow: string;
  readonly name: string;
  readonly flowId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly receivedAt: string;
}

/**
 * Takes a file in as if it had been dropped: archived, then recorded with its first line of the audit trail; durable when
 * this resolves. Its name is made by us, `{interface}_{engine}_{engine}{interface number}{sequence}` (DOMAIN 1.4, 2.1).
 * @throws Fault of archive and store: nothing is recorded, but for STORE_UNAVAILABLE, where it may be; the bytes then stay.
 */
export async function depositFile(ports: DepositPorts, order: DepositOrder): Promise<Deposited> {
  const receivedAt = ports.clock.now();
  const id = newId(receivedAt.getTime());
  const archiveKey = depositKey(order.mode, id);
  const { sha256, sizeBytes } = await taken(ports.archive, archiveKey, order);
  const at = receivedAt.toISOString();
  let name: string;
  try {
    name = await ports.run(async (tx) => {
      const made = depositName(
        ports.engineCode,
        order.interface,
        await tx.nextSequence(order.interface.code),
      );
      await tx.insertFlow({
        id,
        partner: order.partner,
        depositedName: made,
        sha256,
        sizeBytes,
        archiveKey,
        claimId: id,
        receivedAt: at,
        demo: false,
        qualification: order.qualification === true,
      });
      const through = order.mode === 'api' ? 'par l’API' : 'sur le portail';
      const text = `déposé ${through} pour ${order.partner} : ${made}, ${sizeBytes} octets, fichier d’origine ${shown(order.givenName)}`;
      await tx.insertEvents([{ at, actor: order.by, kind: 'received', flow: id, invoice: null, text }]);
      return made;
    });
  } catch (thrown) {
    // Where the store went away nobody knows whether the row holds: then its bytes must stay.
    const unsure = thrown instanceof Fault && thrown.code === 'STORE_UNAVAILABLE';
    if (!unsure) await ports.archive.discard(archiveKey);
    throw thrown;
  }
  await ports.queue?.add(id, { priority: 'single' });
  return { flow: id, name, flowId: name.slice(-25), sha256, sizeBytes, receivedAt: at };
}

async function taken(archive: Archive, key: string, order: DepositOrder) {
  if ('path' in order) return archive.takeIn(key, order.path);
  await archive.putIn(key, order.bytes);
  return { sha256: createHash('sha256').update(order.bytes).digest('hex'), sizeBytes: order.bytes.length };
}

/** @throws Fault INTERNAL when the sequence has no room left. */
export function depositName(
  engineCode: string,
  { code, number }: Pick<Interface, 'code' | 'number'>,
  sequence: number,
): string {
  const digits = String(sequence).padStart(15, '0');
  if (digits.length > 15) throw new Fault('INTERNAL', 'a sequence of deposits has run out', { code });
  return `${code}_${engineCode}_${engineCode}${number}${digits}`;
}

/** Names of files are data of strangers: no control characters, not too long. */
function shown(name: string): string {
  const flat = name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '_').trim();
  return `« ${flat.length > 120 ? `${flat.slice(0, 119)}…` : flat} »`;
}
