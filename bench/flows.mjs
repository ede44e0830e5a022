// Whole way of single-invoice flows, from the drop folder to the report on disk. --count N --no-piece (rendered PDF).
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fsyncsPerSecond, machine, runEngine, scratch, writeFlows } from './lib.mjs';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '5000' }, 'no-piece': { type: 'boolean', default: false } },
});
const count = Number(values.count);
const home = scratch();
writeFlows(join(home, 'partners', 'FRN001', 'in'), count, { piece: !values['no-piece'] });
const fsyncs = fsyncsPerSecond(home);
const samples = [];
const run = await runEngine(home, count, { onTick: (done, rssMb) => samples.push({ done, rssMb }) });
const rate = count / (run.durationMs / 1000);
const at1000 = samples.find(({ done }) => done >= Math.min(1000, count))?.rssMb ?? run.rssMb;
console.log(machine());
console.log(
  `${count} flows of about 10 KB${values['no-piece'] ? ', readable PDF rendered by us' : ', each with its own readable PDF'}`,
);
console.log(`start-up ${run.startMs} ms`);
console.log(
  `${rate.toFixed(0)} flows/s (target 200, goal 400); the disk alone: ${fsyncs} fsync/s, ratio ${(rate / fsyncs).toFixed(3)}`,
);
console.log(
  `RSS at ${Math.min(1000, count)} flows ${at1000.toFixed(0)} MB, at the end ${run.rssMb.toFixed(0)} MB: ${(run.rssMb - at1000).toFixed(0)} MB, ${((run.rssMb / at1000 - 1) * 100).toFixed(0)} %`,
);
