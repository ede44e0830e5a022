import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { timestampInParis } from '../domain/dates.js';
import { duplicateLabels, duplicatesIn } from '../domain/duplicates.js';
import { type Flow, type FlowState, flowStates, statusInterfaces } from '../domain/flow.js';
import { type Replay, replayWords } from '../domain/replay.js';
import { retentionWords } from '../domain/retention.js';
import type { SignatureFact } from '../domain/verdict.js';
import { Fault } from '../errors.js';
import { flowStatusOf } from '../lifecycle/status-table.js';
import type { Store } from '../ports/store.js';
import type { ToldFlowStatus } from '../ports/store-life.js';
import type { LegalHold, PurgeMark } from '../ports/store-retention.js';
import { noteLook } from './access.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { type Output, table } from './output.js';
import { instantNamed } from './period.js';
import type { Action } from './wire.js';

interface ListOptions {
  readonly state?: string;
  readonly partner?: string;
  readonly since?: string;
  readonly invoice?: string;
  readonly limit: number;
}

/** A state by its name or by the French word people read. @throws Fault USAGE. */
export function stateNamed(text: string): FlowState {
  const wanted = text.toLowerCase();
  const found = Object.entries(flowStates).find(
    ([name, { label }]) => name.toLowerCase() === wanted || label === wanted,
  );
  if (found === undefined) {
    const known = Object.entries(flowStates).map(([name, { label }]) => `${name} (${label})`);
    throw new Fault('USAGE', `--state ${text}: one of ${known.join(', ')} is expected`);
  }
  return found[0] as FlowState;
}

function flowJson(flow: Flow) {
  return { ...flow, stateLabel: flowStates[flow.state].label };
}

export const listFlows: Action<ListOptions> = async ({ options, output }) => {
  await using context = await openContext(options);
  const flows = await context.store.listFlows({
    limit: options.limit,
    ...(options.state === undefined ? {} : { state: stateNamed(options.state) }),
    ...(options.partner === undefined ? {} : { partner: options.partner }),
    ...(options.since === undefined ? {} : { since: instantNamed(options.since) }),
    ...(options.invoice === undefined ? {} : { invoiceNumber: options.invoice }),
  });
  for (const flow of flows) output.json(flowJson(flow));
  const rows = flows.map((flow) => [
    timestampInParis(new Date(flow.receivedAt)),
    flow.partner,
    flowStates[flow.state].label,
    `${flow.invoicesIntegrated}/${flow.invoicesReceived}`,
    flow.depositedName,
  ]);
  for (const line of table([['REÇU', 'PARTENAIRE', 'ÉTAT', 'FACTURES', 'FLUX'], ...rows])) output.line(line);
  return exitCodes.done;
};

/** The newest flow a text names. @throws Fault NOT_FOUND. */
export async function oneFlow(store: Store, text: string): Promise<Flow> {
  const [flow] = await store.findFlows(text);
  if (flow === undefined) throw new Fault('NOT_FOUND', `no flow has the id or name ${text}`);
  return flow;
}

export const showFlow: Action<object> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const { store } = context;
  const flow = await oneFlow(store, args[0] ?? '');
  await noteLook(context, flow, 'flows show');
  const [attempts, findings, events, deliveries, invoices] = [
    await store.attempts(flow.id),
    await store.findings(flow.id),
    await store.events(flow.id),
    await store.listDeliveries({ flow: flow.id, limit: 1_000 }),
    await store.listInvoices({ flow: flow.id, limit: 10_000 }),
  ];
  const replays = attempts.length < 2 ? [] : await store.replays({ flow: flow.id, limit: 1_000 });
  const slim = deliveries.map(({ body: _body, parts: _parts, ...rest }) => rest);
  const pivots = await store.flowStatuses({ flow: flow.id });
  const told = await store.flowStatuses({ sourceFlow: flow.id });
  const purges = await store.purges(flow.id);
  const hold = await store.legalHold(flow.id);
  const life = { pivots, told, purges, hold };
  output.json({
    ...flowJson(flow),
    attempts,
    replays,
    invoices,
    findings,
    duplicates: duplicatesIn(findings),
    deliveries: slim,
    ...life,
    events,
  });
  showHead(flow, output);
  showKept(purges, hold, output);
  output.line('\nTentatives');
  for (const attempt of attempts) {
    const layers = attempt.layers.map(
      (l) =>
        `${l.layer} ${l.verdict}${l.ruleSet === null ? '' : ` (${l.ruleSet})`} ${l.durationMs.toFixed(1)} ms`,
    );
    output.line(
      `  ${attempt.attempt}. ${flowStates[attempt.state].label}, ${attempt.durationMs ?? '…'} ms : ${layers.join(' ; ')}`,
    );
    for (const signature of attempt.layers.flatMap((layer) => layer.signatures ?? []))
      output.line(`     ${signatureLine(signature)}`);
  }
  for (const replay of replays) output.line(`  ${replayLine(replay)}`);
  output.line('\nFactures');
  const fates = { integrated: 'intégrée', rejected: 'rejetée', untreated: 'non traitée' } as const;
  const rows = invoices.map((row) => [
    row.number ?? '(sans numéro)',
    attempts.length < 2 ? fates[row.fate] : `${fates[row.fate]} (tentative ${row.attempt})`,
    row.payable ?? '',
    row.recipientSiret ?? '',
    row.entry,
  ]);
  for (const line of table(rows)) output.line(`  ${line}`);
  const duplicates = duplicatesIn(findings);
  if (duplicates.length > 0) output.line('\nDoublons');
  for (const { kind, invoice, message } of duplicates)
    output.line(`  ${duplicateLabels[kind]}${invoice === null ? '' : ` ${invoice}`} : ${message}`);
  output.line('\nAnomalies');
  for (const f of findings) {
    output.line(
      `  ${output.paint(f.severity === 'fatal' ? 'red' : 'yellow', f.rule)} ${f.invoice ?? ''} ${f.message}`,
    );
    output.line(
      `    ${[f.entry, f.line === null ? null : `ligne ${f.line}`, f.path].filter((part) => part !== null).join(', ')}`,
    );
    output.line(`    Remède : ${f.fix}`);
  }
  output.line('\nEnvois');
  for (const d of deliveries) output.line(`  ${d.partner}  ${d.state}  ${d.name}`);
  showPivots('Devenir des flux pivot', pivots, output);
  showPivots('Ce que ce flux dit des flux pivot', told, output);
  output.line('\nJournal');
  for (const e of events)
    output.line(`  ${timestampInParis(new Date(e.at))}  ${e.actor}  ${e.kind}  ${e.text}`);
  return exitCodes.done;
};

