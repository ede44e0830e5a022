// Dry run of a replay over stored, rejected flows against their first processing, in the same run. --count N (10000).
// The target is half the rate of first processing; the start of the command is part of the dry run's time.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flowName, piece } from '../scripts/documents/names.mjs';
import { invoice10kB, machine, main, runEngine, scratch } from './lib.mjs';

const { values } = parseArgs({ options: { count: { type: 'string', default: '10000' } } });
const count = Number(values.count);
/** Well formed, and in no directory: only the last check refuses it. */
const recipient = { siret: '21999906700013', name: 'Commune nouvelle de Grandrive' };

const home = scratch();
const folder = join(home, 'partners', 'FRN001', 'in');
mkdirSync(folder, { recursive: true });
for (let i = 1; i <= count; i++) {
  const number = `B-${String(i).padStart(7, '0')}`;
  const content = invoice10kB(number, { recipient, piece: piece(number) });
  writeFileSync(join(folder, flowName('FSO1100A', i)), content);
}

const first = await runEngine(home, count);
const firstRate = count / (first.durationMs / 1000);

const startedMs = Date.now();
const child = spawn(
  process.execPath,
  [main, 'flows', 'replay', '--state', 'rejeté', '--dry-run', '--format', 'json'],
  { cwd: home, env: { ...process.env, ECLUSE_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] },
);
let lines = 0;
let rest = '';
child.stdout.on('data', (chunk) => {
  const parts = (rest + String(chunk)).split('\n');
  rest = parts.pop() ?? '';
  for (const line of parts) {
    const { after } = JSON.parse(line);
    if (after.state !== 'IN_REJETE') throw new Error(`unexpected: ${line}`);
    lines++;
  }
});
const exit = await new Promise((resolve) => child.on('close', resolve));
const dryMs = Date.now() - startedMs;
if (exit !== 2 || lines !== count) throw new Error(`dry run: exit ${exit}, ${lines} of ${count} flows`);
const dryRate = count / (dryMs / 1000);

console.log(machine());
console.log(`${count} rejected flows of about 10 KB, each with its own readable PDF`);
console.log(`first processing ${firstRate.toFixed(0)} flows/s`);
console.log(`dry run ${dryRate.toFixed(0)} flows/s, with its start`);
console.log(`ratio ${(dryRate / firstRate).toFixed(2)} (target 0.5)`);
if (dryRate < firstRate / 2) process.exitCode = 1;
