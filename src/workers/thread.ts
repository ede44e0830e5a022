// Entry of a worker thread: one checker for its whole life, requests worked strictly one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { asError, Fault } from '../errors.js';
import { createEntryChecker } from './check-entry.js';
import type { FromWorker, ToWorker, WorkerSetup, WorkResult } from './protocol.js';
import { renderReadable } from './render.js';

const port = parentPort;
if (port === null) throw new Fault('INTERNAL', 'thread.js runs only as a worker thread');
const checker = createEntryChecker(workerData as WorkerSetup);

let last: Promise<void> = Promise.resolve();
port.on('message', (message: ToWorker) => {
  last = last.then(() => answer(message));
});
port.postMessage({ ready: true } satisfies FromWorker);
last = last.then(warmUp);

/** What cannot be compiled is told by the first document that needs it. */
function warmUp(): void {
  try {
    checker.warmUp();
  } catch {
    // Told then, with the document's name.
  }
}

async function answer({ id, request }: ToWorker): Promise<void> {
  try {
    const result: WorkResult =
      request.kind === 'check' ? await checker.check(request) : await renderReadable(request);
    port?.postMessage({ id, ok: true, result } satisfies FromWorker);
  } catch (thrown) {
    const code = thrown instanceof Fault ? thrown.code : null;
    port?.postMessage({ id, ok: false, code, message: asError(thrown).message } satisfies FromWorker);
  }
}
