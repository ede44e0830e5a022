import { type Bench, openBench } from '../app/bench.js';
import { movePortsOf } from '../app/move-ports.js';
import type { Actor } from '../domain/flow.js';
import { Fault } from '../errors.js';
import { engineRunning } from '../pipeline/members.js';
import { type Moved, type MovePorts, shownStatus } from '../pipeline/move.js';
import type { InvoiceRow, Store } from '../ports/store.js';
import type { Context } from './context.js';
import { exitCodes } from './exit.js';
import type { Output } from './output.js';
import { logOf } from './run.js';
import { userName } from './user.js';

/** What every order on an invoice may be told. */
export interface MoveOptions {
  readonly reason?: string;
  readonly supplier?: string;
}

/** Who gives an order. */
export const orderedBy = (): Actor => `user:${userName()}`;

/**
 * The integrated invoice that a number or id names.
 * @throws Fault NOT_FOUND; USAGE when several suppliers, or years, have used the number.
 */
export async function oneInvoice(
  store: Store,
  text: string,
  { supplier }: Pick<MoveOptions, 'supplier'>,
): Promise<InvoiceRow> {
  const byId = await store.invoice(text);
  if (byId !== null) return byId;
  const filter = supplier === undefined ? {} : { supplierId: supplier };
  const named = await store.listInvoices({ number: text, limit: 100, ...filter });
  const integrated = named.filter(({ fate }) => fate === 'integrated');
  const [only, ...others] = integrated.length > 0 ? integrated : named.slice(0, 1);
  if (only === undefined) throw new Fault('NOT_FOUND', `no invoice has the number or id ${text}`);
  if (others.length === 0) return only;
  const all = integrated.map(({ id, supplierId, issueDate }) => `${id} (${supplierId}, ${issueDate})`);
  throw new Fault(
    'USAGE',
    `several invoices have the number ${text}: name one by --supplier or by its id: ${all.join('; ')}`,
  );
}

/** What completing and re-addressing need, with threads of their own, beside an engine that may run. */
export async function withMovePorts<T>(
  { loaded, store, archive }: Context,
  output: Output,
  work: (ports: MovePorts) => Promise<T>,
): Promise<T> {
  const log = logOf(loaded, output);
  const bench: Bench = openBench({ loaded, store, archive, log });
  try {
    return await work(
      movePortsOf(bench, { loaded, store, archive, log, onHold: (text) => output.note(text) }),
    );
  } finally {
    await bench.close();
  }
}

/** Tells what was done. @param what French, such as `complétée` */
export async function tellMoved(store: Store, moved: Moved, what: string, output: Output): Promise<number> {
  const running = await engineRunning(store);
  output.json({ result: 'done', ...moved, by: orderedBy(), engineRunning: running });
  const now = shownStatus(moved.statuses.at(-1) ?? null);
  output.line(`Facture ${moved.number ?? ''} ${what} : ${shownStatus(moved.from)} → ${now}`);
  for (const name of moved.pivots) output.line(`  envoi préparé pour ${moved.recipientPartner} : ${name}`);
  if (moved.recipientPartner === null)
    output.line("  le destinataire n'est pas raccordé : la facture se lit dans la console");
  if (moved.pivots.length > 0 && !running)
    output.line('Aucun moteur ne tourne : le fichier sera écrit au prochain démarrage.');
  return exitCodes.done;
}

/** A refusal is told on stdout too where programs read it: why, and where the invoice stands. */
export async function orRefused(
  row: InvoiceRow,
  output: Output,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'MOVE_REFUSED') throw thrown;
    output.json({
      result: 'refused',
      invoice: row.id,
      number: row.number,
      status: row.status,
      message: thrown.message,
    });
    output.line(output.paint('red', thrown.message));
    return exitCodes.refused;
  }
}
