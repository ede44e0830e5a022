import { shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import { asScanned } from './replay-work.js';
import type { Stage } from './work.js';

/**
 * Attachments are put to the antivirus once they are decoded: in the flow they stand as base64, which hides them. One
 * that is infected refuses the whole flow, whose bytes go to quarantine.
 */
export const scanPieces: Stage = async (work, { antivirus }) => {
  if (antivirus === undefined) return { kind: 'next', value: work };
  for (const { entry, pieces } of work.checked) {
    const found = await Promise.all(pieces.map((piece) => antivirus.piece(piece.content)));
    const at = found.findIndex((signature) => signature !== null);
    const signature = found[at];
    if (signature === undefined || signature === null) continue;
    const { archiveKey } = await antivirus.quarantine(
      asScanned(work.flow, work.replay?.replay ?? null),
      signature,
    );
    const facts = { signature, name: pieces[at]?.innerName ?? entry };
    const finding = findingOf('IRR_ANTIVIRUS', facts, { value: shownValue(signature), entry });
    return {
      kind: 'stop',
      value: { ...work, quarantineKey: archiveKey, findings: [...work.findings, finding] },
    };
  }
  return { kind: 'next', value: work };
};
