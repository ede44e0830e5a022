import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.js';
import { newId } from '../../src/domain/ids.js';
import { type Browser, openConsole, type TestConsole } from '../helpers/console.js';

const startMs = Date.parse('2026-11-21T08:00:00.000Z');
let at: TestConsole;
let nowMs: number;
let support: Browser;

beforeEach(async () => {
  nowMs = startMs;
  at = await openConsole({ clock: { now: () => new Date(nowMs) } });
  support = await at.signedIn('support', { login: 'c.martin' });
});
afterEach(() => at.close());

async function begin(key: string): Promise<Alert> {
  const beganAt = new Date(nowMs).toISOString();
  const alert: Alert = {
    id: newId(),
    key,
    kind: 'not-fetched',
    partner: 'COL001',
    flow: null,
    delivery: null,
    since: beganAt,
    text: `Le fichier ${key} n'a pas été relevé.`,
    fix: 'Demandez à COL001.',
    beganAt,
    endedAt: null,
  };
  await at.parts.store.transaction((tx) => tx.beginAlert(alert, []));
  return alert;
}
const page = async (url: string, by = support) => (await by.get(url)).body;
const acts = (kind: string) => at.parts.store.listActs({ kind, limit: 10 });

describe('alerts in the console', () => {
  it('are taken with a note, which everybody sees; the first page no longer begins with them', async () => {
    const [one, two] = [await begin('A.xml'), await begin('B.xml')];
    expect(await page('/')).toContain('2 alertes à prendre');
    const note = 'COL001 appelé, relève à 14 h';
    const answer = await support.post('/alertes/vues', { alerte: one.id, note });
    expect(answer.headers.location).toBe('/alertes');
    const [list, first] = [await page('/alertes'), await page('/')];
    for (const text of ['vue par c.martin', note, '1 alerte à prendre', '1 vue'])
      expect(list).toContain(text);
    expect(list.indexOf('Le fichier B.xml')).toBeLessThan(list.indexOf('Le fichier A.xml'));
    expect(first).toContain('1 alerte à prendre');
    expect(first).toContain('1 alerte vue dure encore');
    expect(first.indexOf('Le fichier B.xml')).toBeLessThan(first.indexOf('Aujourd’hui'));
    expect(first.indexOf('Le fichier A.xml')).toBeGreaterThan(first.indexOf('Aujourd’hui'));
    expect(await acts('alert-seen')).toMatchObject([
      { actor: 'user:c.martin', text: `alerte vue : ${one.text} (${note})` },
    ]);
    expect(await at.parts.store.alert(two.id)).toMatchObject({ seen: null });
  });

  it('asks for a note and for a tick, and changes nothing without', async () => {
    const { id } = await begin('A.xml');
    expect((await support.post('/alertes/vues', { alerte: id, note: ' ' })).statusCode).toBe(400);
    expect((await support.post('/alertes/vues', { note: 'je regarde' })).statusCode).toBe(400);
    expect(await at.parts.store.alert(id)).toMatchObject({ seen: null });
    expect(await acts('alert-seen')).toEqual([]);
  });

  it('leaves who was first, and says who it was', async () => {
    const { id } = await begin('A.xml');
    await support.post('/alertes/vues', { alerte: id, note: 'je regarde' });
    const other = await at.signedIn('support', { login: 'l.petit' });
    await other.post('/alertes/vues', { alerte: id, note: 'moi aussi' });
    expect(await at.parts.store.alert(id)).toMatchObject({
      seen: { by: 'user:c.martin', note: 'je regarde' },
    });
    await other.post(`/alertes/${id}/non-vue`);
    await other.post('/alertes/vues', { alerte: id, note: 'je reprends' });
    expect(await at.parts.store.alert(id)).toMatchObject({ seen: { by: 'user:l.petit' } });
    expect(await acts('alert-unseen')).toHaveLength(1);
  });

  it('is new again when it comes back after its end', async () => {
    const first = await begin('A.xml');
    await support.post('/alertes/vues', { alerte: first.id, note: 'je regarde' });
    await at.parts.store.transaction((tx) => tx.endAlert(first.id, new Date(nowMs).toISOString()));
    await begin('A.xml');
    expect(await page('/alertes')).toContain('1 alerte à prendre');
    const all = await page('/alertes?etat=toutes');
    expect(all).toContain('vue par c.martin');
    await support.post(`/alertes/${first.id}/non-vue`);
    expect(await acts('alert-unseen')).toEqual([expect.objectContaining({ actor: 'user:c.martin' })]);
    expect(await at.parts.store.alert(first.id)).toMatchObject({ seen: { by: 'user:c.martin' } });
  });

  it('shows readers who looks after it, and offers them nothing', async () => {
    const { id } = await begin('A.xml');
    const reader = await at.signedIn('reader');
    const shown = await page('/alertes', reader);
    expect(shown).toContain('à prendre');
    expect(shown).not.toContain('checkbox');
    expect((await reader.post('/alertes/vues', { alerte: id, note: 'je regarde' })).statusCode).toBe(403);
  });
});
