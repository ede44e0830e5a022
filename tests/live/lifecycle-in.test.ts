import { afterEach, beforeEach, expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { fluxStatuts, type StatutUnit, statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { openHome, type TestHome } from '../helpers/home.js';

let home: TestHome;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.close());

let sequence = 0;
async function drop(statuses: readonly StatutUnit[], partner = 'COL001'): Promise<string> {
  const name = flowName('FSO1201A', ++sequence, partner);
  home.drop(name, statuts(flowId('FSO1201A', sequence, partner), statuses, partner), partner);
  await home.idle();
  return name;
}

async function deposit(number: string): Promise<void> {
  home.drop(flowName('FSO1100A', ++sequence), ubl({ number }));
  await home.idle();
}

const last = () => home.outcomes.at(-1);
const rules = () => last()?.fatal.map(({ rule }) => rule);
async function life(number: string) {
  const [row] = await home.app.store.listInvoices({ number });
  return (await home.app.store.statuses(row?.id ?? '')).map(({ code }) => code);
}

it('statuses of a recipient are applied in order, each once, and the issuer is told in the sender’s words', async () => {
  await deposit('LIFE-1');
  await drop([
    { number: 'LIFE-1', code: '7', at: '2026-03-01T09:00:00+01:00' },
    { number: 'LIFE-1', code: '08', mandate: 'M-77', producer: 'MANDAT1', reason: 'Mandat émis' },
  ]);
  expect(last()).toMatchObject({ state: 'IN_INTEGRE', received: 2, integrated: 2, rejected: 0 });
  expect(await life('LIFE-1')).toEqual(['01', '02', '03', '07', '08']);
  const sent = home.out('FRN001').filter((name) => name.startsWith('FEN1201A'));
  const told = home.read('FRN001', sent.at(-1) ?? '');
  expect(told).toMatch(/<IdStatut>07<[\s\S]*<IdStatut>08</);
  expect(told).toContain('<Horodatage>2026-03-01T09:00:00+01:00</Horodatage>');
  expect(told).toContain('<Producteur Id="MANDAT1"></Producteur>');
  expect(told).toContain('<ComplementStatut>Mandat émis</ComplementStatut>');
  expect(told).toContain('<IdMandatDP>M-77</IdMandatDP>');
});

it('each status is refused by itself, with one line in the report of its sender', async () => {
  await deposit('LIFE-2');
  await drop([
    { number: 'LIFE-2', code: '07' },
    { number: 'LIFE-2', code: '10' },
    { number: 'NOBODY-1', code: '07' },
    { number: 'LIFE-2', code: '06' },
    { number: 'LIFE-2', code: '07' },
    { number: 'LIFE-2', code: '01' },
    { number: 'LIFE-2', code: '07', recipient: '11000201100044', service: 'AAASCPV' },
    { number: 'LIFE-2', code: '06', comment: 'Bon de livraison absent' },
  ]);
  expect(last()).toMatchObject({ state: 'IN_INTEGRE_PARTIEL', received: 8, integrated: 3, rejected: 5 });
  expect(rules()).toEqual([
    'ECL-STA-TRANSITION',
    'ECL-STA-INVOICE',
    'ECL-STA-REASON',
    'ECL-STA-ROLE',
    'ECL-STA-ENTITLED',
  ]);
  expect(await life('LIFE-2')).toEqual(['01', '02', '03', '07', '06']);
  const [report] = home.out('COL001').filter((name) => name.startsWith('CSO1201A'));
  const xml = home.read('COL001', report ?? '');
  expect(xml).toContain('reçues=8 intégrées=3 rejetées=5');
  expect(xml.match(/<LigneErreurDetail /g)).toHaveLength(5);
  expect(xml).toContain('facture=NOBODY-1; fournisseur=79955500800017; destinataire=53514650090018');
});

it('a recipient that is told nothing about a pivot may tell of it; the report is not answered', async () => {
  await deposit('LIFE-3');
  const pivot = home.out('COL001').find((name) => name.startsWith('FEN0036A')) ?? '';
  const line = { nature: 'REJET', code: 'X-1', label: 'Montant illisible' };
  home.drop(
    flowName('CEN0036A', ++sequence, 'COL001'),
    fluxStatuts(
      flowId('CEN0036A', sequence, 'COL001'),
      [
        { flow: pivot.slice(-25), code: '90' },
        { flow: pivot, code: '93', lines: [line], comment: 'Refusé par le logiciel comptable' },
        { flow: 'CPP0010036000000000009999', code: '90' },
      ],
      'COL001',
    ),
    'COL001',
  );
  await home.idle();
  expect(last()).toMatchObject({ state: 'IN_INTEGRE_PARTIEL', integrated: 2, rejected: 1, deliveries: [] });
  expect(rules()).toEqual(['ECL-STA-FLOW']);
  const [flow] = await home.app.store.listFlows({ partner: 'FRN001' });
  const told = await home.app.store.flowStatuses({ flow: flow?.id ?? '' });
  expect(told.map(({ code, details }) => [code, details.length])).toEqual([
    ['91', 0],
    ['92', 0],
    ['94', 1],
  ]);
});
