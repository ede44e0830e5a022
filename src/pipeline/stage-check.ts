import { join } from 'node:path';
import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import { newId } from '../domain/ids.js';
import type { FlowKind } from '../domain/rule.js';
import { signaturesFor } from '../domain/signature-policy.js';
import type { LayerVerdict, Regraded } from '../domain/verdict.js';
import { Fault } from '../errors.js';
import { regradesFor, type Situation, setsFor } from '../validate/packs/choice.js';
import { isFlowLevelRule } from '../validate/rule-sets.js';
import type { CheckRequest, CheckResult } from '../workers/protocol.js';
import { createLineCount } from './line-count.js';
import { leaveIntegrated, placeOf } from './replay-work.js';
import { type InvoiceWork, type Stage, type StagePorts, triesOf, type Work } from './work.js';

/** Every entry is cut, checked against its schema, read, and put to the rules, in worker threads. */
export const check: Stage = async (work, ports) => {
  const { linesMax, invoicesMax } = ports.policy.limits;
  const lines = createLineCount(linesMax);
  const read = await Promise.all(
    work.entries.map(async (_, i) => lines.take(await checkEntry(work, ports, i))),
  );
  const checked = await withSignatures(work, ports, read);
  const found: Finding[] = [...work.findings, ...checked.flatMap((result) => result.findings)];
  const { findings, places: leftOut } = await leaveIntegrated(
    work,
    checked,
    found,
    ports.store,
    ports.policy.numberPerYear,
  );
  const tooMuch = (rule: 'ECL-ENV-INVOICES' | 'ECL-LIM-LINES', found: number, max: number) => {
    const finding = findingOf(rule, { found: String(found), max: String(max) });
    return { kind: 'stop', value: { ...work, checked, findings: [...findings, finding] } } as const;
  };
  if (lines.over()) return tooMuch('ECL-LIM-LINES', lines.found(), linesMax);
  const received = checked.reduce((count, result) => count + result.invoices.length, 0);
  if (received > invoicesMax) return tooMuch('ECL-ENV-INVOICES', received, invoicesMax);
  const failing = new Set(findings.filter(isAboutTheFlow).map((f) => f.entry));
  const invoices = checked.flatMap((result) =>
    result.invoices
      .filter(({ index }) => !leftOut.has(placeOf(result.entry, index)))
      .map((invoice) => toWork(result, invoice, failing)),
  );
  const value: Work = { ...work, checked, findings, invoices, leftOut, layers: mergeLayers(checked) };
  const documents = checked.filter(({ syntax }) => syntax !== 'signature');
  const none = documents.every(({ entry }) => failing.has(entry));
  const refused = failing.size > 0 && (ports.policy.irrecevable === 'flow' || none);
  if (!refused) return { kind: 'next', value };
  const untreated = documents
    .filter(({ entry }) => !failing.has(entry))
    .map(({ entry }) => findingOf('ECL-ENV-UNTREATED', { entry }, { entry }));
  return { kind: 'stop', value: { ...value, findings: [...findings, ...untreated] } };
};

/** Steps 1 to 8 of DOMAIN 3.1 are about the flow; 9 and 10 about one invoice. */
export function isAboutTheFlow(finding: Finding): boolean {
  if (finding.severity !== 'fatal') return false;
  return ['envelope', 'schema', 'signature'].includes(finding.layer) || isFlowLevelRule(finding.rule);
}

function toWork(
  result: CheckResult,
  checked: CheckResult['invoices'][number],
  failing: ReadonlySet<string | null>,
): InvoiceWork {
  return {
    id: newId(),
    entry: result.entry,
    checked,
    findings: [],
    fatal: !checked.valid || failing.has(result.entry),
    structure: null,
    service: null,
    recipientPartner: null,
    pieces: [],
  };
}

/** Small pieces of one flow that are kept in memory until they are in the archive. */
const flowMemoryBytesMax = 8 * 1024 * 1024;

/** Signatures beside the invoices are verified once it is known which files they may speak about. */
async function withSignatures(
  work: Work,
  ports: StagePorts,
  read: readonly CheckResult[],
): Promise<readonly CheckResult[]> {
  if (read.every(({ syntax }) => syntax !== 'signature')) return read;
  const documents = work.entries.filter((_, i) => read[i]?.syntax !== 'signature');
  return Promise.all(
    read.map(async (result, i) => {
      if (result.syntax !== 'signature') return result;
      if (documents.length > 0) return checkEntry(work, ports, i, documents);
      const { entry } = result;
      return { ...result, findings: [findingOf('ECL-SIG-ALONE', { name: entry }, { entry })] };
    }),
  );
}

