/**
 * The state of an invoice that was called back before its recipient had it. CPPStatut has no code for it (DOMAIN 6.2):
 * it is shown here and never sent (docs/decisions, 0016).
 */
export const recalledState = 'RAPPELEE';

export const recalledLabel = "Rappelée à la demande de l'émetteur";
