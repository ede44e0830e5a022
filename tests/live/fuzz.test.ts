import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../helpers/root.js';

const out = mkdtempSync(join(tmpdir(), 'ecluse-fuzz-test-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const fuzz = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(root, 'scripts/fuzz.mjs'), '--out', out, ...args], { encoding: 'utf8' });

describe('fuzzer (short and seeded; all of it by `npm run fuzz`)', () => {
  it('finds no fault, hang, difference or growth over 5,000 cases', { timeout: 1_200_000 }, () => {
    const done = fuzz('--cases', '5000', '--seed', '20260302');
    expect(done.stdout).toContain('5000 cases');
    expect(done.stdout.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([]);
    expect(done.status).toBe(0);
  });

  it('makes a case again alone: the same bytes, the same verdict', { timeout: 300_000 }, () => {
    const done = fuzz('--only', '7', '--seed', '20260302');
    expect(done.stdout).toContain('seed 20260302, cases 7 to 7');
    expect(done.stdout).toContain('0 failures');
    expect(done.status).toBe(0);
  });
});
