import { dayInParis, momentInParis } from '../domain/dates.js';
import { senderCodeOf } from '../domain/deposit-mode.js';
import { hasFatal } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Flow } from '../domain/flow.js';
import type { Partner } from '../domain/partner.js';
import { checkEnvelope } from '../envelope/name.js';
import type { StoreTransaction } from '../ports/store.js';
import { type ReplayWork, replayWork, withBytesOf } from './replay-work.js';
import type { Policy, Work } from './work.js';

/**
 * Begins an attempt: the envelope is checked (name, interface, sender, subscription, size), and in the same
 * transaction the flow id is taken and the same bytes are looked for (DOMAIN 3.1 steps 1 to 4; DECISIONS, "The same
 * deposit or a duplicate?"). Null when the flow is final already: there is nothing to do.
 */
export async function begin(
  tx: StoreTransaction,
  flow: Flow,
  partner: Partner,
  policy: Policy,
  at: string,
  workDir: string,
): Promise<Work | null> {
  const begun = await tx.beginAttempt(flow.id, at);
  if (begun === null) return null;
  const order = begun.attempt === 1 ? null : await tx.openReplay(flow.id);
  const replay = order === null ? null : replayWork(order, await tx.earlierInvoices(flow.id));
  return open(tx, withBytesOf(begun, order), { partner, policy, at, workDir, replay });
}

/** What the opening of a flow asks of the store; a preview answers without writing. */
export type Opening = Pick<StoreTransaction, 'takeFlowId' | 'integratedSameBytes'>;

interface OpeningFacts {
  readonly partner: Partner;
  readonly policy: Policy;
  readonly at: string;
  readonly workDir: string;
  readonly replay: ReplayWork | null;
}

/** The envelope of a flow whose attempt has begun. */
export async function open(
  tx: Opening,
  flow: Flow,
  { partner, policy, at, workDir, replay }: OpeningFacts,
): Promise<Work> {
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
  // A name that is not this sender's to use takes no flow id: one partner must not block another's.
  if (envelope.name === null || envelope.name.partner !== senderCode || hasFatal(envelope.findings))
    return work;
  // What is only tried may be tried again under the same name, and takes nothing.
  if (flow.qualification) return work;
  const duplicate = await duplicateOf(tx, flow, envelope.name.flowId);
  return duplicate === null ? work : { ...work, findings: [...work.findings, duplicate] };
}

async function duplicateOf(tx: Opening, flow: Flow, flowId: string) {
  const held = await tx.takeFlowId(flowId, flow.id);
  const same = await tx.integratedSameBytes(flow.partner, flow.sha256, flow.id);
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
