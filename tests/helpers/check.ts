import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits } from '../../src/domain/limits.js';
import { loadSettings } from '../../src/settings/load.js';
import { policyOf } from '../../src/settings/policy.js';
import { createEntryChecker } from '../../src/workers/check-entry.js';
import type { CheckRequest, CheckResult } from '../../src/workers/protocol.js';

const { settings } = loadSettings({ env: {}, cwd: tmpdir() });

/** A checker in this thread, and a folder of its own that goes with it. */
export function openChecker() {
  const folder = mkdtempSync(join(tmpdir(), 'ecluse-check-'));
  const checker = createEntryChecker({ schemasDir: null, rulesDir: null, findingsMax: 200 });
  let count = 0;
  return {
    /** Checks bytes, or the file of a path, as an entry of an E2 flow unless `more` says otherwise. */
    async check(source: Buffer | string, more: Partial<CheckRequest> = {}): Promise<CheckResult> {
      const workDir = join(folder, String(++count));
      const path = typeof source === 'string' ? source : join(folder, `entry-${count}`);
      if (typeof source !== 'string') writeFileSync(path, source);
      return checker.check({
        kind: 'check',
        path,
        entry: 'facture',
        workDir,
        syntaxes: null,
        flowKind: 'E2',
        interfaceCode: null,
        schema: true,
        sets: [{ set: 'chorus', mode: 'enforced', version: null, required: true }],
        regrade: [],
        read: true,
        pack: false,
        memoryBytesMax: 1024 * 1024,
        today: '2026-03-02',
        limits: defaultLimits,
        rules: policyOf(settings).rules,
        ...more,
      });
    },
    close() {
      checker.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
