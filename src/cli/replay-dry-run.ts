import { resolve } from 'node:path';
import { openBench } from '../app/bench.js';
import { givenFile, lookAtReplay, type Unseen, withGiven } from '../app/replay-look.js';
import { type Flow, flowStates } from '../domain/flow.js';
import { Fault } from '../errors.js';
import { mustBeReplayable } from '../pipeline/replay-order.js';
import type { InvoicePreview, ReplayPreview, RuleChanges, RuleNote } from '../pipeline/replay-preview.js';
import type { Store } from '../ports/store.js';
import type { Context } from './context.js';
import { exitCodes } from './exit.js';
import { oneFlow } from './flows.js';
import type { Output } from './output.js';
import type { ReplayWish } from './replay-options.js';
import { logOf } from './run.js';

/** Flows looked at together: enough for the threads never to wait for the database. */
const inFlight = 32;
const pageCount = 200;

/**
 * `--dry-run`: what a replay would change, invoice by invoice, and why. Nothing is written to the store or the
 * archive, and an engine may run meanwhile. Exit code 2 when something would stay refused.
 */
export async function dryRun(
  context: Context,
  wish: ReplayWish,
  options: { readonly with?: string; readonly asOf: string | null },
  output: Output,
): Promise<number> {
  const { loaded, store, archive } = context;
  const path = options.with === undefined ? null : resolve(options.with);
  const file = path === null ? null : await givenFile(path);
  const bench = openBench({
    loaded,
    store,
    archive: path === null ? archive : withGiven(archive, path),
    log: logOf(loaded, output),
  });
  const totals = { flows: 0, integrated: 0, changed: 0, refused: 0, passed: 0, failed: 0 };
  const show = (preview: ReplayPreview | Unseen) => {
    totals.flows += 1;
    if ('error' in preview) totals[preview.passed ? 'passed' : 'failed'] += 1;
    else {
      const { before, after } = preview;
      if (after.state === 'IN_INTEGRE') totals.integrated += 1;
      else totals.refused += 1;
      if (before.state !== after.state || before.integrated !== after.integrated) totals.changed += 1;
    }
    showPreview(preview, output);
  };
  try {
    const asked = { asOf: options.asOf, file };
    await inOrder(flowsOf(store, wish), inFlight, (flow) => lookAtReplay(bench, flow, asked), show);
  } finally {
    await bench.close();
  }
  const { flows, changed, integrated, refused, passed, failed } = totals;
  const blind = passed + failed === 0 ? '' : ` ; pas regardés : ${passed + failed}`;
  output.line(
    `\nFlux : ${flows} ; changeraient : ${changed} ; intégrés : ${integrated} ; encore refusés : ${refused}${blind}. Rien n'est écrit.`,
  );
  if (totals.failed > 0) return exitCodes.fault;
  return totals.refused > 0 ? exitCodes.refused : exitCodes.done;
}

/** @throws Fault NOT_FOUND, REPLAY_REFUSED. */
async function* flowsOf(store: Store, wish: ReplayWish): AsyncGenerator<Flow> {
  if (wish.kind === 'resume')
    throw new Fault('USAGE', '--dry-run is for a flow or a filter, not for --resume');
  if (wish.kind === 'flow') {
    const flow = await oneFlow(store, wish.name);
    await mustBeReplayable(store, flow);
    yield flow;
    return;
  }
  let after: string | null = null;
  for (;;) {
    const page: readonly Flow[] = await store.replayableFlows(wish.filter, after, pageCount);
    yield* page;
    after = page.at(-1)?.id ?? null;
    if (after === null) return;
  }
}

/** Keeps so many works going, and tells their results in the order of the items. */
async function inOrder<I, R>(
  items: AsyncIterable<I>,
  countMax: number,
  work: (item: I) => Promise<R>,
  tell: (result: R) => void,
): Promise<void> {
  const going: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    result.catch(() => undefined);
    going.push(result);
    if (going.length < countMax) continue;
    const first = going.shift();
    if (first !== undefined) tell(await first);
  }
  for (const one of going) tell(await one);
}

const fates = { integrated: 'intégrée', rejected: 'rejetée', untreated: 'non traitée' } as const;

function showPreview(preview: ReplayPreview | Unseen, output: Output): void {
  const { id, depositedName, partner } = preview.flow;
  const flow = { flow: id, depositedName, partner };
  if ('error' in preview) {
    output.json({ ...flow, error: preview.error });
    output.line(`${depositedName}  ${output.paint('red', 'pas regardé')} : ${preview.error}`);
    return;
  }
  const { day, ruleSets, before, after, invoices, flowLevel } = preview;
  output.json({ ...flow, day, ruleSets, before, after, invoices, flowLevel });
  if (output.format === 'json') return;
  const colour =
    after.state === 'IN_INTEGRE' ? 'green' : after.integrated > before.integrated ? 'yellow' : 'red';
  const states = `${flowStates[before.state].label} → ${flowStates[after.state].label}`;
  output.line(
    `${depositedName}  ${output.paint(colour, states)}  ${after.integrated}/${after.received}  (${day}, ${ruleSets.join(', ')})`,
  );
  showChanges(flowLevel, output);
  for (const invoice of invoices) showInvoice(invoice, output);
}

function showInvoice({ number, before, after, kept, ...changes }: InvoicePreview, output: Output): void {
  const was = before === null ? 'non lue' : fates[before];
  const is = after === null ? 'absente du fichier' : fates[after];
  output.line(`  ${number ?? '(sans numéro)'}  ${kept ? 'intégrée, inchangée' : `${was} → ${is}`}`);
  showChanges(changes, output);
}

function showChanges({ vanish, appear, remain }: RuleChanges, output: Output): void {
  const show = (mark: string, colour: 'green' | 'red' | 'grey', notes: readonly RuleNote[]) => {
    for (const { rule, message } of notes)
      output.line(`    ${output.paint(colour, `${mark} ${rule}`)} ${message}`);
  };
  show('−', 'green', vanish);
  show('+', 'red', appear);
  show('=', 'grey', remain);
}
