import type { WorksRoute } from '../domain/works.js';
import { arrivalOf } from './works-route.js';

/**
 * The statuses that an invoice gets without anybody's doing (DOMAIN 6.2, 6.3): deposited; on its way to the
 * recipient; made available to the recipient.
 */
export const firstStatuses = {
  deposited: '01',
  onItsWay: '02',
  available: '03',
} as const;

/** A connected recipient's invoice is on its way; one of a recipient that is not connected is available at once. */
export function arrivalAtRecipient(connected: boolean): string {
  return connected ? firstStatuses.onItsWay : firstStatuses.available;
}

/**
 * Statuses at commit: a connected recipient's invoice is on its way until its pivot is written; one of a recipient
 * that is not connected is available at once, to be read in console and API (DECISIONS, The pivot). A works invoice
 * goes to the first step of its route instead.
 */
export function statusesAtCommit(connected: boolean, route: WorksRoute | null = null): readonly string[] {
  const first = route?.steps[route.at];
  return [firstStatuses.deposited, first === undefined ? arrivalAtRecipient(connected) : arrivalOf(first)];
}
