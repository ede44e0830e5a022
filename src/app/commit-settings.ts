import type { CommitSettings } from '../pipeline/commit.js';
import type { LoadedSettings } from '../settings/load.js';
import { lifePolicyOf } from '../settings/policy.js';
import { engineName } from './parts.js';

/** The settings that a commit takes. */
export function commitSettings(loaded: LoadedSettings): CommitSettings {
  const { settings } = loaded;
  return {
    engine: engineName(loaded),
    partnerNames: new Map(settings.partners.map((partner) => [partner.code, partner.name])),
    numberPerYear: settings.rules.numberPerYear,
    pivot: settings.pivot,
    rejectedStatus: settings.lifecycle.rejectedStatus,
    life: lifePolicyOf(settings),
  };
}
