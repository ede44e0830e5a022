import { demoSettings } from '../../src/settings/demo.js';

/** The partners of the demonstration, the sender subscribed to these interfaces. */
export function partnersWith(interfaces: readonly string[]): unknown[] {
  return (demoSettings.partners ?? []).map((partner) =>
    partner.code === 'FRN001' ? { ...partner, interfaces } : partner,
  );
}
