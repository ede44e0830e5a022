import { randomBytes } from 'node:crypto';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const nameBytesMax = 255;

/** A file name's bytes as text: UTF-8 where they are, else Latin-1. To show, never to build a path with. */
export function nameOf(raw: Buffer): string {
  try {
    return utf8.decode(raw);
  } catch {
    return raw.toString('latin1');
  }
}

/** Length of a claim id as text. */
export const claimIdLength = 36;

/** File name of a claim: its id, `_`, and as much of the deposited name as the file system holds (255 bytes). */
export function claimName(id: string, name: string): string {
  let kept = `${id}_`;
  let bytes = kept.length;
  for (const char of name) {
    bytes += Buffer.byteLength(char);
    if (bytes > nameBytesMax) break;
    kept += char;
  }
  return kept;
}

/** A UUID of version 7 (RFC 9562): its first 48 bits are the time, so that ids sort by age. */
export function newClaimId(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const claimId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isClaimId(text: string): boolean {
  return claimId.test(text);
}
