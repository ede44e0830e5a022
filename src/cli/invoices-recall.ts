import { setTimeout as sleep } from 'node:timers/promises';
import { isShared } from '../app/roles.js';
import { createTransports } from '../app/transports.js';
import type { InvoiceMove } from '../domain/invoice-move.js';
import { Fault } from '../errors.js';
import { lockEngine } from '../pipeline/lock.js';
import { newMemberId } from '../pipeline/member-id.js';
import { engineRunning } from '../pipeline/members.js';
import { askRecall } from '../pipeline/recall.js';
import { createRecaller } from '../pipeline/recall-settle.js';
import { outboxLease } from '../pipeline/role-deliver.js';
import { systemClock } from '../ports/clock.js';
import { lifePolicyOf } from '../settings/policy.js';
import { type Context, openContext } from './context.js';
import { exitCodes } from './exit.js';
import { type MoveOptions, oneInvoice, orderedBy, orRefused } from './invoices-moves.js';
import type { Output } from './output.js';
import { logOf } from './run.js';
import type { Action } from './wire.js';

interface RecallOptions extends MoveOptions {
  readonly wait: number;
}

const lookMs = 50;
const leaseTtlMs = 30_000;

/**
 * `invoices recall`: calls an invoice back that no recipient has fetched. The order is kept first; the engine that runs
 * carries it out, or this command itself where none does.
 */
export const recall: Action<RecallOptions> = async ({ options, args, output }) => {
  const reason = options.reason?.trim() ?? '';
  if (reason === '')
    throw new Fault('USAGE', 'please say why with --reason "...": it is kept in the audit trail');
  await using context = await openContext(options);
  const { store } = context;
  const row = await oneInvoice(store, args[0] ?? '', options);
  // Awaited here: the context is closed when this function returns.
  return await orRefused(row, output, async () => {
    const by = orderedBy();
    const id = await askRecall({ store, clock: systemClock }, { invoice: row.id, by, reason });
    const move = await ended(context, row.id, id, options.wait, output);
    const { state, outcome, facts } = move;
    if (state === 'refused')
      throw new Fault('MOVE_REFUSED', `La facture ${row.number ?? ''} n'est pas rappelée. ${outcome ?? ''}`);
    output.json({ result: state, invoice: row.id, number: row.number, by, reason, ...facts });
    if (state === 'asked') {
      output.line(
        `Rappel de la facture ${row.number ?? ''} demandé : il attend que le dossier du destinataire réponde. \`ecluse invoices show ${row.number ?? row.id}\` dira ce qu'il en est.`,
      );
      return exitCodes.fault;
    }
    output.line(
      `Facture ${row.number ?? ''} rappelée : elle ne sera pas transmise, et son numéro reste pris.`,
    );
    for (const name of facts.withdrawn ?? []) output.line(`  fichier pivot retiré : ${name}`);
    for (const name of facts.pivots ?? []) output.line(`  les autres factures partent dans : ${name}`);
    return exitCodes.done;
  });
};

/** The order once it has ended, or as it is after so many seconds. */
async function ended(
  context: Context,
  invoice: string,
  id: string,
  waitS: number,
  output: Output,
): Promise<InvoiceMove> {
  const until = performance.now() + waitS * 1_000;
  const own = await ownRecaller(context, output);
  try {
    for (;;) {
      await own?.turn();
      const move = (await context.store.invoiceMoves(invoice)).find((one) => one.id === id);
      if (move === undefined) throw new Fault('INTERNAL', 'the order of a recall has gone', { id });
      if (move.state !== 'asked' || performance.now() >= until) return move;
      await sleep(lookMs);
    }
  } finally {
    await own?.close();
  }
}

/** Where several processes may deliver, what they would have to hold for it. */
function namesOf(loaded: Context['loaded']): { names?: readonly string[] } {
  if (!isShared(loaded)) return {};
  return { names: ['recalls', ...loaded.settings.partners.map(({ code }) => outboxLease(code))] };
}

/** Null where an engine runs: it alone writes to the folders. Else nobody else may start while we do. */
async function ownRecaller({ loaded, store }: Context, output: Output) {
  if (await engineRunning(store, 'deliver')) return null;
  const lock = await lockOrNull(loaded, store);
  if (lock === null) return null;
  const { settings } = loaded;
  const transports = createTransports(loaded);
  const recaller = createRecaller({
    store,
    clock: systemClock,
    log: logOf(loaded, output),
    transportFor: (code) => transports.delivery(code),
    engine: { code: settings.engine.code, name: settings.engine.name },
    partnerNames: new Map(settings.partners.map(({ code, name }) => [code, name])),
    life: lifePolicyOf(settings),
    ...settings.delivery,
    stands: () => lock.stands(),
  });
  return {
    turn: () => recaller.turn(() => false),
    async close() {
      await transports.close();
      await lock.release();
    },
  };
}

async function lockOrNull(loaded: Context['loaded'], store: Context['store']) {
  try {
    const holder = newMemberId();
    return await lockEngine(store, {
      holder,
      ttlMs: leaseTtlMs,
      onLost: () => undefined,
      ...namesOf(loaded),
    });
  } catch (thrown) {
    // One has started meanwhile.
    if (thrown instanceof Fault && thrown.code === 'ENGINE_RUNNING') return null;
    throw thrown;
  }
}
