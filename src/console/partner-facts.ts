import type { PartnerControl, PartnerHealth, Store } from '../ports/store.js';
import type { PartnerSettings } from '../settings/schema.js';
import type { ConsoleParts } from './parts.js';
import type { Tone } from './ui/badge.js';

/** What is known of a partner, for people. */
export interface PartnerFacts {
  readonly partner: PartnerSettings;
  readonly control: PartnerControl | null;
  readonly health: readonly PartnerHealth[];
  readonly lastSeenAt: string | null;
  /** Flows in work and files that wait to be written. */
  readonly backlog: { readonly flows: number; readonly deliveries: number };
  /** Files that stand in its folder, and those that nobody fetches in time. */
  readonly lying: number;
  readonly late: number;
}

/** The facts of these partners. */
export async function partnerFacts(
  { store, clock, loaded }: Pick<ConsoleParts, 'store' | 'clock' | 'loaded'>,
  partners: readonly PartnerSettings[],
): Promise<readonly PartnerFacts[]> {
  const { fetchAlertMs } = loaded.settings.delivery;
  const lateBefore = fetchAlertMs === 0 ? '' : new Date(clock.now().getTime() - fetchAlertMs).toISOString();
  const [controls, health, lying] = await Promise.all([
    store.partnerControls(),
    store.partnerHealth(),
    store.lyingCounts(lateBefore),
  ]);
  return Promise.all(
    partners.map(async (partner) => {
      const { code } = partner;
      const own = lying.find((row) => row.partner === code);
      return {
        partner,
        control: controls.find((row) => row.partner === code) ?? null,
        health: health.filter((row) => row.partner.split('/')[0] === code),
        lastSeenAt: await lastSeen(store, code),
        backlog: await store.partnerBacklog(code),
        lying: own?.count ?? 0,
        late: own?.late ?? 0,
      };
    }),
  );
}

async function lastSeen(store: Store, partner: string): Promise<string | null> {
  return (await store.listFlows({ partner, limit: 1 }))[0]?.receivedAt ?? null;
}

/** The state of a partner in a word or two. */
export function partnerState({ partner, control, health, backlog }: PartnerFacts): readonly [Tone, string] {
  if (!partner.active) return ['plain', 'inactif'];
  if (control?.mode === 'paused') return ['half', 'en pause'];
  if (control?.mode === 'draining')
    return backlog.flows + backlog.deliveries === 0 ? ['half', 'vidé'] : ['half', 'en vidange'];
  if (health.some(({ circuit }) => circuit === 'open')) return ['bad', 'injoignable'];
  if (health.some(({ faults }) => faults > 0)) return ['bad', 'en défaut'];
  return ['good', partner.qualification ? 'en qualification' : 'actif'];
}
