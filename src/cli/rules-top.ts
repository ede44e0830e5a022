import { systemClock } from '../ports/clock.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import { sinceNamed } from './period.js';
import type { Action } from './wire.js';

interface TopOptions {
  readonly partner?: string;
  readonly since: string;
  readonly limit: number;
}

/** `rules top`: the rules that refuse most, partner by partner, with a flow to look at for each. */
export const topRules: Action<TopOptions> = async ({ options, output }) => {
  await using context = await openContext(options);
  const since = sinceNamed(options.since, systemClock.now());
  const found = await context.store.topRules({
    since,
    limit: options.limit,
    ...(options.partner === undefined ? {} : { partner: options.partner }),
  });
  const rows = found.map((row) => {
    const share = row.flowsReceived === 0 ? 0 : row.flows / row.flowsReceived;
    output.json({ ...row, share, since });
    return [
      row.partner,
      row.rule,
      String(row.flows),
      `${(share * 100).toFixed(1).replace('.', ',')} %`,
      String(row.invoices),
      row.exampleName,
      row.message,
    ];
  });
  const head = ['PARTENAIRE', 'RÈGLE', 'FLUX', 'PART', 'FACTURES', 'EXEMPLE', 'MOTIF DE CET EXEMPLE'];
  for (const line of table([head, ...rows])) output.line(line);
  return exitCodes.done;
};
