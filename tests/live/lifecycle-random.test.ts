import { expect, it } from 'vitest';
import { flowId, flowName } from '../../scripts/documents/names.mjs';
import { type StatutUnit, statuts } from '../../scripts/documents/statut.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { openHome } from '../helpers/home.js';

/** mulberry32: the same numbers for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const codes = ['03', '05', '06', '07', '08', '09', '10', '11', '12', '36'];

it.each([1, 2, 3])(
  'random deposits and statuses, seed %i: each told once, in order, and counts add up',
  async (seed) => {
    const random = seeded(seed);
    const home = await openHome();
    try {
      let sequence = 0;
      let deposited = 0;
      for (let turn = 0; turn < 25; turn++) {
        sequence++;
        if (deposited < 2 || random(4) === 0) {
          home.drop(flowName('FSO1100A', sequence), ubl({ number: `R-${++deposited}` }));
        } else {
          const units = Array.from({ length: 1 + random(5) }, (): StatutUnit => {
            const reason = random(3) === 0 ? {} : { reason: 'motif' };
            return {
              number: `R-${1 + random(deposited + 1)}`,
              code: codes[random(codes.length)] ?? '07',
              ...reason,
            };
          });
          const name = flowName('FSO1201A', sequence, 'COL001');
          home.drop(name, statuts(flowId('FSO1201A', sequence, 'COL001'), units), 'COL001');
        }
        if (random(3) === 0) await home.idle();
      }
      await home.idle();
      const { store } = home.app;
      for (const flow of await store.listFlows({ limit: 100 })) {
        expect(flow.invoicesReceived).toBe(flow.invoicesIntegrated + flow.invoicesRejected);
        expect(flow.finalAt).not.toBeNull();
      }
      const told = home
        .out('FRN001')
        .filter((name) => name.startsWith('FEN1201A'))
        .flatMap((name) => [
          ...home
            .read('FRN001', name)
            .matchAll(/<IdStatut>(\d\d)<\/IdStatut>[\s\S]*?<IdFacture>([^<]+)<\/IdFacture>/g),
        ]);
      for (const invoice of await store.listInvoices({ limit: 100 })) {
        const life = (await store.statuses(invoice.id)).map(({ code }) => code);
        expect(told.filter(([, , number]) => number === invoice.number).map(([, code]) => code)).toEqual(
          life,
        );
        expect(invoice.status).toBe(life.at(-1));
        // No status stands twice in a row, and nothing follows a final one.
        expect(life.some((code, at) => code === life[at + 1])).toBe(false);
        expect(life.slice(0, -1).some((code) => ['05', '11'].includes(code))).toBe(false);
      }
    } finally {
      await home.close();
    }
  },
);
