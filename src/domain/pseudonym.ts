import { createHmac } from 'node:crypto';

/**
 * What stands for a supplier whose data was erased: the same supplier has always the same one, and nobody finds the
 * supplier from it without the key (HMAC-SHA-256, first 128 bits). Letters are taken without their case, as when an
 * invoice number is taken.
 */
export function pseudonymOf(key: string, idType: string, id: string): string {
  const digest = createHmac('sha256', key)
    .update(JSON.stringify([idType, id.toUpperCase()]))
    .digest('hex');
  return `EFFACE-${digest.slice(0, 32).toUpperCase()}`;
}
