import type { DepositEntry } from '../ports/transport.js';

/** What is known of one version of a file in a drop folder. */
export interface Observation {
  /** When this very size and modification time were first seen, in milliseconds of our own clock. */
  sinceMs: number;
  /** When this name was first seen, whatever stood under it; the same as `sinceMs` where names are not followed. */
  firstMs: number;
  /** Whether the file looks whole; null: not looked at yet. Looked at once a version. */
  whole: boolean | null;
  /** Consecutive faults with this version. */
  faults: number;
}

export interface Observed {
  readonly entry: DepositEntry;
  readonly seen: Observation;
}

/** Remembers between scans what each file looked like. */
export interface Watch {
  /**
   * Notes one look at the folder and gives the files with what is known of them. A version that is not in this look
   * is forgotten: a file that changes starts anew.
   */
  look(entries: readonly DepositEntry[], nowMs: number): readonly Observed[];
}

/**
 * Files settle by our own observations: a modification time tells that a file changed, never when (PEERS 6).
 * @param followNames whether to remember since when each name has been there
 */
export function createWatch(followNames = false): Watch {
  let known = new Map<string, Observation>();
  let names = new Map<string, number>();
  return {
    look(entries, nowMs) {
      const next = new Map<string, Observation>();
      const nextNames = new Map<string, number>();
      const observed = entries.map((entry) => {
        const key = `${entry.name}\0${entry.sizeBytes}\0${entry.mtimeMs}`;
        const seen = known.get(key) ?? {
          sinceMs: nowMs,
          firstMs: followNames ? (names.get(entry.name) ?? nowMs) : nowMs,
          whole: null,
          faults: 0,
        };
        // A clock that was set back must not keep a file waiting.
        if (seen.sinceMs > nowMs) seen.sinceMs = nowMs;
        if (seen.firstMs > nowMs) seen.firstMs = nowMs;
        next.set(key, seen);
        if (followNames) nextNames.set(entry.name, seen.firstMs);
        return { entry, seen };
      });
      known = next;
      names = nextNames;
      return observed;
    },
  };
}

/** A test for names that uploads in progress carry, from patterns with `*` and `?`, without regard to case. */
export function temporaryName(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 'isu');
  });
  return (name) => expressions.some((expression) => expression.test(name));
}

/** Oldest first, then by name, so that what was deposited first is recorded first. */
export function byAge(a: Observed, b: Observed): number {
  return a.entry.mtimeMs - b.entry.mtimeMs || (a.entry.name < b.entry.name ? -1 : 1);
}
