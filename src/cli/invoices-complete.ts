import { basename, resolve } from 'node:path';
import { Fault } from '../errors.js';
import { completeInvoice } from '../pipeline/complete.js';
import { openContext } from './context.js';
import {
  type MoveOptions,
  oneInvoice,
  orderedBy,
  orRefused,
  tellMoved,
  withMovePorts,
} from './invoices-moves.js';
import type { Action } from './wire.js';

interface CompleteOptions extends MoveOptions {
  readonly attach?: readonly string[];
  readonly comment?: string;
}

/** `invoices complete`: gives a suspended invoice the pieces that were asked for (docs/lifecycle.md). */
export const complete: Action<CompleteOptions> = async ({ options, args, output }) => {
  const files = (options.attach ?? []).map((path) => ({ path: resolve(path), name: basename(path) }));
  if (files.length === 0) throw new Fault('USAGE', 'at least one file is expected: --attach FILE...');
  await using context = await openContext(options);
  const row = await oneInvoice(context.store, args[0] ?? '', options);
  // Awaited here: the context is closed when this function returns.
  return await orRefused(row, output, async () => {
    const reason = options.comment?.trim() || null;
    const order = { invoice: row.id, by: orderedBy(), reason, files };
    const moved = await withMovePorts(context, output, (ports) => completeInvoice(ports, order));
    return tellMoved(context.store, moved, 'complétée', output);
  });
};
