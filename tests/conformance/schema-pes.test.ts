import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  ParseOption,
  XmlDocument,
  XmlValidateError,
  XsdValidator,
  xmlCleanupInputProvider,
} from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { afterAll, describe, expect, it } from 'vitest';
import { compileSchema } from '../../src/validate/schema/compile.js';
import { decodeXml } from '../../src/xml/decode.js';
import { mutate, type Random, randomOf } from '../helpers/schema-mutations.js';

const root = resolve(import.meta.dirname, '../..');
const shared = resolve(root, process.env.ECLUSE_SHARED ?? '../shared');
const published = join(shared, 'reference/xsd/pes/PES_V2/Rev0');
const model = join(shared, 'reference/models/pes-facture.tsv');
const present = existsSync(published) && existsSync(model);
if (!present) console.log(`skipped: no PES schemas at ${published} (set ECLUSE_SHARED)`);

const seed = Number(process.env.ECLUSE_SCHEMA_SEED ?? 20_250_131);
const mutationCount = Number(process.env.ECLUSE_SCHEMA_MUTATIONS ?? 4_000);

const kinds = {
  PES_Aller: { file: 'PES_Aller.xsd', ours: 'pes-aller' },
  PES_ACQUIT: { file: 'PES_V2_Acquit_Autonome_V2.xsd', ours: 'pes-acquit' },
} as const;
type Kind = keyof typeof kinds;

/** Blocks that the published set, cut so that it compiles alone, leaves out; ours lets them pass unread. */
const leftOut = /<PES_(DepenseAller|RecetteAller)[\s>]|xmldsig#/;

const validators = new Map<string, XsdValidator>();
afterAll(() => {
  for (const validator of validators.values()) validator.dispose();
});

function official(kind: Kind): XsdValidator {
  const known = validators.get(`official ${kind}`);
  if (known !== undefined) return known;
  xmlRegisterFsInputProviders();
  const file = join(published, kinds[kind].file);
  const source = XmlDocument.fromBuffer(readFileSync(file), { url: file });
  const validator = XsdValidator.fromDoc(source);
  source.dispose();
  xmlCleanupInputProvider();
  validators.set(`official ${kind}`, validator);
  return validator;
}

function own(kind: Kind): XsdValidator {
  const known = validators.get(`own ${kind}`) ?? compileSchema(join(root, 'schemas'), kinds[kind].ours);
  validators.set(`own ${kind}`, known);
  return known;
}

function verdictOf(validator: XsdValidator, doc: XmlDocument): { verdict: 'valid' | number; said: string } {
  try {
    validator.validate(doc);
    return { verdict: 'valid', said: '' };
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    return { verdict: error.details[0]?.line ?? -1, said: error.details[0]?.message.trim() ?? '' };
  }
}

/** Both verdicts, and whether they are one; null for what is not XML or neither kind of document. */
function compare(bytes: Uint8Array, what: string): { same: boolean; valid: boolean; said: string } | null {
  let doc: XmlDocument;
  try {
    doc = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_BIG_LINES });
  } catch {
    return null;
  }
  try {
    const kind = doc.root.name;
    if (kind !== 'PES_Aller' && kind !== 'PES_ACQUIT') return null;
    const theirs = verdictOf(official(kind), doc);
    const mine = verdictOf(own(kind), doc);
    const said = `${what}: published ${theirs.verdict} ${theirs.said}; ours ${mine.verdict} ${mine.said}`;
    return { same: theirs.verdict === mine.verdict, valid: theirs.verdict === 'valid', said };
  } finally {
    doc.dispose();
  }
}

interface Part {
  readonly name: string;
  readonly type: string;
  readonly least: boolean;
  readonly many: boolean;
  /** Branch of a choice: `choix4.a`. */
  readonly branch: string | null;
  readonly attributes: Part[];
  readonly children: Part[];
}

/** The trees of the fact table, the optional elements and every branch of every choice among them. */
function partsOf(): ReadonlyMap<string, Part> {
  const roots = new Map<string, Part>();
  const known = new Map<string, Part>();
  for (const row of readFileSync(model, 'utf8').trim().split('\n').slice(1)) {
    const [, , path = '', times = '', type = ''] = row.split('\t');
    if (path.includes('PES_RecetteAller')) continue;
    const steps = path.replace(/\/@V$/, '').split('/').slice(1);
    const name = steps.at(-1) ?? '';
    const branch = /\((choix\d+\.\w)\)/.exec(times)?.[1] ?? null;
    const least = times.startsWith('1');
    const part: Part = { name, type, least, many: /n|12/.test(times), branch, attributes: [], children: [] };
    const parent = known.get(steps.slice(0, -1).join('/'));
    if (parent === undefined) roots.set(name.replace('n:', ''), part);
    else if (name.startsWith('@')) parent.attributes.push({ ...part, name: name.slice(1) });
    else parent.children.push(part);
    known.set(steps.join('/'), part);
  }
  return roots;
}

