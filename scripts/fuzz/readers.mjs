// Every reader of bytes that come from outside: how its cases are made, and how they are read.
import { gunzipSync, gzipSync } from 'node:zlib';
import { importDirectoryFile } from '../../dist/directory/import.js';
import { checkEnvelope } from '../../dist/envelope/name.js';
import { unpackFlow } from '../../dist/envelope/unpack.js';
import { Fault } from '../../dist/errors.js';
import { readPesAcquit } from '../../dist/formats/pes/acquit.js';
import { examinePiece, packPiece } from '../../dist/formats/pieces.js';
import { loadSettings } from '../../dist/settings/load.js';
import { compileSchematron } from '../../dist/validate/schematron/compile.js';
import { loadProgram } from '../../dist/validate/schematron/load.js';
import { parseXml } from '../../dist/xml/tree.js';
import { facturx } from '../documents/facturx.mjs';
import { flowName } from '../documents/names.mjs';
import { pdf, tarGz, zip } from '../documents/pieces.mjs';
import { ubl } from '../documents/ubl.mjs';
import { tar, zipOf } from '../evil/parts.mjs';
import { hostile } from './hostile.mjs';
import { mutateBytes, mutateLines, mutateXml } from './mutate.mjs';
import { directoryText, packText, settingsText } from './texts.mjs';
import { verdictOf } from './tools.mjs';

const xmlOrBytes = (r, data, others) => (r.chance(0.7) ? mutateXml : mutateBytes)(r, data, others);

/** A document of one syntax under the interfaces that take it. */
const documents = (kind, codes, weight) => ({
  name: kind,
  weight,
  make: (r, samples) => xmlOrBytes(r, r.pick(samples[kind]), samples[kind]),
  async read(bytes, tools, r) {
    const files = r.chance(0.3);
    const result = await tools.check(bytes, r.pick(codes), { packs: r.chance(0.5), files });
    const verdict = verdictOf(result);
    return files ? `${verdict}${await tools.pivotOf(result)}` : verdict;
  },
});

/** Entries of an unpacked flow are checked too, the first ones. */
async function unpacked(bytes, tools) {
  const opened = await unpackFlow(tools.write('flow', bytes), tools.work, tools.policy.limits);
  if (opened.kind !== 'entries') return JSON.stringify(opened);
  const verdicts = [];
  for (const { name, sizeBytes } of opened.entries) verdicts.push(`${name} ${sizeBytes}`);
  return JSON.stringify([verdicts, opened.findings]);
}

const innerXml = (samples, r) => r.pick(samples.cii.length > 0 ? samples.cii : samples.ubl);

/** A settings or rules fault tells the operator; anything else is ours. */
async function allowing(codes, work) {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Fault && codes.includes(thrown.code)) return `${thrown.code} ${thrown.message}`;
    throw thrown;
  }
}

const listing = {
  importRows: async (rows) => {
    let count = 0;
    for (const row of rows) count += Object.keys(row).length;
    return { count };
  },
};

const nameOf = (r) => {
  const good = `${flowName('FSO1100A', r.below(1e9))}${r.pick(['', '.xml', '.tar.gz', '.pdf', '.XML'])}`;
  return mutateBytes(r, mutateLines(r, Buffer.from(good), [Buffer.from(good)]), [
    Buffer.from(r.pick(hostile), 'latin1'),
  ]).subarray(0, 255);
};

