import { newId } from '../../domain/ids.js';

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

/** A new claim id: the flow that comes of the claim has the same. */
export const newClaimId = newId;

const claimId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isClaimId(text: string): boolean {
  return claimId.test(text);
}
