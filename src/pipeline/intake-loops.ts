import { asError } from '../errors.js';
import { type CircuitSettings, createCircuit } from '../intake/circuit.js';
import type { Intake } from '../intake/intake.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { PartnerHealth, Store } from '../ports/store.js';
import type { Gate } from './gate.js';
import type { Leases } from './leases.js';
import { createPlaces } from './places.js';

/** One drop folder of a partner: most have one, some a second one for what is only tried. */
export interface IntakeFolder {
  readonly partner: string;
  /** Looks at the folder anew: what was known of it may have changed while another process looked into it. */
  readonly open: () => Intake;
  /** Name of a folder beside the partner's own, for health and log. */
  readonly folder?: string;
  /** Time between two looks; that of the engine where it is not given. */
  readonly pollMs?: number;
}

export interface IntakeLoopsOptions {
  readonly folders: readonly IntakeFolder[];
  readonly gate: Gate;
  readonly store: Pick<Store, 'transaction' | 'partnerHealth'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pollMs: number;
  readonly circuit: CircuitSettings;
  /** Folders looked into at once. */
  readonly foldersMax: number;
  readonly leases: Leases;
  readonly stopped: () => boolean;
  readonly pause: (ms: number) => Promise<void>;
}

/** The ordinals of scans that had begun, by folder. */
export type Moment = ReadonlyMap<string, number>;

export interface IntakeLoops {
  /** One endless turn for each folder; they end when the engine stops. */
  start(): Promise<void>[];
  now(): Moment;
  /** True when a scan of every folder that is looked at began and ended after a moment. */
  scannedSince(moment: Moment): boolean;
  /** The lease of each folder. */
  readonly leases: readonly string[];
  /** Whether a folder is looked into just now, by the name of its lease. */
  busy(lease: string): boolean;
  /** True when no folder holds anything that could still be taken. */
  idle(): boolean;
}

/**
 * The intakes, each in a loop of its own: a server that hangs or fails holds up nobody else. A folder that fails is
 * tried again after growing delays (`createCircuit`), which `ecluse partners` shows. A folder of which another process
 * has the lease is left alone, and counts as quiet: that one sees it.
 */
