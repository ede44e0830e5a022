import type { Store } from '../ports/store.js';

const changesAtOnce = 2_000;

/** Folds the changes of counts into their sums, a few at a time, so that commits in between hardly wait. */
export async function foldCounts(store: Store, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    const folded = await store.transaction((tx) => tx.foldCounts(changesAtOnce));
    if (folded < changesAtOnce) return;
  }
}
