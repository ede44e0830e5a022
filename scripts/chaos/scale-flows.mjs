import { makeFlows } from '../crash/flows.mjs';
import { flowName, piece } from '../documents/names.mjs';
import { townHall } from '../documents/parties.mjs';
import { pdf, tarGz, zip } from '../documents/pieces.mjs';
import { ubl } from '../documents/ubl.mjs';

const largePieceBytes = 600_000;
const manyInvoices = 60;

/**
 * Flows of several partners as `makeFlows` gives them, among them large ones, and later deposits that repeat earlier
 * ones: each has `after`, the name of the flow that must be answered before it is deposited.
 */
export function makeScaleFlows(count, random, partners) {
  const repeats = Math.floor(count * 0.04);
  const base = makeFlows(count - repeats, random, (i) => partners[i % partners.length]);
  const flows = base.map((flow, i) => {
    const draw = random();
    const sequence = i + 1;
    if (draw < 0.015) return { ...flow, ...largePiece(sequence, flow.partner, random) };
    if (draw < 0.02) return { ...flow, ...manyInOne(sequence, flow.partner) };
    return flow;
  });
  const good = flows.filter(({ state, name }) => state === 'IN_INTEGRE' && name.startsWith('FSO1100A'));
  for (let i = 0; i < repeats; i++) {
    const first = good[Math.floor(random() * good.length)];
    flows.push(repeated(first, base.length + i + 1, i % 3));
  }
  return flows;
}

function largePiece(sequence, partner, random) {
  const number = `L-${String(sequence).padStart(6, '0')}`;
  const noise = Buffer.alloc(largePieceBytes);
  for (let i = 0; i < noise.length; i += 4) noise.writeUInt32LE(Math.floor(random() * 2 ** 32), i);
  const bytes = zip(`${number}.pdf`, Buffer.concat([pdf(`Facture ${number}`), noise]));
  return {
    name: flowName('FSO1100A', sequence, partner),
    bytes: ubl({ number, recipient: townHall, piece: { name: `${number}.pdf`, bytes } }),
    state: 'IN_INTEGRE',
    invoices: [number],
  };
}

function manyInOne(sequence, partner) {
  const numbers = Array.from({ length: manyInvoices }, (_, i) => `M-${sequence}-${i + 1}`);
  const files = numbers.map((number) => ({
    name: `${number}.xml`,
    bytes: Buffer.from(ubl({ number, recipient: townHall, piece: piece(number) })),
  }));
  return {
    name: flowName('FSO1100A', sequence, partner),
    bytes: tarGz(files),
    state: 'IN_INTEGRE',
    invoices: numbers,
  };
}

/** The same bytes under another name; other bytes under the same name; the same invoice number in another document. */
function repeated(first, sequence, kind) {
  const { partner } = first;
  const common = { partner, invoices: [], after: first.name };
  const name = flowName('FSO1100A', sequence, partner);
  if (kind === 0) return { ...common, name, bytes: first.bytes, state: 'QP_IRRECEVABLE', kind: 'same bytes' };
  const other = ubl({ number: `R-${sequence}`, recipient: townHall });
  if (kind === 1)
    return { ...common, name: first.name, bytes: other, state: 'QP_IRRECEVABLE', kind: 'same name' };
  const again = ubl({ number: first.invoices[0], recipient: townHall, date: '2026-01-16' });
  return { ...common, name, bytes: again, state: 'IN_REJETE', kind: 'same number' };
}
