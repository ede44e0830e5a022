import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Flow } from '../domain/flow.js';
import type { EarlierInvoice, Replay } from '../domain/replay.js';
import type { Store } from '../ports/store.js';
import type { CheckResult } from '../workers/protocol.js';
import { numberKeyOf } from './number-key.js';

/** What a replay has to know of the attempts before it. */
export interface ReplayWork {
  readonly replay: Replay;
  /** Invoices of the flow that are integrated, over all attempts. */
  readonly integrated: number;
  /** Places (`placeOf`), within the bytes that are worked now, of the invoices that are integrated. */
  readonly done: ReadonlySet<string>;
  /** Entries of these bytes in which nothing is left to be worked. */
  readonly doneEntries: ReadonlySet<string>;
  /** Whether invoices were integrated that were read from other bytes: they are known by their numbers only. */
  readonly others: boolean;
  /** Numbers of invoices that stand refused. */
  readonly refusedNumbers: readonly string[];
}

/** Where an invoice stands within the bytes of a flow. */
export function placeOf(entry: string, index: number): string {
  return `${index} ${entry}`;
}

/** @param earlier the invoices of all committed attempts, in their order: at one place the newest counts. */
export function replayWork(replay: Replay, earlier: readonly EarlierInvoice[]): ReplayWork {
  const source = replay.file?.sha256 ?? null;
  const newest = new Map<string, EarlierInvoice>();
  for (const row of earlier) newest.set(`${row.source ?? ''} ${placeOf(row.entry, row.entryIndex)}`, row);
  const rows = [...newest.values()];
  const own = rows.filter((row) => row.source === source);
  const open = new Set(own.filter(({ fate }) => fate !== 'integrated').map(({ entry }) => entry));
  const integrated = rows.filter(({ fate }) => fate === 'integrated');
  const lastAttempt = Math.max(0, ...rows.map(({ attempt }) => attempt));
  return {
    replay,
    integrated: integrated.length,
    done: new Set(
      own.filter(({ fate }) => fate === 'integrated').map((row) => placeOf(row.entry, row.entryIndex)),
    ),
    doneEntries: new Set(own.map(({ entry }) => entry).filter((entry) => !open.has(entry))),
    others: integrated.some((row) => row.source !== source),
    refusedNumbers: rows
      .filter(({ attempt, fate }) => attempt === lastAttempt && fate !== 'integrated')
      .flatMap(({ number }) => number ?? []),
  };
}

/** A flow with the bytes that are worked: the corrected file where the replay has one. */
export function withBytesOf(flow: Flow, replay: Replay | null): Flow {
  if (replay === null || replay.file === null) return flow;
  const { archiveKey, sha256, sizeBytes } = replay.file;
  return { ...flow, archiveKey, sha256, sizeBytes };
}

/** The same as the antivirus is to know it: a corrected file has a place of its own in the quarantine. */
export function asScanned(flow: Flow, replay: Replay | null): Flow {
  const given = withBytesOf(flow, replay);
  return replay === null || replay.file === null ? given : { ...given, id: replay.id };
}

/** What is left once integrated invoices are set aside. */
export interface LeftOut {
  readonly findings: readonly Finding[];
  /** Places of the invoices that are not worked. */
  readonly places: ReadonlySet<string>;
}

/**
 * Sets aside the invoices of these results that are integrated already, with everything that was found about them: at
 * the same place in the same bytes, or, in other bytes, under the same number. The second of two that bear one number
 * is not set aside: it is a duplicate.
 */
export async function leaveIntegrated(
  work: { readonly flow: Flow; readonly replay?: ReplayWork },
  checked: readonly CheckResult[],
  findings: readonly Finding[],
  store: Pick<Store, 'numberHolder'>,
  numberPerYear: boolean,
): Promise<LeftOut> {
  const { flow, replay } = work;
  if (replay === undefined || replay.integrated === 0) return { findings, places: new Set() };
  const places = new Set<string>();
  const told: Finding[] = [];
  const numbers = new Set<string>();
  for (const { entry, invoices } of checked) {
    for (const { index, invoice, places: terms } of invoices) {
      const place = placeOf(entry, index);
      if (replay.done.has(place)) {
        places.add(place);
        continue;
      }
      if (!replay.others || invoice.number === null) continue;
      const key = numberKeyOf(invoice, numberPerYear);
      const text = JSON.stringify(Object.values(key));
      if (numbers.has(text) || (await store.numberHolder(key))?.flow !== flow.id) continue;
      numbers.add(text);
      places.add(place);
      const { path = null, line = null } = terms.number ?? {};
      const at = { entry, invoice: invoice.number, invoiceIndex: index, value: invoice.number, path, line };
      told.push(findingOf('ECL-REPLAY-INTEGRATED', { number: invoice.number }, at));
    }
  }
  const about = ({ entry, invoiceIndex }: Finding) =>
    entry !== null && invoiceIndex !== null && places.has(placeOf(entry, invoiceIndex));
  return { findings: [...findings.filter((one) => !about(one)), ...told], places };
}
