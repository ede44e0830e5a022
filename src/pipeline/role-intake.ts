import type { EngineRole } from './engine-role.js';
import { createIntakeLoops, type IntakeLoopsOptions, type Moment } from './intake-loops.js';
import type { Loops } from './loops.js';

export interface IntakeRole extends EngineRole {
  /** The ordinals of scans that have begun. */
  now(): Moment;
  /** True when a scan of every folder that is looked at began and ended after a moment. */
  scannedSince(moment: Moment): boolean;
}

/** Looks into drop folders, one process into each (lease `intake:<folder>`), and records what it takes. */
export function createIntakeRole(options: Omit<IntakeLoopsOptions, 'stopped' | 'pause'>): IntakeRole {
  let loops: Loops | null = null;
  const intakes = createIntakeLoops({
    ...options,
    stopped: () => loops?.stopped() ?? true,
    pause: (ms) => loops?.pause(ms) ?? Promise.resolve(),
  });
  return {
    groups: [{ role: 'intake', names: intakes.leases, busy: intakes.busy }],
    async start(given) {
      loops = given;
      for (const task of intakes.start()) given.add(task);
    },
    quiet: async () => intakes.idle(),
    // The gate has closed, and the loops end with their scans.
    stop: () => Promise.resolve(),
    now: intakes.now,
    scannedSince: intakes.scannedSince,
  };
}
