import type { Store, StoreTransaction } from '../ports/store.js';

type Work<T> = (tx: StoreTransaction) => Promise<T>;
/** Does the same for many items, with fewer statements than one by one; what it gives for each, in their order. */
export type Joint<Item, T> = (tx: StoreTransaction, items: readonly Item[]) => Promise<readonly T[]>;

interface Waiting {
  /** Items of a group that have the same are worked together. */
  readonly joint: Joint<unknown, unknown>;
  readonly item: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface Committer {
  run<T>(work: Work<T>): Promise<T>;
  /** `joint` must be the same function for those that are to be worked together. */
  join<Item, T>(joint: Joint<Item, T>, item: Item): Promise<T>;
}

export interface CommitterOptions {
  /** Works that share a transaction at most. */
  readonly groupMax?: number;
  /** How long the first of a group waits for others. */
  readonly groupMs?: number;
  /**
   * Whether a group begins while the one before it is under way: right where the store keeps their order and the disk
   * is waited for apart (SQLite). Where each statement is a message and a transaction waits for the disk (PostgreSQL),
   * works gather meanwhile, and share it.
   */
  readonly overlapping?: boolean;
}

/**
 * Group commit: works that arrive within moments of each other share a transaction (DECISIONS, "Several attempts may
 * share one database transaction"). A group that fails is rolled back whole and its works are run again one by one,
 * so a faulty work never takes others down with it, and no work is ever half done.
 */
export function createCommitter(
  store: Store,
  { groupMax = 20, groupMs = 5, overlapping = true }: CommitterOptions = {},
): Committer {
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = 0;

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0 || (!overlapping && running > 0)) return;
    do void begin(waiting.splice(0, groupMax));
    while (overlapping && waiting.length >= groupMax);
    if (overlapping && waiting.length > 0) timer = setTimeout(start, groupMs);
  }

  async function begin(group: readonly Waiting[]): Promise<void> {
    running += 1;
    await commit(group);
    running -= 1;
    if (!overlapping) start();
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    try {
      const values = await store.transaction((tx) => inTurns(tx, group));
      for (const member of group) member.resolve(values.get(member));
    } catch (error) {
      const [only] = group;
      if (group.length === 1 && only) only.reject(error);
      else for (const member of group) await commit([member]);
    }
  }

  function join<Item, T>(joint: Joint<Item, T>, item: Item): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        joint: joint as Joint<unknown, unknown>,
        item,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (waiting.length >= groupMax) start();
      else timer ??= setTimeout(start, groupMs);
    });
  }

  return { join, run: (work) => join(async (tx) => [await work(tx)], null) };
}

/** Those that are worked together come where the first of them stands. */
async function inTurns(tx: StoreTransaction, group: readonly Waiting[]): Promise<Map<Waiting, unknown>> {
  const values = new Map<Waiting, unknown>();
  for (const { joint } of group) {
    const members = group.filter((member) => member.joint === joint && !values.has(member));
    if (members.length === 0) continue;
    const done = await joint(
      tx,
      members.map(({ item }) => item),
    );
    for (const [i, member] of members.entries()) values.set(member, done[i]);
  }
  return values;
}
