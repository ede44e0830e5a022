import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ensure.mjs';

const sampleBytesMax = 120_000;

function* filesBelow(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const facts = statSync(path);
    if (facts.isDirectory()) yield* filesBelow(path);
    else if (facts.size > 0 && facts.size <= sampleBytesMax) yield path;
  }
}

const kindOf = (bytes) => {
  const head = bytes.toString('latin1', 0, 3000);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'tar.gz';
  if (head.includes('%PDF-')) return 'pdf';
  if (/<(\w+:)?PES_ACQUIT|PES_Acquit/i.test(head)) return 'acquit';
  if (/<(\w+:)?PES_/.test(head)) return 'pes';
  if (head.includes('<CPPStatut')) return 'statut';
  if (/<(\w+:)?CPPFactureMixte/.test(head)) return 'mixte';
  if (/<(\w+:)?CrossIndustryInvoice/.test(head)) return 'cii';
  if (/<(\w+:)?(Invoice|CreditNote)[\s>]/.test(head)) return 'ubl';
  return 'other';
};

/** What is mutated: our own samples, hostile ones among them, and a part of the corpus where there is one. */
export function loadSamples(shared) {
  const kinds = {
    ubl: [],
    cii: [],
    mixte: [],
    pes: [],
    acquit: [],
    statut: [],
    pdf: [],
    'tar.gz': [],
    other: [],
  };
  const add = (path) => {
    const bytes = readFileSync(path);
    kinds[kindOf(bytes)].push(bytes);
  };
  for (const path of filesBelow(join(root, 'samples'))) if (!path.endsWith('.json')) add(path);
  if (shared !== null) {
    for (const path of filesBelow(join(shared, 'corpus', 'aife'))) add(path);
    const list = join(shared, 'corpus', 'en16931', 'bench.txt');
    const named = existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
    for (const name of named) {
      const path = join(shared, 'corpus', 'en16931', name);
      if (existsSync(path) && statSync(path).size <= sampleBytesMax) add(path);
    }
  }
  return kinds;
}
