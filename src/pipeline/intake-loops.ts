import { asError } from '../errors.js';
import { type CircuitSettings, createCircuit } from '../intake/circuit.js';
import type { Intake } from '../intake/intake.js';
import type { Log } from '../log.js';
import type { Clock } from '../ports/clock.js';
import type { PartnerHealth, Store } from '../ports/store.js';
import type { Gate } from './gate.js';

/** One drop folder of a partner: most have one, some a second one for what is only tried. */
export interface IntakeFolder {
  readonly partner: string;
  readonly intake: Intake;
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
  /** True when no folder holds anything that could still be taken. */
  idle(): boolean;
}

/**
 * The intakes, each in a loop of its own: a server that hangs or fails holds up nobody else. A folder that fails is
 * tried again after growing delays (`createCircuit`), which `ecluse partners` shows.
 */
export function createIntakeLoops(options: IntakeLoopsOptions): IntakeLoops {
  const { gate, log, clock } = options;
  const nowMs = (): number => clock.now().getTime();
  const begun = new Map<string, number>();
  /** The last scan of each folder that ended: its ordinal is that of its beginning. */
  const ended = new Map<string, { idle: boolean; ordinal: number }>();
  const circuits = new Map(
    options.folders.map((folder) => [idOf(folder), createCircuit(options.circuit, nowMs())]),
  );
  const looked = (): readonly IntakeFolder[] =>
    options.folders.filter(({ partner }) => gate.mode(partner) === 'active');

  async function loop(folder: IntakeFolder): Promise<void> {
    while (!options.stopped()) {
      const again = await turn(folder);
      if (!again) await options.pause(folder.pollMs ?? options.pollMs);
    }
  }

  /** Gives true when there is likely more to take at once. */
  async function turn(folder: IntakeFolder): Promise<boolean> {
    const id = idOf(folder);
    const circuit = circuits.get(id);
    if (circuit === undefined || !circuit.allows(nowMs())) return false;
    const ordinal = (begun.get(id) ?? 0) + 1;
    begun.set(id, ordinal);
    try {
      if (!(await gate.opens(folder.partner))) {
        // What was taken is brought to its end all the same.
        if (gate.mode(folder.partner) !== 'active') await folder.intake.recover();
        return false;
      }
      const { idle, taken, waiting, trouble } = await folder.intake.scan();
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
    now: () => new Map(begun),
    scannedSince: (moment) =>
      looked().every((folder) => {
        const id = idOf(folder);
        return (ended.get(id)?.ordinal ?? 0) > (moment.get(id) ?? 0);
      }),
    idle: () => looked().every((folder) => ended.get(idOf(folder))?.idle === true),
  };
}

function idOf({ partner, folder }: IntakeFolder): string {
  return folder === undefined ? partner : `${partner}/${folder}`;
}
