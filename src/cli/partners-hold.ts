import { Fault } from '../errors.js';
import { engineRunning } from '../pipeline/members.js';
import { orderPartnerMode, partnerModeWords } from '../pipeline/partner-order.js';
import { systemClock } from '../ports/clock.js';
import type { PartnerMode } from '../ports/store.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

interface HoldOptions {
  readonly reason?: string;
}

const modes = { pause: 'paused', drain: 'draining', resume: 'active' } as const satisfies Record<
  string,
  PartnerMode
>;

/**
 * `partners pause|drain|resume`: what an operator wants of a partner, kept in the store with who and when, so that a
 * running engine obeys at its next poll and a later one from its start.
 */
export function holdPartner(verb: keyof typeof modes): Action<HoldOptions> {
  return async ({ options, args, output }) => {
    await using context = await openContext(options, true);
    const { loaded, store } = context;
    const partner = loaded.settings.partners.find(({ code }) => code === args[0]);
    if (partner === undefined) {
      const known = loaded.settings.partners.map(({ code }) => code).join(', ');
      throw new Fault('NOT_FOUND', `no partner has the code ${args[0]}; configured: ${known}`);
    }
    const mode = modes[verb];
    const reason = options.reason?.trim() || null;
    const by = `user:${userName()}` as const;
    const order = { partner: partner.code, mode, by, reason };
    const control = await orderPartnerMode({ store, clock: systemClock }, order);
    const running = await engineRunning(store);
    output.json({ ...control, engineRunning: running });
    output.line(`${partner.code} ${partnerModeWords[mode]}`);
    output.line(
      running
        ? "Le moteur en marche s'y conforme à sa prochaine relève."
        : 'Aucun moteur ne tourne : ce sera pris en compte au démarrage.',
    );
    return exitCodes.done;
  };
}
