import { depositKey } from '../domain/deposit-mode.js';
import { Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { NewFlow } from '../ports/store.js';
import type { ClaimedFile, IntakeTransport } from '../ports/transport.js';

export type Recorded = 'recorded' | 'known';

interface TakeOverParts {
  readonly partner: string;
  readonly transport: IntakeTransport;
  readonly archive: Archive;
  readonly record: (file: Omit<NewFlow, 'receivedAt' | 'demo'>) => Promise<Recorded>;
}

/**
 * From claim to acknowledged: copied to the archive, recorded, acknowledged. Gives false when an earlier run had
 * recorded the claim already. The flow takes the id of its claim.
 * @param how.first no earlier run or try can have left anything behind
 * @param how.sizeBytes the size that was seen; null when unknown
 * @throws Fault FILE_CHANGED (with the size read, `sizeBytes`) when the file has another size than was seen: somebody
 *   still writes to it. Faults of archive, transport and record.
 */
export async function takeOver(
  parts: TakeOverParts,
  claimed: ClaimedFile,
  how: { readonly first: boolean; readonly sizeBytes: number | null },
): Promise<boolean> {
  const { archive } = parts;
  const keys = how.first
    ? { free: keyOf(claimed.claimId, 0), earlier: [] }
    : await keysOf(archive, claimed.claimId);
  await parts.transport.fetch?.(claimed);
  const { sha256, sizeBytes } = await archive.takeIn(keys.free, claimed.path);
  if (how.sizeBytes !== null && sizeBytes !== how.sizeBytes) {
    await archive.discard(keys.free);
    throw new Fault('FILE_CHANGED', `${claimed.name} changed while it was taken over`, { sizeBytes });
  }
  const recorded = await parts.record({
    id: claimed.claimId,
    partner: parts.partner,
    depositedName: printable(claimed.name),
    sha256,
    sizeBytes,
    archiveKey: keys.free,
    claimId: claimed.claimId,
  });
  // The row names one key; copies under the others are of tries that were cut off.
  if (recorded === 'recorded') for (const key of keys.earlier) await archive.discard(key);
  else if (keys.earlier.length > 0) await archive.discard(keys.free);
  await acknowledge(parts.transport, claimed);
  return recorded === 'recorded';
}

/** The far end is cleaned; where it cannot be the flow goes its way, and this is tried again. */
async function acknowledge(transport: IntakeTransport, claimed: ClaimedFile): Promise<void> {
  try {
    await transport.acknowledge(claimed);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const text = `${claimed.name} is recorded, but cannot be taken away: ${thrown.message}`;
    throw new Fault(thrown.code, text, thrown.details, thrown);
  }
}

/** The first key that holds nothing, and those before it. A key that holds a file may be one that a row names. */
async function keysOf(archive: Archive, claimId: string): Promise<{ free: string; earlier: string[] }> {
  const earlier: string[] = [];
  for (let n = 0; ; n++) {
    const key = keyOf(claimId, n);
    if (!(await archive.has(key))) return { free: key, earlier };
    earlier.push(key);
  }
}

function keyOf(claimId: string, nth: number): string {
  return `${depositKey('folder', claimId)}${nth === 0 ? '' : `-${nth + 1}`}`;
}

/** The name as it is kept and shown: what no XML may hold, or turns text around, becomes `_`. */
function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g, '_');
}
