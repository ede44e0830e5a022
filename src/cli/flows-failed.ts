import { timestampInParis } from '../domain/dates.js';
import { flowStates } from '../domain/flow.js';
import { systemClock } from '../ports/clock.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import { sinceNamed } from './period.js';
import type { Action } from './wire.js';

interface FailedOptions {
  readonly partner?: string;
  readonly since: string;
  readonly rule?: string;
  readonly limit: number;
}

/** `flows failed`: flows of which something was refused, newest first, and the rules that refused it. */
export const failedFlows: Action<FailedOptions> = async ({ options, output }) => {
  await using context = await openContext(options);
  const since = sinceNamed(options.since, systemClock.now());
  const found = await context.store.failedFlows({
    since,
    limit: options.limit,
    ...(options.partner === undefined ? {} : { partner: options.partner }),
    ...(options.rule === undefined ? {} : { rule: options.rule }),
  });
  for (const { flow, rules } of found)
    output.json({ ...flow, stateLabel: flowStates[flow.state].label, rules });
  const rows = found.map(({ flow, rules }) => [
    timestampInParis(new Date(flow.receivedAt)),
    flow.partner,
    flowStates[flow.state].label,
    `${flow.invoicesRejected}/${flow.invoicesReceived}`,
    flow.depositedName,
    rules.map(({ rule, findings }) => (findings === 1 ? rule : `${rule} ×${findings}`)).join(', '),
  ]);
  for (const line of table([['REÇU', 'PARTENAIRE', 'ÉTAT', 'REJETÉES', 'FLUX', 'RÈGLES'], ...rows]))
    output.line(line);
  if (found.length === options.limit)
    output.note(
      `seuls les ${options.limit} flux les plus récents sont montrés : --limit en montre davantage`,
    );
  return exitCodes.done;
};
