// Imports 200,000 structures, 80,000 services and 20,000 suppliers into a new database, then the same file again.
// Needs a build (npm run build): node bench/directory-import.mjs
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStore } from '../dist/adapters/store/sqlite.js';
import { importDirectoryFile } from '../dist/directory/import.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-bench-'));
const digits = (n) => String(n).padStart(14, '0');
const lines = ['kind;siret;code;name;active;service_required;partner;id_type;id'];
for (let i = 0; i < 200_000; i += 1) {
  lines.push(`structure;${digits(i * 7919 + 1)};;"Commune ""${i}""";true;${i % 5 === 0};COL${i % 900};;`);
}
for (let i = 0; i < 80_000; i += 1) lines.push(`service;${digits(i * 7919 + 1)};SERV1;Service ${i};true;;;;`);
for (let i = 0; i < 20_000; i += 1) lines.push(`supplier;;;Fournisseur ${i};true;;;1;${digits(i + 5)}`);
const file = join(dir, 'directory.csv');
writeFileSync(
  file,
  lines.map((line) => line.replace(/COL(\d+)/, (_, n) => `COL${n.padStart(3, '0')}`)).join('\n'),
);

const store = await sqliteStore({ path: join(dir, 'bench.sqlite') });
await store.migrate();
for (const round of ['first import', 'same file again']) {
  const startedMs = performance.now();
  const counts = await importDirectoryFile(file, store.directory);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(2);
  const rss = Math.round(process.memoryUsage().rss / 1024 / 1024);
  console.log(`${round}: ${seconds} s, RSS ${rss} MB, ${JSON.stringify(counts)}`);
}
await store.close();
rmSync(dir, { recursive: true });
