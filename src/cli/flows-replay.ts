import { basename, resolve } from 'node:path';
import type { Flow } from '../domain/flow.js';
import { finderOf } from '../envelope/catalogue.js';
import { Fault } from '../errors.js';
import {
  keepCorrection,
  mustBeReplayable,
  orderReplay,
  orderReplays,
  type ReplayOrder,
} from '../pipeline/replay-order.js';
import { systemClock } from '../ports/clock.js';
import type { LoadedSettings } from '../settings/load.js';
import { type Context, openContext } from './context.js';
import { exitCodes } from './exit.js';
import { oneFlow } from './flows.js';
import type { Output } from './output.js';
import { dryRun } from './replay-dry-run.js';
import { seeToTheEnd } from './replay-follow.js';
import { dayAskedFor, type ReplayOptions, type ReplayWish, reasonOf, wishOf } from './replay-options.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

/**
 * `flows replay`: one flow, those of a filter, or the rest of a batch. The order is kept first; then the engine that
 * runs works it, or, when there is none, this process does.
 */
export const replayFlows: Action<ReplayOptions> = async ({ options, args, output }) => {
  const wish = wishOf(options, args[0]);
  const asOf = dayAskedFor(options);
  const ordered = await (async () => {
    await using context = await openContext(options);
    if (options.dryRun === true) return { exit: await dryRun(context, wish, { ...options, asOf }, output) };
    const batch =
      wish.kind === 'resume' ? await known(context, wish.batch) : await order(context, wish, options, output);
    return { loaded: context.loaded, batch };
  })();
  if ('exit' in ordered) return ordered.exit;
  if (ordered.batch === null) return exitCodes.done;
  return seeToTheEnd(ordered.loaded, ordered.batch, options.wait, output);
};

async function known({ store }: Context, batch: string): Promise<string> {
  if ((await store.replayBatch(batch)) !== null) return batch;
  throw new Fault('NOT_FOUND', `no batch has the id ${batch}; see \`ecluse flows replays\``);
}

/** Keeps the order; null when there is nothing to work. */
async function order(
  { store, archive, loaded }: Context,
  wish: Exclude<ReplayWish, { kind: 'resume' }>,
  options: ReplayOptions,
  output: Output,
): Promise<string | null> {
  const base: ReplayOrder = {
    by: `user:${userName()}`,
    at: systemClock.now().toISOString(),
    reason: reasonOf(options),
    asOf: dayAskedFor(options),
    file: null,
    partners: new Set(loaded.settings.partners.map(({ code }) => code)),
  };
  if (wish.kind === 'flow') {
    const flow = await oneFlow(store, wish.name);
    await mustBeReplayable(store, flow);
    if (options.with !== undefined) mustHoldInvoices(flow, loaded);
    const file =
      options.with === undefined
        ? null
        : await keepCorrection(archive, resolve(options.with), basename(options.with));
    return orderReplay(store, flow, { ...base, file });
  }
  const { batch, count } = await orderReplays(store, wish.filter, base);
  output.note(`lot ${batch} : ${count} flux à retraiter`);
  if (count > 0) return batch;
  output.json({ batch, count });
  output.line('Aucun flux du filtre ne peut être retraité.');
  return null;
}

/** Which statuses of a flow were applied is known by their places in the file: another file has other places. */
function mustHoldInvoices(flow: Flow, { settings }: LoadedSettings): void {
  const kind = finderOf(settings.interfaces)(flow.interfaceCode ?? '')?.kind;
  if (kind !== 'status' && kind !== 'report') return;
  throw new Fault(
    'REPLAY_REFUSED',
    `${flow.depositedName} brings statuses: send corrected ones in a new flow`,
    {
      flow: flow.id,
    },
  );
}
