import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dayInParis } from '../domain/dates.js';
import { depositKey } from '../domain/deposit-mode.js';
import type { Finding } from '../domain/finding.js';
import type { Flow, FlowState, InvoiceFate } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { Interface } from '../domain/interface.js';
import type { Partner } from '../domain/partner.js';
import type { FlowKind } from '../domain/rule.js';
import type { Syntax } from '../domain/syntax.js';
import type { LayerVerdict } from '../domain/verdict.js';
import { unpackFlow } from '../envelope/unpack.js';
import { asError } from '../errors.js';
import { open } from './begin.js';
import { depositName } from './deposit.js';
import { judge } from './fates.js';
import { pivotPreview } from './preview.js';
import { numbersOf, readOnly, walk } from './replay-preview.js';
import { excerptsOf, type TextLine } from './trial-excerpt.js';
import type { StagePorts, Work } from './work.js';

export interface TrialOrder {
  /** The file; its name as its owner has it is told in the report, and nothing else. */
  readonly path: string;
  readonly givenName: string;
  /** Null: it is found by what the file is. */
  readonly interface: Interface | null;
  /** In whose name; null: nobody's, all interfaces open. */
  readonly partner: Partner | null;
  readonly engine: { readonly code: string; readonly name: string };
  /** Interfaces to choose from where none is given, the first that takes the syntax wins. */
  readonly interfaces: readonly Interface[];
  readonly workDir: string;
  readonly findingsMax?: number;
  readonly invoicesMax?: number;
  readonly pivotLengthMax?: number;
}

export interface TrialInvoice {
  readonly entry: string;
  readonly number: string | null;
  readonly typeCode: string | null;
  readonly issueDate: string | null;
  readonly supplier: string | null;
  readonly recipient: string | null;
  readonly payable: string | null;
  readonly currency: string | null;
  readonly fate: InvoiceFate;
}

/** What a file would be answered, and why: plain data, to be kept as JSON. */
export interface TrialReport {
  readonly at: string;
  readonly givenName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly interface: { readonly code: string; readonly label: string } | null;
  readonly partner: string | null;
  readonly state: FlowState;
  readonly received: number;
  readonly integrated: number;
  readonly rejected: number;
  readonly layers: readonly Pick<LayerVerdict, 'layer' | 'verdict' | 'durationMs' | 'ruleSet'>[];
  readonly invoices: readonly TrialInvoice[];
  /** Invoices and findings beyond those that are listed. */
  readonly invoicesMore: number;
  readonly findings: readonly (Finding & { readonly excerpt: readonly TextLine[] })[];
  readonly findingsMore: number;
  /** The invoices as their recipients would get them, attachments left out, cut; null when none is good. */
  readonly pivot: string | null;
}

const gzip = /\.(tar\.gz|tgz|gz)$/i;
/** Sender of a trial that is made in nobody's name. */
const nobody = 'ESSAI0';
/** A file over this size is not shown as a pivot. */
const pivotBytesMax = 5 * 1024 * 1024;

/**
 * The banc d'essai: takes a file through the very stages of a deposit and judges it, against the directory and the
 * numbers that are taken today. Nothing is written to store or archive, nothing is sent; the antivirus is not asked.
 * @throws Fault of a stage; what is wrong with the file itself is in the report.
 */