async function checkEntry(
  work: Work,
  ports: StagePorts,
  order: number,
  beside?: Work['entries'],
): Promise<CheckResult> {
  const entry = work.entries[order];
  if (entry === undefined || work.interface === null)
    throw new Fault('INTERNAL', 'an entry is checked before its envelope');
  // A flow of one entry, the common case, does without a folder below its own.
  const workDir = work.entries.length === 1 ? work.workDir : join(work.workDir, `check-${order}`);
  const situation: Situation = {
    kind: work.interface.kind as FlowKind,
    interfaceCode: work.interface.code,
    partner: work.partner.code,
  };
  const request: CheckRequest = {
    kind: 'check',
    path: entry.path,
    entry: entry.name,
    workDir,
    syntaxes: work.interface.syntaxes,
    flowKind: situation.kind,
    interfaceCode: situation.interfaceCode,
    schema: true,
    sets: setsFor(ports.policy.choices.sets, situation),
    regrade: regradesFor(ports.policy.choices.regrade, situation),
    read: true,
    pack: work.preview !== true,
    memoryBytesMax: Math.floor(flowMemoryBytesMax / work.entries.length),
    today: work.day,
    limits: ports.policy.limits,
    rules: ports.policy.rules,
    signatures: signaturesFor(ports.policy.signatures, work.partner.code),
    receivedAt: work.flow.receivedAt,
    ...(beside === undefined ? {} : { beside }),
  };
  try {
    return await ports.pool.check(request, { sizeBytes: entry.sizeBytes, bulk: work.entries.length > 1 });
  } catch (error) {
    return afterFault(error, work, ports, entry.name);
  }
}

/** A document that takes a thread with it once may be unlucky; twice, the document is the cause and is answered. */
function afterFault(error: unknown, work: Work, ports: StagePorts, entry: string): CheckResult {
  const code = error instanceof Fault ? error.code : null;
  if ((code !== 'WORKER_TIMEOUT' && code !== 'WORKER_FAILED') || triesOf(work) < 2) throw error;
  const seconds = String(Math.round(ports.policy.limits.entryMsMax / 1000));
  const rule = code === 'WORKER_TIMEOUT' ? 'ECL-WORK-TIME' : 'ECL-WORK-CRASH';
  return {
    kind: 'checked',
    entry,
    syntax: 'unknown',
    layers: [],
    findings: [findingOf(rule, { entry, seconds }, { entry })],
    invoices: [],
    pieces: [],
    unfinished: false,
    durationMs: 0,
  };
}

/** One verdict a layer over all entries: invalid when one is, the times added up. */
export function mergeLayers(results: readonly CheckResult[]): LayerVerdict[] {
  const merged = new Map<string, LayerVerdict>();
  for (const verdict of results.flatMap((result) => result.layers)) {
    const before = merged.get(verdict.layer);
    merged.set(verdict.layer, before === undefined ? verdict : combine(before, verdict));
  }
  return [...merged.values()];
}

function combine(a: LayerVerdict, b: LayerVerdict): LayerVerdict {
  const verdict = [a.verdict, b.verdict].includes('invalid')
    ? 'invalid'
    : a.verdict === 'skipped'
      ? b.verdict
      : a.verdict;
  const sets = new Set([...(a.ruleSet?.split('+') ?? []), ...(b.ruleSet?.split('+') ?? [])]);
  const regraded = mergeRegraded(a.regraded ?? [], b.regraded ?? []);
  const signatures = [...(a.signatures ?? []), ...(b.signatures ?? [])];
  return {
    layer: a.layer,
    verdict,
    durationMs: a.durationMs + b.durationMs,
    ruleSet: sets.size > 0 ? [...sets].join('+') : null,
    ...(regraded.length === 0 ? {} : { regraded }),
    ...(signatures.length === 0 ? {} : { signatures }),
  };
}

/** One row a rule, the counts added up. */
function mergeRegraded(a: readonly Regraded[], b: readonly Regraded[]): readonly Regraded[] {
  const merged = new Map<string, Regraded>();
  for (const one of [...a, ...b]) {
    const key = JSON.stringify([one.rule, one.from, one.to, one.reason]);
    merged.set(key, { ...one, count: one.count + (merged.get(key)?.count ?? 0) });
  }
  return [...merged.values()];
}
