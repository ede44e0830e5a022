import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ScanResult } from '../../src/intake/intake.js';
import { createEngine, type EngineParts } from '../../src/pipeline/engine.js';

const circuit = { faultsMax: 3, retryMs: 10, retryMsMax: 100 };
const nothing: ScanResult = { taken: 0, waiting: 0, idle: true };

/** An engine of which nothing but one drop folder is real; the rest has never anything to do. */
function engineOver(scan: () => Promise<ScanResult>) {
  const quiet = async () => [];
  const parts = {
    store: {
      partnersWithDeliveries: quiet,
      statusBacklog: quiet,
      partnerHealth: quiet,
    },
    gate: {
      refresh: async () => null,
      mode: () => 'active',
      opens: async () => true,
      close() {},
    },
    onHold: () => undefined,
    queue: { start() {}, add: quiet, depth: async () => 0, stop: async () => undefined },
    intakes: [{ partner: 'FRN001', intake: { scan, recover: async () => undefined } }],
    outbox: { drain: quiet },
    lookout: { look: quiet, close: quiet },
    largeQueue: { start() {}, add: quiet, depth: async () => 0, stop: async () => undefined },
    alerts: { turn: quiet },
    worksWatch: { turn: quiet },
    replayer: { turn: async () => 0, idle: async () => true },
    lifecycle: { flush: quiet, waiting: async () => false },
    process: async () => undefined,
    jobs: { due: quiet, idle: async () => true, fault: async () => 'waits' },
    priorities: { ofDue: () => [] },
    clock: { now: () => new Date() },
    log: { error() {} },
    settings: {
      pollMs: 5,
      sweepMs: 1_000,
      retryMs: 10,
      stopMsMax: 1_000,
      inFlight: 1,
      lookMs: 1_000,
      alertMs: 1_000,
      circuit,
    },
  };
  return createEngine(parts as unknown as EngineParts);
}

it('is not idle by a scan that looked into the folder before the file was dropped', async () => {
  let dropped = false;
  let slow = false;
  let taken = 0;
  const looking: (() => void)[] = [];
  const engine = engineOver(async () => {
    const seen = dropped;
    for (const tell of looking.splice(0)) tell();
    if (slow) await sleep(200);
    if (!seen) return nothing;
    taken++;
    dropped = false;
    return { taken: 1, waiting: 0, idle: false };
  });
  await engine.start();
  await engine.idle();
  slow = true;
  await new Promise<void>((resolve) => looking.push(resolve));
  dropped = true;
  await engine.idle();
  expect(taken).toBe(1);
  await engine.stop();
});
