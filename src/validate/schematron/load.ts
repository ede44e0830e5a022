import { Script } from 'node:vm';
import { shownValue } from '../../domain/finding.js';
import { asError, Fault } from '../../errors.js';
import { keepDocumentsYoung } from '../../xml/young.js';
import { type PackFactory, programOf } from './run/program.js';
import { runtime } from './run/runtime.js';
import type { CompiledPack, PackProgram } from './types.js';

/**
 * Makes a program of compiled code. Only code that this compiler made is ever given to the script engine.
 * @throws Fault RULES_INVALID when the code is not a program.
 */
export function loadProgram(pack: CompiledPack, cached?: Buffer): PackProgram {
  return programOf(pack.meta, instantiate(scriptOf(pack, cached)));
}

/** The code as this Node keeps it: `loadProgram` with it starts faster. Null when Node gives none. */
export function cacheOf(pack: CompiledPack): Buffer | null {
  const script = scriptOf(pack);
  instantiate(script);
  const cache = script.createCachedData();
  return cache.length === 0 ? null : cache;
}

function scriptOf(pack: CompiledPack, cached?: Buffer): Script {
  keepDocumentsYoung();
  try {
    return new Script(pack.code, {
      filename: `rules-${pack.meta.sha256.slice(0, 12)}.js`,
      ...(cached === undefined ? {} : { cachedData: cached }),
    });
  } catch (error) {
    throw new Fault(
      'RULES_INVALID',
      `compiled rules are not a program: ${asError(error).message}`,
      {},
      error,
    );
  }
}

function instantiate(script: Script): PackFactory {
  const make: unknown = script.runInThisContext();
  if (typeof make !== 'function') throw new Fault('RULES_INVALID', 'compiled rules are not a program');
  try {
    return make(runtime) as PackFactory;
  } catch (error) {
    // What is computed once for all documents, a pattern of `matches` for instance, is not correct.
    const problem = shownValue(asError(error).message);
    throw new Fault('RULES_INVALID', `compiled rules cannot be loaded: ${problem}`, {}, error);
  }
}
