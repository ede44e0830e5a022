import { frenchTextOf } from '../texts/index.js';
import { schematronCompiler } from './schematron.js';
import { createSetRunner, type SetRunner } from './sets.js';

/** The set runner of a thread, with our own families, our Schematron compiler and our French texts. */
export function ownSetRunner(rulesDir: string | null): SetRunner {
  const packs = rulesDir === null ? null : { rulesDir, compiler: schematronCompiler };
  return createSetRunner({ packs, textOf: frenchTextOf });
}
