import { join } from 'node:path';
import { hasFatal, shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Flow } from '../domain/flow.js';
import type { Partner } from '../domain/partner.js';
import { asError, Fault } from '../errors.js';
import type { Infection } from './antivirus.js';
import { begin } from './begin.js';
import { type CommitSettings, commit, commitIncident, type Outcome } from './commit.js';
import { commitFailedReplay } from './commit-replay.js';
import type { Committer } from './committer.js';
import { isWaiting, type Jobs } from './jobs.js';
import { asScanned } from './replay-work.js';
import { createSlots, emptyFolder } from './slots.js';
import { stages } from './stages.js';
import { type StagePorts, triesOf, type Work } from './work.js';

export interface RunnerOptions {
  readonly ports: StagePorts;
  readonly committer: Committer;
  readonly jobs: Pick<Jobs, 'open'>;
  readonly partners: ReadonlyMap<string, Partner>;
  /** Folder for working files; each attempt has one of its own in it. */
  readonly workDir: string;
  readonly commit: CommitSettings;
  /** A flow over this size is worked in the lane of the large ones. */
  readonly largeBytes: number;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Told how long each stage took, in milliseconds. */
  readonly onStage?: (name: string, ms: number) => void;
}

export interface Runner {
  /** Takes a flow through the stages; gives the lane that it belongs to where that is another, untouched. */
  process(flowId: string, lane?: Lane): Promise<Lane | null>;
}

/**
 * Where a flow is worked: beside many others, or with the large ones and those that may have crashed their process, of
 * which one is in work at a time.
 */
export type Lane = 'common' | 'large';

/**
 * The one runner: it alone takes a flow through the stages, writes its state, counts attempts, times and logs.
 * A fault leaves the flow to the sweep, which puts it back in the queue; after `attemptsMax` faults in a row the flow
 * is answered as an incident (DOMAIN 5, IN_INCIDENTE).
 */
export function createRunner(options: RunnerOptions): Runner {
  const { ports, committer } = options;
  const slots = createSlots();

  async function process(flowId: string, lane: Lane = 'large'): Promise<Lane | null> {
    const flow = await ports.store.flow(flowId);
    const partner = flow === null ? undefined : options.partners.get(flow.partner);
    if (flow === null) return null;
    if (lane === 'common' && flow.sizeBytes > options.largeBytes) return 'large';
    if (partner === undefined)
      throw new Fault('NOT_FOUND', `partner ${flow.partner} is not configured`, { flow: flowId });
    const opening = await options.jobs.open(flow, lane);
    if (opening.kind === 'later') return null;
    if (lane === 'common' && opening.apart) return 'large';
    const replay = flow.attempt === 0 ? null : await ports.store.openReplay(flow.id);
    const infection = (await ports.antivirus?.flow(asScanned(flow, replay))) ?? null;
    const slot = slots.take();
    const workDir = join(options.workDir, slot);
    try {
      await attempt(flow, partner, workDir, { infection, faultsBefore: opening.faults });
    } finally {
      await emptyFolder(workDir);
      slots.give(slot);
    }
    return null;
  }

  async function attempt(
    flow: Flow,
    partner: Partner,
    workDir: string,
    { infection, faultsBefore }: { infection: Infection | null; faultsBefore: number },
  ): Promise<void> {
    const startedMs = Date.now();
    const at = ports.clock.now().toISOString();
    const opened = await committer.join(begin, { flow, partner, policy: ports.policy, at, workDir });
    if (opened === null) return;
    const begun = { ...(infection === null ? opened : infected(opened, infection)), faultsBefore };
    const log = ports.log.with({ flow: flow.id, partner: partner.code, attempt: begun.flow.attempt });
    try {
      const { work, stopped } = await walk(begun);
      const now = ports.clock.now();
      const durationMs = Date.now() - startedMs;
      const context = { ...options.commit, now, durationMs };
      const outcome = await committer.join(commit, { work, stopped, context });
      log.info('flow finished', { state: outcome.state, durationMs });
      options.onOutcome(outcome);
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'STORE_CONFLICT') {
        log.warn('another attempt has taken over', {});
        return;
      }
      if (isWaiting(thrown)) throw thrown;
      log.error('attempt failed', {
        error: asError(thrown).message,
        code: thrown instanceof Fault ? thrown.code : null,
      });
      if (triesOf(begun) < ports.policy.attemptsMax) throw thrown;
      const now = ports.clock.now();
      const durationMs = Date.now() - startedMs;
      const settings = { ...options.commit, now, durationMs };
      const before = begun.replay === undefined ? [] : await ports.store.findings(begun.flow.id);
      options.onOutcome(
        await committer.run((tx) =>
          begun.replay === undefined
            ? commitIncident(tx, begun, settings, asError(thrown))
            : commitFailedReplay(tx, begun, before, settings, asError(thrown)),
        ),
      );
    }
  }

  async function walk(begun: Work): Promise<{ work: Work; stopped: boolean }> {
    let work = begun;
    if (hasFatal(work.findings)) return { work, stopped: true };
    for (const { name, stage } of stages) {
      const startedMs = performance.now();
      const result = await stage(work, ports);
      options.onStage?.(name, performance.now() - startedMs);
      work = result.value;
      if (result.kind === 'stop') return { work, stopped: true };
    }
    return { work, stopped: false };
  }

  return { process };
}

function infected(work: Work, { signature, archiveKey }: Infection): Work {
  const facts = { signature, name: work.flow.depositedName };
  const found = findingOf('IRR_ANTIVIRUS', facts, { value: shownValue(signature) });
  return { ...work, quarantineKey: archiveKey, findings: [...work.findings, found] };
}
