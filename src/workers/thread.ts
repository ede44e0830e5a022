// Entry of a worker thread: one checker for its whole life, requests worked strictly one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { asError, Fault } from '../errors.js';
import type { SchemaName } from '../validate/schema/engine.js';
import { createEntryChecker } from './check-entry.js';
import { excerptOf } from './excerpt.js';
import type { FromWorker, ToWorker, WorkerSetup, WorkRequest, WorkResult } from './protocol.js';
import { renderReadable } from './render.js';

const port = parentPort;
if (port === null) throw new Fault('INTERNAL', 'thread.js runs only as a worker thread');
const setup = workerData as WorkerSetup;
const checker = createEntryChecker(setup);

let last: Promise<void> = begun();
let pending = 0;
port.on('message', (message: ToWorker) => {
  pending++;
  last = last.then(() => answer(message));
});

/**
 * Ready in a turn of its own, once all modules are made: a thread that is ended while they are takes its whole process
 * with it (Node from 24.12 on, where a module of theirs awaits something, as that of libxml2 does).
 */
async function begun(): Promise<void> {
  // A failure is told by the first document that needs rules.
  await checker.warmRules().catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  port?.postMessage({ ready: true } satisfies FromWorker);
  warmUp([...(setup.warmSchemas ?? [])]);
}

/** One schema after the other while nothing else is to be done: a document waits for one at most. */
function warmUp(schemas: SchemaName[]): void {
  const schema = pending === 0 ? schemas.shift() : undefined;
  if (schema === undefined) return;
  try {
    checker.warmUp(schema);
  } catch {
    // Told by the first document that needs it.
  }
  setImmediate(warmUp, schemas);
}

function work(request: WorkRequest): Promise<WorkResult> {
  if (request.kind === 'check') return checker.check(request);
  return request.kind === 'render' ? renderReadable(request) : excerptOf(request);
}

async function answer({ id, request }: ToWorker): Promise<void> {
  pending--;
  try {
    const result = await work(request);
    port?.postMessage({ id, ok: true, result } satisfies FromWorker);
  } catch (thrown) {
    const code = thrown instanceof Fault ? thrown.code : null;
    port?.postMessage({ id, ok: false, code, message: asError(thrown).message } satisfies FromWorker);
  }
}
