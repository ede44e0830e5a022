// Statuses in: N invoices are deposited, then their recipient drops flows of statuses. --invoices N --per-flow M
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mixte } from '../scripts/documents/mixte.mjs';
import { flowId, flowName } from '../scripts/documents/names.mjs';
import { townHall } from '../scripts/documents/parties.mjs';
import { statuts } from '../scripts/documents/statut.mjs';
import { machine, runEngine, scratch } from './lib.mjs';

const { values } = parseArgs({
  options: {
    invoices: { type: 'string', default: '10000' },
    'per-flow': { type: 'string', default: '500' },
  },
});
const invoices = Number(values.invoices);
const perFlow = Number(values['per-flow']);
const target = 1_000;
/** Each invoice gets these, one flow of each code after another. */
const codes = ['07', '08', '10'];

const home = scratch();
const perDeposit = 100;
const deposits = Math.ceil(invoices / perDeposit);
const number = (i) => `S-${String(i).padStart(7, '0')}`;
const inOf = (partner) => join(home, 'partners', partner, 'in');
mkdirSync(inOf('FRN001'), { recursive: true });
mkdirSync(inOf('COL001'), { recursive: true });
for (let d = 0; d < deposits; d++) {
  const of = [];
  for (let i = d * perDeposit; i < Math.min(invoices, (d + 1) * perDeposit); i++)
    of.push({ number: number(i), recipient: townHall, ht: '100.00', tva: '20.00', ttc: '120.00' });
  writeFileSync(join(inOf('FRN001'), flowName('FSO1113A', d + 1)), mixte(flowId('FSO1113A', d + 1), of));
}
const prepared = await runEngine(home, deposits);
console.log(machine());
console.log(`${invoices} invoices deposited in ${prepared.durationMs.toFixed(0)} ms`);

let flows = 0;
for (const code of codes) {
  for (let i = 0; i < invoices; i += perFlow) {
    const told = Array.from({ length: Math.min(perFlow, invoices - i) }, (_, at) => ({
      number: number(i + at),
      code,
    }));
    flows++;
    writeFileSync(
      join(inOf('COL001'), flowName('FSO1201A', flows, 'COL001')),
      statuts(flowId('FSO1201A', flows, 'COL001'), told),
    );
  }
}
const run = await runEngine(home, flows, { partner: 'COL001' });
const out = join(home, 'partners', 'COL001', 'out');
const reports = readdirSync(out).filter((name) => name.startsWith('CSO1201A'));
const integrated = reports
  .map((name) => Number(/intégrées=(\d+)/.exec(readFileSync(join(out, name), 'utf8'))?.[1]))
  .reduce((sum, count) => sum + count, 0);
const rate = integrated / (run.durationMs / 1000);
const bytes = readdirSync(out).reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
console.log(
  `${integrated} of ${invoices * codes.length} statuses applied out of ${flows} flows of ${perFlow}: ` +
    `${rate.toFixed(0)} statuses/s, their issuer told at the same time (target ${target}); RSS ${run.rssMb.toFixed(0)} MB, reports and pivots ${(bytes / 1e6).toFixed(0)} MB`,
);
process.exitCode = rate >= target && integrated > 0 ? 0 : 1;
