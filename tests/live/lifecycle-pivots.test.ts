import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { fluxStatuts, type StatutUnit, statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { homePaths } from '../../src/settings/home.js';
import { openHome, type TestHome, testClock } from '../helpers/home.js';
import { until } from '../helpers/processes.js';

const day = 86_400_000;
const start = Date.parse('2026-03-02T09:00:00Z');
const commune = '21999901800019';

async function withHome(flags: object, work: (home: TestHome) => Promise<void>, clock = testClock('')) {
  const home = await openHome({ clock, flags: { delivery: { lookMs: 10 }, ...flags } });
  try {
    await work(home);
  } finally {
    await home.close();
  }
}

const clockNow = () => testClock(new Date(start).toISOString());
let sequence = 100;
async function drop(home: TestHome, statuses: readonly StatutUnit[], partner = 'COL001'): Promise<void> {
  const name = flowName('FSO1201A', ++sequence, partner);
  home.drop(name, statuts(flowId('FSO1201A', sequence, partner), statuses, partner), partner);
  await home.idle();
}
async function deposit(home: TestHome, number: string, more: object = {}): Promise<void> {
  home.drop(flowName('FSO1100A', ++sequence), ubl({ number, ...more }));
  await home.idle();
}
const codes = async (home: TestHome, number: string) => {
  const [row] = await home.app.store.listInvoices({ number });
  return (await home.app.store.statuses(row?.id ?? '')).map(({ code }) => code);
};
const pivotCodes = async (home: TestHome) => {
  const [flow] = await home.app.store.listFlows({ partner: 'FRN001' });
  return (await home.app.store.flowStatuses({ flow: flow?.id ?? '' })).map(({ code }) => code);
};

it('a pivot that nobody fetches gets 95, once, and its issuer is told about its own flow', async () => {
  const clock = clockNow();
  await withHome(
    {},
    async (home) => {
      await deposit(home, 'LOST-1');
      expect(await pivotCodes(home)).toEqual(['91']);
      clock.set(new Date(start + day + 1_000).toISOString());
      await until('95', async () => (await pivotCodes(home)).includes('95'));
      await home.idle();
      expect(await pivotCodes(home)).toEqual(['91', '95']);
      const told = home.out('FRN001').filter((name) => name.startsWith('FEN1201A'));
      const xml = home.read('FRN001', told.at(-1) ?? '');
      expect(xml).toContain('<IdStatut>95</IdStatut>');
      expect(xml).toContain(`<IdFlux>${flowId('FSO1100A', sequence)}</IdFlux>`);
    },
    clock,
  );
});

it('with availableWhen: fetched an invoice is available once its pivot is fetched (92), or its recipient speaks of it', async () => {
  await withHome(
    { lifecycle: { groupMsMax: 60_000, availableWhen: 'fetched' } },
    async (home) => {
      await deposit(home, 'AWAY-1');
      expect(await codes(home, 'AWAY-1')).toEqual(['01', '02']);
      await drop(home, [{ number: 'AWAY-1', code: '07' }]);
      expect(await codes(home, 'AWAY-1')).toEqual(['01', '02', '03', '07']);
      await deposit(home, 'AWAY-2');
      const folder = homePaths(home.dir).outFolder('COL001');
      for (const name of home.out('COL001')) rmSync(join(folder, name));
      await until('03', async () => (await codes(home, 'AWAY-2')).includes('03'));
      expect(await pivotCodes(home)).toEqual(['91', '92']);
    },
    clockNow(),
  );
});

it('what a recipient tells of its pivot goes to the issuer with its error lines; an alert is told once', async () => {
  await withHome(
    {},
    async (home) => {
      await deposit(home, 'ERR-1');
      const pivot = home.out('COL001').find((name) => name.startsWith('FEN0036A')) ?? '';
      const lines = [{ nature: 'REJET', code: 'X-1', label: 'Montant illisible' }];
      const name = flowName('CEN0036A', ++sequence, 'COL001');
      home.drop(
        name,
        fluxStatuts(flowId('CEN0036A', sequence, 'COL001'), [{ flow: pivot, code: '94', lines }]),
        'COL001',
      );
      await home.idle();
      expect(home.outcomes.at(-1)?.alerts?.map(({ code }) => code)).toEqual(['94']);
      const told = home.out('FRN001').filter((one) => one.startsWith('FEN1201A'));
      const xml = home.read('FRN001', told.at(-1) ?? '');
      expect(xml).toContain('<LibelleErreur>Montant illisible</LibelleErreur>');
      expect(home.out('COL001').filter((one) => !one.startsWith('FEN0036A'))).toEqual([]);
    },
    clockNow(),
  );
});

it('statuses of invoices under CEN0036A, too many of them, and texts that are too long', async () => {
  await withHome(
    { limits: { statusesMax: 2 } },
    async (home) => {
      await deposit(home, 'BAD-1');
      const one = { number: 'BAD-1', code: '07' };
      const under = flowName('CEN0036A', ++sequence, 'COL001');
      home.drop(under, statuts(flowId('CEN0036A', sequence, 'COL001'), [one]), 'COL001');
      await home.idle();
      expect(home.outcomes.at(-1)).toMatchObject({ state: 'IN_REJETE', deliveries: [] });
      expect(home.outcomes.at(-1)?.fatal.map(({ rule }) => rule)).toEqual(['ECL-STA-PLACE']);
      await drop(home, [one, one, one]);
      expect(home.outcomes.at(-1)).toMatchObject({ state: 'QP_IRRECEVABLE', received: 3, integrated: 0 });
      expect(home.outcomes.at(-1)?.fatal.map(({ rule }) => rule)).toEqual(['ECL-STA-MANY']);
      await drop(home, [{ ...one, comment: 'x'.repeat(2_001) }, one]);
      const flow = home.outcomes.at(-1);
      expect(flow).toMatchObject({ state: 'IN_INTEGRE', integrated: 2 });
      const findings = await home.app.store.findings(flow?.flow ?? '');
      expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
        ['ECL-STA-TEXT', 'warning'],
        ['ECL-STA-SAME', 'warning'],
      ]);
      expect(await codes(home, 'BAD-1')).toEqual(['01', '02', '03', '07']);
    },
    clockNow(),
  );
});

it('a partner with a role speaks for a recipient that is not connected; the issuer may complete what was suspended', async () => {
  const partners = [
    { code: 'FRN001', name: 'F', interfaces: ['FSO1100A', 'FSO1201A'] },
    { code: 'COL001', name: 'C', interfaces: ['FSO1201A'] },
    { code: 'ETA001', name: 'E', interfaces: ['FSO1201A'] },
  ];
  const roles = [{ partner: 'ETA001', role: 'recipient', structures: [commune] }];
  await withHome(
    { partners, lifecycle: { groupMsMax: 60_000, roles } },
    async (home) => {
      await deposit(home, 'ROLE-1', { recipient: { siret: commune, name: 'Commune' } });
      const about = { number: 'ROLE-1', recipient: commune };
      await drop(home, [{ ...about, code: '07' }], 'COL001');
      expect(home.outcomes.at(-1)?.fatal.map(({ rule }) => rule)).toEqual(['ECL-STA-ENTITLED']);
      await drop(home, [{ ...about, code: '06', reason: 'Pièce absente' }], 'ETA001');
      await drop(home, [{ ...about, code: '12' }], 'FRN001');
      expect(await codes(home, 'ROLE-1')).toEqual(['01', '03', '06', '12']);
    },
    clockNow(),
  );
});