const codes: Readonly<Record<string, string>> = {
  TTypeFacture: '01',
  TNatIdTiers: '09',
  TCatTiers: '74',
  TNatJur: '11',
  TTypTiersFacture: '30',
  TTypAdr: '2',
  TPJ: '008',
  TDomaine: '09',
  TObjet: '01',
  TDomaineAck: '99',
  TNumAnoAck: 'ERREUR_AUTRE',
};

function datumOf(type: string, random: Random): string {
  const length = Number(/\d+/.exec(type)?.[0] ?? 1);
  if (codes[type] !== undefined) return codes[type];
  if (/^Base_(Montant|Taux)/.test(type)) return random.pick(['0.01', '12.5', '100', '999.99', '1']);
  if (/Codique/.test(type)) return random.pick(['034000', '02A123', '0340001']);
  if (/BIC/.test(type)) return 'BDFEFRPPCCT';
  if (/IBAN/.test(type)) return 'FR7630006000011234567890189';
  if (/Date/.test(type)) return '2026-01-31';
  if (/Annee/.test(type)) return '2026';
  if (/Booleen/.test(type)) return random.pick(['0', 'true']);
  if (/NomPJ/.test(type)) return 'a.pdf';
  if (/Talon/.test(type)) return 'A 12';
  if (/Num/.test(type)) return '1'.repeat(Math.max(1, random.below(length) + 1));
  return random.pick(['a', 'b'.repeat(length), 'c'.repeat(Math.max(1, length - 1))]);
}

const odd = [
  '',
  ' ',
  '.',
  'nc',
  'nx',
  '0',
  '00',
  '000',
  '-1',
  '0.00',
  '0.001',
  '1,5',
  '1e3',
  '+7',
  '12.345',
].concat(
  [
    '123456789012.34',
    '1234567890123.45',
    '100.00',
    '1000.00',
    '2026',
    '26',
    '2026-02-30',
    'TRUE',
    'yes',
    'é',
    'A b',
  ],
  [
    'x'.repeat(101),
    'x'.repeat(251),
    'x'.repeat(501),
    '02C123',
    'fr76',
    'a.p',
    '.pdf',
    '\t',
    '10',
    '12',
    '13',
    '99',
  ],
);

/** A document with random optional parts; now and then a value that is not right. */
function write(part: Part, random: Random, oddOneIn: number, indent = ''): string {
  const value = (type: string) => (random.below(oddOneIn) === 0 ? random.pick(odd) : datumOf(type, random));
  const attributes = part.attributes.map(
    ({ name, type }) =>
      ` ${name}="${/ID/.test(type) || name === 'Id' ? 'i1' : /token/.test(type) ? 'a/b' : value(type)}"`,
  );
  const kept = random.below(3) === 0 ? '' : attributes.join('');
  const needed = part.attributes.some(({ name }) => name === 'MIMEType') ? attributes.join('') : kept;
  const space = part.name.startsWith('n:')
    ? ` xmlns:n="http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/${part.name === 'n:PES_Aller' ? 'aller' : 'retour/v2'}"`
    : '';
  if (/^Base_|^T[A-Z]/.test(part.type) && part.children.length === 0 && !part.type.startsWith('bloc'))
    return `${indent}<${part.name} V="${value(part.type)}"/>\n`;
  if (part.type.startsWith('base64')) return `${indent}<${part.name}${needed}>QUJD</${part.name}>\n`;
  const chosen = new Map<string, string>();
  for (const { branch } of part.children) {
    const [choice = '', which = ''] = branch?.split('.') ?? [];
    if (branch !== null && (!chosen.has(choice) || random.below(2) === 0)) chosen.set(choice, which);
  }
  const inner = part.children.flatMap((one) => {
    const [choice = '', which = ''] = one.branch?.split('.') ?? [];
    if (one.branch !== null && chosen.get(choice) !== which) return [];
    if (!one.least && random.below(2) === 0) return [];
    const times = one.many ? 1 + random.below(2) : 1;
    return Array.from({ length: times }, () => write(one, random, oddOneIn, `${indent} `));
  });
  return `${indent}<${part.name}${space}${needed}>\n${inner.join('')}${indent}</${part.name}>\n`;
}

