import { channelsOf } from '../app/alerts.js';
import type { Alert } from '../domain/alert.js';
import { timestampInParis } from '../domain/dates.js';
import { newId } from '../domain/ids.js';
import { asError } from '../errors.js';
import { createLog } from '../log.js';
import { systemClock } from '../ports/clock.js';
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
  const at = systemClock.now().toISOString();
  const alert: Alert = {
    id: newId(),
    key: 'test',
    kind: 'test',
    partner: null,
    flow: null,
    delivery: null,
    since: at,
    beganAt: at,
    endedAt: null,
    text: "Ceci est un essai : les alertes d'Écluse arrivent ici.",
    fix: "Il n'y a rien à faire.",
  };
  let failed = false;
  for (const channel of channelsOf(settings.alerts, createLog({ level: 'warn', format: 'text' }))) {
    let error: string | null = null;
    try {
      await channel.send([{ phase: 'begun', alert }]);
    } catch (thrown) {
      error = asError(thrown).message;
      failed = true;
    } finally {
      await channel.close();
    }
    output.json({ channel: channel.name, ok: error === null, error });
    output.line(`${channel.name} : ${error === null ? 'envoyé' : `échec : ${error}`}`);
  }
  return failed ? exitCodes.fault : exitCodes.done;
};
