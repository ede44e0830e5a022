import type { Flow } from '../domain/flow.js';
import { Fault } from '../errors.js';
import type { DropParts } from '../pipeline/dead-jobs.js';
import type { Store } from '../ports/store.js';
import { toPartner } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import { policyOf } from '../settings/policy.js';
import { commitSettings } from './commit-settings.js';

/**
 * What giving a dead job up takes.
 * @throws Fault NOT_FOUND for a partner that is not configured any more: its report could not be written.
 */
export async function dropPartsOf(loaded: LoadedSettings, store: Store, flow: Flow): Promise<DropParts> {
  const partner = loaded.settings.partners.find(({ code }) => code === flow.partner);
  if (partner === undefined)
    throw new Fault(
      'NOT_FOUND',
      `partner ${flow.partner} is not configured: put it back into the settings, its report goes to its folder`,
      { flow: flow.id },
    );
  return {
    partner: toPartner(partner),
    policy: policyOf(loaded.settings),
    commit: commitSettings(loaded),
    before: await store.findings(flow.id),
  };
}
