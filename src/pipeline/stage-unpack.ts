import { findingOf } from '../domain/finding-rules.js';
import { unpackFlow } from '../envelope/unpack.js';
import type { Stage } from './work.js';

/** A flow becomes its entries: one bare file, or the files of a tar.gz (DOMAIN 2.2, 3.1 step 6). */
export const unpack: Stage = async (work, { archive, policy }) => {
  const unpacked = await unpackFlow(archive.pathOf(work.flow.archiveKey), work.workDir, policy.limits);
  switch (unpacked.kind) {
    case 'entries': {
      // What is wholly integrated is not looked at again.
      const entries = unpacked.entries
        .map((entry) => ({ ...entry, name: entry.name || work.flow.depositedName }))
        .filter((entry) => work.replay?.doneEntries.has(entry.name) !== true);
      return {
        kind: 'next',
        value: { ...work, entries, findings: [...work.findings, ...unpacked.findings] },
      };
    }
    case 'unfinished':
      return {
        kind: 'stop',
        value: {
          ...work,
          findings: [...work.findings, findingOf('ECL-ENV-UNFINISHED', { name: work.flow.depositedName })],
        },
      };
    case 'refused':
      return { kind: 'stop', value: { ...work, findings: [...work.findings, ...unpacked.findings] } };
  }
};
