import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ScanResult } from '../../src/intake/intake.js';
import { createEngine, type EngineParts } from '../../src/pipeline/engine.js';
import { soleHolder } from '../../src/pipeline/leases.js';
import { createIntakeRole } from '../../src/pipeline/role-intake.js';

const circuit = { faultsMax: 3, retryMs: 10, retryMsMax: 100 };
const nothing: ScanResult = { taken: 0, waiting: 0, idle: true };

/** An engine of which nothing but one drop folder is real; the store has never anything to do. */
function engineOver(scan: () => Promise<ScanResult>) {
  const quiet = async () => [];
  const leases = soleHolder({ stands: () => true });
  const gate = {
    refresh: async () => null,
    mode: () => 'active',
    opens: async () => true,
    close() {},
  };
  const store = {
    partnersWithDeliveries: quiet,
    statusBacklog: quiet,
    flowStatusBacklog: quiet,
    partnerHealth: quiet,
    replayLoad: async () => ({ waiting: 0, taken: 0 }),
  };
  const common = { store, gate, leases, clock: { now: () => new Date() }, log: { error() {} } };
  const intake = createIntakeRole({
    ...common,
    folders: [{ partner: 'FRN001', open: () => ({ scan, recover: async () => undefined }) }],
    pollMs: 5,
    circuit,
    foldersMax: 10,
  } as unknown as Parameters<typeof createIntakeRole>[0]);
  const parts = {
    ...common,
    jobs: { idle: async () => true },
    roles: { intake },
    onHold: () => undefined,
    settings: { pollMs: 5, retryMs: 10, stopMsMax: 1_000 },
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