export async function tryFile(ports: StagePorts, order: TrialOrder): Promise<TrialReport> {
  const { clock, policy } = ports;
  const now = clock.now();
  const at = now.toISOString();
  const id = newId(now.getTime());
  const archiveKey = depositKey('portal', id);
  const own = { ...ports, archive: { ...ports.archive, pathOf: () => order.path } };
  const { size } = await stat(order.path);
  const sha256 = await hashOf(order.path);
  await mkdir(order.workDir, { recursive: true });
  const chosen = order.interface ?? (await interfaceFor(own, order));
  const partner = order.partner ?? anybody(order.interfaces);
  const flow: Flow = {
    id,
    partner: partner.code,
    depositedName: depositName(order.engine.code, chosen, 0),
    flowId: null,
    interfaceCode: null,
    sha256,
    sizeBytes: size,
    archiveKey,
    state: 'IN_EN_COURS_TRAITEMENT_CPP',
    attempt: 1,
    receivedAt: at,
    finalAt: null,
    invoicesReceived: 0,
    invoicesIntegrated: 0,
    invoicesRejected: 0,
    demo: false,
    qualification: false,
  };
  const facts = { partner, policy, at, workDir: join(order.workDir, 'work'), replay: null };
  const opened: Work = { ...(await open(readOnly(own.store), flow, facts)), preview: true };
  const { work, stopped } = await walk(opened, own);
  const settings = { numberPerYear: policy.numberPerYear, at };
  const judgement = await judge(numbersOf(own.store), work, stopped, settings);
  const findings = [...work.findings, ...judgement.findings];
  const shown = findings.slice(0, order.findingsMax ?? 60);
  const invoices = judgement.fated.map(({ item, fate }): TrialInvoice => {
    const { invoice } = item.checked;
    return {
      entry: item.entry,
      number: invoice.number,
      typeCode: invoice.typeCode,
      issueDate: invoice.issueDate,
      supplier: invoice.chorus.supplier.id,
      recipient: invoice.chorus.recipient.id,
      payable: invoice.totals.payable,
      currency: invoice.currency,
      fate,
    };
  });
  const invoicesMax = order.invoicesMax ?? 200;
  return {
    at,
    givenName: order.givenName,
    sizeBytes: size,
    sha256,
    interface: { code: chosen.code, label: chosen.label },
    partner: order.partner?.code ?? null,
    state: judgement.state,
    received: judgement.received,
    integrated: judgement.integrated,
    rejected: judgement.rejected,
    layers: work.layers.map(({ layer, verdict, durationMs, ruleSet }) => ({
      layer,
      verdict,
      durationMs,
      ruleSet,
    })),
    invoices: invoices.slice(0, invoicesMax),
    invoicesMore: Math.max(0, invoices.length - invoicesMax),
    findings: await withExcerpts(shown, work),
    findingsMore: findings.length - shown.length,
    pivot: judgement.integrated === 0 ? null : await pivotOf(own, order, work, chosen),
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** A depositor to whom everything is open. */
function anybody(interfaces: readonly Interface[]): Partner {
  return {
    code: nobody,
    name: "Banc d'essai",
    interfaces: interfaces.map(({ code }) => code),
    receives: [],
    lifecycle: false,
    reportWarnings: true,
    active: true,
  };
}

/** The first interface that takes what the file, or the first file of the archive, is; else the first of all. */
async function interfaceFor(ports: StagePorts, order: TrialOrder): Promise<Interface> {
  const syntax = await syntaxOf(ports, order);
  const found = order.interfaces.find(({ syntaxes }) => syntaxes.some((one) => one === syntax));
  const [first] = order.interfaces;
  if (found !== undefined) return found;
  if (first === undefined) throw new Error('a trial without interfaces');
  return first;
}

async function syntaxOf(ports: StagePorts, order: TrialOrder): Promise<Syntax> {
  const looked = await lookAt(ports, order.path, order.givenName, join(order.workDir, 'look'), order);
  const packed =
    gzip.test(order.givenName) ||
    looked.findings.some(({ rule, value }) => rule === 'IRR_TYPE_F' && value === 'gzip');
  if (!packed) return looked.syntax;
  const dir = join(order.workDir, 'unpacked');
  await mkdir(dir, { recursive: true });
  try {
    const unpacked = await unpackFlow(order.path, dir, ports.policy.limits);
    const [first] = unpacked.kind === 'entries' ? unpacked.entries : [];
    if (first === undefined) return looked.syntax;
    return (await lookAt(ports, first.path, first.name, join(order.workDir, 'look'), order)).syntax;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function lookAt(
  { pool, policy, clock }: StagePorts,
  path: string,
  entry: string,
  workDir: string,
  how: { readonly interface?: Interface | null; readonly pack?: boolean },
) {
  return pool.check({
    kind: 'check',
    path,
    entry,
    workDir,
    syntaxes: how.interface?.syntaxes ?? null,
    flowKind: (how.interface?.kind as FlowKind | undefined) ?? 'E2',
    interfaceCode: how.interface?.code ?? null,
    schema: how.pack === true,
    sets: [],
    regrade: [],
    read: how.pack === true,
    pack: how.pack === true,
    memoryBytesMax: 0,
    today: dayInParis(clock.now()),
    limits: policy.limits,
    rules: policy.rules,
  });
}

async function withExcerpts(findings: readonly Finding[], work: Work): Promise<TrialReport['findings']> {
  const lines = new Map<string, number[]>();
  for (const { entry, line } of findings) {
    const known = lines.get(entry ?? '') ?? [];
    if (line !== null) lines.set(entry ?? '', [...known, line]);
  }
  const excerpts = new Map<string, Awaited<ReturnType<typeof excerptsOf>>>();
  for (const { name, path } of work.entries) {
    const wanted = lines.get(name) ?? (work.entries.length === 1 ? lines.get('') : undefined);
    if (wanted === undefined) continue;
    try {
      excerpts.set(name, await excerptsOf(path, wanted));
    } catch {
      // What cannot be shown is told without it.
    }
  }
  const [only] = work.entries.length === 1 ? work.entries : [];
  return findings.map((finding) => ({
    ...finding,
    excerpt:
      finding.line === null ? [] : (excerpts.get(finding.entry ?? only?.name ?? '')?.get(finding.line) ?? []),
  }));
}

/** The pivot of the first entry that holds a good invoice. */
async function pivotOf(
  ports: StagePorts,
  order: TrialOrder,
  work: Work,
  chosen: Interface,
): Promise<string | null> {
  const good = work.invoices.find(({ fatal }) => !fatal);
  const entry = work.entries.find(({ name }) => name === good?.entry);
  if (entry === undefined || entry.sizeBytes > pivotBytesMax) return null;
  const workDir = join(order.workDir, 'pivot');
  await mkdir(workDir, { recursive: true });
  try {
    const result = await lookAt(ports, entry.path, entry.name, workDir, { interface: chosen, pack: true });
    const only = result.invoices.filter(({ index }) =>
      work.invoices.some((item) => !item.fatal && item.entry === entry.name && item.checked.index === index),
    );
    if (only.length === 0) return null;
    const target = join(workDir, 'pivot.xml');
    const file = createWriteStream(target);
    await pivotPreview({ ...result, invoices: only.slice(0, 3) }, order.engine, workDir, file);
    await new Promise<void>((resolve, reject) =>
      file.end((error?: Error | null) => (error ? reject(error) : resolve())),
    );
    const text = (await readFile(target, 'utf8')).replace(
      /[A-Za-z0-9+/=\r\n]{400,}/g,
      '[pièce non reproduite]',
    );
    const lengthMax = order.pivotLengthMax ?? 20_000;
    return text.length > lengthMax ? `${text.slice(0, lengthMax)}\n… (suite non montrée)` : text;
  } catch (thrown) {
    ports.log.warn(`banc d'essai: no pivot to show: ${asError(thrown).message}`);
    return null;
  }
}
