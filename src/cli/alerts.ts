import { testAlerts as sendTest } from '../app/desk-servers.js';
import type { ListedAlert } from '../domain/alert.js';
import { timestampInParis } from '../domain/dates.js';
import { Fault } from '../errors.js';
import { createLog } from '../log.js';
import { clearAlertsSeen, markAlertsSeen, type SeenResult } from '../pipeline/alert-order.js';
import { systemClock } from '../ports/clock.js';
import { loadSettings } from '../settings/load.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { type Output, table } from './output.js';
import { userName } from './user.js';
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
    stateText(alert),
    alert.partner ?? '',
    alert.id,
    alert.text,
  ]);
  for (const line of table([['DEPUIS', 'ÉTAT', 'PARTENAIRE', 'ID', 'ALERTE'], ...rows])) output.line(line);
  return exitCodes.done;
};

function stateText({ endedAt, seen }: ListedAlert): string {
  const who = seen === null ? '' : `vue par ${shortName(seen.by)} (${seen.note})`;
  if (endedAt === null) return seen === null ? 'à prendre' : who;
  return `terminée ${timestampInParis(new Date(endedAt))}${who === '' ? '' : `, ${who}`}`;
}

const shortName = (actor: string): string => actor.replace(/^user:/, '');

interface SeenOptions {
  readonly all?: boolean;
  readonly note?: string;
}

/** `alerts seen`: notes that somebody looks after open alerts; who was first stands. */
export const seenAlerts: Action<SeenOptions> = async ({ options, args, output }) => {
  const note = options.note?.replace(/\s+/g, ' ').trim().slice(0, 500) ?? '';
  if (note.length < 3) throw new Fault('USAGE', 'please say what you do about it with --note "..."');
  if ((options.all === true) === args.length > 0)
    throw new Fault('USAGE', 'name the alerts (ecluse alerts list --open), or give --all');
  await using context = await openContext(options);
  const { store } = context;
  const ids =
    options.all === true
      ? (await store.listAlerts({ open: true, limit: 10_000 })).flatMap(({ id, seen }) =>
          seen === null ? [id] : [],
        )
      : args;
  const order = { ids, by: `user:${userName()}`, note } as const;
  const results = await markAlertsSeen({ store, clock: systemClock }, order);
  if (options.all === true && results.length === 0) output.line('Aucune alerte à prendre.');
  return told(output, ids, results, {
    done: 'marquée vue',
    other: ({ seen }) => `déjà vue${seen === null ? '' : ` par ${shortName(seen.by)} (${seen.note})`}`,
  });
};

/** `alerts unseen`: takes it back, so that the alert stands out again. */
export const unseenAlerts: Action<SeenOptions> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const order = { ids: args, by: `user:${userName()}`, note: options.note?.trim() || null } as const;
  const results = await clearAlertsSeen({ store: context.store, clock: systemClock }, order);
  return told(output, args, results, { done: 'de nouveau à prendre', other: () => 'était déjà à prendre' });
};

/** @throws Fault NOT_FOUND when no alert has one of the ids; the others are done then. */
function told(
  output: Output,
  ids: readonly string[],
  results: readonly SeenResult[],
  words: { readonly done: string; readonly other: (alert: ListedAlert) => string },
): number {
  for (const { alert, outcome } of results) {
    output.json({ outcome, ...alert });
    const word = outcome === 'done' ? words.done : outcome === 'other' ? words.other(alert) : 'déjà terminée';
    output.line(`${alert.id} ${word} : ${alert.text}`);
  }
  const unknown = ids.filter((id) => results.every(({ alert }) => alert.id !== id));
  if (unknown.length > 0) throw new Fault('NOT_FOUND', `no alert has the id ${unknown.join(', ')}`);
  return exitCodes.done;
}

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