/** Statuses of pivots, with the error lines of their recipients. */
function showPivots(title: string, statuses: readonly ToldFlowStatus[], output: Output): void {
  if (statuses.length === 0) return;
  output.line(`\n${title}`);
  for (const one of statuses) {
    const label = flowStatusOf(one.code)?.label ?? '';
    const comment = one.comment === null ? '' : ` : ${one.comment}`;
    output.line(
      `  ${timestampInParis(new Date(one.at))}  ${one.pivotName}  ${one.recipient}  ${one.code} ${label}${comment}`,
    );
    for (const { nature, code, label: error } of one.details) output.line(`    ${nature} ${code} ${error}`);
  }
}

function signatureLine({ file, signer, signedAt, covers, state }: SignatureFact): string {
  const words = { valid: 'valable', invalid: 'non valable', unverified: 'non vérifiée' } as const;
  const by = signer === null ? '' : `, de ${signer}`;
  const at = signedAt === null ? '' : `, datée du ${signedAt}`;
  const what = covers.length === 0 ? '' : `, couvre ${covers.join(', ')}`;
  return `signature ${words[state]} : ${file}${by}${at}${what}`;
}

/** Who had the flow worked again, why, with what, and what came of it. */
function replayLine({ attempt, by, at, reason, file, asOf, beforeState, afterState, state }: Replay): string {
  const what = afterState === null ? replayWords[state] : flowStates[afterState].label;
  const given = file === null ? '' : `, fichier corrigé ${file.name} (SHA-256 ${file.sha256})`;
  const day = asOf === null ? '' : `, règles et annuaire du ${asOf}`;
  const which = attempt === null ? '' : ` (tentative ${attempt})`;
  return `retraitement${which} : ${flowStates[beforeState].label} → ${what}, demandé par ${by} le ${timestampInParis(new Date(at))} : ${reason}${given}${day}`;
}

/** What is gone, when and why; whether the rest is held. */
function showKept(purges: readonly PurgeMark[], hold: LegalHold | null, output: Output): void {
  if (hold !== null)
    output.line(`  gelé par ${hold.by} le ${timestampInParis(new Date(hold.at))} : ${hold.reason}`);
  for (const { kind, cause, by, at, reason } of purges)
    output.line(
      `  ${cause === 'erasure' ? 'effacé' : 'purgé'} : ${retentionWords[kind]}, le ${timestampInParis(new Date(at))} par ${by} (${reason})`,
    );
}

function showHead(flow: Flow, output: Output): void {
  output.line(output.paint('bold', flow.depositedName));
  output.line(
    `  déposé par ${flow.partner} le ${timestampInParis(new Date(flow.receivedAt))}, ${flow.sizeBytes} octets`,
  );
  output.line(`  état : ${flowStates[flow.state].label} (${flow.state})`);
  const statuses = statusInterfaces.has(flow.interfaceCode ?? '');
  const [what, e] = statuses ? ['statuts', ''] : ['factures', 'e'];
  output.line(
    `  ${what} : ${flow.invoicesReceived} reçu${e}s = ${flow.invoicesIntegrated} intégré${e}s + ${flow.invoicesRejected} rejeté${e}s`,
  );
  output.line(`  identifiant : ${flow.id}, empreinte SHA-256 ${flow.sha256}`);
}

/** @throws Fault CONTENT_PURGED. */
async function mustHaveOriginal(store: Store, flow: Flow): Promise<void> {
  const mark = (await store.purges(flow.id)).find(
    ({ kind }) => kind === 'originals' || kind === 'quarantine',
  );
  if (mark === undefined) return;
  const what = mark.cause === 'erasure' ? 'erased' : 'purged';
  throw new Fault(
    'CONTENT_PURGED',
    `the original of ${flow.depositedName} was ${what} on ${mark.at.slice(0, 10)} by ${mark.by} (${mark.reason}): its row, hashes and audit trail remain, see \`ecluse flows show\``,
    { flow: flow.id, at: mark.at },
  );
}

export const originalFlow: Action<object> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const flow = await oneFlow(context.store, args[0] ?? '');
  await mustHaveOriginal(context.store, flow);
  await noteLook(context, flow, 'flows original');
  if (flow.archiveKey.startsWith('quarantine/'))
    output.note('attention : ce flux est en quarantaine, son contenu est infecté');
  await pipeline(createReadStream(context.archive.pathOf(flow.archiveKey)), process.stdout, { end: false });
  return exitCodes.done;
};
