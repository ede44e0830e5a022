import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { EngineRole } from './engine-role.js';
import type { Gate } from './gate.js';
import { createHold } from './hold.js';
import type { Jobs } from './jobs.js';
import type { LeaseKeeper } from './leases.js';
import { createLoops, within } from './loops.js';
import type { DeliverRole } from './role-deliver.js';
import type { IntakeRole } from './role-intake.js';
import type { RunSummary } from './summary.js';

/** The roles of this process: those that it has not are not there. */
export interface EngineRoles {
  readonly intake?: IntakeRole;
  readonly worker?: EngineRole;
  readonly deliver?: DeliverRole;
}

export interface EngineParts {
  readonly store: Pick<
    Store,
    | 'transaction'
    | 'partnersWithDeliveries'
    | 'statusBacklog'
    | 'flowStatusBacklog'
    | 'replayLoad'
    | 'summary'
  >;
  readonly jobs: Pick<Jobs, 'idle'>;
  readonly gate: Gate;
  readonly leases: LeaseKeeper;
  readonly roles: EngineRoles;
  readonly clock: Clock;
  readonly log: Log;
  /** Told in French when the intake stops for want of space, and when it goes on. */
  readonly onHold: (text: string, held: boolean) => void;
  readonly settings: {
    readonly pollMs: number;
    readonly retryMs: number;
    readonly stopMsMax: number;
  };
}

export interface Engine {
  /** Recovers what an earlier run left, then starts to work. */
  start(): Promise<void>;
  /**
   * Resolves once everything is quiet, as far as the roles of this process see: flows, replays, deliveries and statuses
   * are seen in the store by every role, drop folders by the process that looks into them.
   */
  idle(): Promise<void>;
  /** Begins nothing new, lets what is under way end within the deadline, and gives back what it holds. */
  stop(): Promise<void>;
  summary(): Promise<RunSummary>;
}

/** What operators want, and the disk, are looked at as often as the folders, but no more often than this. */
const refreshMsMin = 50;
const refreshMsMax = 1_000;
/** How often it is looked whether everything is quiet. */
const tickMs = 25;

/** The loops of the roles of one process, between start and stop. */
export function createEngine(parts: EngineParts): Engine {
  const { store, clock, settings, gate, leases } = parts;
  const { intake, worker, deliver } = parts.roles;
  const roles: readonly EngineRole[] = [worker, intake, deliver].filter((role) => role !== undefined);
  const startedAt = clock.now();
  const loops = createLoops({ log: parts.log, retryMs: settings.retryMs });
  const hold = createHold(parts);

  async function start(): Promise<void> {
    await refresh();
    await leases.start(roles.flatMap(({ groups }) => groups));
    for (const role of roles) await role.start(loops);
    loops.run('gate', Math.min(Math.max(settings.pollMs, refreshMsMin), refreshMsMax), refresh);
  }

  async function refresh(): Promise<void> {
    const low = await gate.refresh();
    // Whether there is room matters where files are taken in.
    if (intake !== undefined) await hold.tell(low);
  }

  /** Everything quiet at once: folders, queue, store, outbox, statuses waiting to be sent. */
  async function quiet(): Promise<boolean> {
    for (const role of [intake, worker, deliver])
      if (role !== undefined && !(await role.quiet())) return false;
    if (!(await parts.jobs.idle()) || (await store.replayLoad()).waiting > 0) return false;
    // A partner that is paused is not waited for.
    const waiting = await store.partnersWithDeliveries();
    return waiting.every((partner) => gate.mode(partner) === 'paused');
  }

  async function statusesWait(): Promise<boolean> {
    return (await store.statusBacklog()).length > 0 || (await store.flowStatusBacklog()).length > 0;
  }

  /**
   * Quiet at two observations with a whole scan of every folder between them, and no status left to send. A scan that
   * had begun before may have looked at the folder too early: it does not count.
   */
  async function idle(): Promise<void> {
    while (!loops.stopped()) {
      const before = intake?.now();
      const scanned = (): boolean => before === undefined || intake?.scannedSince(before) === true;
      const wasQuiet = await quiet();
      deliver?.flush(wasQuiet);
      const until = Date.now() + settings.pollMs * 3;
      do await loops.pause(tickMs);
      while (!loops.stopped() && !scanned() && (wasQuiet || Date.now() < until));
      if (!wasQuiet || !scanned()) continue;
      if (!(await statusesWait()) && (await quiet())) return;
    }
  }

  return {
    start,
    idle,
    async stop() {
      loops.stop();
      gate.close();
      const stopping = Promise.all(roles.map((role) => role.stop(settings.stopMsMax)));
      // A call to a folder that hangs must not keep the engine from ending.
      await within(Promise.all([stopping, loops.ended()]), settings.stopMsMax);
      await within(leases.stop(), settings.stopMsMax);
    },
    async summary() {
      const counts = await store.summary(startedAt.toISOString());
      const deliveries = deliver?.delivered() ?? 0;
      return { ...counts, deliveries, durationMs: clock.now().getTime() - startedAt.getTime() };
    },
  };
}
