import type { Flow } from '../domain/flow.js';
import { finderOf } from '../envelope/catalogue.js';
import { noteAccess } from '../pipeline/sensitive.js';
import { systemClock } from '../ports/clock.js';
import type { Context } from './context.js';
import { userName } from './user.js';

/** Keeps in the audit trail who looks at a flow that tells of natural persons. */
export async function noteLook(
  { store, loaded }: Context,
  flow: Flow,
  what: string,
  invoice?: string,
): Promise<void> {
  await noteAccess(store, flow, finderOf(loaded.settings.interfaces), {
    by: `user:${userName()}`,
    at: systemClock.now().toISOString(),
    what,
    ...(invoice === undefined ? {} : { invoice }),
  });
}
