// `ecluse validate --rules xsd` beside `xmllint --noout --schema`, the same files, in turn, three times. --count N.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/ensure.mjs';
import { invoice10kB, machine, main, scratch } from './lib.mjs';

const { values } = parseArgs({ options: { count: { type: 'string', default: '20000' } } });
const count = Number(values.count);
const dir = scratch();
const folder = join(dir, 'files');
mkdirSync(folder);
const paths = Array.from({ length: count }, (_, i) => join(folder, `${String(i).padStart(6, '0')}.xml`));
let bytes = 0;
paths.forEach((path, i) => {
  const text = invoice10kB(`X-${i}`);
  bytes += Buffer.byteLength(text);
  writeFileSync(path, text);
});
const schema = join(root, 'schemas', 'ubl-2.1', 'invoice.xsd');

function timed(command, args) {
  const startedMs = performance.now();
  const done = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ended with ${done.status}: ${done.stderr.slice(-500)}`);
  return performance.now() - startedMs;
}
const ours = (files) =>
  timed(process.execPath, [main, 'validate', '--rules', 'xsd', '--format', 'json', ...files]);
const peer = (files) => timed('xmllint', ['--noout', '--schema', schema, ...files]);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const start = { ours: [], peer: [] };
const whole = { ours: [], peer: [] };
for (let turn = 0; turn < 3; turn++) {
  start.ours.push(ours([paths[0]]));
  start.peer.push(peer([paths[0]]));
  whole.ours.push(ours([folder]));
  whole.peer.push(peer(paths));
}
const rate = (name) => count / ((median(whole[name]) - median(start[name])) / 1000);
console.log(machine());
console.log(`${count} UBL invoices, ${(bytes / count / 1000).toFixed(1)} kB on average`);
console.log(
  `ecluse: ${rate('ours').toFixed(0)} files/s, start-up ${median(start.ours).toFixed(0)} ms (target under 600)`,
);
console.log(`xmllint: ${rate('peer').toFixed(0)} files/s, start-up ${median(start.peer).toFixed(0)} ms`);
console.log(`ratio ${(rate('ours') / rate('peer')).toFixed(2)} (target 0.50)`);
