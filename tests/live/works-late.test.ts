import { afterEach, expect, it, vi } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { statuts } from '../../scripts/documents/statut.mjs';
import { worksCii } from '../../scripts/documents/works.mjs';
import type { StatusRow } from '../../src/ports/store.js';
import { openHome, type TestHome, testClock } from '../helpers/home.js';
import { until } from '../helpers/processes.js';

const moe = { siret: '79955502400014', name: 'Cabinet Arc & Niveau' };
const contractor = { siret: '79955503200017', name: 'Bâtisseurs de la Vanne' };
const moa = '21999903400016';
const recipient = { siret: '75356054900010', service: 'SERV1' };
const dayMs = 86_400_000;
const circuit = { recipient: recipient.siret, validator2: moa, moe: moe.siret, moa };

// Many turns of a whole engine in each.
vi.setConfig({ testTimeout: 120_000 });

let home: TestHome | undefined;
afterEach(async () => {
  await home?.close();
  home = undefined;
});

const clock = testClock('2026-03-02T09:00:00Z');

async function open(works: Record<string, unknown>): Promise<TestHome> {
  clock.set('2026-03-02T09:00:00Z');
  const partner = (code: string, more: Record<string, unknown> = {}) => ({
    code,
    name: `Partenaire ${code}`,
    interfaces: ['FSO1201A'],
    lifecycle: false,
    ...more,
  });
  const partners = [
    partner('FRN001', { interfaces: ['FSO1116A', 'FSO1201A'], lifecycle: true }),
    partner('COL001'),
    partner('MOE001', { receives: [moe.siret] }),
    partner('MOA001', { receives: [moa] }),
    partner('ENT001', { receives: [contractor.siret] }),
  ];
  const flags = {
    partners,
    works: { circuits: [circuit], ...works },
    delivery: { lookMs: 20, retentionMs: 365 * dayMs },
    lifecycle: { groupMsMax: 60_000, flowReports: [] },
  };
  home = await openHome({ clock, flags });
  return home;
}

let sequence = 0;

async function deposit(at: TestHome, number: string): Promise<void> {
  at.drop(flowName('FSO1116A', ++sequence), worksCii({ number, cadre: 'A10', valideur: contractor }));
  await at.idle();
}

async function say(at: TestHome, partner: string, number: string, code: string): Promise<string> {
  const unit = { number, code, recipient: recipient.siret, service: recipient.service, reason: 'motif' };
  at.drop(
    flowName('FSO1201A', ++sequence, partner),
    statuts(flowId('FSO1201A', sequence, partner), [unit], partner),
    partner,
  );
  await at.idle();
  return at.outcomes.at(-1)?.state ?? '';
}

async function statusesOf(at: TestHome, number: string): Promise<readonly StatusRow[]> {
  const [row] = await at.app.store.listInvoices({ number });
  return at.app.store.statuses(row?.id ?? '');
}

async function life(at: TestHome, number: string): Promise<string[]> {
  return (await statusesOf(at, number)).map(({ code }) => code);
}

/** A whole turn of the works watch at this moment, for which an engine that is quiet does not wait; then quiet. */
async function at(moment: string, here: TestHome): Promise<void> {
  const { store } = here.app;
  const { transaction } = store;
  let turns = 0;
  const watched = vi.spyOn(store, 'transaction').mockImplementation(async (work) => {
    let ofWatch = false;
    const done = await transaction((tx) => {
      const waitingWorks: typeof tx.waitingWorks = (...args) => {
        ofWatch = true;
        return tx.waitingWorks(...args);
      };
      return work({ ...tx, waitingWorks });
    });
    if (ofWatch) turns++;
    return done;
  });
  clock.set(moment);
  await until('a turn of the works watch', () => turns > 0);
  watched.mockRestore();
  await here.idle();
}

