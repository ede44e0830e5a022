// Hostile files. Without arguments: writes the small ones into samples/evil. `--all DIR`: writes every one, big ones
// too, into DIR under the name it is deposited under. `--list`: what there is, and what answers it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evilBytes, evilCases, evilFolder } from './evil/cases.mjs';

const { values } = parseArgs({ options: { all: { type: 'string' }, list: { type: 'boolean' } } });
if (values.list) {
  for (const { id, what, rules } of evilCases)
    console.log(`${id.padEnd(28)} ${(rules?.join(' | ') ?? 'integrated').padEnd(40)} ${what}`);
} else if (values.all !== undefined) {
  mkdirSync(values.all, { recursive: true });
  for (const one of evilCases) writeFileSync(join(values.all, one.name), evilBytes(one));
} else {
  rmSync(evilFolder, { recursive: true, force: true });
  mkdirSync(evilFolder, { recursive: true });
  for (const one of evilCases) if (!one.big) writeFileSync(join(evilFolder, one.file), evilBytes(one));
}
