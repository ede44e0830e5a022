/** What waits, in two lines: what came alone, and what came as one of many. */
export interface Turns<T> {
  add(one: T, bulk: boolean): void;
  /** Given back untouched: they come first again. */
  putBack(ones: readonly T[]): void;
  /** The next one; while both lines wait, they take turns. */
  take(): T | undefined;
  length(): number;
}

export function createTurns<T>(): Turns<T> {
  const single: T[] = [];
  const bulk: T[] = [];
  let bulkNext = false;
  return {
    add: (one, isBulk) => void (isBulk ? bulk : single).push(one),
    putBack: (ones) => void single.unshift(...ones),
    take() {
      const line = (bulkNext && bulk.length > 0) || single.length === 0 ? bulk : single;
      bulkNext = line === single;
      return line.shift();
    },
    length: () => single.length + bulk.length,
  };
}
