import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { type StatutUnit, statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { completeInvoice } from '../../src/pipeline/complete.js';
import { readdressInvoice } from '../../src/pipeline/readdress.js';
import { openHome, type TestHome } from '../helpers/home.js';
import { invoiceNamed, movePorts } from '../helpers/moves.js';
import { officialSchema } from '../helpers/official.js';
import { shared } from '../helpers/root.js';

const oracle = existsSync(join(shared, 'reference/xsd/cpp'));
if (!oracle) console.log('skipped: pivots against the official schema (ECLUSE_SHARED)');
const partners = [
  { code: 'FRN001', name: 'Fournisseur', interfaces: ['FSO1100A'], lifecycle: true },
  { code: 'COL001', name: 'Collectivités', interfaces: ['FSO1201A'], lifecycle: false },
  { code: 'ETA001', name: 'État', interfaces: ['FSO1201A'], lifecycle: false },
];
const by = 'user:claire' as const;
const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let home: TestHome;
let moves: ReturnType<typeof movePorts>;
let sequence = 0;
beforeEach(async () => {
  home = await openHome({ flags: { partners } });
  moves = movePorts(home, { partners });
});
afterEach(async () => {
  await moves.close();
  await home.close();
});

async function deposit(number: string, more: object = {}): Promise<void> {
  home.drop(flowName('FSO1100A', ++sequence), ubl({ number, ...more }));
  await home.idle();
}

async function say(one: StatutUnit, partner = 'COL001'): Promise<void> {
  const name = flowName('FSO1201A', ++sequence, partner);
  home.drop(name, statuts(flowId('FSO1201A', sequence, partner), [one], partner), partner);
  await home.idle();
}

function file(
  name: string,
  content: string | Buffer = '%PDF-1.4 bon de livraison',
): {
  path: string;
  name: string;
} {
  const path = join(dir, name);
  writeFileSync(path, content);
  return { path, name };
}

const statuses = async (number: string) =>
  (await home.app.store.statuses((await invoiceNamed(home, number)).id)).map(({ code }) => code);
const pivots = (partner: string) => home.out(partner).filter((name) => name.startsWith('FEN0036A'));
const parts = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((found) => found[1]);

function valid(xml: string): void {
  if (!oracle) return;
  const schema = officialSchema('cpp/CPPFacturePivot_V2_02.xsd');
  try {
    expect(schema.problems(xml)).toEqual([]);
  } finally {
    schema.dispose();
  }
}

describe('invoices complete', () => {
  it('sends a suspended invoice again with all its pieces and the new ones', async () => {
    await deposit('CPL-1');
    await say({ number: 'CPL-1', code: '06', reason: 'Pièce manquante', comment: 'Bon de livraison' });
    const row = await invoiceNamed(home, 'CPL-1');
    const order = {
      invoice: row.id,
      by,
      reason: 'Voici le bon',
      files: [file('bon.pdf'), file('notes.txt', 'a')],
    };
    const moved = await completeInvoice(moves.ports, order);
    expect(moved).toMatchObject({ from: '06', statuses: ['12'], recipientPartner: 'COL001' });
    await home.idle();
    const [first = '', second = ''] = pivots('COL001');
    expect(second).toBe(moved.pivots[0]);
    const before = home.read('COL001', first);
    const after = home.read('COL001', second);
    expect(parts(before, 'Renvoi')).toEqual([]);
    expect(parts(after, 'Renvoi')).toEqual(['Complétée']);
    expect(parts(before, 'TypePJ')).toEqual(['01']);
    expect(parts(after, 'TypePJ')).toEqual(['01', '02', '02']);
    expect(parts(after, 'NomPJOrigine')).toEqual(['bon.pdf', 'notes.txt']);
    valid(after);
    // Available again once its new pivot was written.
    expect(await statuses('CPL-1')).toEqual(['01', '02', '03', '06', '12', '03']);
    const told = home
      .out('FRN001')
      .filter((name) => name.startsWith('FEN1201A'))
      .flatMap((name) => parts(home.read('FRN001', name), 'IdStatut'));
    expect(told).toEqual(['01', '02', '03', '06', '12', '03']);
    const events = await home.app.store.events(row.flow);
    expect(events.find(({ kind }) => kind === 'completed')).toMatchObject({ actor: by, invoice: row.id });
    // Once more: the pieces of the first time are former ones now.
    await say({ number: 'CPL-1', code: '06', reason: 'Pièce manquante' });
    const again = await completeInvoice(moves.ports, { ...order, files: [file('encore.pdf')] });
    await home.idle();
    expect(parts(home.read('COL001', again.pivots[0] ?? ''), 'NomPJOrigine')).toEqual([
      'bon.pdf',
      'notes.txt',
      'encore.pdf',
    ]);
  });

  it('refuses kindly at another status, and a file that may not be attached; nothing changes', async () => {
    await deposit('CPL-2');
    const { id: invoice } = await invoiceNamed(home, 'CPL-2');
    const order = { invoice, by, reason: null, files: [file('bon.pdf')] };
    await expect(completeInvoice(moves.ports, order)).rejects.toMatchObject({
      code: 'MOVE_REFUSED',
      message: expect.stringContaining(
        "au statut 03 (Mise à disposition du destinataire) : elle ne peut être complétée qu'au statut 06",
      ),
    });
    await say({ number: 'CPL-2', code: '06', reason: 'Pièce manquante' });
    const files = [file('virus.exe', 'MZ'), file('vide.pdf', ''), file('faux.pdf', 'ceci est du texte')];
    const refused = await completeInvoice(moves.ports, { ...order, files }).catch((thrown) => thrown);
    expect(refused).toMatchObject({ code: 'MOVE_REFUSED' });
    for (const rule of ['IRR_EXT_DOC', 'IRR_VID_PJ']) expect(refused.message).toContain(rule);
    expect(refused.message).not.toContain('balise');
    expect(await statuses('CPL-2')).toEqual(['01', '02', '03', '06']);
    expect(pivots('COL001')).toHaveLength(1);
  });

  it('lets one of two people at once through', async () => {
    await deposit('CPL-3');
    await say({ number: 'CPL-3', code: '06', reason: 'Pièce manquante' });
    const { id: invoice } = await invoiceNamed(home, 'CPL-3');
    const files = [file('bon.pdf')];
    const results = await Promise.allSettled([
      completeInvoice(moves.ports, { invoice, by, reason: null, files }),
      completeInvoice(moves.ports, { invoice, by: 'user:luc', reason: null, files }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await home.idle();
    expect(pivots('COL001')).toHaveLength(2);
    expect((await statuses('CPL-3')).filter((code) => code === '12')).toHaveLength(1);
  });
});

describe('invoices readdress', () => {
  const state = { siret: '11000201100044', service: 'AAASCPV' };

  it('sends a misdirected invoice to the right recipient, and tells the former one nothing', async () => {
    await deposit('RDR-1');
    await say({ number: 'RDR-1', code: '04', reason: 'Mauvais destinataire' });
    const row = await invoiceNamed(home, 'RDR-1');
    const base = { invoice: row.id, by, reason: 'mauvais SIRET' };
    const without = await readdressInvoice(moves.ports, { ...base, ...state, engagement: null }).catch(
      (e) => e,
    );
    expect(without).toMatchObject({ code: 'MOVE_REFUSED' });
    expect(without.message).toContain('ECL-DIR-ENGAGEMENT-REQUIRED');
    const stranger = { ...base, siret: '12345678200010', service: null, engagement: null };
    await expect(readdressInvoice(moves.ports, stranger)).rejects.toThrow('ECL-DIR-RECIPIENT');
    const own = { ...base, siret: row.recipientSiret ?? '', service: row.serviceCode, engagement: null };
    await expect(readdressInvoice(moves.ports, own)).rejects.toThrow('elle a déjà ce destinataire');
    const moved = await readdressInvoice(moves.ports, { ...base, ...state, engagement: 'ENG-7' });
    expect(moved).toMatchObject({ from: '04', statuses: ['02'], recipientPartner: 'ETA001' });
    await home.idle();
    const xml = home.read('ETA001', moved.pivots[0] ?? '');
    expect(parts(xml, 'Renvoi')).toEqual(['Recyclée']);
    expect(parts(xml, 'CodeService')).toEqual(['AAASCPV']);
    expect(parts(xml, 'NumeroEngagement')).toEqual(['ENG-7']);
    expect(xml).toContain('<Identifiant>11000201100044</Identifiant>');
    valid(xml);
    expect(await statuses('RDR-1')).toEqual(['01', '02', '03', '04', '02', '03']);
    expect(await invoiceNamed(home, 'RDR-1')).toMatchObject({
      recipientSiret: state.siret,
      serviceCode: 'AAASCPV',
      recipientPartner: 'ETA001',
    });
    expect(pivots('COL001')).toHaveLength(1);
    const [move] = await home.app.store.invoiceMoves(row.id);
    expect(move).toMatchObject({ kind: 'readdressed', by, facts: { from: { siret: row.recipientSiret } } });
    // The former recipient has no say any more, the new one has.
    await say({ number: 'RDR-1', code: '06', reason: 'x', recipient: row.recipientSiret ?? '' });
    expect(home.outcomes.at(-1)?.state).toBe('IN_REJETE');
    await say({ number: 'RDR-1', code: '06', reason: 'x', recipient: state.siret }, 'ETA001');
    expect(home.outcomes.at(-1)?.state).toBe('IN_INTEGRE');
    const completed = await completeInvoice(moves.ports, { ...base, files: [file('bon.pdf')] });
    await home.idle();
    const third = home.read('ETA001', completed.pivots[0] ?? '');
    expect(parts(third, 'NumeroEngagement')).toEqual(['ENG-7']);
    expect(third).toContain('<Identifiant>11000201100044</Identifiant>');
  });

  it('goes to a recipient that is not connected as available at once', async () => {
    await deposit('RDR-2');
    await say({ number: 'RDR-2', code: '04', reason: 'Mauvais destinataire' });
    const { id: invoice } = await invoiceNamed(home, 'RDR-2');
    const to = { siret: '21999901800019', service: null, engagement: null };
    const moved = await readdressInvoice(moves.ports, { invoice, by, reason: null, ...to });
    expect(moved).toMatchObject({ statuses: ['03'], pivots: [], recipientPartner: null });
    const again = readdressInvoice(moves.ports, { invoice, by, reason: null, ...to });
    await expect(again).rejects.toThrow("qu'au statut 04");
  });
});
