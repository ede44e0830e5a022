import { dayInParis, isCalendarDay } from '../domain/dates.js';
import { Fault } from '../errors.js';
import { homePaths } from '../settings/home.js';
import { loadSettings } from '../settings/load.js';
import { rulesInForce } from '../validate/packs/catalogue.js';
import { frenchTextOf } from '../validate/texts/index.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

/** The catalogue: our own rules, and those of the packs, in the versions of today or of another day. */
export const rules: Action<{ set?: string; asOf?: string }> = async ({ options, output }) => {
  const { home } = loadSettings({ config: options.config });
  const day = options.asOf ?? dayInParis(new Date());
  if (!isCalendarDay(day)) throw new Fault('USAGE', `--as-of ${day}: a day such as 2026-11-21 is expected`);
  const all = rulesInForce(homePaths(home).rules, day, frenchTextOf);
  const rows = options.set === undefined ? all : all.filter((row) => row.set === options.set);
  if (rows.length === 0) {
    const sets = [...new Set(all.map((row) => row.set))];
    throw new Fault('USAGE', `--set ${options.set}: one of ${sets.join(', ')} is expected`);
  }
  for (const row of rows) {
    output.json(row);
    const version = row.version === null ? '' : `  ${row.version}`;
    output.line(`${output.paint('bold', row.id)}  ${row.set}${version}  ${row.severity}`);
    output.line(`  ${row.message}`);
    output.line(output.paint('grey', `  ${row.source} (${row.confidence})`));
  }
  return exitCodes.done;
};
