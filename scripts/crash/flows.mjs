import { cii } from '../documents/cii.mjs';
import { flowName, piece } from '../documents/names.mjs';
import { townHall } from '../documents/parties.mjs';
import { tarGz } from '../documents/pieces.mjs';
import { ubl } from '../documents/ubl.mjs';

/**
 * Flows with what must become of them: `{partner, name, bytes, state, invoices}`, where invoices lists the numbers
 * that must reach a recipient.
 */
export function makeFlows(count, random, partnerOf = () => 'FRN001') {
  return Array.from({ length: count }, (_, i) => {
    const partner = partnerOf(i);
    const draw = random();
    return { partner, ...makeFlow(i + 1, draw, partner) };
  });
}

function makeFlow(i, draw, partner) {
  const number = `C-${String(i).padStart(6, '0')}`;
  if (draw < 0.5) {
    const bytes = ubl({ number, recipient: townHall, piece: piece(number) });
    return { name: flowName('FSO1100A', i, partner), bytes, state: 'IN_INTEGRE', invoices: [number] };
  }
  if (draw < 0.6) {
    // No piece: its readable PDF is rendered.
    return {
      name: flowName('FSO1100A', i, partner),
      bytes: ubl({ number }),
      state: 'IN_INTEGRE',
      invoices: [number],
    };
  }
  if (draw < 0.75) {
    const bytes = cii({ number, piece: piece(number) });
    return { name: flowName('FSO1116A', i, partner), bytes, state: 'IN_INTEGRE', invoices: [number] };
  }
  if (draw < 0.85) {
    const numbers = ['a', 'b', 'c'].map((letter) => `${number}${letter}`);
    const files = numbers.map((n) => ({
      name: `${n}.xml`,
      bytes: Buffer.from(ubl({ number: n, piece: piece(n), ...(n.endsWith('b') ? { ttc: '1.00' } : {}) })),
    }));
    const good = numbers.filter((n) => !n.endsWith('b'));
    return {
      name: flowName('FSO1100A', i, partner),
      bytes: tarGz(files),
      state: 'IN_INTEGRE_PARTIEL',
      invoices: good,
    };
  }
  if (draw < 0.92) {
    const bytes = ubl({ number, ttc: '1.00' });
    return { name: flowName('FSO1100A', i, partner), bytes, state: 'IN_REJETE', invoices: [] };
  }
  const bytes = ubl({ number, date: '15/01/2026' });
  return { name: flowName('FSO1100A', i, partner), bytes, state: 'QP_IRRECEVABLE', invoices: [] };
}
