import type { Log } from '../../../log.js';

/** Tells once that Redis is away, and once that it is back: never a line for each command that failed. */
export interface Word {
  failed(error: unknown): void;
  works(): void;
  /** Since when it is away by the clock of this process, in ms; null while it works. */
  awaySinceMs(): number | null;
}

/** A second kind of error within the same outage is told too, but no more often than this. */
const otherMs = 60_000;

export function createWord(log: Log, facts: Readonly<Record<string, unknown>>): Word {
  let awaySince: number | null = null;
  let told = '';
  let toldAtMs = 0;
  return {
    failed(error) {
      const text = describe(error);
      const first = awaySince === null;
      awaySince ??= performance.now();
      if (!first && (text === told || performance.now() - toldAtMs < otherMs)) return;
      told = text;
      toldAtMs = performance.now();
      log.warn('Redis does not take jobs: flows wait for the sweep, nothing is lost', {
        ...facts,
        error: text,
      });
    },
    works() {
      if (awaySince === null) return;
      const awayMs = Math.round(performance.now() - awaySince);
      awaySince = null;
      told = '';
      log.warn('Redis takes jobs again', { ...facts, awayMs });
    },
    awaySinceMs: () => awaySince,
  };
}

/** Errors of several addresses come with an empty message. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((one) => describe(one)).join('; ');
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
