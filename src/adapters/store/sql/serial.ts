import { Fault } from '../../../errors.js';

/** One at a time, in the order of asking. */
export type Serial = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * @param waitMsMax how long a work may wait for its turn.
 * @throws Fault STORE_UNAVAILABLE when the turn does not come in time; the work is then not run.
 */
export function createSerial(waitMsMax: number): Serial {
  let last: Promise<void> = Promise.resolve();
  return async (work) => {
    const turn = last;
    let release: () => void = () => undefined;
    last = new Promise<void>((resolve) => {
      release = resolve;
    });
    try {
      await within(turn, waitMsMax);
    } catch (error) {
      void turn.then(release);
      throw error;
    }
    try {
      return await work();
    } finally {
      release();
    }
  };
}

async function within(turn: Promise<void>, waitMsMax: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Fault('STORE_UNAVAILABLE', `the database was not free within ${waitMsMax} ms`));
    }, waitMsMax);
  });
  try {
    await Promise.race([turn, late]);
  } finally {
    clearTimeout(timer);
  }
}
