import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/app.js';
import { importDirectoryFile } from '../../src/directory/import.js';
import { silentLog } from '../../src/log.js';
import type { Outcome } from '../../src/pipeline/commit.js';
import { type Clock, systemClock } from '../../src/ports/clock.js';
import { homePaths } from '../../src/settings/home.js';
import { loadSettings } from '../../src/settings/load.js';
import { root } from './root.js';

export { root } from './root.js';

export const demoDirectory = join(root, 'config/directory.demo.json');

/** An engine's home in a temporary folder, on the embedded default, with what a test needs to drive it. */
export interface TestHome {
  readonly dir: string;
  readonly app: App;
  readonly outcomes: Outcome[];
  /** What people were told of flows that wait, in French. */
  readonly held: string[];
  /** Drops bytes or a file into a partner's `in` under this name, as a careful sender would: by rename. */
  drop(name: string, content: Buffer | string, partner?: string): void;
  /** Works until everything is quiet. */
  idle(): Promise<void>;
  /** Names in a partner's `out`, sorted, as the partner sees them: without the engine's own, which begin with a dot. */
  out(partner: string): string[];
  read(partner: string, name: string): string;
  close(): Promise<void>;
}

export interface TestHomeOptions {
  readonly clock?: Clock;
  readonly flags?: Record<string, unknown>;
  readonly directory?: string;
  /** Keeps and opens this folder in place of a new one. */
  readonly dir?: string;
  /** What worker threads run in place of the compiled worker. */
  readonly workerScript?: URL;
}

const quick = {
  intake: { pollMs: 10, settleMs: 0, unfinishedMaxMs: 0 },
  lifecycle: { groupMsMax: 60_000 },
};

/** Compiled worker code is needed: `npm test` builds first. */
export async function openHome(options: TestHomeOptions = {}): Promise<TestHome> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'ecluse-home-'));
  const loaded = loadSettings({
    env: { ECLUSE_HOME: dir },
    cwd: dir,
    flags: { ...quick, ...options.flags },
  });
  const outcomes: Outcome[] = [];
  const held: string[] = [];
  const app = await createApp(loaded, {
    log: silentLog,
    clock: options.clock ?? systemClock,
    onOutcome: (outcome) => outcomes.push(outcome),
    onHold: (text) => held.push(text),
    onLost: () => undefined,
    workerScript: options.workerScript ?? new URL('../../dist/workers/thread.js', import.meta.url),
  });
  await importDirectoryFile(options.directory ?? demoDirectory, app.store.directory);
  await app.engine.start();
  const paths = homePaths(dir);
  return {
    dir,
    app,
    outcomes,
    held,
    drop(name, content, partner = 'FRN001') {
      const temporary = join(paths.inFolder(partner), `.${name}.part`);
      writeFileSync(temporary, content);
      renameSync(temporary, join(paths.inFolder(partner), name));
    },
    idle: () => app.engine.idle(),
    out: (partner) =>
      readdirSync(paths.outFolder(partner))
        .filter((name) => !name.startsWith('.'))
        .sort(),
    read: (partner, name) => readFileSync(join(paths.outFolder(partner), name), 'utf8'),
    async close() {
      await app.close();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A clock that goes on from this moment: what counts by days finds them all on one. */
export function goingFrom(at: string): Clock {
  const aheadMs = Date.parse(at) - Date.now();
  return { now: () => new Date(Date.now() + aheadMs) };
}

/** A clock that a test sets. */
export function testClock(at: string): Clock & { set(to: string): void } {
  let now = new Date(at);
  return {
    now: () => new Date(now),
    set(to) {
      now = new Date(to);
    },
  };
}
