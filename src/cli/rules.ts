import { Fault } from '../errors.js';
import { catalogue } from '../validate/rule-sets.js';
import type { Action } from './commands.js';
import { exitCodes } from './exit.js';

export const rules: Action<{ set?: string }> = async ({ options, output }) => {
  const all = catalogue();
  const rows = options.set === undefined ? all : all.filter((row) => row.set === options.set);
  if (rows.length === 0) {
    const sets = [...new Set(all.map((row) => row.set))];
    throw new Fault('USAGE', `--set ${options.set}: one of ${sets.join(', ')} is expected`);
  }
  for (const row of rows) {
    output.json(row);
    output.line(`${output.paint('bold', row.id)}  ${row.set}  ${row.severity}`);
    output.line(`  ${row.message}`);
    output.line(output.paint('grey', `  ${row.source} (${row.confidence})`));
  }
  return exitCodes.done;
};
