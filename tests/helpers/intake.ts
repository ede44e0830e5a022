import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalIntakeOptions, localIntake } from '../../src/adapters/transport/local.js';
import { createIntake, type Intake, type IntakeFault, type IntakeOptions } from '../../src/intake/intake.js';
import type { Archive } from '../../src/ports/archive.js';

type Row = Parameters<IntakeOptions['record']>[0];

/** The intake of a real folder, on the real clock, with an archive and a store that only remember. */
export interface TestIntake {
  readonly root: string;
  readonly drop: string;
  readonly intake: Intake;
  readonly rows: Row[];
  readonly faults: IntakeFault[];
  remove(): void;
}

/** An archive that reads and hashes what it is given, and keeps nothing. */
const hashing = {
  async takeIn(_key: string, sourcePath: string) {
    const bytes = readFileSync(sourcePath);
    return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  },
  moveIn: async () => undefined,
  putIn: async () => undefined,
  pathOf: (key: string) => key,
  has: async () => false,
  discard: async () => undefined,
} as unknown as Archive;

export function testIntake(
  settings: Partial<IntakeOptions['settings']> = {},
  transport: Partial<LocalIntakeOptions> = {},
  base = tmpdir(),
): TestIntake {
  const root = mkdtempSync(join(base, 'ecluse-pickup-'));
  const drop = join(root, 'in');
  mkdirSync(drop);
  const rows: Row[] = [];
  const claims = new Set<string>();
  const faults: IntakeFault[] = [];
  const intake = createIntake({
    partner: 'FRN001',
    transport: localIntake({ dir: drop, claimDir: join(root, 'claims'), ...transport }),
    archive: hashing,
    clock: { now: () => new Date() },
    async record(row) {
      if (claims.has(row.claimId)) return 'known';
      claims.add(row.claimId);
      rows.push(row);
      return 'recorded';
    },
    settings: {
      settleMs: 200,
      unfinishedMaxMs: 60_000,
      probeMsMax: 60_000,
      probeBytesMax: 1024 ** 3,
      temporaryNames: ['*.part', '.*'],
      batchMax: 1_000,
      concurrency: 16,
      ...settings,
    },
    onFault: (fault) => faults.push(fault),
  });
  return { root, drop, intake, rows, faults, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

/** A folder in memory where there is one: for tests of many thousands of files, whose subject is not the disk. */
export const quickBase = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
