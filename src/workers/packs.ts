// Entry of a thread for rule packs: reading and compiling them would hold up whoever waits in the same thread.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { asError, Fault } from '../errors.js';
import { sha256 } from '../validate/packs/files.js';
import { installPacks, removePack } from '../validate/packs/install.js';
import { lookAtPacks } from '../validate/packs/look.js';
import { schematronCompiler as compiler } from '../validate/packs/schematron.js';
import type { PacksAnswer, PacksOrder, PacksResults } from './packs-protocol.js';

const port = parentPort;
if (port === null) throw new Fault('INTERNAL', 'packs.js runs only as a worker thread');

async function work(order: PacksOrder): Promise<PacksResults[PacksOrder['kind']]> {
  switch (order.kind) {
    case 'look':
      return { ...(await lookAtPacks({ ...order, compiler })), sha256: sha256(readFileSync(order.path)) };
    case 'install':
      return installPacks({ ...order, compiler });
    case 'remove':
      removePack(order.rulesDir, order.set, order.version);
      return null;
  }
}

/** In a turn of its own: a thread may be ended only once all modules are made (see thread.ts). */
async function begin(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  try {
    const result = await work(workerData as PacksOrder);
    port?.postMessage({ ok: true, result } satisfies PacksAnswer);
  } catch (thrown) {
    const code = thrown instanceof Fault ? thrown.code : null;
    port?.postMessage({ ok: false, code, message: asError(thrown).message } satisfies PacksAnswer);
  }
}
void begin();
