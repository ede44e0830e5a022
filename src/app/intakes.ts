import { createIntake, type Intake } from '../intake/intake.js';
import { createSpaceGuard } from '../intake/space.js';
import type { Log } from '../log.js';
import type { createCommitter } from '../pipeline/committer.js';
import { createGate, type Gate } from '../pipeline/gate.js';
import type { IntakeFolder } from '../pipeline/intake-loops.js';
import type { Priorities } from '../pipeline/priority.js';
import { createRecorder } from '../pipeline/record.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Queue } from '../ports/queue.js';
import type { Store } from '../ports/store.js';
import type { IntakeTransport } from '../ports/transport.js';
import { homePaths } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import type { PartnerSettings } from '../settings/schema.js';
import type { Transports } from './transports.js';

/** What the intakes are made of. */
export interface IntakeParts {
  readonly loaded: LoadedSettings;
  readonly options: { readonly log: Log; readonly isDemo?: (name: string) => boolean };
  readonly clock: Clock;
  readonly store: Store;
  readonly archive: Archive;
  readonly queue: Queue;
  readonly committer: ReturnType<typeof createCommitter>;
  readonly gate: Gate;
  readonly transports: Transports;
  readonly priorities: Pick<Priorities, 'ofDeposit'>;
}

/** Space is looked at so often: an engine writes some hundred MB in that time at most. */
const spaceMs = 1_000;

/** The gate before all intakes of an engine. */
export function gateOf(loaded: LoadedSettings, store: Store, queue: Queue): Gate {
  const { intake, partners } = loaded.settings;
  const paths = homePaths(loaded.home);
  return createGate({
    store,
    queue,
    queueDepthMax: intake.queueDepthMax,
    partners: partners.filter((partner) => partner.active).length,
    space: createSpaceGuard({
      paths: [paths.home, paths.archive, paths.work],
      freeBytesMin: intake.freeBytesMin,
      everyMs: spaceMs,
    }),
  });
}

/** The drop folders of all active partners. */
export function intakesOf(parts: IntakeParts): IntakeFolder[] {
  const { store, committer, queue, clock, options, gate } = parts;
  const recorder = createRecorder({
    store,
    committer,
    queue,
    clock,
    isDemo: options.isDemo ?? (() => false),
    priorityOf: parts.priorities.ofDeposit,
  });
  const recordFor = (partner: string, qualification: boolean): typeof recorder => {
    return async (file) => {
      gate.recorded(file.id, partner);
      try {
        const recorded = await recorder(qualification ? { ...file, qualification } : file);
        if (recorded === 'known') gate.done(file.id);
        return recorded;
      } catch (error) {
        gate.done(file.id);
        throw error;
      }
    };
  };
  return parts.loaded.settings.partners
    .filter((partner) => partner.active)
    .flatMap((partner) =>
      parts.transports.intakes(partner).map(({ transport, qualification }) => ({
        partner: partner.code,
        intake: intakeOf(
          parts,
          partner,
          transport,
          recordFor(partner.code, partner.qualification || qualification),
        ),
        ...(qualification ? { folder: 'qualification' } : {}),
        ...(partner.sftp === undefined ? {} : { pollMs: partner.sftp.pollMs }),
      })),
    );
}

function intakeOf(
  { archive, clock, options, gate, loaded }: IntakeParts,
  partner: PartnerSettings,
  transport: IntakeTransport,
  record: ReturnType<typeof createRecorder>,
): Intake {
  const { intake } = loaded.settings;
  const own = partner.intake;
  const emptyMaxMs = own.emptyMaxMs ?? intake.emptyMaxMs;
  return createIntake({
    archive,
    clock,
    record,
    partner: partner.code,
    transport,
    settings: {
      settleMs: own.settleMs ?? partner.sftp?.settleMs ?? intake.settleMs,
      unfinishedMaxMs: own.unfinishedMaxMs ?? intake.unfinishedMaxMs,
      ...(emptyMaxMs === undefined ? {} : { emptyMaxMs }),
      ageMsMin: own.ageMsMin ?? intake.ageMsMin,
      doneFile: own.doneFile ?? intake.doneFile ?? null,
      temporaryNames: own.temporaryNames ?? intake.temporaryNames,
      batchMax: intake.batchMax,
      probeMsMax: intake.probeMsMax,
      probeBytesMax: intake.probeBytesMax,
      concurrency: partner.sftp?.concurrency ?? intake.concurrency,
    },
    admit: (sizeBytes) => gate.admits(partner.code, sizeBytes),
    onFault: (fault) => options.log.error('file could not be taken in', { partner: partner.code, ...fault }),
  });
}
