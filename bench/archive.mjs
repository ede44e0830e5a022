// 500 invoices in one tar.gz: from the engine's start of watching to the report on disk.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowName, piece } from '../scripts/documents/names.mjs';
import { tarGz } from '../scripts/documents/pieces.mjs';
import { invoice10kB, machine, runEngine, scratch } from './lib.mjs';

const home = scratch();
const folder = join(home, 'partners', 'FRN001', 'in');
mkdirSync(folder, { recursive: true });
const files = Array.from({ length: 500 }, (_, i) => {
  const number = `B-${String(i + 1).padStart(7, '0')}`;
  return { name: `${number}.xml`, bytes: Buffer.from(invoice10kB(number, { piece: piece(number) })) };
});
writeFileSync(join(folder, flowName('FSO1100A', 1)), tarGz(files));
const run = await runEngine(home, 1);
console.log(machine());
console.log(
  `500 invoices in one tar.gz: ${run.durationMs.toFixed(0)} ms (target 2000), start-up ${run.startMs} ms`,
);
