import { existsSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { tarGz } from '../../scripts/documents/pieces.mjs';
import { statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { createTransports } from '../../src/app/transports.js';
import { silentLog } from '../../src/log.js';
import { askRecall } from '../../src/pipeline/recall.js';
import { createRecaller } from '../../src/pipeline/recall-settle.js';
import { systemClock } from '../../src/ports/clock.js';
import type { PartnerMode } from '../../src/ports/store.js';
import type { DeliveryTransport } from '../../src/ports/transport.js';
import { homePaths } from '../../src/settings/home.js';
import { loadSettings } from '../../src/settings/load.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { invoiceNamed } from '../helpers/moves.js';
import { officialSchema } from '../helpers/official.js';
import { until } from '../helpers/processes.js';
import { shared } from '../helpers/root.js';

const oracle = existsSync(join(shared, 'reference/xsd/cpp'));
if (!oracle) console.log('skipped: pivots against the official schema (ECLUSE_SHARED)');
const partners = [
  { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A'], lifecycle: true },
  { code: 'COL001', name: 'Collectivités', interfaces: ['FSO1201A'], lifecycle: false },
];
const by = 'user:claire' as const;
let home: TestHome;
let sequence = 0;
beforeEach(async () => {
  // Nobody looks whether files are fetched: a recall must find out by itself.
  home = await openHome({ flags: { partners, delivery: { lookMs: 600_000 } } });
});
afterEach(() => home.close());

const pivots = (partner = 'COL001') => home.out(partner).filter((name) => name.startsWith('FEN0036A'));
const pathOf = (name: string) => join(homePaths(home.dir).outFolder('COL001'), name);
const ports = () => ({ store: home.app.store, clock: systemClock });

async function deposit(...numbers: readonly string[]): Promise<void> {
  const name = flowName('FSO1100A', ++sequence);
  const entries = numbers.map((number) => ({ name: `${number}.xml`, bytes: Buffer.from(ubl({ number })) }));
  home.drop(name, tarGz(entries));
  await home.idle();
}

async function recall(number: string) {
  const { id: invoice } = await invoiceNamed(home, number);
  const id = await askRecall(ports(), { invoice, by, reason: 'doublon chez nous' });
  await home.idle();
  return ended(invoice, id);
}

async function ended(invoice: string, id: string) {
  const found = async () => (await home.app.store.invoiceMoves(invoice)).find((one) => one.id === id);
  await until('the recall ends', async () => ((await found())?.state ?? 'asked') !== 'asked');
  const move = await found();
  if (move === undefined) throw new Error('the recall is not there');
  return move;
}

/** Sets what an operator wants of COL001, and waits until the engine has read it: of two looks the second began after. */
async function control(mode: PartnerMode): Promise<void> {
  const { store } = home.app;
  const at = new Date().toISOString();
  await store.transaction((tx) => tx.setPartnerControl({ partner: 'COL001', mode, by, at, reason: null }));
  const looks = vi.spyOn(store, 'partnerControls');
  await until('the engine has read it', () => looks.mock.calls.length > 1);
  looks.mockRestore();
}

const life = async (number: string) =>
  (await home.app.store.statuses((await invoiceNamed(home, number)).id)).map(({ code }) => code);

it('takes the file out; the others of the pivot go out again under a new name; nothing false is told', async () => {
  await deposit('RPL-1', 'RPL-2', 'RPL-3');
  const [before = ''] = pivots();
  const blocks = (xml: string) => xml.match(/<PJ NumOrdre[\s\S]*?<\/PJ>/g);
  const was = home.read('COL001', before);
  const move = await recall('RPL-2');
  expect(move).toMatchObject({ state: 'done', facts: { withdrawn: [before] } });
  await home.idle();
  const [after = '', ...more] = pivots();
  expect(more).toEqual([]);
  expect(after).toBe(move.facts.pivots?.[0]);
  expect(after).not.toBe(before);
  const xml = home.read('COL001', after);
  expect([...xml.matchAll(/<DonneesFacture>\s*<Id>([^<]+)/g)].map((one) => one[1])).toEqual([
    'RPL-1',
    'RPL-3',
  ]);
  expect([...xml.matchAll(/Unitaire NumOrdre="(\d+)"/g)].map((one) => one[1])).toEqual(['1', '1', '2']);
  expect(xml).toContain('<CPPFactures Compteur="2">');
  expect(xml).toContain(`<Valeurparametre>${after.slice(-25)}</Valeurparametre>`);
  expect(blocks(xml)).toEqual(blocks(was)?.filter((_, i) => i !== 1));
  expect(xml).not.toContain('@@');
  if (oracle) {
    const schema = officialSchema('cpp/CPPFacturePivot_V2_02.xsd');
    expect(schema.problems(xml)).toEqual([]);
    schema.dispose();
  }
  expect(await life('RPL-2')).toEqual(['01', '02', '03', 'RAPPELEE']);
  expect(await life('RPL-1')).toEqual(['01', '02', '03']);
  const told = home.out('FRN001').filter((name) => name.startsWith('FEN1201A'));
  for (const name of told) expect(home.read('FRN001', name)).not.toContain('RAPPELEE');
  const row = await invoiceNamed(home, 'RPL-2');
  const events = (await home.app.store.events(row.flow)).filter(({ invoice }) => invoice === row.id);
  expect(events.map(({ kind, actor }) => [kind, actor])).toEqual([
    ['recall-asked', by],
    ['recalled', by],
  ]);
  // Its number stays taken, and nobody sets a status on it any more.
  await deposit('RPL-2');
  expect(home.outcomes.at(-1)?.state).toBe('IN_REJETE');
  await expect(askRecall(ports(), { invoice: row.id, by, reason: 'x' })).rejects.toThrow(
    "au statut RAPPELEE (Rappelée à la demande de l'émetteur)",
  );
  const name = flowName('FSO1201A', ++sequence, 'COL001');
  const late = statuts(flowId('FSO1201A', sequence, 'COL001'), [{ number: 'RPL-2', code: '07' }], 'COL001');
  home.drop(name, late, 'COL001');
  await home.idle();
  expect(home.outcomes.at(-1)?.fatal.map(({ rule }) => rule)).toContain('ECL-STA-FINAL');
  // A second recall from the new pivot works as well, and the last one leaves no file.
  await recall('RPL-1');
  await recall('RPL-3');
  await home.idle();
  expect(pivots()).toEqual([]);
});

it('fails when the partner was faster: all stands as it was', async () => {
  await deposit('RPL-4', 'RPL-5');
  const [name = ''] = pivots();
  unlinkSync(pathOf(name));
  const move = await recall('RPL-4');
  expect(move.state).toBe('refused');
  expect(move.outcome).toContain('avant qu');
  expect(await life('RPL-4')).toEqual(['01', '02', '03']);
  expect(pivots()).toEqual([]);
  expect(await home.app.store.findDelivery(name)).toMatchObject({ state: 'delivered' });
});

it('an invoice that is not yet written, or whose recipient is not connected, is recalled too', async () => {
  const far = { siret: '21999901800019', name: 'Commune de Valfleury-les-Écluses' };
  home.drop(flowName('FSO1100A', ++sequence), ubl({ number: 'RPL-6', recipient: far }));
  await home.idle();
  expect(await recall('RPL-6')).toMatchObject({ state: 'done', facts: { withdrawn: [], pivots: [] } });
  expect(await life('RPL-6')).toEqual(['01', '03', 'RAPPELEE']);
  await control('paused');
  await deposit('RPL-7');
  expect(pivots()).toEqual([]);
  expect(await recall('RPL-7')).toMatchObject({ state: 'done' });
  expect(await life('RPL-7')).toEqual(['01', '02', 'RAPPELEE']);
  await control('active');
  await home.idle();
  expect(pivots()).toEqual([]);
});

it('two people at once: one order; a second one waits for nothing', async () => {
  await deposit('RPL-8');
  const { id: invoice } = await invoiceNamed(home, 'RPL-8');
  const asked = await Promise.allSettled([
    askRecall(ports(), { invoice, by, reason: 'un' }),
    askRecall(ports(), { invoice, by: 'user:luc', reason: 'deux' }),
  ]);
  expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('interrupted between folder and database: written again with the same bytes, the recall fails', async () => {
  await deposit('RPL-9', 'RPL-10');
  const [name = ''] = pivots();
  const bytes = home.read('COL001', name);
  const { id: invoice } = await invoiceNamed(home, 'RPL-9');
  // The engine stops, so that the crash is ours.
  await home.app.engine.stop();
  const loaded = loadSettings({ env: { ECLUSE_HOME: home.dir }, cwd: home.dir, flags: { partners } });
  const transports = createTransports(loaded);
  const breaks: DeliveryTransport = {
    ...transports.delivery('COL001'),
    async remove(file) {
      renameSync(pathOf(file), join(home.dir, 'taken'));
      throw new Error('connection lost');
    },
  };
  const recallerOn = (transport: DeliveryTransport) =>
    createRecaller({
      store: home.app.store,
      clock: systemClock,
      log: silentLog,
      transportFor: () => transport,
      engine: { code: 'CPP001', name: 'Écluse' },
      partnerNames: new Map(),
      life: { roles: [], subscribed: new Set(), flowReports: new Set() },
      retryMs: 1,
      retryMsMax: 1,
    });
  const id = await askRecall(ports(), { invoice, by, reason: 'doublon' });
  const broken = recallerOn(breaks);
  await broken.turn(() => false);
  // A turn leaves what is slow to itself.
  await until('the crash has come', () => !broken.holds('COL001'));
  expect(await home.app.store.findDelivery(name)).toMatchObject({ state: 'withdrawn' });
  // Another process goes on.
  await recallerOn(transports.delivery('COL001')).turn(() => false);
  const move = await ended(invoice, id);
  expect(move).toMatchObject({ state: 'refused' });
  expect(move.outcome).toContain('interrompu');
  expect(await home.app.store.findDelivery(name)).toMatchObject({ state: 'pending' });
  await transports.close();
  await home.app.close();
  const again = await openHome({ dir: home.dir, flags: { partners } });
  await again.idle();
  expect(again.read('COL001', name)).toBe(bytes);
  await again.close();
  rmSync(home.dir, { recursive: true, force: true });
  home = await openHome({ flags: { partners } });
});
