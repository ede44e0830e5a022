import type { QueuePriority } from '../../../ports/queue.js';
import { createPlaces, placesMax, priorities } from '../places.js';
import { createSeat, type Seat, type SeatOptions } from './seat.js';

export interface BenchOptions extends Omit<SeatOptions, 'priority' | 'work'> {
  readonly handler: (flowId: string) => Promise<void>;
  readonly onFault: (flowId: string, error: unknown) => void;
  /** A worker that is idle although ids wait, or not connected although Redis answers, is made anew after so long. */
  readonly renewMs: number;
}

/** The workers of one lane in this process: one for each priority, over places that they share. */
export interface Bench {
  /** Looks whether each worker does what it should. @param waiting ids of a priority that nobody works on */
  look(waiting: (priority: QueuePriority) => Promise<number>): Promise<void>;
  stop(deadlineMs: number): Promise<void>;
}

/** Errors between two looks from which on a worker is taken to spin on a Redis that refuses its commands. */
const errorsMax = 50;
const closeMsMax = 1_000;

export function createBench(options: BenchOptions): Bench {
  const places = createPlaces(options.concurrency);
  const lines: Record<QueuePriority, ((granted: boolean) => void)[]> = { single: [], bulk: [], replay: [] };
  const working = new Map<string, Promise<void>>();
  const seats = new Map<QueuePriority, Seat>();
  let stopping = false;

  function grant(): void {
    for (;;) {
      const priority = stopping ? null : places.take((one) => lines[one].length > 0);
      if (priority === null) return;
      lines[priority].shift()?.(true);
    }
  }

  async function work(flowId: string, priority: QueuePriority): Promise<void> {
    // Handed out twice, after a lock was lost or Redis was emptied: it is in work here already.
    if (working.has(flowId)) return;
    const turn = waitAndWork(flowId, priority);
    working.set(
      flowId,
      turn.catch(() => undefined),
    );
    try {
      await turn;
    } finally {
      working.delete(flowId);
    }
  }

  async function waitAndWork(flowId: string, priority: QueuePriority): Promise<void> {
    const granted = await new Promise<boolean>((resolve) => {
      if (stopping) return resolve(false);
      lines[priority].push(resolve);
      grant();
    });
    if (!granted) throw new Error('this process stops: the sweep brings the flow again');
    try {
      await options.handler(flowId);
    } catch (error) {
      options.onFault(flowId, error);
    } finally {
      places.free(priority);
      grant();
    }
  }

  function seat(priority: QueuePriority): void {
    seats.set(
      priority,
      createSeat({
        ...options,
        priority,
        concurrency: placesMax(priority, options.concurrency),
        work: (flowId) => work(flowId, priority),
      }),
    );
  }

  function isStuck(one: Seat, priority: QueuePriority, waiting: number): boolean {
    const late = performance.now() - options.renewMs;
    const cutSince = one.cutSinceMs();
    if (cutSince !== null && cutSince < late) return true;
    const hasPlace = one.inWork() < placesMax(priority, options.concurrency);
    return waiting > 0 && hasPlace && working.size < options.concurrency && one.aliveAtMs() < late;
  }

  for (const priority of priorities) seat(priority);

  return {
    async look(waiting) {
      for (const [priority, one] of seats) {
        const spins = one.errors() > errorsMax;
        if (!spins && !isStuck(one, priority, await waiting(priority))) continue;
        if (stopping) return;
        seat(priority);
        void one.close(true, closeMsMax);
      }
    },
    async stop(deadlineMs) {
      stopping = true;
      for (const priority of priorities) for (const turn of lines[priority].splice(0)) turn(false);
      const closed = [...seats.values()].map((one) => one.close(false, deadlineMs));
      await Promise.all(closed);
    },
  };
}
