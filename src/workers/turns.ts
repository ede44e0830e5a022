/** What waits, in two lines: what came alone, and what came as one of many. */
export interface Turns<T extends { readonly bulk: boolean }> {
  add(one: T): void;
  /** Given back untouched: each comes first again in its own line. */
  putBack(ones: readonly T[]): void;
  /** The next one; while both lines wait, they take turns. */
  take(): T | undefined;
  length(): number;
}

export function createTurns<T extends { readonly bulk: boolean }>(): Turns<T> {
  const single: T[] = [];
  const bulk: T[] = [];
  let bulkNext = false;
  return {
    add: (one) => void (one.bulk ? bulk : single).push(one),
    putBack(ones) {
      for (const one of ones.toReversed()) (one.bulk ? bulk : single).unshift(one);
    },
    take() {
      const line = (bulkNext && bulk.length > 0) || single.length === 0 ? bulk : single;
      bulkNext = line === single;
      return line.shift();
    },
    length: () => single.length + bulk.length,
  };
}
