import { createTransports } from '../app/transports.js';
import { timestampInParis } from '../domain/dates.js';
import type { Delivery } from '../domain/delivery.js';
import { asError, Fault } from '../errors.js';
import { engineRunning } from '../pipeline/members.js';
import { systemClock } from '../ports/clock.js';
import type { LoadedSettings } from '../settings/load.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import type { Output } from './output.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

interface ResendOptions {
  readonly reason?: string;
}

type Result = 'queued' | 'waiting' | 'there';

const words = {
  queued: 'sera écrit de nouveau, sous le même nom et avec les mêmes octets',
  waiting: "attend déjà d'être écrit : rien n'est changé",
  there: "est encore dans le dossier du partenaire : il n'est pas écrit de nouveau",
} as const satisfies Record<Result, string>;

/**
 * `deliveries resend`: puts a delivery back in the outbox, from which the engine writes it as it did before. One whose
 * file still stands in the folder is said to be there. Kept in the audit trail with who and why.
 */
export const resendDelivery: Action<ResendOptions> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const { loaded, store } = context;
  const delivery = await store.findDelivery(args[0] ?? '');
  if (delivery === null)
    throw new Fault('NOT_FOUND', `no delivery has the name or id ${args[0]}; see \`ecluse deliveries list\``);
  if (delivery.state === 'withdrawn')
    throw new Fault('MOVE_REFUSED', `${delivery.name} a été rappelé : il n'est plus jamais écrit`);
  const result = await resultFor(loaded, delivery, output);
  const reason = options.reason?.trim() || null;
  const by = `user:${userName()}` as const;
  const at = systemClock.now().toISOString();
  await store.transaction(async (tx) => {
    if (await tx.deliveryGone(delivery.id))
      throw new Fault(
        'CONTENT_PURGED',
        `${delivery.name} cannot be sent again: its content was purged or erased, see \`ecluse flows show\``,
        { delivery: delivery.id },
      );
    if (result === 'queued') await tx.resendDelivery(delivery.id);
    const why = reason === null ? '' : ` (${reason})`;
    const text = `renvoi demandé : ${delivery.name}, à ${delivery.partner}, ${words[result]}${why}`;
    await tx.insertEvents([{ at, actor: by, kind: 'resend', flow: delivery.flow, invoice: null, text }]);
  });
  const running = await engineRunning(store, 'deliver');
  const { id, partner, name, kind } = delivery;
  output.json({ id, partner, name, kind, result, by, at, reason, engineRunning: running });
  output.line(`${name} ${words[result]}`);
  if (result !== 'there' && !running)
    output.line('Aucun moteur ne tourne : il sera écrit au prochain démarrage.');
  return exitCodes.done;
};

async function resultFor(loaded: LoadedSettings, delivery: Delivery, output: Output): Promise<Result> {
  if (delivery.state === 'pending') return 'waiting';
  // One that failed is tried again whatever stands there: the engine compares the bytes.
  if (delivery.state === 'failed') return 'queued';
  const transports = createTransports(loaded);
  try {
    return (await transports.delivery(delivery.partner).has(delivery.name)) ? 'there' : 'queued';
  } catch (thrown) {
    output.line(
      `Le dossier de ${delivery.partner} ne répond pas (${asError(thrown).message}) : le fichier, remis le ${timestampInParis(new Date(delivery.deliveredAt ?? delivery.createdAt))}, sera écrit s'il n'y est plus.`,
    );
    return 'queued';
  } finally {
    await transports.close();
  }
}
