import { createHash } from 'node:crypto';
import { Fault } from '../../errors.js';
import { emitPack } from './emit/pack.js';
import { readSchematron } from './sch/read.js';
import type { CompiledPack, Unspoken } from './types.js';
import { compilerVersion } from './version.js';

export { compilerVersion } from './version.js';

/** A Schematron file: its name is for messages only. */
export interface SchematronSource {
  readonly file: string;
  readonly text: string;
}

/**
 * Compiles an ISO Schematron file (ISO/IEC 19757-3, query binding `xslt2`) to JavaScript.
 * @throws Fault RULES_UNSUPPORTED with file, line and construct for what is not correct or not spoken.
 */
export function compileSchematron(source: SchematronSource): CompiledPack {
  const schema = readSchematron(source);
  const { code, asserts } = emitPack(schema);
  return {
    code,
    meta: {
      title: schema.title,
      namespaces: schema.namespaces,
      asserts,
      sha256: createHash('sha256').update(source.text).digest('hex'),
      compiler: compilerVersion,
    },
  };
}

/** Problems of one file that are told; the rest is not looked for. */
const unspokenMax = 100;

/**
 * Everything in a Schematron file that the compiler does not speak: asserts and rules one by one. What others build on
 * (a variable of a pattern, a function, the file itself) ends the look, for all behind it would be found wrong.
 * @returns none for a file that compiles.
 */
export function unspokenIn(source: SchematronSource): readonly Unspoken[] {
  const found = new Map<string, Unspoken>();
  const note = (problem: Fault): void => {
    // An abstract rule is read with each rule that extends it.
    found.set(problem.message, toUnspoken(problem));
    if (found.size >= unspokenMax) throw new Fault('INTERNAL', 'enough problems');
  };
  try {
    emitPack(readSchematron(source, note), note);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    if (thrown.code === 'RULES_UNSUPPORTED') found.set(thrown.message, toUnspoken(thrown));
    else if (found.size < unspokenMax) throw thrown;
  }
  return [...found.values()].sort((a, b) => a.line - b.line);
}

function toUnspoken({ message, details }: Fault): Unspoken {
  const { line, construct } = details;
  return {
    line: typeof line === 'number' ? line : 1,
    construct: typeof construct === 'string' ? construct : '',
    message,
  };
}
