import { afterAll, describe, expect, it } from 'vitest';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { finding } from '../../src/domain/finding.js';
import type { Flow } from '../../src/domain/flow.js';
import type { EarlierInvoice, Replay } from '../../src/domain/replay.js';
import { leaveIntegrated, placeOf, replayWork } from '../../src/pipeline/replay-work.js';
import type { NumberHolder, NumberKey } from '../../src/ports/store.js';
import type { CheckResult } from '../../src/workers/protocol.js';
import { openReader } from './formats-reading.js';

const flow = { id: 'flow' } as Flow;
const file = { name: 'f', archiveKey: 'k', sha256: 'other', sizeBytes: 1 };
const replay = (more: Partial<Replay> = {}) => ({ file: null, ...more }) as Replay;
const row = (more: Partial<EarlierInvoice>): EarlierInvoice => ({
  attempt: 1,
  entry: 'a.xml',
  entryIndex: 0,
  number: 'N',
  fate: 'integrated',
  source: null,
  ...more,
});

const reader = openReader();
afterAll(() => reader.close());
const invoiceOf = (number: string) => reader.one(ubl({ number })).invoice;
const checkedOf = (entry: string, ...numbers: string[]): CheckResult => ({
  kind: 'checked',
  entry,
  syntax: 'ubl-invoice',
  layers: [],
  findings: [],
  invoices: numbers.map((number, index) => ({ index, invoice: invoiceOf(number), places: {}, valid: true })),
  pieces: [],
  unfinished: false,
  durationMs: 0,
});
const about = (entry: string, invoiceIndex: number) =>
  finding({ rule: 'R', severity: 'fatal', layer: 'chorus', message: 'm', fix: 'f', entry, invoiceIndex });
/** These numbers are held by these flows. */
const holders = (held: Record<string, string>) => ({
  numberHolder: async ({ number }: NumberKey): Promise<NumberHolder | null> =>
    held[number] === undefined ? null : { invoice: 'i', flow: held[number], depositedName: 'd', at: '' },
});

describe('what a replay has to work', () => {
  it('at one place the newest attempt counts; an entry that is wholly integrated is done', () => {
    const work = replayWork(replay(), [
      row({ fate: 'rejected', number: 'A' }),
      row({ entry: 'b.xml', fate: 'rejected', number: 'B' }),
      row({ entry: 'b.xml', entryIndex: 1, number: 'C' }),
      row({ attempt: 2, number: 'A' }),
      row({ attempt: 2, entry: 'b.xml', fate: 'rejected', number: 'B' }),
    ]);
    expect(work).toMatchObject({ integrated: 2, others: false, refusedNumbers: ['B'] });
    expect([...work.doneEntries]).toEqual(['a.xml']);
    expect([...work.done].sort()).toEqual([placeOf('a.xml', 0), placeOf('b.xml', 1)].sort());
  });

  it('in the same bytes an invoice is known by its place: its twin is worked', async () => {
    const known = replayWork(replay(), [row({}), row({ entryIndex: 1, fate: 'rejected' })]);
    const findings = [about('a.xml', 0), about('a.xml', 1)];
    const left = await leaveIntegrated(
      { flow, replay: known },
      [checkedOf('a.xml', 'N', 'N')],
      findings,
      holders({ N: 'flow' }),
      false,
    );
    expect([...left.places]).toEqual([placeOf('a.xml', 0)]);
    expect(left.findings).toEqual([findings[1]]);
  });

  it('in other bytes by the number that this flow holds, once; that of another flow is not', async () => {
    const known = replayWork(replay({ file }), [
      row({}),
      row({ entryIndex: 1, fate: 'rejected', number: 'M' }),
    ]);
    expect(known.others).toBe(true);
    const left = await leaveIntegrated(
      { flow, replay: known },
      [checkedOf('c.xml', 'N', 'N', 'M', 'X')],
      [about('c.xml', 0), about('c.xml', 3)],
      holders({ N: 'flow', X: 'another' }),
      false,
    );
    expect([...left.places]).toEqual([placeOf('c.xml', 0)]);
    expect(left.findings.map(({ rule, invoiceIndex }) => [rule, invoiceIndex])).toEqual([
      ['R', 3],
      ['ECL-REPLAY-INTEGRATED', 0],
    ]);
  });
});
