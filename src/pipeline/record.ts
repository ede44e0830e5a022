import { Fault } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Queue, QueuePriority } from '../ports/queue.js';
import type { NewFlow, Store, StoreTransaction } from '../ports/store.js';
import type { Committer } from './committer.js';

/** A file whose bytes are durable in the archive, about to be recorded. */
export type TakenFile = Omit<NewFlow, 'receivedAt' | 'demo'>;

export interface RecorderOptions {
  readonly store: Store;
  readonly committer: Committer;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly isDemo: (depositedName: string) => boolean;
  /** Absent: all alike. */
  readonly priorityOf?: (partner: string, sizeBytes: number) => QueuePriority;
}

/**
 * Records a taken file and queues it; resolves once the row is committed, so that the intake may acknowledge.
 * The same claim recorded twice (a crash between commit and acknowledge) is one deposit.
 */
export function createRecorder(options: RecorderOptions): (file: TakenFile) => Promise<'recorded' | 'known'> {
  return async (file) => {
    const receivedAt = options.clock.now().toISOString();
    const flow: NewFlow = { ...file, receivedAt, demo: options.isDemo(file.depositedName) };
    try {
      await options.committer.run((tx) => record(tx, flow));
    } catch (error) {
      // The claim is on record already: a crash came between the commit and the acknowledgement.
      if (
        error instanceof Fault &&
        error.code === 'STORE_CONFLICT' &&
        (await options.store.flowByClaim(file.claimId))
      )
        return 'known';
      throw error;
    }
    const priority = options.priorityOf?.(file.partner, file.sizeBytes) ?? 'single';
    await options.queue.add(file.id, { priority });
    return 'recorded';
  };
}

async function record(tx: StoreTransaction, flow: NewFlow): Promise<void> {
  await tx.insertFlow(flow);
  await tx.insertEvents([
    {
      at: flow.receivedAt,
      actor: `partner:${flow.partner}`,
      kind: 'received',
      flow: flow.id,
      invoice: null,
      text: `déposé : ${flow.depositedName}, ${flow.sizeBytes} octets`,
    },
  ]);
}
