import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode, faultCodes } from '../errors.js';
import type { FromWorker, ToWorker, WorkerSetup, WorkRequest, WorkResult } from './protocol.js';
import { createTurns } from './turns.js';

interface Job {
  readonly id: number;
  readonly request: WorkRequest;
  readonly deadlineMs: number;
  /** One of many that came together. */
  readonly bulk: boolean;
  readonly resolve: (result: WorkResult) => void;
  readonly reject: (fault: Fault) => void;
}

interface Seat {
  readonly worker: Worker;
  /** Jobs handed over, oldest first; the thread works them in order. */
  readonly jobs: Job[];
  timer: NodeJS.Timeout | undefined;
  /** Why the thread is being ended, once that is decided. */
  fault: Fault | undefined;
  /** It has said that it is ready: what ends it from then on may be a document's doing. */
  ready: boolean;
  ended: boolean;
  /** Resolves once it is ready or has ended. */
  readonly settled: Promise<void>;
}

const startMsMax = 60_000;
/** Earlier ones end a thread in the midst of its start as well, at once. */
const endsOnceStarted = Number.parseInt(process.versions.node, 10) >= 24;

export interface CrewOptions {
  /** Threads. */
  readonly size: number;
  /** Jobs a thread holds at once: one in work, the others wait inside so that it never idles between two. */
  readonly jobsPerSeat: number;
  /** False: a thread is ended once nothing waits, and with it goes all the memory that it has come to hold. */
  readonly stays: boolean;
  readonly setup: WorkerSetup;
  readonly script: URL;
  /** Whether a thread that is still starting is ended only once it has started; by default where Node asks for it. */
  readonly endsOnceStarted?: boolean | undefined;
}

/** Threads that work off the same jobs. */
export interface Crew {
  /** Starts the threads ahead of the first job. */
  start(): void;
  /**
   * `bulk`: one of many that came together, which takes turns with what came alone.
   * @throws Fault WORKER_TIMEOUT, WORKER_FAILED, WORKER_UNAVAILABLE, or the fault the worker met.
   */
  submit(request: WorkRequest, deadlineMs: number, bulk: boolean): Promise<WorkResult>;
  close(): Promise<void>;
}

/**
 * A job that passes its deadline has its thread ended and replaced; jobs that waited behind it are handed to another
 * one.
 */
