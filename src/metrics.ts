import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FlowState } from './domain/flow.js';
import type { Log } from './log.js';
import type { Store } from './ports/store.js';

/** What an attempt that ended says of itself. */
export interface EndedAttempt {
  readonly state: FlowState;
  readonly received: number;
  readonly integrated: number;
  readonly rejected: number;
  readonly fatal: readonly { readonly rule: string }[];
}

/** What can be asked at each reading; what a process does not have is left out. */
export interface MetricSources {
  readonly store: Store;
  readonly queueDepth?: () => Promise<number>;
  readonly threads?: () => { readonly size: number; readonly busy: number };
  /** Partners of the settings. */
  readonly partners: readonly string[];
  /** Age after which a delivery that nobody fetched is overdue. */
  readonly overdueMs: number;
  readonly freshMs: number;
  readonly log: Log;
}

export interface Metrics {
  readonly registry: Registry;
  /** An attempt of this process ended. */
  ended(attempt: EndedAttempt): void;
  /** A stage of an attempt of this process took so long. */
  stage(name: string, ms: number): void;
  /** A call to a partner's folder or server failed. */
  transportFailed(partner: string, side: 'intake' | 'delivery'): void;
  /** A file was taken in by the API. */
  deposited(sizeBytes: number): void;
  /** The text of all figures, those of the store read anew when they are older than `freshMs`. */
  text(): Promise<string>;
}

/** Rules that are told apart by name; further ones count as `other`, so that series stay few. */
const rulesMax = 300;
const stageSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Flows without an answer that are counted at most. */
const openMax = 10_000;
/** Open alerts that are counted. */
const alertsMax = 1_000;

/** The figures of one process (docs/metrics.md lists them), and those that all processes read from the store alike. */
export function createMetrics(sources: MetricSources, { processFigures = true } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (processFigures) collectDefaultMetrics({ register: registry });
  const own = ownFigures(registers);
  const read = storeFigures(registers, sources);
  const rules = new Set<string>();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    const now = Date.now();
    if (now - readAt < sources.freshMs) return;
    reading ??= read().finally(() => {
      reading = null;
      readAt = Date.now();
    });
    await reading;
  }

  return {
    registry,
    ended({ state, received, integrated, rejected, fatal }) {
      own.flows.inc({ state });
      own.invoices.inc({ fate: 'integrated' }, integrated);
      own.invoices.inc({ fate: 'rejected' }, rejected);
      own.invoices.inc({ fate: 'untreated' }, Math.max(0, received - integrated - rejected));
      for (const { rule } of fatal) {
        if (rules.size < rulesMax) rules.add(rule);
        own.findings.inc({ rule: rules.has(rule) ? rule : 'other' });
      }
    },
    stage: (stage, ms) => own.stages.observe({ stage }, ms / 1000),
    transportFailed: (partner, side) => own.failures.inc({ partner, side }),
    deposited(sizeBytes) {
      own.deposits.inc();
      own.depositedBytes.inc(sizeBytes);
    },
    async text() {
      await refresh();
      return registry.metrics();
    },
  };
}

function ownFigures(registers: Registry[]) {
  return {
    flows: new Counter({
      name: 'ecluse_flows_total',
      help: 'Attempts over flows that ended in this process, by the state they gave',
      labelNames: ['state'],
      registers,
    }),
    invoices: new Counter({
      name: 'ecluse_invoices_total',
      help: 'Invoices judged by this process, by fate',
      labelNames: ['fate'],
      registers,
    }),
    findings: new Counter({
      name: 'ecluse_findings_total',
      help: 'Fatal findings made by this process, by rule',
      labelNames: ['rule'],
      registers,
    }),
    stages: new Histogram({
      name: 'ecluse_stage_duration_seconds',
      help: 'Time of a stage over one flow in this process',
      labelNames: ['stage'],
      buckets: stageSeconds,
      registers,
    }),
    failures: new Counter({
      name: 'ecluse_transport_errors_total',
      help: 'Calls to folders and SFTP servers of partners that failed, by partner and side',
      labelNames: ['partner', 'side'],
      registers,
    }),
    deposits: new Counter({
      name: 'ecluse_api_deposits_total',
      help: 'Files that the API of this process took in',
      registers,
    }),
    depositedBytes: new Counter({
      name: 'ecluse_api_deposited_bytes_total',
      help: 'Bytes of the files that the API of this process took in',
      registers,
    }),
  };
}

