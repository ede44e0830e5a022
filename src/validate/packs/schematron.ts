import { compilerVersion, compileSchematron } from '../schematron/compile.js';
import { cacheOf, loadProgram } from '../schematron/load.js';
import type { PackCompiler } from './compiler.js';

/** The Schematron compiler as rule packs use it. */
export const schematronCompiler: PackCompiler = {
  version: compilerVersion,
  compile: compileSchematron,
  load: loadProgram,
  cacheOf,
};
