import type { LowSpace, SpaceGuard } from '../intake/space.js';
import type { Queue } from '../ports/queue.js';
import type { PartnerMode, Store } from '../ports/store.js';

export interface GateOptions {
  readonly store: Pick<Store, 'partnerControls'>;
  readonly queue: Pick<Queue, 'depth'>;
  readonly space: SpaceGuard;
  /** Flows waiting beyond which no more are taken in: the drop folders hold the rest. */
  readonly queueDepthMax: number;
  /** Partners that share the queue. */
  readonly partners: number;
  /**
   * Flows that are not final, by partner, where other processes take in or work as well: read at each `refresh`, in
   * place of what is told here. Absent: `recorded` and `done` tell of all.
   */
  readonly unfinished?: () => Promise<ReadonlyMap<string, number>>;
}

/** Whether more may be taken in now, and from whom. */
export interface Gate {
  /** Reads what operators want and how full the disk is. @throws Fault of the store. */
  refresh(): Promise<LowSpace | null>;
  mode(partner: string): PartnerMode;
  /** Whether a turn of this partner may begin: room in the queue, or at least in the partner's own share of it. */
  opens(partner: string): Promise<boolean>;
  /** Whether one more file of this size may be taken, in the midst of a turn. */
  admits(partner: string, sizeBytes: number): boolean;
  /** A flow of a partner was recorded; `done` when it has been worked off. */
  recorded(flow: string, partner: string): void;
  done(flow: string): void;
  /** Nothing is taken any more. */
  close(): void;
}

/**
 * The one gate before the intakes: what operators hold, back-pressure of the queue, the disk. When the queue is full a
 * partner still gets in with as many flows as its share, so that one partner's tens of thousands do not keep out the
 * others. Where several processes take in, a turn of each may pass the limit by what it takes before the next `refresh`.
 */
export function createGate(options: GateOptions): Gate {
  const { store, queue, space } = options;
  const share = Math.max(1, Math.floor(options.queueDepthMax / Math.max(1, options.partners)));
  const partnerOf = new Map<string, string>();
  const inWork = new Map<string, number>();
  /** What the store had at the last refresh. */
  let stored: ReadonlyMap<string, number> = new Map();
  let modes: ReadonlyMap<string, PartnerMode> = new Map();
  let closed = false;

  function mode(partner: string): PartnerMode {
    return modes.get(partner) ?? 'active';
  }

  function count(partner: string, by: 1 | -1): void {
    inWork.set(partner, (inWork.get(partner) ?? 0) + by);
  }

  /** What was recorded before the store is asked is in its answer. */
  async function recount(unfinished: () => Promise<ReadonlyMap<string, number>>): Promise<void> {
    const before = [...partnerOf.keys()];
    stored = await unfinished();
    for (const flow of before) forget(flow);
  }

  function forget(flow: string): void {
    const partner = partnerOf.get(flow);
    if (partner === undefined) return;
    partnerOf.delete(flow);
    count(partner, -1);
  }

  async function waitingCount(): Promise<number> {
    if (options.unfinished !== undefined)
      return [...stored.values()].reduce((sum, one) => sum + one, partnerOf.size);
    // Flows that wait for something else than their turn, such as the antivirus, are not in the queue.
    return Math.max(await queue.depth(), partnerOf.size);
  }

  return {
    mode,
    async refresh() {
      if (options.unfinished !== undefined) await recount(options.unfinished);
      modes = new Map((await store.partnerControls()).map((control) => [control.partner, control.mode]));
      return space.look();
    },
    async opens(partner) {
      if (closed || mode(partner) !== 'active') return false;
      await space.look();
      if (!space.admits(0)) return false;
      const own = (stored.get(partner) ?? 0) + (inWork.get(partner) ?? 0);
      return (await waitingCount()) <= options.queueDepthMax || own < share;
    },
    admits: (partner, sizeBytes) => !closed && mode(partner) === 'active' && space.admits(sizeBytes),
    recorded(flow, partner) {
      if (partnerOf.has(flow)) return;
      partnerOf.set(flow, partner);
      count(partner, 1);
    },
    done: forget,
    close() {
      closed = true;
    },
  };
}
