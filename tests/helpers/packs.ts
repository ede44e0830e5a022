import { writeFileSync } from 'node:fs';
import { ZipFile } from 'yazl';
import type { PackCompiler } from '../../src/validate/packs/compiler.js';
import type {
  CompiledPack,
  PackAssert,
  PackFailure,
  PackProgram,
} from '../../src/validate/schematron/types.js';
import { descendants } from '../../src/xml/node.js';
import { parseXml } from '../../src/xml/tree.js';

export const ublInvoiceNs = 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2';
const cbcNs = 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2';
const cacNs = 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2';
const rsmNs = 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100';

export interface AssertSpec {
  readonly id: string;
  readonly test: string;
  readonly flag?: string;
  readonly context?: string;
  readonly text?: string;
}

/** A small Schematron file of our own for one syntax. */
export function schematron(
  syntax: 'ubl' | 'cii',
  asserts: readonly AssertSpec[],
  more: { readonly title?: string; readonly comment?: string } = {},
): string {
  const context = syntax === 'ubl' ? '/ubl:Invoice' : '/rsm:CrossIndustryInvoice';
  const rules = asserts.map(
    (one, i) =>
      `  <pattern id="p${i}">
    <rule context="${one.context ?? context}">
      <assert id="${one.id}" flag="${one.flag ?? 'fatal'}" test="${one.test}">[${one.id}]-${one.text ?? `Text of ${one.id}.`}</assert>
    </rule>
  </pattern>`,
  );
  const namespaces = syntax === 'ubl' ? { ubl: ublInvoiceNs, cbc: cbcNs, cac: cacNs } : { rsm: rsmNs };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...(more.comment === undefined ? [] : [`<!-- ${more.comment} -->`]),
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">',
    `  <title>${more.title ?? 'Rules of a test'}</title>`,
    ...Object.entries(namespaces).map(([prefix, uri]) => `  <ns prefix="${prefix}" uri="${uri}"/>`),
    ...rules,
    '</schema>',
    '',
  ].join('\n');
}

/**
 * A compiler for tests of installation and choice: it knows the tests `true()`, `false()`, `many()` (fails 5 times)
 * and `broken()` (cannot be computed), always at the document's own element.
 */
export function plainCompiler(
  version = 'plain-1',
): PackCompiler & { readonly calls: { compiled: number; cached: number } } {
  const calls = { compiled: 0, cached: 0 };
  return {
    version,
    calls,
    compile({ text }) {
      calls.compiled++;
      const asserts = [...descendants(parseXml(text))].flatMap((node): PackAssert[] => {
        if (node.local !== 'assert') return [];
        const value = (name: string) => node.attributes.find((one) => one.name === name)?.value ?? '';
        return [
          {
            id: value('id'),
            flag: value('flag'),
            context: '/',
            test: value('test'),
            text: node.text,
            pattern: '',
            line: node.line,
          },
        ];
      });
      const meta = { title: '', namespaces: {}, asserts, sha256: '', compiler: version };
      return { code: `// ${asserts.length}`, meta };
    },
    load(pack, cached) {
      if (cached !== undefined) calls.cached++;
      return program(pack);
    },
    cacheOf: (pack) => Buffer.from(`cache of ${pack.code}`),
  };
}

function program({ meta }: CompiledPack): PackProgram {
  return {
    meta,
    run(root, { failuresPerAssertMax = Number.POSITIVE_INFINITY } = {}) {
      const failures: PackFailure[] = [];
      const counts = new Map<number, number>();
      const at = { path: `/${root.name}`, line: root.line };
      meta.asserts.forEach(({ test }, assert) => {
        const count = test === 'false()' ? 1 : test === 'many()' ? 5 : 0;
        if (count > 0) counts.set(assert, count);
        for (let i = 0; i < Math.min(count, failuresPerAssertMax); i++) failures.push({ assert, ...at });
      });
      const broken = meta.asserts.findIndex(({ test }) => test === 'broken()');
      const error = broken < 0 ? null : { message: 'more than one item', assert: broken, ...at };
      return { failures, counts, error };
    },
  };
}

/** Writes a ZIP archive. */
export async function zipTo(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(text), name, { mtime: new Date('2026-05-11T08:00:00Z') });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  writeFileSync(path, Buffer.concat(chunks));
}
