import { gzipSync } from 'node:zlib';
import { PDFDocument } from '@cantoo/pdf-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { facturx, xmp } from '../../scripts/documents/facturx.mjs';
import { facturxOf, facturxXml } from '../../scripts/documents/variety.mjs';
import { defaultLimits } from '../../src/domain/limits.js';
import { readFacturX } from '../../src/formats/pdf/facturx.js';
import { openChecker } from '../helpers/check.js';
import { effortMs } from '../helpers/effort.js';

const xml = Buffer.from(facturxXml({ number: 'F-1' }));
const file = { name: 'factur-x.xml', bytes: xml };
const good = facturx({ files: [file] });

/** A PDF with another text in its place; its references are wrong then, and are made again. */
const edited = (from: RegExp | string, to: string, pdf = good) =>
  Buffer.from(pdf.toString('latin1').replace(from, to), 'latin1');

function base85(bytes: Buffer): Buffer {
  const groups = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) => {
    const part = bytes.subarray(4 * i, 4 * i + 4);
    const value = Buffer.concat([part, Buffer.alloc(4 - part.length)]).readUInt32BE();
    const digits = [4, 3, 2, 1, 0].map((power) => 33 + (Math.floor(value / 85 ** power) % 85));
    return String.fromCharCode(...digits.slice(0, part.length + 1));
  });
  return Buffer.from(`${groups.join('\n')}~>`);
}

async function problemOf(pdf: Buffer, limits = defaultLimits) {
  const reading = await readFacturX(pdf, limits);
  return reading.ok ? 'none' : reading.problem.kind;
}

async function xmlOf(pdf: Buffer) {
  const reading = await readFacturX(pdf, defaultLimits);
  return reading.ok ? reading.facturX.xml.toString('utf8') : reading.problem;
}

describe('the XML of a Factur-X is found by the structure of the PDF', () => {
  const unlisted = { ...file, name: 'conditions.xml' };
  it.each([
    ['in /AF and the name tree', good],
    ['in /AF alone', facturx({ files: [file], listed: ['af'] })],
    ['in the name tree alone', facturx({ files: [file], listed: ['names'] })],
    ['stored without a filter', facturx({ files: [{ ...file, plain: true }] })],
    ['with its objects in a stream', facturx({ files: [file], packed: true })],
    ['behind bytes that are no part of the PDF', Buffer.concat([Buffer.from('junk\n'.repeat(20)), good])],
    ['before white space without end', Buffer.concat([good, Buffer.alloc(5000)])],
    ['where every reference is wrong', facturx({ files: [file], shift: 7 })],
    ['under a name of ZUGFeRD, in capitals', facturx({ files: [{ ...file, name: 'ZUGFeRD-invoice.xml' }] })],
    ['under the name of XRechnung', facturx({ files: [{ ...file, name: 'xrechnung.xml' }] })],
    [
      'compressed within ASCII85',
      edited(
        '/text#2Fxml',
        '/text#2Fxml /Filter /ASCII85Decode',
        facturx({ files: [{ ...file, plain: true, bytes: base85(xml) }] }),
      ),
    ],
    [
      'under a name in UTF-8, as PDF 2.0 has it',
      edited(/\/(UF|F) \(factur-x\.xml\)/g, '/$1 (\xef\xbb\xbffactur-x.xml)'),
    ],
    ['under the name of the tree alone', edited(/\/F \(factur-x\.xml\) \/UF \(factur-x\.xml\)/g, '')],
    ['beside other files', facturx({ files: [unlisted, file, { ...file, name: 'bon.pdf' }] })],
  ])('%s', async (_name, pdf) => {
    expect(await xmlOf(pdf)).toBe(xml.toString('utf8'));
  });

  it.each([true, false])('as the library writes it, objects in a stream: %s', async (useObjectStreams) => {
    const document = await PDFDocument.create();
    document.addPage();
    await document.attach(xml, 'factur-x.xml', { mimeType: 'text/xml' });
    expect(await xmlOf(Buffer.from(await document.save({ useObjectStreams })))).toBe(xml.toString('utf8'));
  });

  it('in a file that was added to: the last version counts', async () => {
    const document = await PDFDocument.load(facturx({ files: [] }), { forIncrementalUpdate: true });
    await document.attach(xml, 'factur-x.xml', { mimeType: 'text/xml' });
    const added = Buffer.from(await document.commit());
    expect(await xmlOf(added)).toBe(xml.toString('utf8'));
  });
});