it('validators who let their time pass are passed over once each; the MOE is waited for', async () => {
  const here = await open({ validationMsMax: 7 * dayMs });
  await deposit(here, 'HD-1');
  await at('2026-03-09T08:59:59Z', here);
  expect(await life(here, 'HD-1')).toEqual(['01', '23']);
  await at('2026-03-09T09:00:00Z', here);
  expect(await life(here, 'HD-1')).toEqual(['01', '23', '15', '25']);
  // The second validator has its own time, from the day it got the invoice.
  await at('2026-03-16T08:59:00Z', here);
  expect(await life(here, 'HD-1')).toEqual(['01', '23', '15', '25']);
  await at('2026-03-16T09:00:01Z', here);
  const all = ['01', '23', '15', '25', '18', '40', '27'];
  expect(await life(here, 'HD-1')).toEqual(all);
  await at('2026-12-01T09:00:00Z', here);
  expect(await life(here, 'HD-1')).toEqual(all);
  const told = here
    .out('FRN001')
    .filter((name) => name.startsWith('FEN1201A'))
    .flatMap((name) => [...here.read('FRN001', name).matchAll(/<IdStatut>(\d\d)</g)].map((m) => m[1]));
  expect(told).toEqual(all);
  expect(await say(here, 'ENT001', 'HD-1', '13')).toBe('IN_REJETE');

  expect(await say(here, 'MOE001', 'HD-1', '29')).toBe('IN_INTEGRE');
  expect(await say(here, 'MOA001', 'HD-1', '38')).toBe('IN_INTEGRE');
  const [pivot = ''] = here.out('COL001').filter((name) => name.startsWith('FEN0036A'));
  const xml = here.read('COL001', pivot);
  expect(xml.match(/<CodeStatut>\d+/g)).toEqual(
    ['15', '18', '29', '38'].map((code) => `<CodeStatut>${code}`),
  );
  expect(xml).toContain('Sans réponse de Bâtisseurs de la Vanne depuis le 02/03/2026');
  const [row] = await here.app.store.listInvoices({ number: 'HD-1' });
  const events = (await here.app.store.events(row?.flow ?? '')).map(({ text }) => text);
  expect(events.filter((text) => /^statut 1[58] /.test(text))).toHaveLength(2);
});

it('an answer in time counts, a complement starts the time anew, a refusal ends it', async () => {
  const here = await open({ validationMsMax: 7 * dayMs });
  await deposit(here, 'HD-2');
  await deposit(here, 'HD-3');
  await at('2026-03-08T09:00:00Z', here);
  await say(here, 'ENT001', 'HD-2', '34');
  await say(here, 'ENT001', 'HD-3', '14');
  await at('2026-03-20T09:00:00Z', here);
  expect(await life(here, 'HD-2')).toEqual(['01', '23', '34']);
  expect(await life(here, 'HD-3')).toEqual(['01', '23', '14']);
  await say(here, 'FRN001', 'HD-2', '12');
  await at('2026-03-26T09:00:00Z', here);
  expect(await life(here, 'HD-2')).toEqual(['01', '23', '34', '12', '23']);
  expect(await say(here, 'ENT001', 'HD-2', '13')).toBe('IN_INTEGRE');
  await at('2026-03-28T09:00:00Z', here);
  expect(await life(here, 'HD-2')).toEqual(['01', '23', '34', '12', '23', '13', '25']);
});

it('answers that come while the time runs out are taken before it or refused after it, never both', async () => {
  const here = await open({ validationMsMax: dayMs });
  const [moved, end] = ['2026-03-03T09:00:01.000Z', '2026-03-03T09:00:02.000Z'];
  const numbers = Array.from({ length: 12 }, (_, i) => `HD-R${i}`);
  for (const number of numbers) await deposit(here, number);
  for (const [i, number] of numbers.entries()) {
    const unit = { number, code: '13', recipient: recipient.siret, service: recipient.service };
    here.drop(
      flowName('FSO1201A', ++sequence, 'ENT001'),
      statuts(flowId('FSO1201A', sequence, 'ENT001'), [unit], 'ENT001'),
      'ENT001',
    );
    if (i === 3) clock.set(moved);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await here.idle();
  await at(end, here);
  for (const number of numbers) {
    const rows = await statusesOf(here, number);
    const codes = rows.map(({ code }) => code);
    const answer = codes[2] === '13' ? '13' : '15';
    // How many answers are worked before the clock moves depends on the machine: for those the second validator's day
    // is over as well at the end.
    const second = rows.find(({ code }) => code === '25');
    const lapsed = Date.parse(second?.at ?? '') + dayMs <= Date.parse(end) ? ['18', '40', '27'] : [];
    expect(codes).toEqual(['01', '23', answer, '25', ...lapsed]);
    if (answer === '15') expect([moved, end]).toContain(second?.at);
  }
  expect(here.out('MOA001').filter((name) => name.startsWith('FEN0036A'))).toHaveLength(numbers.length);
});

it('without the setting an invoice waits for ever', async () => {
  const here = await open({});
  await deposit(here, 'HD-4');
  clock.set('2036-03-02T09:00:00Z');
  await new Promise((resolve) => setTimeout(resolve, 120));
  await here.idle();
  expect(await life(here, 'HD-4')).toEqual(['01', '23']);
});
