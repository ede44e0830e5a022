import { Fault } from '../errors.js';
import { createCrew } from './crew.js';
import type { ExcerptRequest, ExcerptResult } from './excerpt.js';
import type {
  CheckRequest,
  CheckResult,
  RenderRequest,
  RenderResult,
  WorkerSetup,
  WorkResult,
} from './protocol.js';

/** What a job weighs beside others. */
export interface Weight {
  /** Size of the entry; unknown counts as small. */
  readonly sizeBytes?: number;
  /** One of many that came together. */
  readonly bulk?: boolean;
}

export interface WorkerPool {
  /** Starts the threads ahead of the first job. */
  start(): void;
  /** @throws Fault WORKER_TIMEOUT, WORKER_FAILED, WORKER_UNAVAILABLE, or the fault the worker met. */
  check(request: CheckRequest, weight?: Weight): Promise<CheckResult>;
  render(request: RenderRequest, deadlineMs: number, weight?: Weight): Promise<RenderResult>;
  excerpt(request: ExcerptRequest, deadlineMs: number): Promise<ExcerptResult>;
  close(): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly size: number;
  /** Entries over this size are worked one at a time, by a thread of their own. None are without it. */
  readonly largeBytes?: number;
  readonly setup: WorkerSetup;
  readonly script?: URL;
  /** As of a crew. */
  readonly endsOnceStarted?: boolean;
}

/** About what a line of an invoice takes in its document. */
const lineBytes = 600;

/**
 * The thread pool that runs formats and validate off the main thread. What is large is kept apart from the rest: one
 * such entry at a time, in a thread that ends with it, so that neither the others wait for it nor its memory stays
 * (that of WebAssembly never shrinks).
 */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { setup, size, largeBytes = Number.POSITIVE_INFINITY, endsOnceStarted } = options;
  const script = options.script ?? new URL('./thread.js', import.meta.url);
  const common = createCrew({ size, jobsPerSeat: 3, stays: true, setup, script, endsOnceStarted });
  // It compiles the one schema that it needs.
  const alone = { ...setup, warmSchemas: [] };
  const large = createCrew({ size: 1, jobsPerSeat: 1, stays: false, setup: alone, script, endsOnceStarted });
  const crewFor = ({ sizeBytes = 0 }: Weight) => (sizeBytes > largeBytes ? large : common);

  return {
    start: () => common.start(),
    async check(request, weight = {}) {
      const { entryMsMax } = request.limits;
      const result = await crewFor(weight).submit(request, entryMsMax, weight.bulk ?? false);
      return expectKind(result, 'checked');
    },
    async render(request, deadlineMs, weight = {}) {
      const sizeBytes = request.invoice.lines.length * lineBytes;
      const result = await crewFor({ sizeBytes }).submit(request, deadlineMs, weight.bulk ?? false);
      return expectKind(result, 'rendered');
    },
    async excerpt(request, deadlineMs) {
      return expectKind(await common.submit(request, deadlineMs, false), 'excerpted');
    },
    async close() {
      await Promise.all([common.close(), large.close()]);
    },
  };
}

function expectKind<K extends WorkResult['kind']>(
  result: WorkResult,
  kind: K,
): Extract<WorkResult, { kind: K }> {
  if (result.kind !== kind) throw new Fault('INTERNAL', `worker answered ${result.kind}, expected ${kind}`);
  return result as Extract<WorkResult, { kind: K }>;
}
