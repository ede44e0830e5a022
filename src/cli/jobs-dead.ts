import { dropPartsOf } from '../app/drop-parts.js';
import { timestampInParis } from '../domain/dates.js';
import { type Flow, flowStates } from '../domain/flow.js';
import { Fault } from '../errors.js';
import { dropDead, retryDead } from '../pipeline/dead-jobs.js';
import { engineRunning } from '../pipeline/members.js';
import { systemClock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { DeadJob } from '../ports/store-jobs.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { oneFlow } from './flows.js';
import { type Output, table } from './output.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

/** Jobs read, or tried again, in one go. */
const pageSize = 500;

/** `jobs dead list`: flows that are tried no more until somebody says so, longest dead first. */
export const listDead: Action<{ readonly limit: number }> = async ({ options, output }) => {
  await using context = await openContext(options);
  const jobs = await context.store.deadJobs(options.limit);
  for (const job of jobs) output.json(job);
  if (jobs.length === 0) output.line('Aucun flux mis de côté.');
  const rows = jobs.map((job) => [
    timestampInParis(new Date(job.deadAt)),
    job.partner,
    job.depositedName,
    countText(job),
    `${job.code === null ? '' : `${job.code} : `}${job.error ?? ''}`,
  ]);
  if (rows.length > 0)
    for (const line of table([['DEPUIS', 'PARTENAIRE', 'FLUX', 'ESSAIS', 'CAUSE'], ...rows]))
      output.line(line);
  if (jobs.length === options.limit)
    output.note(`seuls les ${options.limit} plus anciens sont montrés : --limit en montre davantage`);
  return exitCodes.done;
};

function countText({ faults, cuts }: DeadJob): string {
  return faults === 0 ? `${cuts} interrompus` : `${faults} échecs`;
}

interface RetryOptions {
  readonly all?: boolean;
  readonly reason?: string;
}

/** `jobs dead retry`: has flows tried again at once, as if nothing had been. */
export const retryDeadJobs: Action<RetryOptions> = async ({ options, args, output }) => {
  if ((options.all === true) === args.length > 0)
    throw new Fault('USAGE', 'name the flows to try again, or give --all');
  await using context = await openContext(options);
  const { store } = context;
  const reason = options.reason?.trim() || null;
  const order = { by: `user:${userName()}`, at: systemClock.now(), reason } as const;
  let count = 0;
  const retry = async ({ id, depositedName, partner }: Pick<Flow, 'id' | 'depositedName' | 'partner'>) => {
    await store.transaction((tx) => retryDead(tx, id, order));
    count += 1;
    const { by, at } = order;
    output.json({ result: 'retried', flow: id, depositedName, partner, by, at: at.toISOString(), reason });
    output.line(`${depositedName} est essayé de nouveau`);
  };
  if (options.all === true)
    for await (const job of allDead(store))
      await retry({ id: job.flow, depositedName: job.depositedName, partner: job.partner });
  else for (const text of args) await retry(await oneFlow(store, text));
  if (count === 0) output.line('Aucun flux mis de côté.');
  await tellEngine(store, output, count);
  return exitCodes.done;
};

/** Those that are dead when it is asked, page by page: what is tried again leaves the list. */
async function* allDead(store: Store): AsyncGenerator<DeadJob> {
  let after: DeadJob | undefined;
  do {
    const page: readonly DeadJob[] = await store.deadJobs(pageSize, after);
    yield* page;
    after = page.at(-1);
  } while (after !== undefined);
}

/** `jobs dead drop`: gives flows up; each is answered as an incident, and its depositor has a report. */
export const dropDeadJobs: Action<{ readonly reason?: string }> = async ({ options, args, output }) => {
  const reason = options.reason?.trim() ?? '';
  if (reason === '')
    throw new Fault('USAGE', 'please say why with --reason "...": it is kept in the audit trail');
  await using context = await openContext(options);
  const { loaded, store } = context;
  const order = { by: `user:${userName()}`, at: systemClock.now(), reason } as const;
  for (const text of args) {
    const flow = await oneFlow(store, text);
    const parts = await dropPartsOf(loaded, store, flow);
    const outcome = await store.transaction((tx) => dropDead(tx, flow, parts, order));
    const { state, deliveries } = outcome;
    const { id, depositedName, partner } = flow;
    const { by, at } = order;
    const facts = { flow: id, depositedName, partner, state, deliveries, by, at: at.toISOString(), reason };
    output.json({ result: 'dropped', ...facts });
    output.line(`${depositedName} est abandonné : ${flowStates[state].label}`);
    for (const { name, partner: to } of deliveries)
      output.line(`  compte rendu préparé pour ${to} : ${name}`);
  }
  await tellEngine(store, output, args.length);
  return exitCodes.done;
};

async function tellEngine(store: Store, output: Output, count: number): Promise<void> {
  if (count > 0 && !(await engineRunning(store)))
    output.line('Aucun moteur ne tourne : la suite se fera au prochain démarrage.');
}