export function createIntakeLoops(options: IntakeLoopsOptions): IntakeLoops {
  const { gate, log, clock, leases } = options;
  const nowMs = (): number => clock.now().getTime();
  const begun = new Map<string, number>();
  /** The last scan of each folder that ended: its ordinal is that of its beginning. */
  const ended = new Map<string, { idle: boolean; ordinal: number }>();
  const circuits = new Map(
    options.folders.map((folder) => [idOf(folder), createCircuit(options.circuit, nowMs())]),
  );
  const looked = (): readonly IntakeFolder[] =>
    options.folders.filter(
      (folder) => gate.mode(folder.partner) === 'active' && leases.holds(leaseOf(folder)),
    );
  const intakes = new Map<string, { readonly tenure: number; readonly intake: Intake }>();
  const busy = new Set<string>();
  const places = createPlaces(options.foldersMax);

  function intakeOf(folder: IntakeFolder): Intake {
    const tenure = leases.tenure(leaseOf(folder));
    const known = intakes.get(idOf(folder));
    if (known?.tenure === tenure) return known.intake;
    const intake = folder.open();
    intakes.set(idOf(folder), { tenure, intake });
    return intake;
  }

  async function loop(folder: IntakeFolder): Promise<void> {
    while (!options.stopped()) {
      const again = leases.holds(leaseOf(folder)) && (await inPlace(folder));
      if (!again) await options.pause(folder.pollMs ?? options.pollMs);
    }
  }

  async function inPlace(folder: IntakeFolder): Promise<boolean> {
    const lease = leaseOf(folder);
    await places.take();
    busy.add(lease);
    try {
      return await turn(folder);
    } finally {
      busy.delete(lease);
      places.give();
    }
  }

  /** Gives true when there is likely more to take at once. */
  async function turn(folder: IntakeFolder): Promise<boolean> {
    const id = idOf(folder);
    const circuit = circuits.get(id);
    if (circuit === undefined || !circuit.allows(nowMs()) || !leases.holds(leaseOf(folder))) return false;
    const ordinal = (begun.get(id) ?? 0) + 1;
    begun.set(id, ordinal);
    try {
      if (!(await gate.opens(folder.partner))) {
        // What was taken is brought to its end all the same.
        if (gate.mode(folder.partner) !== 'active') await intakeOf(folder).recover();
        return false;
      }
      const { idle, taken, waiting, trouble } = await intakeOf(folder).scan();
      ended.set(id, { idle, ordinal });
      // Where something could be taken the next look is not put off: the trouble may be of one file.
      if (trouble === undefined) {
        if (circuit.worked(nowMs())) await tell(folder, 'drop folder works again');
      } else if (taken === 0) {
        const first = circuit.failed(nowMs(), trouble.message);
        await tell(folder, first ? 'nothing can be taken out of the drop folder' : null);
      }
      return taken > 0 && waiting > 0;
    } catch (thrown) {
      ended.set(id, { idle: false, ordinal });
      const first = circuit.failed(nowMs(), asError(thrown).message);
      await tell(folder, first ? 'drop folder cannot be read' : null);
      return false;
    }
  }

  async function tell(folder: IntakeFolder, message: string | null): Promise<void> {
    const health = healthOf(folder);
    const { partner, circuit, faults, retryAt, error } = health;
    if (message !== null && faults > 0) log.error(message, { partner, circuit, faults, retryAt, error });
    else if (message !== null) log.warn(message, { partner });
    await keep([health]);
  }

  function healthOf(folder: IntakeFolder): PartnerHealth {
    const id = idOf(folder);
    const state = (circuits.get(id) ?? createCircuit(options.circuit, nowMs())).state();
    const instant = (ms: number): string => new Date(ms).toISOString();
    return {
      partner: id,
      side: 'intake',
      circuit: state.circuit,
      faults: state.faults,
      since: instant(state.sinceMs),
      retryAt: state.retryAtMs === null ? null : instant(state.retryAtMs),
      error: state.error,
    };
  }

  async function keep(rows: readonly PartnerHealth[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await options.store.transaction(async (tx) => {
        for (const row of rows) await tx.setPartnerHealth(row);
      });
    } catch (thrown) {
      log.error('health of a partner could not be kept', { error: asError(thrown).message });
    }
  }

  /** What an earlier run told of a folder that failed is not known to be so any more. */
  async function forget(): Promise<void> {
    const known = await options.store.partnerHealth();
    const failing = new Set(
      known.filter((row) => row.side === 'intake' && row.faults > 0).map((r) => r.partner),
    );
    await keep(options.folders.filter((folder) => failing.has(idOf(folder))).map(healthOf));
  }

  return {
    start() {
      const ready = forget().catch((thrown: unknown) =>
        log.error('health of partners could not be read', { error: asError(thrown).message }),
      );
      return options.folders.map((folder) => ready.then(() => loop(folder)));
    },
    leases: options.folders.map(leaseOf),
    busy: (lease) => busy.has(lease),
    now: () => new Map(begun),
    scannedSince: (moment) =>
      looked().every((folder) => {
        const id = idOf(folder);
        return (ended.get(id)?.ordinal ?? 0) > (moment.get(id) ?? 0);
      }),
    idle: () => looked().every((folder) => ended.get(idOf(folder))?.idle === true),
  };
}

function leaseOf(folder: IntakeFolder): string {
  return intakeLease(idOf(folder));
}

/** @param folder the partner's code, with the name of the folder where it has a second one */
export const intakeLease = (folder: string): string => `intake:${folder}`;

function idOf({ partner, folder }: IntakeFolder): string {
  return folder === undefined ? partner : `${partner}/${folder}`;
}
