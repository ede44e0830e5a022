import type { QueuePriority } from '../ports/queue.js';
import type { DueFlow } from '../ports/store-jobs.js';

export interface PrioritySettings {
  /** A flow over this size is bulk: it holds many invoices, or heavy ones. */
  readonly bulkBytes: number;
  /** Flows of one partner within a minute beyond which the further ones are bulk. */
  readonly bulkFiles: number;
}

/** Who goes before whom. */
export interface Priorities {
  /** Of a flow that has just come. */
  ofDeposit(partner: string, sizeBytes: number): QueuePriority;
  /** Of flows that the sweep brings again. */
  ofDue(flows: readonly DueFlow[]): readonly QueuePriority[];
}

const windowMs = 60_000;

/** Deposits are counted in this process only: with several, each lets as many through. */
export function createPriorities(
  { bulkBytes, bulkFiles }: PrioritySettings,
  nowMs: () => number = () => performance.now(),
): Priorities {
  const windows = new Map<string, { sinceMs: number; count: number }>();

  function countOf(partner: string): number {
    const now = nowMs();
    const known = windows.get(partner);
    const open = known !== undefined && now - known.sinceMs < windowMs ? known : { sinceMs: now, count: 0 };
    open.count += 1;
    windows.set(partner, open);
    return open.count;
  }

  return {
    ofDeposit: (partner, sizeBytes) =>
      countOf(partner) > bulkFiles || sizeBytes > bulkBytes ? 'bulk' : 'single',
    ofDue(flows) {
      const counts = new Map<string, number>();
      return flows.map(({ partner, sizeBytes, replay }) => {
        const count = (counts.get(partner) ?? 0) + 1;
        counts.set(partner, count);
        if (replay) return 'replay';
        return count > bulkFiles || sizeBytes > bulkBytes ? 'bulk' : 'single';
      });
    },
  };
}
