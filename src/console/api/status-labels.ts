import { standingLabel } from '../../lifecycle/recalled.js';

/** What people read for the code of a status (DOMAIN 6.2), or for an invoice that was called back. */
export function statusLabel(code: string): string {
  return standingLabel(code) ?? code;
}
