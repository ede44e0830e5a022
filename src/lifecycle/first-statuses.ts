/**
 * The statuses that an invoice gets without anybody's doing (DOMAIN 6.2, 6.3): deposited; on its way to the
 * recipient; made available to the recipient.
 */
export const firstStatuses = {
  deposited: '01',
  onItsWay: '02',
  available: '03',
} as const;

/**
 * Statuses at commit: a connected recipient's invoice is on its way until its pivot is written; one of a recipient
 * that is not connected is available at once, to be read in console and API (DECISIONS, The pivot).
 */
export function statusesAtCommit(connected: boolean): readonly string[] {
  return connected
    ? [firstStatuses.deposited, firstStatuses.onItsWay]
    : [firstStatuses.deposited, firstStatuses.available];
}
