import { timestampInParis } from '../domain/dates.js';
import type { Delivery, DeliveryState } from '../domain/delivery.js';
import { Fault } from '../errors.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import type { Action } from './wire.js';

interface ListOptions {
  readonly partner?: string;
  readonly state?: string;
  readonly notFetched?: boolean;
  readonly limit: number;
}

const labels: Record<DeliveryState, string> = {
  pending: 'en attente',
  delivered: 'remis',
  failed: 'en échec',
  withdrawn: 'rappelé',
};

function stateNamed(text: string): DeliveryState {
  if (Object.hasOwn(labels, text)) return text as DeliveryState;
  throw new Fault('USAGE', `--state ${text}: one of ${Object.keys(labels).join(', ')} is expected`);
}

/** What became of the file once it was in `out`. */
function stayOf({ state, fetchedAt, removedAt }: Delivery): string {
  if (state !== 'delivered') return '';
  if (fetchedAt !== null) return `relevé ${timestampInParis(new Date(fetchedAt))}`;
  return removedAt === null ? 'non relevé' : `retiré ${timestampInParis(new Date(removedAt))}`;
}

export const listDeliveries: Action<ListOptions> = async ({ options, output }) => {
  await using context = await openContext(options);
  const deliveries = await context.store.listDeliveries({
    limit: options.limit,
    ...(options.partner === undefined ? {} : { partner: options.partner }),
    ...(options.state === undefined ? {} : { state: stateNamed(options.state) }),
    ...(options.notFetched === true ? { notFetched: true } : {}),
  });
  for (const { body: _body, parts: _parts, ...rest } of deliveries) output.json(rest);
  const rows = deliveries.map((d) => [
    timestampInParis(new Date(d.createdAt)),
    d.partner,
    labels[d.state],
    stayOf(d),
    d.kind,
    d.name,
    d.lastError ?? '',
  ]);
  for (const line of table([['CRÉÉ', 'PARTENAIRE', 'ÉTAT', 'RELÈVE', 'NATURE', 'FICHIER', ''], ...rows]))
    output.line(line);
  return exitCodes.done;
};
