import { createHash } from 'node:crypto';
import { emitPack } from './emit/pack.js';
import { readSchematron } from './sch/read.js';
import type { CompiledPack } from './types.js';
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
