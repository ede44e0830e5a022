import { createTransports } from '../app/transports.js';
import { timestampInParis } from '../domain/dates.js';
import type { Delivery } from '../domain/delivery.js';
import { asError, Fault } from '../errors.js';
import { engineRunning } from '../pipeline/members.js';
import { resendDelivery as orderResend, resendWords } from '../pipeline/resend.js';
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
  const reason = options.reason?.trim() || null;
  const by = `user:${userName()}` as const;
  const isThere = (one: Delivery) => standsThere(loaded, one, output);
  const { result, at } = await orderResend({ store, clock: systemClock, isThere }, delivery, { by, reason });
  const running = await engineRunning(store, 'deliver');
  const { id, partner, name, kind } = delivery;
  output.json({ id, partner, name, kind, result, by, at, reason, engineRunning: running });
  output.line(`${name} ${resendWords[result]}`);
  if (result !== 'there' && !running)
    output.line('Aucun moteur ne tourne : il sera écrit au prochain démarrage.');
  return exitCodes.done;
};

async function standsThere(
  loaded: LoadedSettings,
  delivery: Delivery,
  output: Output,
): Promise<boolean | null> {
  const transports = createTransports(loaded);
  try {
    return await transports.delivery(delivery.partner).has(delivery.name);
  } catch (thrown) {
    output.line(
      `Le dossier de ${delivery.partner} ne répond pas (${asError(thrown).message}) : le fichier, remis le ${timestampInParis(new Date(delivery.deliveredAt ?? delivery.createdAt))}, sera écrit s'il n'y est plus.`,
    );
    return null;
  } finally {
    await transports.close();
  }
}
