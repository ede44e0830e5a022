import type { QueuePriority } from '../../ports/queue.js';

/** The order in which a tie is settled. */
export const priorities = ['single', 'bulk', 'replay'] as const satisfies readonly QueuePriority[];

/** Turns that each gets of those that are shared out while all of them wait. */
const shares: Readonly<Record<QueuePriority, number>> = { single: 5, bulk: 2, replay: 1 };

/**
 * Places at most that ids of a priority take. Turns alone would not do: bulk holds its places for longer, and would
 * sit on all of them after a while. One place in four is for what came alone.
 */
export function placesMax(priority: QueuePriority, count: number): number {
  if (priority === 'single') return count;
  return Math.max(1, Math.floor(priority === 'bulk' ? (count * 3) / 4 : count / 2));
}

/** The places of one process, and whose turn it is. */
export interface Places {
  /** Takes a place for the first of those that wait and may have one; null when there is none to be had. */
  take(waiting: (priority: QueuePriority) => boolean): QueuePriority | null;
  free(priority: QueuePriority): void;
}

/**
 * Shares places out by weight: while ids of all priorities wait, five of eight turns go to what came alone, two to
 * bulk, one to replays. A turn that nobody wants goes to the others; none of it is saved up.
 */
export function createPlaces(count: number): Places {
  const taken: Record<QueuePriority, number> = { single: 0, bulk: 0, replay: 0 };
  const credit: Record<QueuePriority, number> = { single: 0, bulk: 0, replay: 0 };

  const mayTake = (priority: QueuePriority): boolean => {
    const others = taken.bulk + taken.replay;
    if (taken.single + others >= count || taken[priority] >= placesMax(priority, count)) return false;
    return priority === 'single' || others < placesMax('bulk', count);
  };

  return {
    take(waiting) {
      const able = priorities.filter((priority) => waiting(priority) && mayTake(priority));
      for (const priority of priorities) if (!waiting(priority)) credit[priority] = 0;
      let chosen: QueuePriority | null = null;
      for (const priority of able) {
        credit[priority] += shares[priority];
        if (chosen === null || credit[priority] > credit[chosen]) chosen = priority;
      }
      if (chosen === null) return null;
      credit[chosen] -= able.reduce((sum, priority) => sum + shares[priority], 0);
      taken[chosen] += 1;
      return chosen;
    },
    free(priority) {
      taken[priority] -= 1;
    },
  };
}
