import { testAlerts as sendTest } from '../app/desk-servers.js';
import { timestampInParis } from '../domain/dates.js';
import { createLog } from '../log.js';
import { loadSettings } from '../settings/load.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import type { Action } from './wire.js';

interface ListOptions {
  readonly open?: boolean;
  readonly limit: number;
}

export const listAlerts: Action<ListOptions> = async ({ options, output }) => {
  await using context = await openContext(options);
  const alerts = await context.store.listAlerts({ open: options.open === true, limit: options.limit });
  for (const alert of alerts) output.json(alert);
  const rows = alerts.map((alert) => [
    timestampInParis(new Date(alert.beganAt)),
    alert.endedAt === null ? 'ouverte' : `terminée ${timestampInParis(new Date(alert.endedAt))}`,
    alert.partner ?? '',
    alert.text,
  ]);
  for (const line of table([['DEPUIS', 'ÉTAT', 'PARTENAIRE', 'ALERTE'], ...rows])) output.line(line);
  return exitCodes.done;
};

/** `alerts test`: one notice over each channel of the settings, to see that it arrives; nothing is kept. */
export const testAlerts: Action<object> = async ({ options, output }) => {
  const { settings } = loadSettings({ config: options.config });
  let failed = false;
  const log = createLog({ level: 'warn', format: 'text' });
  for (const { channel, error } of await sendTest(settings.alerts, log)) {
    if (error !== null) failed = true;
    output.json({ channel, ok: error === null, error });
    output.line(`${channel} : ${error === null ? 'envoyé' : `échec : ${error}`}`);
  }
  return failed ? exitCodes.fault : exitCodes.done;
};
