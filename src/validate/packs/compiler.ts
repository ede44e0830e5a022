import type { CompiledPack, PackProgram } from '../schematron/types.js';

/** What makes code of Schematron files and programs of code: the Schematron compiler, or a test's own. */
export interface PackCompiler {
  /** Changes whenever the code it makes does. */
  readonly version: string;
  /** @throws Fault RULES_UNSUPPORTED with file, line and construct. */
  compile(source: { readonly file: string; readonly text: string }): CompiledPack;
  /** `cached`: what `cacheOf` gave for the same pack under the same Node. */
  load(pack: CompiledPack, cached?: Buffer): PackProgram;
  /** The code as this Node keeps it, to load it faster; null when there is no such thing. */
  cacheOf(pack: CompiledPack): Buffer | null;
}
