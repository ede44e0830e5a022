// Our side of bench/rules.mjs, in a process of its own. start DIR | passes DIR LIST | large DIR FILE
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, memoryUsage, resourceUsage, stdin } from 'node:process';
import { createInterface } from 'node:readline';
import { loadProgram } from '../dist/validate/schematron/load.js';
import { decodeXml } from '../dist/xml/decode.js';
import { parseXml } from '../dist/xml/tree.js';

const [mode, dir, file] = argv.slice(2);
const load = (name) =>
  loadProgram(
    JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')),
    readFileSync(join(dir, `${name}.cache`)),
  );
const programs = { ubl: load('ubl'), cii: load('cii') };
const check = (bytes) => {
  const root = parseXml(decodeXml(bytes).text);
  const program = root.namespace.startsWith('urn:oasis') ? programs.ubl : programs.cii;
  return program.run(root, { failuresPerAssertMax: 20 });
};

if (mode === 'passes') {
  const documents = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((path) => readFileSync(path));
  console.log('ready');
  for await (const _ of createInterface({ input: stdin })) {
    const startedMs = performance.now();
    let stopped = 0;
    for (const bytes of documents) if (check(bytes).error !== null) stopped++;
    console.log(`${performance.now() - startedMs} ${stopped}`);
  }
} else if (mode === 'large') {
  const bytes = readFileSync(file);
  const startedMs = performance.now();
  const { error, counts } = check(bytes);
  const spentMs = performance.now() - startedMs;
  console.log(
    JSON.stringify({
      spentMs,
      rssMB: resourceUsage().maxRSS / 1024,
      heapMB: memoryUsage().heapUsed / 1e6,
      failed: counts.size,
      error,
    }),
  );
}
