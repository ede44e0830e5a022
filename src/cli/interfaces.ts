import { catalogueWith } from '../envelope/catalogue.js';
import { loadSettings } from '../settings/load.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import type { Action } from './wire.js';

export const interfaces: Action<object> = async ({ options, output }) => {
  const { settings } = loadSettings({ config: options.config });
  const catalogue = catalogueWith(settings.interfaces);
  for (const row of catalogue) output.json(row);
  const rows = catalogue.map((row) => [
    row.code,
    row.direction,
    row.kind,
    row.status + (row.useInstead === null ? '' : ` (use ${row.useInstead})`),
    row.reportCode ?? '-',
    row.syntaxes.join(', '),
    row.label,
  ]);
  for (const line of table([['CODE', 'DIRECTION', 'KIND', 'STATUS', 'REPORT', 'SYNTAX', 'LABEL'], ...rows]))
    output.line(line);
  return exitCodes.done;
};
