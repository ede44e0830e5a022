import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowName } from '../documents/names.mjs';
import { root } from '../ensure.mjs';
import { fileCases } from './files.mjs';
import { xmlCases } from './xml.mjs';

export const evilFolder = join(root, 'samples', 'evil');

/**
 * Every hostile case: `code` the interface, `name` what it is deposited under, `rules` the ids of which one answers
 * it (null: it is harmless, and integrated), `big` when its bytes are made at the time of the test and not kept.
 */
export const evilCases = [...xmlCases, ...fileCases].map((one, i) => ({
  ...one,
  file: `${one.id}.${one.extension}`,
  name: one.name ?? flowName(one.code, 9000 + i),
}));

/** The bytes of a case: those kept in samples/evil, or made now. */
export function evilBytes(one) {
  const path = join(evilFolder, one.file);
  if (!one.big && existsSync(path)) return readFileSync(path);
  const made = one.make();
  return Buffer.isBuffer(made) ? made : Buffer.from(made);
}
