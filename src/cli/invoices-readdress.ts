import { type WorksRole, worksRoles } from '../domain/works.js';
import { Fault } from '../errors.js';
import { readdressInvoice } from '../pipeline/readdress.js';
import { readdressStep } from '../pipeline/readdress-step.js';
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

type ReaddressOptions = MoveOptions & {
  readonly siret?: string;
  readonly service?: string;
  readonly engagement?: string;
} & { readonly [Role in WorksRole]?: string };

/** `invoices readdress`: gives a misdirected invoice to another recipient, or a step of its works route to another. */
export const readdress: Action<ReaddressOptions> = async ({ options, args, output }) => {
  const { siret } = options;
  const steps = worksRoles.flatMap((role) => {
    const to = options[role];
    return to === undefined ? [] : [{ role, siret: to.replace(/\s+/g, '') }];
  });
  const [step] = steps;
  if (steps.length + (siret === undefined ? 0 : 1) !== 1) {
    throw new Fault(
      'USAGE',
      'one of --siret (recipient), --validator1, --validator2, --moe, --moa is expected',
    );
  }
  await using context = await openContext(options);
  const row = await oneInvoice(context.store, args[0] ?? '', options);
  // Awaited here: the context is closed when this function returns.
  return await orRefused(row, output, async () => {
    const order = { invoice: row.id, by: orderedBy(), reason: options.reason?.trim() || null };
    const moved = await withMovePorts(context, output, (ports) =>
      step === undefined
        ? readdressInvoice(ports, {
            ...order,
            siret: siret ?? '',
            service: options.service?.trim() || null,
            engagement: options.engagement?.trim() || null,
          })
        : readdressStep(ports, { ...order, ...step }),
    );
    return tellMoved(context.store, moved, 'réadressée', output);
  });
};
