import type { Clock } from '../ports/clock.js';
import type { Queue } from '../ports/queue.js';
import type { NewFlow, Store } from '../ports/store.js';
import type { createCommitter } from './committer.js';

/** A file whose bytes are durable in the archive, about to be recorded. */
export type TakenFile = Omit<NewFlow, 'receivedAt' | 'demo'>;

export interface RecorderOptions {
  readonly store: Store;
  readonly committer: ReturnType<typeof createCommitter>;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly isDemo: (depositedName: string) => boolean;
}

/**
 * Records a taken file and queues it; resolves once the row is committed, so that the intake may acknowledge.
 * The same claim recorded twice (a crash between commit and acknowledge) is one deposit.
 */
export function createRecorder(options: RecorderOptions): (file: TakenFile) => Promise<'recorded' | 'known'> {
  return async (file) => {
    const known = await options.store.flowByClaim(file.claimId);
    if (known !== null) return 'known';
    const receivedAt = options.clock.now().toISOString();
    const flow: NewFlow = { ...file, receivedAt, demo: options.isDemo(file.depositedName) };
    await options.committer.run(async (tx) => {
      await tx.insertFlow(flow);
      await tx.insertEvents([
        {
          at: receivedAt,
          actor: `partner:${file.partner}`,
          kind: 'received',
          flow: file.id,
          invoice: null,
          text: `déposé : ${file.depositedName}, ${file.sizeBytes} octets`,
        },
      ]);
    });
    await options.queue.add(file.id);
    return 'recorded';
  };
}
