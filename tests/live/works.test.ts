import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { type StatutUnit, statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { worksCii } from '../../scripts/documents/works.mjs';
import { openHome, type TestHome, testClock } from '../helpers/home.js';
import { officialSchema } from '../helpers/official.js';
import { shared } from '../helpers/root.js';

const moe = { siret: '79955502400014', name: 'Cabinet Arc & Niveau' };
const contractor = { siret: '79955503200017', name: 'Bâtisseurs de la Vanne' };
const moa = '21999903400016';
const recipient = { siret: '75356054900010', service: 'SERV1' };
const oracle = existsSync(join(shared, 'reference/xsd/cpp'));
if (!oracle) console.log('skipped: pivots against the official schema (ECLUSE_SHARED)');

let home: TestHome | undefined;
afterEach(async () => {
  await home?.close();
  home = undefined;
});

async function open(works: Record<string, unknown>): Promise<TestHome> {
  const partner = (code: string, more: Record<string, unknown> = {}) => ({
    code,
    name: `Partenaire ${code}`,
    interfaces: ['FSO1201A'],
    lifecycle: false,
    ...more,
  });
  const partners = [
    partner('FRN001', { interfaces: ['FSO1100A', 'FSO1116A', 'FSO1201A'] }),
    partner('COL001'),
    partner('MOE001', { receives: [moe.siret] }),
    partner('MOA001', { receives: [moa] }),
    partner('ENT001', { receives: [contractor.siret] }),
  ];
  const clock = testClock('2026-03-02T09:00:00Z');
  home = await openHome({ clock, flags: { partners, works, lifecycle: { groupMsMax: 60_000 } } });
  return home;
}

let sequence = 0;
async function say(
  at: TestHome,
  partner: string,
  statuses: readonly StatutUnit[],
): Promise<string | undefined> {
  const told = statuses.map((one) => ({ recipient: recipient.siret, service: recipient.service, ...one }));
  at.drop(
    flowName('FSO1201A', ++sequence, partner),
    statuts(flowId('FSO1201A', sequence, partner), told, partner),
    partner,
  );
  await at.idle();
  return at.outcomes.at(-1)?.state;
}

async function deposit(at: TestHome, code: string, content: string): Promise<void> {
  at.drop(flowName(code, ++sequence), content);
  await at.idle();
}

async function life(at: TestHome, number: string) {
  const [row] = await at.app.store.listInvoices({ number });
  return (await at.app.store.statuses(row?.id ?? '')).map(({ code }) => code);
}

const pivots = (at: TestHome, partner: string) =>
  at.out(partner).filter((name) => name.startsWith('FEN0036A'));

it('a payment request goes over contractor, MOE and MOA before its recipient, who reads who validated it', async () => {
  const at = await open({ circuits: [{ recipient: recipient.siret, market: 'M-7', moe: moe.siret, moa }] });
  await deposit(
    at,
    'FSO1116A',
    worksCii({ number: 'TRV-1', cadre: 'A10', valideur: contractor, market: 'M-7' }),
  );
  expect(await life(at, 'TRV-1')).toEqual(['01', '23']);
  expect(pivots(at, 'COL001')).toEqual([]);
  expect(pivots(at, 'ENT001')).toHaveLength(1);

  expect(await say(at, 'COL001', [{ number: 'TRV-1', code: '07' }])).toBe('IN_REJETE');
  expect(await say(at, 'MOE001', [{ number: 'TRV-1', code: '29' }])).toBe('IN_REJETE');
  expect(await say(at, 'ENT001', [{ number: 'TRV-1', code: '13', comment: 'Conforme' }])).toBe('IN_INTEGRE');
  expect(await life(at, 'TRV-1')).toEqual(['01', '23', '13', '40', '27']);
  expect(pivots(at, 'MOE001')).toHaveLength(1);

  expect(await say(at, 'MOE001', [{ number: 'TRV-1', code: '29' }])).toBe('IN_INTEGRE');
  expect(pivots(at, 'COL001')).toEqual([]);
  expect(await say(at, 'MOA001', [{ number: 'TRV-1', code: '38' }])).toBe('IN_INTEGRE');
  expect(await life(at, 'TRV-1')).toEqual(['01', '23', '13', '40', '27', '29', '39', '30', '38', '02', '03']);
  const [pivot = ''] = pivots(at, 'COL001');
  const xml = at.read('COL001', pivot);
  expect(xml.match(/<CodeStatut>\d+/g)).toEqual(['<CodeStatut>13', '<CodeStatut>29', '<CodeStatut>38']);
  expect(xml).toContain('<DateMiseADispositionMOE>2026-03-02</DateMiseADispositionMOE>');
  expect(xml).toContain('<Commentaire>Conforme</Commentaire>');
  expect(await say(at, 'COL001', [{ number: 'TRV-1', code: '07' }])).toBe('IN_INTEGRE');
  if (!oracle) return;
  const schema = officialSchema('cpp/CPPFacturePivot_V2_02.xsd');
  for (const partner of ['ENT001', 'MOE001', 'MOA001', 'COL001'])
    for (const name of pivots(at, partner)) expect(schema.problems(at.read(partner, name))).toEqual([]);
  schema.dispose();
});

it('an invoice that the MOE refuses never reaches its recipient', async () => {
  const at = await open({});
  await deposit(at, 'FSO1116A', worksCii({ number: 'TRV-2', cadre: 'A4', valideur: moe }));
  expect(await say(at, 'MOE001', [{ number: 'TRV-2', code: '19' }])).toBe('IN_REJETE');
  expect(at.outcomes.at(-1)?.fatal.map(({ rule }) => rule)).toEqual(['ECL-STA-REASON']);
  expect(await say(at, 'MOE001', [{ number: 'TRV-2', code: '19', reason: 'Métré faux' }])).toBe('IN_INTEGRE');
  expect(await say(at, 'MOE001', [{ number: 'TRV-2', code: '29' }])).toBe('IN_REJETE');
  expect(await life(at, 'TRV-2')).toEqual(['01', '40', '27', '19']);
  expect(pivots(at, 'COL001')).toEqual([]);
});

it('several answers in one file follow each other, a complement comes between', async () => {
  const at = await open({ circuits: [{ recipient: recipient.siret, moa: moe.siret }] });
  await deposit(at, 'FSO1116A', worksCii({ number: 'TRV-3', cadre: 'A4', valideur: moe }));
  await say(at, 'MOE001', [{ number: 'TRV-3', code: '34', comment: 'Plan absent' }]);
  await say(at, 'FRN001', [{ number: 'TRV-3', code: '12' }]);
  expect(await life(at, 'TRV-3')).toEqual(['01', '40', '27', '34', '12', '27']);
  const both = [
    { number: 'TRV-3', code: '29' },
    { number: 'TRV-3', code: '38' },
  ];
  expect(await say(at, 'MOE001', both)).toBe('IN_INTEGRE');
  expect((await life(at, 'TRV-3')).slice(6)).toEqual(['29', '39', '38', '02', '03']);
  expect(pivots(at, 'COL001')).toHaveLength(1);
});

it('a works invoice in UBL of which nobody knows the Valideur goes to its recipient at once, and is told so', async () => {
  const at = await open({});
  const caisse = { siret: '53514650090018', name: 'Caisse des marchés de démonstration' };
  await deposit(at, 'FSO1100A', ubl({ number: 'TRV-4', cadre: 'A4', recipient: caisse }));
  expect(await life(at, 'TRV-4')).toEqual(['01', '02', '03']);
  const findings = await at.app.store.findings(at.outcomes.at(-1)?.flow ?? '');
  const ours = findings.filter(({ rule }) => rule.startsWith('ECL-'));
  expect(ours.map(({ rule, severity, invoice }) => [rule, severity, invoice])).toEqual([
    ['ECL-WORKS-NO-VALIDATOR', 'warning', 'TRV-4'],
  ]);
  const [row] = await at.app.store.listInvoices({ number: 'TRV-4' });
  expect(await at.app.store.worksRoute(row?.id ?? '')).toBeNull();
});

it('does not wait for a validator that is not connected, unless the setting says so', async () => {
  const away = { siret: '99999999800012', name: 'Cabinet Lointain' };
  const at = await open({});
  await deposit(at, 'FSO1116A', worksCii({ number: 'TRV-6', cadre: 'A4', valideur: away }));
  expect(await life(at, 'TRV-6')).toEqual(['01', '02', '03']);
  expect(pivots(at, 'COL001')).toHaveLength(1);
  const findings = await at.app.store.findings(at.outcomes.at(-1)?.flow ?? '');
  expect(findings.filter(({ rule }) => rule === 'ECL-WORKS-UNREACHED')).toMatchObject([
    { severity: 'warning', invoice: 'TRV-6', value: away.siret },
  ]);
  expect(findings.some(({ rule }) => rule === 'ECL-WORKS-NO-VALIDATOR')).toBe(false);
  await home?.close();
  const patient = await open({ validation: 'before-delivery' });
  await deposit(patient, 'FSO1116A', worksCii({ number: 'TRV-7', cadre: 'A4', valideur: away }));
  expect(await life(patient, 'TRV-7')).toEqual(['01', '27']);
  expect(pivots(patient, 'COL001')).toEqual([]);
});

it('works.validation: none sends a works invoice to its recipient at once', async () => {
  const at = await open({ validation: 'none' });
  await deposit(at, 'FSO1116A', worksCii({ number: 'TRV-5', cadre: 'A4', valideur: moe }));
  expect(await life(at, 'TRV-5')).toEqual(['01', '02', '03']);
  expect(pivots(at, 'MOE001')).toEqual([]);
  expect(pivots(at, 'COL001')).toHaveLength(1);
});
