import { timestampInParis } from '../domain/dates.js';
import { Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import { countsOf, showReplays } from './replay-follow.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

/** `flows replays [BATCH]`: the batches, newest first, or the flows of one. */
export const listReplays: Action<{ readonly limit: number }> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const { store } = context;
  const [id] = args;
  if (id !== undefined) {
    const batch = await store.replayBatch(id);
    if (batch === null)
      throw new Fault('NOT_FOUND', `no batch has the id ${id}; see \`ecluse flows replays\``);
    await showReplays(store, batch, output);
    output.json({ batch: id, ...orderOf(batch), ...countsOf(batch) });
    const { waiting, taken, done, dropped, refused, count } = batch;
    output.line(
      `${count} flux : ${done} terminés (dont ${refused} encore refusés), ${taken} en cours, ${waiting} en attente, ${dropped} abandonnés`,
    );
    output.line(`demandé par ${batch.by} le ${timestampInParis(new Date(batch.at))} : ${batch.reason}`);
    return exitCodes.done;
  }
  const batches = await store.replayBatches(options.limit);
  for (const batch of batches) output.json({ batch: batch.id, ...orderOf(batch), ...countsOf(batch) });
  const rows = batches.map((batch) => [
    batch.id,
    timestampInParis(new Date(batch.at)),
    batch.by,
    `${batch.done + batch.dropped}/${batch.count}`,
    `${batch.refused}`,
    batch.reason,
  ]);
  for (const line of table([['LOT', 'DEMANDÉ', 'PAR', 'FAITS', 'REFUSÉS', 'MOTIF'], ...rows]))
    output.line(line);
  return exitCodes.done;
};

function orderOf({ by, at, reason, filter }: { by: string; at: string; reason: string; filter: string }) {
  return { by, at, reason, filter: JSON.parse(filter) as unknown };
}

/** `flows replays drop BATCH`: gives up what waits; what is in progress is finished. */
export const dropReplays: Action<object> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const [id = ''] = args;
  const at = systemClock.now().toISOString();
  if ((await context.store.replayBatch(id)) === null)
    throw new Fault('NOT_FOUND', `no batch has the id ${id}; see \`ecluse flows replays\``);
  const dropped = await context.store.transaction(async (tx) => {
    const count = await tx.dropReplays(id, at);
    const text = `retraitement abandonné : lot ${id}, ${count} flux en attente`;
    const base = { at, actor: `user:${userName()}`, flow: null, invoice: null } as const;
    await tx.insertEvents([{ ...base, kind: 'replay-dropped', text }]);
    return count;
  });
  output.json({ batch: id, dropped });
  output.line(`${dropped} flux en attente ne seront pas retraités ; ce qui est en cours se termine.`);
  return exitCodes.done;
};
