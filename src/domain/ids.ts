/** Random bytes are drawn for many ids at once: a call costs more than its bytes. */
const pool = new Uint8Array(4096);
let used = pool.length;
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function randomBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += count;
  return pool.slice(used - count, used);
}

/**
 * A new id: a UUID of version 7 (RFC 9562), whose first 48 bits are the time in milliseconds. Ids sort by age, so that
 * what comes together lies together in an index: a database page is written once for many rows, not once for each.
 */
export function newId(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(nowMs / 0x1_0000));
  view.setUint16(4, nowMs % 0x1_0000);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let hex = '';
  for (const byte of bytes) hex += hexOf[byte] ?? '';
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
