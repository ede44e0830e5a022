import { timestampInParis } from '../domain/dates.js';
import { Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { oneFlow } from './flows.js';
import { table } from './output.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

interface HoldOptions {
  readonly reason?: string;
}

function reasonOf({ reason }: HoldOptions): string {
  const text = reason?.trim() ?? '';
  if (text === '')
    throw new Fault('USAGE', 'please say why with --reason "...": it is kept in the audit trail');
  return text;
}

/** `flows hold`: nothing of the flow is purged or erased until it is released. */
export const holdFlow: Action<HoldOptions> = async ({ options, args, output }) => {
  const reason = reasonOf(options);
  await using context = await openContext(options);
  const { store } = context;
  const flow = await oneFlow(store, args[0] ?? '');
  const by = `user:${userName()}` as const;
  const at = systemClock.now().toISOString();
  const held = await store.transaction(async (tx) => {
    const fresh = await tx.insertLegalHold({ flow: flow.id, by, at, reason });
    const text = `gelé : rien n'en est purgé ni effacé (${reason})`;
    if (fresh) await tx.insertEvents([{ at, actor: by, kind: 'hold', flow: flow.id, invoice: null, text }]);
    return fresh;
  });
  const gone = await store.purges(flow.id);
  output.json({ flow: flow.id, depositedName: flow.depositedName, held, by, at, reason, purged: gone });
  output.line(`${flow.depositedName} ${held ? 'est gelé' : 'était déjà gelé : rien n’est changé'}`);
  if (gone.length > 0) output.line('Une partie de son contenu était déjà purgée : voir ecluse flows show.');
  return exitCodes.done;
};

/** `flows release`: ends the hold of a flow. */
export const releaseFlow: Action<HoldOptions> = async ({ options, args, output }) => {
  const reason = reasonOf(options);
  await using context = await openContext(options);
  const { store } = context;
  const flow = await oneFlow(store, args[0] ?? '');
  const by = `user:${userName()}` as const;
  const at = systemClock.now().toISOString();
  const released = await store.transaction(async (tx) => {
    const done = await tx.removeLegalHold(flow.id);
    const event = { at, actor: by, kind: 'release', flow: flow.id, invoice: null } as const;
    if (done) await tx.insertEvents([{ ...event, text: `gel levé (${reason})` }]);
    return done;
  });
  output.json({ flow: flow.id, depositedName: flow.depositedName, released, by, at, reason });
  output.line(
    `${flow.depositedName} ${released ? 'n’est plus gelé' : 'n’était pas gelé : rien n’est changé'}`,
  );
  return exitCodes.done;
};

/** `flows holds`: flows that are held, oldest first. */
export const listHolds: Action<{ readonly limit: number }> = async ({ options, output }) => {
  await using context = await openContext(options);
  const rows: string[][] = [];
  for (const hold of await context.store.legalHolds(options.limit)) {
    const flow = await context.store.flow(hold.flow);
    output.json({ ...hold, depositedName: flow?.depositedName ?? null });
    rows.push([timestampInParis(new Date(hold.at)), hold.by, flow?.depositedName ?? hold.flow, hold.reason]);
  }
  for (const line of table([['DEPUIS', 'PAR', 'FLUX', 'MOTIF'], ...rows])) output.line(line);
  return exitCodes.done;
};
