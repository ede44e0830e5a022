import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PackDesk } from '../console/desk.js';
import { Problem } from '../console/problem.js';
import { Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import { homePaths } from '../settings/home.js';
import type { PacksAnswer, PacksOrder, PacksResults } from '../workers/packs-protocol.js';

/** Memory of the thread: the official packs need a tenth of it. */
const heapMbMax = 1_024;

/** What the console does with rule packs: one order at a time, each in a thread of its own that ends with it. */
export function openPackDesk(of: {
  readonly home: string;
  /** Each order is ended after so long, and leaves nothing behind. */
  readonly msMax: number;
  /** Compiled entry of the worker threads, where it does not lie beside this program; ours lies beside it. */
  readonly workerScript?: URL | undefined;
}): PackDesk & { close(): Promise<void> } {
  const { msMax, workerScript } = of;
  const rulesDir = homePaths(of.home).rules;
  const script =
    workerScript === undefined
      ? new URL('../workers/packs.js', import.meta.url)
      : new URL('./packs.js', workerScript);
  let busy: Worker | null = null;

  /** @throws Fault WORKER_TIMEOUT, WORKER_FAILED, or the one that the order met; Problem 503 while another goes on. */
  async function run<Kind extends PacksOrder['kind']>(
    order: Extract<PacksOrder, { kind: Kind }>,
  ): Promise<PacksResults[Kind]> {
    if (busy !== null)
      throw new Problem(
        503,
        'Un autre paquet de règles est en cours de lecture ou d’installation.',
        'Attendez une minute, puis recommencez : rien n’a été fait.',
        30,
      );
    const worker = new Worker(script, {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
    });
    busy = worker;
    try {
      const answer = await answerOf(worker, msMax);
      if (answer.ok) return answer.result as PacksResults[Kind];
      throw new Fault(answer.code ?? 'WORKER_FAILED', answer.message);
    } finally {
      // Nobody writes any more once it has ended.
      await worker.terminate();
      busy = null;
    }
  }

  return {
    lookAtPacks: ({ path, name }, asked) => run<'look'>({ kind: 'look', path, name, rulesDir, ...asked }),
    async installPacks({ path, name }, asked) {
      mkdirSync(rulesDir, { recursive: true, mode: 0o700 });
      const staging = join(rulesDir, `.staging-${randomUUID()}`);
      const now = systemClock.now();
      try {
        return await run<'install'>({ kind: 'install', path, name, rulesDir, now, staging, ...asked });
      } finally {
        rmSync(staging, { recursive: true, force: true });
      }
    },
    async removePack(set, version) {
      await run<'remove'>({ kind: 'remove', rulesDir, set, version });
    },
    async close() {
      await busy?.terminate();
    },
  };
}

/** What the thread says; a fault where it does not within the deadline. */
function answerOf(worker: Worker, msMax: number): Promise<PacksAnswer> {
  return new Promise((resolve, reject) => {
    const late = () => new Fault('WORKER_TIMEOUT', `no answer within ${msMax} ms`, { deadlineMs: msMax });
    const timer = setTimeout(() => reject(late()), msMax);
    worker.on('message', (answer: PacksAnswer) => resolve(answer));
    worker.on('error', (error) => reject(new Fault('WORKER_FAILED', error.message, {}, error)));
    worker.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Fault('WORKER_FAILED', `the thread ended with ${code} before it answered`));
    });
  });
}
