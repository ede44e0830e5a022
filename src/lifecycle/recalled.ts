import { statusOf } from './status-table.js';

/**
 * The state of an invoice that was called back before its recipient had it. CPPStatut has no code for it (DOMAIN 6.2):
 * it is shown here and never sent (docs/decisions, 0016).
 */
export const recalledState = 'RAPPELEE';

const recalledLabel = "Rappelée à la demande de l'émetteur";

/** What people read for where an invoice stands: a status (DOMAIN 6.2) or our own state; null for an unknown code. */
export const standingLabel = (code: string): string | null =>
  code === recalledState ? recalledLabel : (statusOf(code)?.label ?? null);
