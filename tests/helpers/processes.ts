import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../src/ports/store.js';
import { demoSettings } from '../../src/settings/demo.js';
import { root } from './root.js';

/** A process of the engine in roles of its own. */
export interface Running {
  readonly roles: string;
  readonly child: ChildProcess;
  /** What it has written to its error output. */
  log(): string;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Processes that share one home. */
export interface Processes {
  readonly home: string;
  start(roles: string, ...more: string[]): Running;
  drop(name: string, content: Buffer | string, partner?: string): void;
  /** Names in a partner's `out`, sorted; those that are being written are left out. */
  out(partner: string): string[];
  close(): Promise<void>;
}

/** A home with a configuration of its own. @param settings laid over those of the demonstration, whole sections */
export function processesOver(settings: Record<string, unknown>): Processes {
  const home = mkdtempSync(join(tmpdir(), 'ecluse-roles-'));
  const config = join(home, 'ecluse.yaml');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ ...demoSettings, engine: { home }, ...settings }));
  const all: Running[] = [];
  return {
    home,
    start(roles, ...more) {
      const child = spawn(
        process.execPath,
        [join(root, 'dist/cli/main.js'), 'run', '--role', roles, '--config', config, ...more],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      let text = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      const running = { roles, child, log: () => text, ended };
      all.push(running);
      return running;
    },
    drop(name, content, partner = 'FRN001') {
      const folder = join(home, 'partners', partner, 'in');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `.${name}.part`), content);
      renameSync(join(folder, `.${name}.part`), join(folder, name));
    },
    out(partner) {
      const folder = join(home, 'partners', partner, 'out');
      // The first process makes it, in its time.
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names.filter((name) => !name.startsWith('.')).sort();
    },
    async close() {
      for (const { child, ended } of all) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await ended;
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits until something is true. @throws Error with what was waited for */
export async function until(
  what: string | (() => string),
  test: () => Promise<boolean> | boolean,
  msMax = 60_000,
): Promise<void> {
  const endMs = performance.now() + msMax;
  while (!(await test())) {
    if (performance.now() > endMs) {
      throw new Error(`not within ${msMax} ms: ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(25);
  }
}

/** The holder of a lease that stands now. */
export async function holderOf(store: Store, name: string): Promise<string | null> {
  const lease = (await store.leases()).find((one) => one.name === name && one.remainingMs > 0);
  return lease?.holder ?? null;
}

/** The member that runs in a process, once it has given its first heartbeat. */
export async function memberOf(store: Store, { child, log }: Running): Promise<string> {
  let id = '';
  await until(
    () => `a heartbeat (exit code ${child.exitCode}, said: ${log()})`,
    async () => {
      id = (await store.members()).find(({ pid }) => pid === child.pid)?.id ?? '';
      return id !== '';
    },
  );
  return id;
}
