import { setMaxListeners } from 'node:events';
import { asError } from '../errors.js';
import type { Log } from '../log.js';

/** Time between two turns: the shorter one after a turn that did something, growing to the longer one while none does. */
export interface Pace {
  readonly busyMs: number;
  readonly idleMsMax: number;
}

/** What goes on until the engine stops, each at its own pace; none reacts to an event of the outside world. */
export interface Loops {
  stopped(): boolean;
  /** Shorter when the engine stops meanwhile. */
  pause(ms: number): Promise<void>;
  /** Turns without end. One that fails is logged, and is tried again after a while. */
  run(name: string, pace: number | Pace, turn: () => Promise<unknown>): void;
  /** Something that ends by itself when `stopped` becomes true. */
  add(task: Promise<void>): void;
  stop(): void;
  /** Resolves when all have ended. */
  ended(): Promise<void>;
}

/** @param retryMs wait after a turn that failed */
export function createLoops({ log, retryMs }: { readonly log: Log; readonly retryMs: number }): Loops {
  const stop = new AbortController();
  // Every loop listens while it pauses.
  setMaxListeners(0, stop.signal);
  const tasks: Promise<void>[] = [];

  async function loop(name: string, pace: number | Pace, turn: () => Promise<unknown>): Promise<void> {
    const { busyMs, idleMsMax } = typeof pace === 'number' ? { busyMs: pace, idleMsMax: pace } : pace;
    let waitMs = busyMs;
    while (!stop.signal.aborted) {
      try {
        const did = await turn();
        waitMs = did === 0 || did === false ? Math.min(idleMsMax, waitMs * 2) : busyMs;
      } catch (thrown) {
        log.error('loop turn failed', { loop: name, error: asError(thrown).message });
        await pause(retryMs);
      }
      await pause(waitMs);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (stop.signal.aborted) return resolve();
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        stop.signal.removeEventListener('abort', done);
        resolve();
      }
      stop.signal.addEventListener('abort', done, { once: true });
    });
  }

  return {
    stopped: () => stop.signal.aborted,
    pause,
    run: (name, pace, turn) => void tasks.push(loop(name, pace, turn)),
    add: (task) => void tasks.push(task),
    stop: () => stop.abort(),
    ended: async () => void (await Promise.all(tasks)),
  };
}

/** Resolves with a work, or after so long without it. */
export async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
