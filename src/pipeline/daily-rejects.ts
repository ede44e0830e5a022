import { dayAfter, dayInParis, instantInParis } from '../domain/dates.js';
import type { Delivery } from '../domain/delivery.js';
import type { Finding } from '../domain/finding.js';
import { flowStates } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { Clock } from '../ports/clock.js';
import type { InvoiceRow, Store } from '../ports/store.js';
import type { AfterAttempt, RefusedAttempt } from '../ports/store-questions.js';
import { rejectLine, rejectsHead, rejectsName } from '../report/rejects-csv.js';

export interface DailyRejectsOptions {
  readonly store: Pick<
    Store,
    'refusedAttempts' | 'findings' | 'invoicesOfAttempt' | 'newestDailyFile' | 'transaction'
  >;
  readonly clock: Clock;
  /** Codes of the partners that get the file. */
  readonly partners: readonly string[];
  /** Time in Paris, `HH:MM`, from which on the file of the day before is written. */
  readonly dailyAt: string;
  /** Also writes a file without rejects, so that its absence means a fault. */
  readonly dailyEmpty: boolean;
  /** Lines of one file; the others follow in a second one. */
  readonly dailyLinesMax: number;
}

/** Days that were missed while the engine did not run are made up for, so many at most. */
const daysBackMax = 31;
const pageSize = 200;
/** What ended just before midnight may be committed a moment later. */
const graceMs = 60_000;

/** Writes the rejects of each day into a file for each partner that wants it, once. */
export function createDailyRejects(options: DailyRejectsOptions): {
  /** Makes what is due; gives the number of days that were closed. */
  turn(): Promise<number>;
} {
  const { store, clock } = options;

  async function turn(): Promise<number> {
    let closed = 0;
    const last = lastDay();
    for (const partner of options.partners)
      for (const day of await due(partner, last)) if (await close(partner, day)) closed += 1;
    return closed;
  }

  /** The newest day whose file is due. */
  function lastDay(): string {
    const now = clock.now().getTime();
    const today = dayInParis(clock.now());
    const from = Math.max(
      instantInParis(today, options.dailyAt).getTime(),
      instantInParis(today).getTime() + graceMs,
    );
    return dayAfter(today, now >= from ? -1 : -2);
  }

  /** A partner that gets the file for the first time begins with the day before. */
  async function due(partner: string, last: string): Promise<string[]> {
    const newest = await store.newestDailyFile(partner);
    if (newest === null) return [last];
    const days: string[] = [];
    for (let day = last; day > newest && days.length < daysBackMax; day = dayAfter(day, -1))
      days.unshift(day);
    return days;
  }

  /** The day is taken in the transaction that puts its files in the outbox: neither is without the other. */
  async function close(partner: string, day: string): Promise<boolean> {
    const { files, rejects } = await filesOf(partner, day);
    const at = clock.now().toISOString();
    return store.transaction(async (tx) => {
      if (!(await tx.takeDailyFile({ partner, day, rejects, at }))) return false;
      await tx.insertDeliveries(
        files.map((body, i) => toDelivery(partner, rejectsName(partner, day, i + 1), body, at)),
      );
      return true;
    });
  }

  async function filesOf(partner: string, day: string): Promise<{ files: string[]; rejects: number }> {
    const files: string[][] = [];
    let rejects = 0;
    for await (const lines of refusals(partner, day)) {
      for (const line of lines) {
        if (rejects % options.dailyLinesMax === 0) files.push([rejectsHead]);
        rejects += 1;
        files.at(-1)?.push(line);
      }
    }
    if (files.length === 0 && options.dailyEmpty) files.push([rejectsHead]);
    return { files: files.map((lines) => lines.join('')), rejects };
  }

  async function* refusals(partner: string, day: string): AsyncGenerator<readonly string[]> {
    const period = {
      from: instantInParis(day).toISOString(),
      to: instantInParis(dayAfter(day)).toISOString(),
    };
    for (let after: AfterAttempt | null = null; ; ) {
      const page: readonly RefusedAttempt[] = await store.refusedAttempts(partner, period, after, pageSize);
      for (const attempt of page) {
        const findings = await store.findings(attempt.flow, attempt.attempt);
        const invoices = await store.invoicesOfAttempt(attempt.flow, attempt.attempt);
        yield linesOf(attempt, findings, invoices);
      }
      after = page.at(-1) ?? null;
      if (page.length < pageSize) return;
    }
  }

  return { turn };
}

const placeOf = (entry: string | null, index: number | null): string => `${index} ${entry}`;

/** A line for each finding that refused something; a flow without one (an incident of ours) has a line of its own. */
function linesOf(
  attempt: RefusedAttempt,
  findings: readonly Finding[],
  invoices: readonly InvoiceRow[],
): string[] {
  const known = new Map(invoices.map((row) => [placeOf(row.entry, row.entryIndex), row]));
  const common = {
    flow: attempt.depositedName,
    attempt: attempt.attempt,
    state: flowStates[attempt.state].label,
    receivedAt: new Date(attempt.receivedAt),
    refusedAt: new Date(attempt.endedAt),
  };
  return findings
    .filter(({ severity }) => severity === 'fatal')
    .map((finding) => {
      const row = known.get(placeOf(finding.entry, finding.invoiceIndex));
      return rejectLine({
        ...common,
        ...finding,
        invoice: finding.invoice ?? row?.number ?? null,
        supplierId: row?.supplierId ?? null,
        supplierName: row?.supplierName ?? null,
      });
    });
}

function toDelivery(partner: string, name: string, body: string, at: string): Delivery {
  return {
    id: newId(),
    partner,
    name,
    kind: 'daily-rejects',
    flow: null,
    body,
    parts: [],
    state: 'pending',
    attempts: 0,
    createdAt: at,
    deliveredAt: null,
    sha256: null,
    sizeBytes: null,
    lastError: null,
    fetchedAt: null,
    removedAt: null,
  };
}
