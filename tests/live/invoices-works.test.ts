import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { type StatutUnit, statuts } from '../../scripts/documents/statut.mjs';
import { worksCii } from '../../scripts/documents/works.mjs';
import { completeInvoice } from '../../src/pipeline/complete.js';
import { readdressStep } from '../../src/pipeline/readdress-step.js';
import { openHome } from '../helpers/home.js';
import { invoiceNamed, movePorts } from '../helpers/moves.js';
import { officialSchema } from '../helpers/official.js';
import { shared } from '../helpers/root.js';

const wrong = { siret: '79955503200017', name: 'Bâtisseurs de la Vanne' };
const moe = '79955502400014';
const recipient = { siret: '75356054900010', service: 'SERV1' };
const partner = (code: string, more: Record<string, unknown> = {}) => ({
  code,
  name: `Partenaire ${code}`,
  interfaces: ['FSO1201A'],
  lifecycle: false,
  ...more,
});
const flags = {
  partners: [
    partner('FRN001', { interfaces: ['FSO1116A'] }),
    partner('COL001'),
    partner('MOE001', { receives: [moe] }),
    partner('ENT001', { receives: [wrong.siret] }),
  ],
};
const values = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((found) => found[1]);

it('a works invoice: the wrong MOE is replaced, the right one gets a complement, the recipient all of it', async () => {
  const home = await openHome({ flags });
  const moves = movePorts(home, flags);
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  let sequence = 0;
  const say = async (by: string, one: StatutUnit) => {
    const told = { recipient: recipient.siret, service: recipient.service, ...one };
    const name = flowName('FSO1201A', ++sequence, by);
    home.drop(name, statuts(flowId('FSO1201A', sequence, by), [told], by), by);
    await home.idle();
    expect(home.outcomes.at(-1)?.state).toBe('IN_INTEGRE');
  };
  const pivots = (code: string) => home.out(code).filter((name) => name.startsWith('FEN0036A'));
  const number = 'TRV-M1';
  try {
    home.drop(flowName('FSO1116A', ++sequence), worksCii({ number, cadre: 'A4', valideur: wrong }));
    await home.idle();
    const { id: invoice } = await invoiceNamed(home, number);
    const order = { invoice, by: 'user:claire', reason: null } as const;
    await say('ENT001', { number, code: '28', reason: 'Pas notre chantier' });
    await expect(readdressStep(moves.ports, { ...order, role: 'moa', siret: moe })).rejects.toThrow(
      "ne se remplace qu'au statut 31",
    );
    const same = readdressStep(moves.ports, { ...order, role: 'moe', siret: wrong.siret });
    await expect(same).rejects.toThrow("l'a déjà refusée");
    const moved = await readdressStep(moves.ports, { ...order, role: 'moe', siret: moe });
    expect(moved).toMatchObject({ from: '28', statuses: ['40'], recipientPartner: 'MOE001' });
    await home.idle();
    expect(values(home.read('MOE001', moved.pivots[0] ?? ''), 'Renvoi')).toEqual(['Recyclée']);

    await say('MOE001', { number, code: '34', comment: 'Plan absent' });
    const path = join(dir, 'plan.pdf');
    writeFileSync(path, '%PDF-1.4 plan');
    const files = [{ path, name: 'plan.pdf' }];
    const completed = await completeInvoice(moves.ports, { ...order, files });
    expect(completed).toMatchObject({ from: '34', statuses: ['12', '27'], recipientPartner: 'MOE001' });
    await home.idle();
    const complement = home.read('MOE001', completed.pivots[0] ?? '');
    expect(values(complement, 'Renvoi')).toEqual(['Complétée']);
    expect(values(complement, 'NomPJOrigine')).toContain('plan.pdf');

    await say('MOE001', { number, code: '29' });
    const [last = ''] = pivots('COL001');
    const xml = home.read('COL001', last);
    expect(values(xml, 'Renvoi')).toEqual([]);
    expect(values(xml, 'NomPJOrigine')).toContain('plan.pdf');
    expect(values(xml, 'CodeStatut')).toEqual(['29']);
    const life = (await home.app.store.statuses(invoice)).map(({ code }) => code);
    expect(life).toEqual(['01', '40', '27', '28', '40', '27', '34', '12', '27', '29', '02', '03']);

    // The recipient may ask for more once it has it.
    await say('COL001', { number, code: '06', reason: 'Pièce manquante' });
    const again = await completeInvoice(moves.ports, { ...order, files });
    await home.idle();
    const second = home.read('COL001', again.pivots[0] ?? '');
    expect(values(second, 'Renvoi')).toEqual(['Complétée']);
    expect(values(second, 'CodeStatut')).toEqual(['29']);
    if (!existsSync(join(shared, 'reference/xsd/cpp'))) return;
    const schema = officialSchema('cpp/CPPFacturePivot_V2_02.xsd');
    for (const code of ['ENT001', 'MOE001', 'COL001'])
      for (const name of pivots(code)) expect(schema.problems(home.read(code, name))).toEqual([]);
    schema.dispose();
  } finally {
    rmSync(dir, { recursive: true, force: true });
    await moves.close();
    await home.close();
  }
});