describe.skipIf(!present)('our PES schemas against the published ones', () => {
  const samples = present
    ? [
        join(shared, 'reference/samples/pes'),
        join(root, 'samples/pes/in'),
        join(root, 'samples/pes-rejected/in'),
      ].flatMap((dir) => readdirSync(dir).map((file) => join(dir, file)))
    : [];
  const texts = () =>
    samples.flatMap((path) => {
      const decoded = decodeXml(readFileSync(path));
      return decoded.ok ? [{ name: relative(root, path), text: decoded.text }] : [];
    });

  it('give the same verdict and first line on every sample, and let bookkeeping and signatures pass', () => {
    const seen = { same: 0, valid: 0, unread: 0 };
    for (const path of samples) {
      const bytes = readFileSync(path);
      const one = compare(bytes, relative(root, path));
      if (one === null) continue;
      if (leftOut.test(bytes.toString('latin1'))) {
        seen.unread += 1;
        continue;
      }
      expect(one.same, one.said).toBe(true);
      seen.same += 1;
      if (one.valid) seen.valid += 1;
    }
    expect(seen.same).toBeGreaterThanOrEqual(10);
    expect(seen.valid).toBeGreaterThanOrEqual(6);
    expect(seen.unread).toBeGreaterThan(0);
  });

  it('lets bookkeeping and a signature stand beside the invoices', () => {
    const [good] = texts().filter(({ name }) => name.endsWith('facture_ok.xml'));
    const text = (good?.text ?? '')
      .replace(/encoding="[^"]*"/, '')
      .replace(
        '<PES_Facture>',
        '<PES_DepenseAller><a b="1"><c/></a></PES_DepenseAller><PES_RecetteAller/><PES_Facture>',
      )
      .replace(
        '</n:PES_Aller>',
        '<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"><x/></s:Signature></n:PES_Aller>',
      );
    const doc = XmlDocument.fromString(text);
    expect(verdictOf(own('PES_Aller'), doc)).toEqual({ verdict: 'valid', said: '' });
    doc.dispose();
  });

  it('give the same verdict on documents made up from the fact table, which reach every element', () => {
    const random = randomOf(seed);
    const parts = partsOf();
    const wrong: string[] = [];
    const counts = { total: 0, valid: 0 };
    const reached = new Set<string>();
    for (const [name, part] of parts) {
      for (let i = 0; i < 700; i++) {
        const text = write(part, random, i % 3 === 0 ? 1_000_000 : 40);
        const one = compare(Buffer.from(text), `${name} ${i}`);
        if (one === null) throw new Error(`not compared: ${text.slice(0, 200)}`);
        for (const [, element = ''] of text.matchAll(/<([\w:]+)/g)) reached.add(element);
        counts.total += 1;
        if (one.valid) counts.valid += 1;
        if (!one.same) wrong.push(`${one.said}`);
      }
    }
    console.log(
      `made up: ${counts.total} documents, ${counts.valid} valid, ${reached.size} names of elements`,
    );
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(counts.valid).toBeGreaterThan(100);
    expect(counts.valid).toBeLessThan(counts.total - 100);
  }, 600_000);

  it(`give the same verdict and first line on ${mutationCount} mutations (seed ${seed})`, () => {
    const random = randomOf(seed + 1);
    const parts = [...partsOf().values()];
    const sources = texts().filter(({ text }) => !leftOut.test(text) && text.length < 40_000);
    for (let i = 0; i < 40; i++)
      for (const part of parts)
        sources.push({ name: `${part.name} ${i}`, text: write(part, random, 1_000_000) });
    const wrong: string[] = [];
    const done = { total: 0, valid: 0 };
    while (done.total < mutationCount) {
      const { name, text } = random.pick(sources);
      const plain = text.replace(/ encoding="[^"]*"/, '');
      const values = [...plain.matchAll(/ V="[^"]*"/g)];
      const spot = random.below(2) === 0 ? undefined : random.pick(values);
      const mutant =
        spot === undefined
          ? mutate(plain, random)
          : {
              text: `${plain.slice(0, spot.index)} V="${random.pick(odd)}"${plain.slice(spot.index + spot[0].length)}`,
              what: `value at ${spot.index}`,
            };
      const one = mutant === null ? null : compare(Buffer.from(mutant.text), `${name} ${mutant.what}`);
      if (one === null) continue;
      done.total += 1;
      if (one.valid) done.valid += 1;
      if (!one.same) wrong.push(one.said);
    }
    console.log(`mutations: ${done.total}, ${done.valid} still valid`);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(done.valid).toBeGreaterThan(0);
    expect(done.valid).toBeLessThan(done.total);
  }, 600_000);
});
