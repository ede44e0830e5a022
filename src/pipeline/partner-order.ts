import type { Actor } from '../domain/flow.js';
import type { Clock } from '../ports/clock.js';
import type { PartnerControl, PartnerMode, Store } from '../ports/store.js';

export const partnerModeWords = {
  paused: 'mis en pause : plus rien ne lui est pris ni remis',
  draining: 'mis en vidange : plus rien ne lui est pris ; ce qui est pris est terminé et remis',
  active: 'repris',
} as const satisfies Record<PartnerMode, string>;

/** What an operator wants of a partner, kept in the store with who and when: a running engine obeys at its next poll. */
export async function orderPartnerMode(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  order: {
    readonly partner: string;
    readonly mode: PartnerMode;
    readonly by: Actor;
    readonly reason: string | null;
  },
): Promise<PartnerControl> {
  const { partner, mode, by, reason } = order;
  const at = clock.now().toISOString();
  const control = { partner, mode, by, at, reason };
  const text = `partenaire ${partner} ${partnerModeWords[mode]}${reason === null ? '' : ` (${reason})`}`;
  const event = { at, actor: by, kind: `partner-${mode}`, flow: null, invoice: null, text };
  await store.transaction(async (tx) => {
    await tx.setPartnerControl(control);
    await tx.insertEvents([event]);
  });
  return control;
}
