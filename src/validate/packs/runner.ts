import { frenchTextOf } from '../texts/index.js';
import { createSetRunner, type SetRunner } from './sets.js';

/** The set runner of a thread, with our own families and our French texts. */
export function ownSetRunner(_rulesDir: string | null): SetRunner {
  return createSetRunner({ packs: null, textOf: frenchTextOf });
}
