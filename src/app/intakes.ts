import { createIntake, type Intake } from '../intake/intake.js';
import { createSpaceGuard, type SpaceGuard } from '../intake/space.js';
import { createGate, type Gate } from '../pipeline/gate.js';
import { type IntakeFolder, intakeLease } from '../pipeline/intake-loops.js';
import { createPriorities } from '../pipeline/priority.js';
import { createRecorder } from '../pipeline/record.js';
import { createIntakeRole, type IntakeRole } from '../pipeline/role-intake.js';
import type { Queue } from '../ports/queue.js';
import type { Store } from '../ports/store.js';
import type { IntakeTransport } from '../ports/transport.js';
import { homePaths } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import type { PartnerSettings } from '../settings/schema.js';
import type { Parts } from './parts.js';
import { isShared } from './roles.js';
import type { Transports } from './transports.js';

/** What the intakes are made of. */
export interface IntakeParts extends Parts {
  readonly queue: Queue;
  readonly transports: Transports;
}

/** Space is looked at so often: an engine writes some hundred MB in that time at most. */
const spaceMs = 1_000;

/** Where nothing is taken in, space does not matter. */
const noSpaceNeeded: SpaceGuard = { look: async () => null, admits: () => true };

/** The gate before all intakes of an engine; without a queue nothing is taken in, and it tells what operators hold. */
export function gateOf(loaded: LoadedSettings, store: Store, queue: Queue | null): Gate {
  const { intake, partners } = loaded.settings;
  const paths = homePaths(loaded.home);
  return createGate({
    store,
    queue: queue ?? { depth: async () => 0 },
    queueDepthMax: intake.queueDepthMax,
    partners: partners.filter((partner) => partner.active).length,
    space:
      queue === null
        ? noSpaceNeeded
        : createSpaceGuard({
            paths: [paths.home, paths.archive, paths.work],
            freeBytesMin: intake.freeBytesMin,
            everyMs: spaceMs,
          }),
    ...(queue !== null && isShared(loaded) ? { unfinished: () => store.unfinishedByPartner() } : {}),
  });
}

/** Takes in what partners drop. */
export function intakeOf(parts: IntakeParts): IntakeRole {
  const { intake } = parts.loaded.settings;
  return createIntakeRole({
    ...parts,
    folders: foldersOf(parts),
    log: parts.options.log,
    pollMs: intake.pollMs,
    circuit: intake,
    foldersMax: intake.foldersMax,
  });
}

/** The drop folders of all active partners. */
function foldersOf(parts: IntakeParts): IntakeFolder[] {
  const { store, committer, queue, clock, options, gate } = parts;
  const recorder = createRecorder({
    store,
    committer,
    queue,
    clock,
    isDemo: options.isDemo ?? (() => false),
    priorityOf: createPriorities(parts.loaded.settings.jobs).ofDeposit,
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
      parts.transports.intakes(partner).map(({ open, qualification }) => ({
        partner: partner.code,
        open: () =>
          folderIntake(parts, partner, {
            transport: open(),
            lease: intakeLease(qualification ? `${partner.code}/${qualificationFolder}` : partner.code),
            record: recordFor(partner.code, partner.qualification || qualification),
          }),
        ...(qualification ? { folder: qualificationFolder } : {}),
        ...(partner.sftp === undefined ? {} : { pollMs: partner.sftp.pollMs }),
      })),
    );
}

const qualificationFolder = 'qualification';

function folderIntake(
  { archive, clock, options, gate, leases, loaded }: IntakeParts,
  partner: PartnerSettings,
  {
    transport,
    lease,
    record,
  }: {
    readonly transport: IntakeTransport;
    readonly lease: string;
    readonly record: ReturnType<typeof createRecorder>;
  },
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
    // Asked right before a file is claimed: a process that slept finds that another one looks into the folder now.
    admit: (sizeBytes) => leases.stands(lease) && gate.admits(partner.code, sizeBytes),
    onFault: (fault) => options.log.error('file could not be taken in', { partner: partner.code, ...fault }),
  });
}
