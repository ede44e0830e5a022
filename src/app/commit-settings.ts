import type { CommitSettings } from '../pipeline/commit.js';
import type { LoadedSettings } from '../settings/load.js';
import { lifePolicyOf } from '../settings/policy.js';

/** The settings that a commit takes. */
export function commitSettings({ settings }: LoadedSettings): CommitSettings {
  return {
    engine: { code: settings.engine.code, name: settings.engine.name },
    partnerNames: new Map(settings.partners.map((partner) => [partner.code, partner.name])),
    numberPerYear: settings.rules.numberPerYear,
    pivot: settings.pivot,
    rejectedStatus: settings.lifecycle.rejectedStatus,
    life: lifePolicyOf(settings),
  };
}