/** Figures that are the same in every process; one that cannot be read stands still, and says so. */
function storeFigures(registers: Registry[], sources: MetricSources): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const open = gauge('ecluse_flows_open', 'Flows without an answer, by state', ['state']);
  const stored = gauge('ecluse_flows_stored', 'Flows that have their answer, by state', ['state']);
  const oldest = gauge(
    'ecluse_oldest_open_seconds',
    'Age of the oldest flow without an answer; 0 when there is none',
  );
  const queue = gauge('ecluse_queue_depth', 'Flows waiting in the queue and in work');
  const pending = gauge('ecluse_deliveries_pending', 'Files that wait to be written to a partner', [
    'partner',
  ]);
  const lying = gauge('ecluse_deliveries_unfetched', 'Files that lie in a partner’s out folder', ['partner']);
  const overdue = gauge('ecluse_deliveries_overdue', 'Those of them that should have been fetched', [
    'partner',
  ]);
  const faults = gauge('ecluse_partner_faults', 'Faults in a row at a partner’s folder or server', [
    'partner',
    'side',
  ]);
  const circuit = gauge('ecluse_partner_circuit_open', '1 while a partner is left alone after faults', [
    'partner',
    'side',
  ]);
  const held = gauge('ecluse_partner_held', '1 while an operator holds a partner', ['partner', 'mode']);
  const alerts = gauge(
    'ecluse_alerts_open',
    'Open alerts, up to 1000, by whether somebody looks after them',
    ['seen'],
  );
  const replays = gauge('ecluse_replays', 'Replays that wait or are in work, up to 1000', ['state']);
  const threads = gauge('ecluse_worker_threads', 'Worker threads of this process', ['state']);
  const readable = gauge('ecluse_store_readable', '1 when the last reading of the store succeeded');
  const { store } = sources;

  async function flows(): Promise<void> {
    const [now, done] = await Promise.all([store.openFlows(openMax), store.countsByState()]);
    open.reset();
    for (const { state, flows: count } of now.states) open.set({ state }, count);
    for (const { state, flows: count } of done) stored.set({ state }, count);
    oldest.set(
      now.oldest === null ? 0 : Math.max(0, (Date.now() - Date.parse(now.oldest.receivedAt)) / 1000),
    );
    const told = await store.listAlerts({ open: true, limit: alertsMax });
    const unseen = told.filter(({ seen }) => seen === null).length;
    alerts.set({ seen: 'no' }, unseen);
    alerts.set({ seen: 'yes' }, told.length - unseen);
    const load = await store.replayLoad();
    replays.set({ state: 'waiting' }, load.waiting);
    replays.set({ state: 'taken' }, load.taken);
  }

  async function deliveries(): Promise<void> {
    const waiting = new Set(await store.partnersWithDeliveries());
    for (const partner of sources.partners) {
      const count = waiting.has(partner) ? (await store.partnerBacklog(partner)).deliveries : 0;
      pending.set({ partner }, count);
    }
    const counts = await store.lyingCounts(new Date(Date.now() - sources.overdueMs).toISOString());
    for (const partner of sources.partners) {
      const one = counts.find((row) => row.partner === partner);
      lying.set({ partner }, one?.count ?? 0);
      overdue.set({ partner }, one?.late ?? 0);
    }
  }

  async function partners(): Promise<void> {
    for (const one of await store.partnerHealth()) {
      const { partner, side } = one;
      faults.set({ partner, side }, one.faults);
      circuit.set({ partner, side }, one.circuit === 'open' ? 1 : 0);
    }
    held.reset();
    for (const { partner, mode } of await store.partnerControls())
      if (mode !== 'active') held.set({ partner, mode }, 1);
  }

  return async () => {
    const size = sources.threads?.();
    if (size !== undefined) {
      threads.set({ state: 'busy' }, size.busy);
      threads.set({ state: 'idle' }, Math.max(0, size.size - size.busy));
    }
    try {
      await flows();
      await deliveries();
      await partners();
      if (sources.queueDepth !== undefined) queue.set(await sources.queueDepth());
      readable.set(1);
    } catch (error) {
      readable.set(0);
      sources.log.warn('figures could not be read from the store', { error: String(error) });
    }
  };
}