describe('a PDF that holds no invoice that can be read', () => {
  it.each([
    ['absent', facturx()],
    ['absent', facturx({ files: [{ ...file, name: 'facture.xml' }] })],
    ['several', facturx({ files: [file, { ...file, name: 'xrechnung.xml' }] })],
    ['several', facturx({ files: [file, file] })],
    ['encrypted', facturx({ files: [file], encrypted: true })],
    ['encrypted', facturx({ files: [file], encrypted: true, packed: true })],
    ['truncated', good.subarray(0, good.length - 30)],
    ['truncated', good.subarray(0, 600)],
    ['truncated', Buffer.from('%PDF-1.7\n')],
    ['not-pdf', Buffer.from('une facture')],
    ['not-pdf', gzipSync(good)],
    ['broken', Buffer.from('%PDF-1.7\nstartxref\n9\n%%EOF')],
    [
      'broken',
      facturx({ files: [{ ...file, plain: true, bytes: Buffer.alloc(0) }].slice(1) }).fill(0x20, 12, 900),
    ],
    ['broken', facturx({ files: [{ ...file, filter: '/LZWDecode' }] })],
  ])('%s', async (kind, pdf) => {
    expect(await problemOf(pdf)).toBe(kind);
  });
});

describe('a PDF made to exhaust its reader', () => {
  const within = async (pdf: Buffer) => {
    let kind = '';
    const spentMs = await effortMs(async () => {
      kind = await problemOf(pdf);
    });
    expect(spentMs).toBeLessThan(5_000);
    return kind;
  };

  it('a stream that inflates a thousandfold', async () => {
    const bomb = facturx({ files: [{ ...file, bytes: Buffer.alloc(200 * 1024 * 1024, 0x20) }] });
    expect(await within(bomb)).toBe('too-large');
  });

  it('a bomb within a bomb, in the array of filters', async () => {
    const nested = { ...file, filter: '[/FlateDecode /FlateDecode /FlateDecode /FlateDecode /FlateDecode]' };
    expect(await within(facturx({ files: [nested] }))).toBe('too-large');
  });

  const page = '<< /Type /Catalog /Pages 2 0 R';
  const raw = (catalog: string, more = '') => {
    const body = `%PDF-1.4\n1 0 obj\n${catalog}\nendobj\n${more}`;
    const entries = [...body.matchAll(/(?<=\n)(\d+) 0 obj/g)];
    const size = Math.max(...entries.map((one) => Number(one[1]))) + 1;
    const rows = Array.from({ length: size }, (_, i) => {
      const at = entries.find((one) => Number(one[1]) === i)?.index;
      return at === undefined ? '0000000000 65535 f \n' : `${String(at).padStart(10, '0')} 00000 n \n`;
    });
    return Buffer.from(
      `${body}xref\n0 ${size}\n${rows.join('')}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
      'latin1',
    );
  };

  it.each([
    ['arrays 200,000 levels deep', raw(`${page} /AF ${'['.repeat(200_000)} >>`), 'broken'],
    [
      'a name tree that is its own child',
      raw(
        `${page} /Names 3 0 R >>`,
        '3 0 obj\n<< /EmbeddedFiles 4 0 R >>\nendobj\n4 0 obj\n<< /Kids [4 0 R 4 0 R 4 0 R] >>\nendobj\n',
      ),
      'too-large',
    ],
    ['a reference to itself', raw(`${page} /AF 3 0 R >>`, '3 0 obj\n3 0 R\nendobj\n'), 'absent'],
    [
      '100,000 attached files',
      raw(`${page} /AF [${'3 0 R '.repeat(100_000)}] >>`, '3 0 obj\n<< /F (a) >>\nendobj\n'),
      'too-large',
    ],
    ['a catalog of 3 MB', raw(`${page} /AF [${'9 0 R '.repeat(500_000)}] >>`), 'too-large'],
    [
      'a table of references that leads back to itself',
      Buffer.from(raw(`${page} >>`).toString('latin1').replace('/Size', '/Prev 62 /Size'), 'latin1'),
      'absent',
    ],
    [
      'a million objects without a table',
      Buffer.from(
        `%PDF-1.4\n${Array.from({ length: 1_000_000 }, (_, i) => `${i} 0 obj\n`).join('')}\nstartxref\n0\n%%EOF`,
      ),
      'too-large',
    ],
    [
      'a gigabyte of entries told, none there',
      Buffer.from('%PDF-1.4\nxref\n0 9999999999\ntrailer\n<< >>\nstartxref\n9\n%%EOF'),
      'broken',
    ],
  ] as const)('%s', async (_name, pdf, kind) => {
    expect(await within(pdf)).toBe(kind);
  });

  it('random damage gives an invoice or a problem, never an exception', async () => {
    let seed = 20260121;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed % below;
    };
    for (let round = 0; round < 1500; round++) {
      const pdf = Buffer.from(round % 2 === 0 ? good : facturx({ files: [file], packed: true }));
      for (let i = 0; i <= random(12); i++) pdf[random(pdf.length)] = random(256);
      await readFacturX(round % 5 === 0 ? pdf.subarray(0, random(pdf.length)) : pdf, defaultLimits);
    }
  }, 180_000);
});

describe('how a Factur-X is marked', () => {
  const checker = openChecker();
  afterAll(() => checker.close());
  const marks = async (pdf: Buffer) => {
    const { findings, invoices } = await checker.check(pdf);
    expect(invoices).toHaveLength(1);
    expect(findings.filter(({ severity }) => severity === 'fatal')).toEqual([]);
    return findings
      .filter(({ rule }) => rule.startsWith('ECL-FX-'))
      .map(({ rule, message }) => `${rule}: ${message}`);
  };
  const of = (pdf: Record<string, unknown>) => facturxOf({ number: 'F-2' }, pdf);

  it('says nothing of one that is marked as it should', async () => {
    expect(await marks(of({}))).toEqual([]);
    expect(await marks(of({ metadata: xmp({ fx: { ConformanceLevel: 'EN16931' } }) }))).toEqual([]);
  });

  it.each([
    ['ECL-FX-PDFA', 'pdfaid:part', { metadata: xmp({ pdfa: null }) }],
    ['ECL-FX-PDFA', 'PDF/A-2', { metadata: xmp({ pdfa: { part: '2', conformance: 'B' } }) }],
    ['ECL-FX-PDFA', '« Z »', { metadata: xmp({ pdfa: { part: '3', conformance: 'Z' } }) }],
    ['ECL-FX-XMP', "l'extension Factur-X y manque", { metadata: xmp({ fx: null }) }],
    ['ECL-FX-XMP', 'il y manque fx:Version', { metadata: xmp({ fx: { Version: null } }) }],
    ['ECL-FX-XMP', '« facture.xml »', { metadata: xmp({ fx: { DocumentFileName: 'facture.xml' } }) }],
    ['ECL-FX-LEVEL', 'EXTENDED', { metadata: xmp({ fx: { ConformanceLevel: 'EXTENDED' } }) }],
    ['ECL-FX-RELATION', "n'est pas déclarée", { files: [{ ...file, relationship: null }] }],
    ['ECL-FX-RELATION', '« Unspecified »', { files: [{ ...file, relationship: 'Unspecified' }] }],
    ['ECL-FX-AF', 'fichiers associés', { listed: ['names'] }],
  ])('%s: %s', async (rule, words, pdf) => {
    const found = await marks(of(pdf));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(rule);
    expect(found[0]).toContain(words);
  });

  it('metadata that are no XML count as none', async () => {
    const found = await marks(of({ metadata: '<x:xmpmeta' }));
    expect(found.map((one) => one.split(':')[0])).toEqual(['ECL-FX-PDFA', 'ECL-FX-XMP']);
  });
});

describe('an entry that is a PDF', () => {
  const checker = openChecker();
  afterAll(() => checker.close());
  const rules = async (bytes: Buffer, syntaxes: readonly ('facturx' | 'cii')[] | null) =>
    (await checker.check(bytes, { syntaxes })).findings.map(({ rule, message }) => [rule, message] as const);

  it('is a wrong file for an interface of XML, and an XML for FSO1117A', async () => {
    expect((await rules(good, ['cii']))[0]?.[0]).toBe('IRR_TYPE_F');
    expect((await rules(xml, ['facturx']))[0]).toEqual([
      'ECL-PDF-TYPE',
      expect.stringContaining('de type XML'),
    ]);
  });

  it.each([
    ['ECL-PDF-ABSENT', 'factur-x.xml', facturx()],
    ['ECL-PDF-ENCRYPTED', 'chiffré', facturx({ files: [file], encrypted: true })],
    ['ECL-PDF-BROKEN', 'LZWDecode', facturx({ files: [{ ...file, filter: '/LZWDecode' }] })],
    ['ECL-PDF-TRUNCATED', "s'arrête avant sa fin", good.subarray(0, 900)],
  ])('that cannot be read is told in French: %s', async (rule, words, pdf) => {
    const found = await rules(pdf, ['facturx']);
    expect(found).toEqual([[rule, expect.stringContaining(words)]]);
  });

  it('whose XML is not a CII is told so, and the XML named', async () => {
    const other = { name: 'factur-x.xml', bytes: Buffer.from('<CrossIndustryDocument xmlns="urn:ferd"/>') };
    const found = await rules(facturx({ files: [other] }), ['facturx']);
    expect(found[0]).toEqual(['IRR_SYNTAX', expect.stringContaining('facture!factur-x.xml')]);
    expect(found[0]?.[1]).toContain('CrossIndustryDocument');
  });

  it('whose XML is empty or stops early is refused, not waited for', async () => {
    const empty = await rules(facturx({ files: [{ ...file, bytes: Buffer.alloc(0) }] }), ['facturx']);
    expect(empty.map(([rule]) => rule)).toContain('ECL-PDF-EMPTY');
    const cut = await checker.check(facturx({ files: [{ ...file, bytes: xml.subarray(0, 900) }] }));
    expect(cut.unfinished).toBe(false);
    expect(cut.findings.map(({ rule }) => rule)).toContain('ECL-XML-UNFINISHED');
    const truncated = await checker.check(good.subarray(0, 900));
    expect(truncated.unfinished).toBe(true);
  });

  it('is read like the XML alone: same terms, same lines', async () => {
    const alone = await checker.check(xml);
    const inside = await checker.check(good);
    expect(inside.syntax).toBe('facturx');
    expect(inside.invoices[0]?.places).toEqual(alone.invoices[0]?.places);
    expect({ ...inside.invoices[0]?.invoice, syntax: 'cii' }).toEqual(alone.invoices[0]?.invoice);
  });

  it('becomes the first piece, whole, where pieces are wanted', async () => {
    const { invoices, pieces } = await checker.check(good, { pack: true });
    const [first] = invoices[0]?.invoice.attachments ?? [];
    expect(first).toMatchObject({ chorusType: '01', mime: 'application/pdf', piece: 0 });
    expect(pieces).toHaveLength(1);
    expect(pieces[0]).toMatchObject({ index: 0, type: 'pdf', innerName: 'F-1.pdf' });
  });
});