export const readers = [
  documents('ubl', ['FSO1100A', 'FSO1110A', 'FSO1120A'], 26),
  documents('cii', ['FSO1106A', 'FSO1116A'], 18),
  documents('mixte', ['FSO1113A'], 8),
  documents('pes', ['FSO1102A'], 8),
  documents('statut', ['FSO1201A', 'CEN0036A'], 4),
  documents('other', ['FSO1100A'], 1),
  {
    name: 'acquit',
    weight: 4,
    make: (r, samples) =>
      xmlOrBytes(r, r.pick(samples.acquit.length > 0 ? samples.acquit : samples.pes), samples.pes),
    read: async (bytes) => JSON.stringify(readPesAcquit(bytes)),
  },
  {
    name: 'facturx',
    weight: 8,
    make(r, samples) {
      if (r.chance(0.6) || samples.cii.length === 0) return mutateBytes(r, r.pick(samples.pdf), samples.pdf);
      const xml = xmlOrBytes(r, innerXml(samples, r), samples.cii);
      const whole = facturx({
        files: [{ name: 'factur-x.xml', bytes: xml }],
        packed: r.chance(0.3),
        shift: r.chance(0.2) ? r.below(99) : 0,
      });
      return r.chance(0.7) ? whole : mutateBytes(r, whole, samples.pdf);
    },
    async read(bytes, tools, r) {
      const files = r.chance(0.15);
      const result = await tools.check(bytes, 'FSO1117A', { packs: r.chance(0.3), files });
      const verdict = verdictOf(result);
      return files ? `${verdict}${await tools.pivotOf(result)}` : verdict;
    },
  },
  {
    name: 'tar.gz',
    weight: 4,
    make: (r, samples) => mutateBytes(r, r.pick(samples['tar.gz']), samples['tar.gz']),
    read: unpacked,
  },
  {
    name: 'tar',
    weight: 5,
    make(r, samples) {
      const files = Array.from({ length: r.between(1, 4) }, (_, i) => ({
        name: r.chance(0.5) ? `${i}.xml` : Buffer.from(r.pick(hostile), 'latin1').toString().slice(0, 90),
        bytes: r.pick(samples.ubl).subarray(0, 3000),
        ...(r.chance(0.2) ? { type: r.pick([...'0123456789xgLKSVMNA']) } : {}),
        ...(r.chance(0.1) ? { size: r.pick([0, 1, 600, 2 ** 31, 8 ** 11 - 1]) } : {}),
      }));
      const plain = r.chance(0.5)
        ? tar(files)
        : gunzipSync(tarGz(files.map(({ name, bytes }) => ({ name, bytes }))));
      return gzipSync(mutateBytes(r, plain, [plain]), { level: 1 });
    },
    read: unpacked,
  },
  {
    name: 'zip',
    weight: 5,
    make(r, samples) {
      const file = () => ({
        name: r.chance(0.7) ? 'a.pdf' : r.pick(hostile).slice(0, 200),
        bytes: r.pick([pdf('x'), samples.ubl[0].subarray(0, 900), Buffer.alloc(5000)]),
      });
      const whole = r.chance(0.5)
        ? zip('a.pdf', pdf('x'))
        : zipOf(
            Array.from({ length: r.between(0, 4) }, file),
            r.chance(0.1) ? { count: r.below(65_535) } : {},
          );
      return mutateBytes(r, whole, [whole]);
    },
    async read(bytes, tools, r) {
      const content = r.chance(0.5)
        ? { kind: 'memory', bytes }
        : { kind: 'file', path: tools.write('piece', bytes) };
      const facts = await examinePiece(content, tools.policy.limits);
      const packed = await packPiece(content, 'facture.pdf', `${tools.dir}/packed`, facts);
      return JSON.stringify([facts, packed.sizeBytes, packed.type, packed.innerName]);
    },
  },
  {
    name: 'zip-piece',
    weight: 2,
    make(r) {
      const whole = zip('a.pdf', pdf('x'));
      return Buffer.from(
        ubl({
          number: 'Z-1',
          piece: {
            name: Buffer.from(r.pick(hostile), 'latin1').toString('latin1').slice(0, 40),
            bytes: mutateBytes(r, whole, [whole]),
          },
        }),
        'latin1',
      );
    },
    read: async (bytes, tools) => verdictOf(await tools.check(bytes, 'FSO1100A')),
  },
  {
    name: 'name',
    weight: 3,
    make: nameOf,
    async read(bytes, tools) {
      const partner = { code: 'FRN001', name: 'F', interfaces: ['FSO1100A'], active: true };
      const { limits, nameExtensions } = tools.policy;
      return JSON.stringify(
        checkEnvelope({ name: bytes.toString(), partner, sizeBytes: 10, limits, nameExtensions }),
      );
    },
  },
  {
    name: 'directory',
    weight: 3,
    make: (r) =>
      mutateLines(
        r,
        Buffer.from(r.pick(directoryText)),
        directoryText.map((text) => Buffer.from(text)),
      ),
    read: (bytes, tools, r) =>
      allowing(['DIRECTORY_IMPORT'], async () =>
        JSON.stringify(
          await importDirectoryFile(tools.write(r.chance(0.7) ? 'd.csv' : 'd.json', bytes), listing),
        ),
      ),
  },
  {
    name: 'settings',
    weight: 3,
    make: (r) => mutateLines(r, Buffer.from(settingsText), [Buffer.from(settingsText)]),
    read: (bytes, tools) =>
      allowing(['CONFIG_INVALID', 'CONFIG_UNREADABLE', 'SECRET_UNRESOLVED'], async () =>
        JSON.stringify(
          loadSettings({ config: tools.write('ecluse.yaml', bytes), env: {}, cwd: tools.dir }).settings,
        ),
      ),
  },
  {
    name: 'pack',
    weight: 2,
    make: (r) => (r.chance(0.6) ? mutateXml : mutateLines)(r, Buffer.from(packText), [Buffer.from(packText)]),
    read: (bytes) =>
      allowing(['RULES_UNSUPPORTED', 'RULES_INVALID'], async () => {
        const program = loadProgram(compileSchematron({ file: 'pack.sch', text: bytes.toString() }));
        return JSON.stringify(program.run(parseXml(ubl({ number: 'P-1' }))));
      }),
  },
];

const total = readers.reduce((sum, { weight }) => sum + weight, 0);

/** The reader of a case. */
export function readerOf(r, only) {
  if (only !== null) return readers.find(({ name }) => name === only);
  let at = r.below(total);
  for (const reader of readers) {
    at -= reader.weight;
    if (at < 0) return reader;
  }
  return readers[0];
}
