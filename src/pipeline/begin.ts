import { dayInParis, momentInParis } from '../domain/dates.js';
import { senderCodeOf } from '../domain/deposit-mode.js';
import { type Finding, hasFatal } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Flow } from '../domain/flow.js';
import type { Partner } from '../domain/partner.js';
import { checkEnvelope } from '../envelope/name.js';
import type { FlowIdAnswer, StoreTransaction } from '../ports/store.js';
import { type ReplayWork, replayWork, withBytesOf } from './replay-work.js';
import type { Policy, Work } from './work.js';

/** What the envelope of a flow is checked by. */
export interface OpeningFacts {
  readonly partner: Partner;
  readonly policy: Policy;
  readonly at: string;
  readonly workDir: string;
  readonly replay: ReplayWork | null;
}

export type Start = Omit<OpeningFacts, 'replay'> & { readonly flow: Flow };

/**
 * Begins attempts: the envelope is checked (name, interface, sender, subscription, size), and in the same
 * transaction the flow id is taken and the same bytes are looked for (DOMAIN 3.1 steps 1 to 4; DECISIONS, "The same
 * deposit or a duplicate?"). Null for a flow that is final already: there is nothing to do.
 */
export async function begin(tx: StoreTransaction, starts: readonly Start[]): Promise<(Work | null)[]> {
  const begun = await tx.beginAttempts(starts.map(({ flow, at }) => ({ flow: flow.id, at })));
  const opened: { readonly index: number; readonly opening: Opened }[] = [];
  for (const [index, flow] of begun.entries()) {
    const start = starts[index];
    if (flow === null || start === undefined) continue;
    const order = flow.attempt === 1 ? null : await tx.openReplay(flow.id);
    const replay = order === null ? null : replayWork(order, await tx.earlierInvoices(flow.id));
    opened.push({ index, opening: envelopeOf(withBytesOf(flow, order), { ...start, replay }) });
  }
  const works: (Work | null)[] = starts.map(() => null);
  const looked = await withDuplicates(
    tx,
    opened.map(({ opening }) => opening),
  );
  for (const [i, { index }] of opened.entries()) works[index] = looked[i] ?? null;
  return works;
}

/** What the opening of a flow asks of the store; a preview answers without writing. */
export type Opening = Pick<StoreTransaction, 'takeFlowIds' | 'integratedSameBytes'>;

/** The opening of a flow whose attempt has begun. */
export async function open(tx: Opening, flow: Flow, facts: OpeningFacts): Promise<Work> {
  const opened = envelopeOf(flow, facts);
  const [work] = await withDuplicates(tx, [opened]);
  return work ?? opened.work;
}

interface Opened {
  readonly work: Work;
  /** The flow id that the flow takes, if it takes one. */
  readonly flowId: string | null;
}

function envelopeOf(flow: Flow, { partner, policy, at, workDir, replay }: OpeningFacts): Opened {
  const senderCode = senderCodeOf(flow, policy.engineCode ?? partner.code);
  const envelope = checkEnvelope({
    name: flow.depositedName,
    partner,
    senderCode,
    sizeBytes: flow.sizeBytes,
    limits: policy.limits,
    nameExtensions: policy.nameExtensions,
    interfaceOf: policy.interfaceOf,
  });
  const work: Work = {
    flow,
    partner,
    name: envelope.name,
    interface: envelope.interface,
    day:
      replay === null
        ? dayInParis(new Date(flow.receivedAt))
        : (replay.replay.asOf ?? dayInParis(new Date(at))),
    workDir,
    findings: envelope.findings,
    layers: [],
    entries: [],
    checked: [],
    invoices: [],
    ...(replay === null ? {} : { replay }),
  };
  return { work, flowId: ownFlowId(work, senderCode) };
}

function ownFlowId({ flow, name, findings }: Work, senderCode: string): string | null {
  // A name that is not this sender's to use takes no flow id: one partner must not block another's.
  if (name === null || name.partner !== senderCode || hasFatal(findings)) return null;
  // What is only tried may be tried again under the same name, and takes nothing.
  return flow.qualification ? null : name.flowId;
}

async function withDuplicates(tx: Opening, opened: readonly Opened[]): Promise<Work[]> {
  const taking = opened.flatMap(({ work, flowId }) => (flowId === null ? [] : [{ flow: work.flow, flowId }]));
  const found = new Map<string, Finding>();
  if (taking.length > 0) {
    const [held, same] = await Promise.all([
      tx.takeFlowIds(taking.map(({ flow, flowId }) => ({ flow: flow.id, flowId }))),
      tx.integratedSameBytes(taking.map(({ flow }) => flow)),
    ]);
    for (const [i, { flow, flowId }] of taking.entries()) {
      const finding = duplicateOf(flow, flowId, held[i] ?? { taken: true }, same[i] ?? null);
      if (finding !== null) found.set(flow.id, finding);
    }
  }
  return opened.map(({ work }) => {
    const duplicate = found.get(work.flow.id);
    return duplicate === undefined ? work : { ...work, findings: [...work.findings, duplicate] };
  });
}

function duplicateOf(flow: Flow, flowId: string, held: FlowIdAnswer, same: Flow | null): Finding | null {
  const first =
    same ??
    (held.taken ? null : held.by.sha256 === flow.sha256 && held.by.partner === flow.partner ? held.by : null);
  if (first !== null) {
    return findingOf('ECL-ENV-SAME-BYTES', {
      name: first.depositedName,
      at: momentInParis(new Date(first.receivedAt)),
    });
  }
  if (held.taken) return null;
  return findingOf(
    'IRR_UNICITE',
    { flowId, name: held.by.depositedName, at: momentInParis(new Date(held.by.receivedAt)) },
    { value: flowId },
  );
}
