import { type Finding, hasFatal, type Severity } from '../domain/finding.js';
import type { Flow, FlowState, InvoiceFate } from '../domain/flow.js';
import type { Partner } from '../domain/partner.js';
import type { EarlierInvoice, Replay, ReplayFile } from '../domain/replay.js';
import type { FlowIdAnswer, NumberHolder, Store } from '../ports/store.js';
import { type Opening, open } from './begin.js';
import { type Judgement, judge } from './fates.js';
import { bringsStatuses } from './life-work.js';
import { placeOf, replayWork, withBytesOf } from './replay-work.js';
import { stages } from './stages.js';
import type { StagePorts, Work } from './work.js';

/** What one rule says, as a preview tells it. */
export interface RuleNote {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

/** What would change about one invoice, or, where entry and index are null, about the flow as a whole. */
export interface RuleChanges {
  /** Said before, and no more. */
  readonly vanish: readonly RuleNote[];
  /** Not said before. */
  readonly appear: readonly RuleNote[];
  /** Said before, and still. */
  readonly remain: readonly RuleNote[];
}

export interface InvoicePreview extends RuleChanges {
  readonly entry: string;
  readonly entryIndex: number;
  readonly number: string | null;
  /** Null: it was not read before. */
  readonly before: InvoiceFate | null;
  /** Null: the corrected file does not have it. */
  readonly after: InvoiceFate | null;
  /** Integrated before: it would not be touched. */
  readonly kept: boolean;
}

interface Counts {
  readonly state: FlowState;
  readonly received: number;
  readonly integrated: number;
  readonly rejected: number;
}

/** What a replay of a flow would change, and why. */
export interface ReplayPreview {
  readonly flow: Flow;
  /** Day whose rules and directory were used. */
  readonly day: string;
  readonly ruleSets: readonly string[];
  readonly before: Counts;
  readonly after: Counts;
  readonly invoices: readonly InvoicePreview[];
  /** What is said about no single invoice. */
  readonly flowLevel: RuleChanges;
}

/** Whether a flow brings statuses: they are judged one after the other as they are applied, and cannot be previewed. */
export function holdsStatuses(flow: Flow, { policy }: Pick<StagePorts, 'policy'>): boolean {
  return bringsStatuses({ interface: policy.interfaceOf(flow.interfaceCode ?? '') ?? null });
}

export interface PreviewOptions {
  readonly partner: Partner;
  readonly asOf: string | null;
  /** A corrected file, anywhere an archive key may lead; null: the bytes of the newest attempt. */
  readonly file: ReplayFile | null;
  /** A folder of this preview's own. */
  readonly workDir: string;
}

/** Pieces are neither put to the antivirus nor kept. */
const looks = stages.filter(({ name }) => name !== 'antivirus' && name !== 'pieces');

/**
 * Takes a flow of invoices through the stages and judges it, without a transaction: nothing is written, no number is taken.
 * @throws Fault of a stage; whatever is wrong with the flow itself is in the preview.
 */
export async function previewReplay(
  ports: StagePorts,
  flow: Flow,
  options: PreviewOptions,
): Promise<ReplayPreview> {
  const { store, clock, policy } = ports;
  const at = clock.now().toISOString();
  const file = options.file ?? (await newestFile(store, flow));
  const replay = imagined(flow, file, options.asOf, at);
  const earlier = await store.earlierInvoices(flow.id);
  const tried = withBytesOf({ ...flow, attempt: flow.attempt + 1 }, replay);
  const { partner, workDir } = options;
  const facts = { partner, policy, at, workDir, replay: replayWork(replay, earlier) };
  const opened: Work = { ...(await open(readOnly(store), tried, facts)), preview: true };
  const { work, stopped } = await walk(opened, ports);
  const settings = { numberPerYear: policy.numberPerYear, at };
  const judgement = await judge(numbersOf(store), work, stopped, settings);
  const before = await store.findings(flow.id);
  return compare(flow, work, judgement, earlier, before);
}

async function newestFile(store: Store, flow: Flow): Promise<ReplayFile | null> {
  if (flow.attempt < 2) return null;
  const done = await store.replays({ flow: flow.id, state: 'done', limit: 10_000 });
  return done.at(-1)?.file ?? null;
}

function imagined(flow: Flow, file: ReplayFile | null, asOf: string | null, at: string): Replay {
  return {
    id: flow.id,
    batch: '',
    flow: flow.id,
    by: 'engine',
    at,
    reason: '',
    asOf,
    file,
    state: 'taken',
    beforeState: flow.state,
    beforeAttempt: flow.attempt,
    beforeReceived: flow.invoicesReceived,
    beforeIntegrated: flow.invoicesIntegrated,
    attempt: null,
    afterState: null,
    replaces: null,
    endedAt: null,
  };
}

/** The opening of a flow that is only looked at. A flow id that nobody holds would be taken; one that another flow holds is refused as ever. */
export function readOnly(store: Store): Opening {
  return {
    integratedSameBytes: (flows) => Promise.all(flows.map((flow) => store.integratedSameBytes(flow))),
    takeFlowIds: (claims) =>
      Promise.all(
        claims.map(async ({ flowId, flow }): Promise<FlowIdAnswer> => {
          const by = await store.flowIdHolder(flowId);
          return by === null || by.id === flow ? { taken: true } : { taken: false, by };
        }),
      ),
  };
}

/** Invoice numbers for what is only looked at: looks whether one is free; remembers those that this flow would have taken itself. */
export function numbersOf(store: Store): Parameters<typeof judge>[0] {
  const own = new Map<string, NumberHolder>();
  return {
    async takeInvoiceNumbers(flow, claims, at) {
      const found: (NumberHolder | null)[] = [];
      for (const { key, invoice } of claims) {
        const text = JSON.stringify([key.supplierType, key.supplierId, key.number, key.year]);
        const holder = own.get(text) ?? (await store.numberHolder(key));
        if (holder === null) own.set(text, { invoice, flow, depositedName: '', at });
        found.push(holder);
      }
      return found;
    },
  };
}

/** Takes a flow through the stages that leave nothing behind. */
export async function walk(opened: Work, ports: StagePorts): Promise<{ work: Work; stopped: boolean }> {
  if (hasFatal(opened.findings)) return { work: opened, stopped: true };
  let work = opened;
  for (const { stage } of looks) {
    const result = await stage(work, ports);
    work = result.value;
    if (result.kind === 'stop') return { work, stopped: true };
  }
  return { work, stopped: false };
}

interface Row {
  readonly entry: string;
  readonly entryIndex: number;
  readonly number: string | null;
  readonly fate: InvoiceFate;
}

function compare(
  flow: Flow,
  work: Work,
  judgement: Judgement,
  earlier: readonly EarlierInvoice[],
  findings: readonly Finding[],
): ReplayPreview {
  const source = work.replay?.replay.file?.sha256 ?? null;
  const known = newestOfEach(earlier);
  const found = [...work.findings, ...judgement.findings];
  const told = tellers(findings);
  const tells = tellers(found);
  const used = new Set<EarlierInvoice>();
  const matching = (row: Row): EarlierInvoice | null => {
    const match =
      known.find(
        (one) =>
          !used.has(one) && one.source === source && placed(one) === placed(row) && one.number === row.number,
      ) ?? known.find((one) => !used.has(one) && one.number !== null && one.number === row.number);
    if (match !== undefined) used.add(match);
    return match ?? null;
  };
  const invoices = rowsOf(work, judgement).map(({ kept, ...row }): InvoicePreview => {
    const match = matching(row);
    const { entry, entryIndex, number, fate } = row;
    const changes = kept ? unchanged : changesOf(match === null ? [] : told.about(match), tells.about(row));
    return { entry, entryIndex, number, before: match?.fate ?? null, after: fate, kept, ...changes };
  });
  const others = known
    .filter((one) => !used.has(one) && (one.fate === 'integrated' || one.source === newestSource(known)))
    .map((one): InvoicePreview => {
      const kept = one.fate === 'integrated';
      const { entry, entryIndex, number, fate } = one;
      const row = { entry, entryIndex, number, before: fate, after: kept ? fate : null, kept };
      return { ...row, ...(kept ? unchanged : changesOf(told.about(one), [])) };
    });
  const { state, received, integrated, rejected } = judgement;
  return {
    flow,
    day: work.day,
    ruleSets: [...new Set(work.layers.flatMap(({ ruleSet }) => ruleSet?.split('+') ?? []))],
    before: {
      state: flow.state,
      received: flow.invoicesReceived,
      integrated: flow.invoicesIntegrated,
      rejected: flow.invoicesRejected,
    },
    after: { state, received, integrated, rejected },
    invoices: [...others.filter(({ kept }) => kept), ...invoices, ...others.filter(({ kept }) => !kept)],
    flowLevel: changesOf(told.aboutNone(), tells.aboutNone()),
  };
}

const unchanged: RuleChanges = { vanish: [], appear: [], remain: [] };

function placed({ entry, entryIndex }: Pick<Row, 'entry' | 'entryIndex'>): string {
  return placeOf(entry, entryIndex);
}

function newestOfEach(earlier: readonly EarlierInvoice[]): readonly EarlierInvoice[] {
  return [...new Map(earlier.map((row) => [`${row.source ?? ''} ${placed(row)}`, row])).values()];
}

function newestSource(rows: readonly EarlierInvoice[]): string | null {
  return rows.reduce((newest, row) => (row.attempt >= newest.attempt ? row : newest), {
    attempt: 0,
    source: null as string | null,
  }).source;
}

/** The invoices of the bytes that were looked at: those that would be worked, and those left alone. */
function rowsOf(work: Work, judgement: Judgement): readonly (Row & { readonly kept: boolean })[] {
  const fates = new Map(
    judgement.fated.map(({ item, fate }) => [placeOf(item.entry, item.checked.index), fate]),
  );
  return work.checked.flatMap(({ entry, invoices }) =>
    invoices.map(({ index, invoice }) => {
      const kept = work.leftOut?.has(placeOf(entry, index)) === true;
      const fate = kept ? 'integrated' : (fates.get(placeOf(entry, index)) ?? 'untreated');
      return { entry, entryIndex: index, number: invoice.number, fate, kept };
    }),
  );
}

/** Findings by the invoice they are about. */
function tellers(findings: readonly Finding[]) {
  const byPlace = new Map<string, Finding[]>();
  const none: Finding[] = [];
  for (const one of findings) {
    if (one.entry === null || one.invoiceIndex === null) none.push(one);
    else {
      const place = placeOf(one.entry, one.invoiceIndex);
      byPlace.set(place, [...(byPlace.get(place) ?? []), one]);
    }
  }
  return {
    about: (row: Pick<Row, 'entry' | 'entryIndex'>): readonly Finding[] => byPlace.get(placed(row)) ?? [],
    aboutNone: (): readonly Finding[] => none,
  };
}

/** Compared rule by rule: that a rule names another line or value is no change. */
function changesOf(before: readonly Finding[], after: readonly Finding[]): RuleChanges {
  const was = byRule(before);
  const is = byRule(after);
  return {
    vanish: [...was.values()].filter(({ rule }) => !is.has(rule)),
    appear: [...is.values()].filter(({ rule }) => !was.has(rule)),
    remain: [...is.values()].filter(({ rule }) => was.has(rule)),
  };
}

function byRule(findings: readonly Finding[]): ReadonlyMap<string, RuleNote> {
  const notes = new Map<string, RuleNote>();
  for (const { rule, severity, message } of findings)
    if (!notes.has(rule)) notes.set(rule, { rule, severity, message });
  return notes;
}