export function createCrew(options: CrewOptions): Crew {
  const seats: Seat[] = [];
  const waiting = createTurns<Job>();
  let nextId = 1;
  let closed = false;

  function hire(): Seat {
    const worker = new Worker(options.script, { workerData: options.setup });
    const settled = new Promise<void>((resolve) => worker.once('message', resolve).once('exit', resolve));
    const state = { timer: undefined, fault: undefined, ready: false, ended: false };
    const seat: Seat = { worker, jobs: [], settled, ...state };
    worker.on('message', (message: FromWorker) => receive(seat, message));
    worker.on('error', (error) => {
      seat.fault ??= new Fault('WORKER_FAILED', error.message, {}, error);
    });
    // Only once the thread is gone is its job answered: nobody writes into the job's folder any more.
    worker.on('exit', (code) =>
      retire(seat, seat.fault ?? new Fault('WORKER_FAILED', `worker thread ended with ${code}`)),
    );
    worker.unref();
    seats.push(seat);
    return seat;
  }

  function receive(seat: Seat, message: FromWorker): void {
    if ('ready' in message) {
      seat.ready = true;
      watch(seat);
      return;
    }
    const at = seat.jobs.findIndex((job) => job.id === message.id);
    const [job] = at < 0 ? [] : seat.jobs.splice(at, 1);
    if (job === undefined) return;
    watch(seat);
    dispatch();
    if (!options.stays && seat.jobs.length === 0) letGo(seat);
    if (message.ok) job.resolve(message.result);
    else job.reject(new Fault(faultCodeOf(message.code), message.message));
  }

  /** It gets nothing more; its seat is free once it has ended. */
  function letGo(seat: Seat): void {
    seat.fault ??= new Fault('WORKER_UNAVAILABLE', 'the thread has done its work');
    void seat.worker.terminate();
  }

  /** Not while its modules are being made, where that may take the whole process with it (see thread.ts). */
  async function end({ worker, settled }: Seat): Promise<void> {
    if (!(options.endsOnceStarted ?? endsOnceStarted)) {
      await worker.terminate();
      return;
    }
    worker.ref();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, startMsMax);
    });
    await Promise.race([settled, late]);
    clearTimeout(timer);
    await worker.terminate();
  }

  /** (Re)starts the clock of the job the thread is now working on; the time it takes to start is not the job's. */
  function watch(seat: Seat): void {
    clearTimeout(seat.timer);
    const job = seat.jobs[0];
    if (job === undefined) return;
    const deadlineMs = seat.ready ? job.deadlineMs : startMsMax;
    seat.timer = setTimeout(() => {
      seat.fault = new Fault('WORKER_TIMEOUT', `no answer within ${deadlineMs} ms`, { deadlineMs });
      void seat.worker.terminate();
    }, deadlineMs);
    seat.timer.unref();
  }

  /**
   * The first job of an ended thread fails; those behind it are innocent and go to another thread. Where the thread
   * never came to work, or the pool is closed, all are innocent, and are told so: nothing is held against a document.
   */
  function retire(seat: Seat, fault: Fault): void {
    if (seat.ended) return;
    seat.ended = true;
    clearTimeout(seat.timer);
    seats.splice(seats.indexOf(seat), 1);
    const jobs = seat.jobs.splice(0);
    if (closed || !seat.ready) {
      const reason = closed ? stopping() : unavailable(fault);
      for (const job of jobs) job.reject(reason);
    } else {
      jobs.shift()?.reject(fault);
      waiting.putBack(jobs);
    }
    dispatch();
  }

  function dispatch(): void {
    // A thread that is being ended must keep the process until it has ended.
    if (closed) return;
    while (waiting.length() > 0) {
      while (seats.length < options.size) hire();
      const seat = freest();
      if (seat === undefined || seat.jobs.length >= options.jobsPerSeat) return;
      const job = waiting.take();
      if (job === undefined) return;
      seat.jobs.push(job);
      seat.worker.ref();
      if (seat.jobs.length === 1) watch(seat);
      seat.worker.postMessage({ id: job.id, request: job.request } satisfies ToWorker);
    }
    for (const seat of seats) if (seat.jobs.length === 0 && seat.fault === undefined) seat.worker.unref();
  }

  /** A thread that is being ended gets nothing more. */
  function freest(): Seat | undefined {
    const able = seats.filter(({ fault }) => fault === undefined);
    return able.toSorted((a, b) => a.jobs.length - b.jobs.length)[0];
  }

  return {
    start() {
      while (seats.length < options.size && !closed) hire();
    },
    submit(request, deadlineMs, bulk) {
      if (closed) return Promise.reject(stopping());
      return new Promise((resolve, reject) => {
        waiting.add({ id: nextId++, request, deadlineMs, bulk, resolve, reject });
        dispatch();
      });
    },
    async close() {
      closed = true;
      const ending = seats.map(end);
      for (let job = waiting.take(); job !== undefined; job = waiting.take()) job.reject(stopping());
      await Promise.all(ending);
    },
  };
}

function stopping(): Fault {
  return new Fault('WORKER_UNAVAILABLE', 'the worker pool is closed');
}

function unavailable(fault: Fault): Fault {
  return new Fault('WORKER_UNAVAILABLE', `a worker thread cannot start: ${fault.message}`, {}, fault);
}

function faultCodeOf(code: string | null): FaultCode {
  return code !== null && code in faultCodes ? (code as FaultCode) : 'WORKER_FAILED';
}
