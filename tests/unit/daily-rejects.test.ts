import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { finding } from '../../src/domain/finding.js';
import { createDailyRejects, type DailyRejectsOptions } from '../../src/pipeline/daily-rejects.js';
import type { Store } from '../../src/ports/store.js';
import { type Reject, rejectLine, rejectsHead } from '../../src/report/rejects-csv.js';
import { invoiceRow, newFlow, outcome } from '../contracts/store.contract.js';
import { testClock } from '../helpers/home.js';

const reject: Reject = {
  flow: 'FLUX',
  attempt: 1,
  state: 'rejeté',
  receivedAt: new Date('2026-03-01T22:30:00Z'),
  refusedAt: new Date('2026-03-01T23:30:00Z'),
  entry: 'a.xml',
  invoice: 'F-1',
  supplierId: '79955500800017',
  supplierName: 'Atelier',
  rule: 'G1.01',
  message: 'Motif.',
  fix: 'Remède.',
  value: null,
  line: 12,
  path: '/Invoice/cbc:ID',
};

describe('a line of the file of rejects', () => {
  it('has what support staff need, with moments in Paris', () => {
    expect(rejectsHead.startsWith('\ufeffFlux;Tentative;')).toBe(true);
    expect(rejectLine(reject)).toBe(
      'FLUX;1;rejeté;2026-03-01 23:30:00;2026-03-02 00:30:00;a.xml;F-1;79955500800017;Atelier;G1.01;Motif.;Remède.;;12;/Invoice/cbc:ID\r\n',
    );
    expect(rejectLine(reject).split(';')).toHaveLength(rejectsHead.split(';').length);
  });

  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+33 1', "'+33 1"],
    ['-12.00', "'-12.00"],
    ['@somme', "'@somme"],
    [' =1+1', `"' =1+1"`.replace(/"/g, '')],
    ['\t=1', `'\t=1`],
    ['a;b', '"a;b"'],
    ['dit "non"', '"dit ""non"""'],
    ['deux\r\nlignes', 'deux lignes'],
  ])('takes the harm out of %j', (value, written) => {
    expect(rejectLine({ ...reject, message: value })).toContain(`;G1.01;${written};Remède.`);
  });
});

describe('the file of rejects of a day', () => {
  let dir = '';
  let store: Store;
  const clock = testClock('2026-03-03T04:59:00Z');
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    store = await sqliteStore({ path: join(dir, 'store.sqlite') });
    await store.migrate();
    clock.set('2026-03-03T04:59:00Z');
  });
  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  const job = (more: Partial<DailyRejectsOptions> = {}) =>
    createDailyRejects({
      store,
      clock,
      partners: ['FRN001'],
      dailyAt: '06:00',
      dailyEmpty: false,
      dailyLinesMax: 100,
      ...more,
    });
  const written = async () =>
    (await store.listDeliveries({ kind: 'daily-rejects' })).map(({ name, body }) => [
      name,
      body.split('\r\n').length - 2,
    ]);

  async function refuse(at: string, count = 1, partner = 'FRN001'): Promise<string> {
    const flow = newFlow({ partner, receivedAt: at });
    const rows = Array.from({ length: count }, (_, i) =>
      invoiceRow(flow.id, {
        number: `F-${i}`,
        entryIndex: i,
        fate: 'rejected',
        supplierName: `Atelier ${i}`,
      }),
    );
    await store.transaction(async (tx) => {
      await tx.insertFlow(flow);
      await tx.beginAttempt(flow.id, at);
      await tx.insertInvoices(rows);
      await tx.insertFindings(
        flow.id,
        1,
        rows.flatMap(({ entry, entryIndex }) => [
          finding({
            rule: 'A',
            severity: 'fatal',
            layer: 'chorus',
            message: 'm',
            fix: 'f',
            entry,
            invoiceIndex: entryIndex,
          }),
          finding({ rule: 'W', severity: 'warning', layer: 'chorus', message: 'm', fix: 'f', entry }),
        ]),
      );
      await tx.finishAttempt(outcome(flow.id, { state: 'IN_REJETE', at }));
    });
    return flow.depositedName;
  }

  it('is written once, from its time on, with the day in Paris and the supplier of each invoice', async () => {
    await refuse('2026-03-01T22:59:59.999Z');
    const name = await refuse('2026-03-01T23:00:00.000Z', 2);
    await refuse('2026-03-02T09:00:00.000Z', 1, 'FRN002');
    await refuse('2026-03-02T23:00:00.000Z');
    expect(await job().turn()).toBe(1);
    expect(await written()).toEqual([['REJETS_FRN001_2026-03-01.csv', 1]]);
    clock.set('2026-03-03T05:00:00Z');
    expect(await job().turn()).toBe(1);
    expect(await job().turn()).toBe(0);
    const [file] = await store.listDeliveries({ kind: 'daily-rejects', limit: 1 });
    expect(file).toMatchObject({
      name: 'REJETS_FRN001_2026-03-02.csv',
      partner: 'FRN001',
      state: 'pending',
      flow: null,
    });
    expect(file?.body.split('\r\n').slice(1)).toEqual([
      `${name};1;rejeté;2026-03-02 00:00:00;2026-03-02 00:00:00;facture.xml;F-0;79955500800017;Atelier 0;A;m;f;;;`,
      `${name};1;rejeté;2026-03-02 00:00:00;2026-03-02 00:00:00;facture.xml;F-1;79955500800017;Atelier 1;A;m;f;;;`,
      '',
    ]);
  });

  it('is not written without rejects, unless it is wanted then too', async () => {
    await job().turn();
    expect(await written()).toEqual([]);
    expect(await store.newestDailyFile('FRN001')).toBe('2026-03-01');
    clock.set('2026-03-03T05:00:00Z');
    await job({ dailyEmpty: true }).turn();
    expect(await written()).toEqual([['REJETS_FRN001_2026-03-02.csv', 0]]);
  });

  it('makes up for days on which no engine ran, and is cut where it has too many lines', async () => {
    await job().turn();
    await refuse('2026-03-02T09:00:00.000Z', 5);
    await refuse('2026-03-04T09:00:00.000Z');
    clock.set('2026-03-05T12:00:00Z');
    expect(await job({ dailyLinesMax: 2 }).turn()).toBe(3);
    expect((await written()).reverse()).toEqual([
      ['REJETS_FRN001_2026-03-02.csv', 2],
      ['REJETS_FRN001_2026-03-02_2.csv', 2],
      ['REJETS_FRN001_2026-03-02_3.csv', 1],
      ['REJETS_FRN001_2026-03-04.csv', 1],
    ]);
  });

  it('is written once by two engines that come to it at the same time', async () => {
    await refuse('2026-03-01T09:00:00.000Z');
    const closed = await Promise.all([job().turn(), job().turn()]);
    expect(closed.reduce((sum, count) => sum + count)).toBe(1);
    expect(await written()).toHaveLength(1);
  });

  it('holds a day of 23 and one of 25 hours whole', async () => {
    clock.set('2026-03-30T12:00:00Z');
    await refuse('2026-03-28T23:00:00.000Z');
    await refuse('2026-03-29T21:59:59.000Z');
    await refuse('2026-03-29T22:00:00.000Z');
    await job().turn();
    expect(await written()).toEqual([['REJETS_FRN001_2026-03-29.csv', 2]]);
  });
});
