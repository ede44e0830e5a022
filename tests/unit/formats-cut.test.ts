import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits, type Limits } from '../../src/domain/limits.js';
import { Base64Decoder } from '../../src/formats/xml/base64.js';
import { type CutResult, cutPieces } from '../../src/formats/xml/cut.js';
import { bytesOf } from '../helpers/pieces.js';

let base = '';
let round = 0;
let work = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => {
  work = nextDir();
});

function nextDir(): string {
  return mkdtempSync(join(base, `w${round++}-`));
}

function cut(
  document: string | Buffer,
  options: { limits?: Partial<Limits>; chunkBytes?: number } = {},
): CutResult {
  const path = join(work, 'source.xml');
  writeFileSync(path, document);
  const limits = { ...defaultLimits, ...options.limits };
  return cutPieces(
    path,
    work,
    limits,
    options.chunkBytes === undefined ? {} : { chunkBytes: options.chunkBytes },
  );
}

const contents = (result: CutResult) => result.pieces.map((p) => [p.index, bytesOf(p).toString()]);

describe('base64, strictly', () => {
  const decode = (text: string): string | null => {
    const decoder = new Base64Decoder();
    const out: Buffer[] = [];
    for (const byte of Buffer.from(text)) out.push(Buffer.from(decoder.push(Uint8Array.of(byte), 0, 1)));
    const atOnce = new Base64Decoder();
    const whole = Buffer.from(atOnce.push(Buffer.from(text), 0, Buffer.byteLength(text)));
    expect(atOnce.finish()).toBe(decoder.finish());
    if (!decoder.finish()) return null;
    expect(whole.equals(Buffer.concat(out))).toBe(true);
    return whole.toString();
  };

  it.each([
    ['', ''],
    ['QQ==', 'A'],
    ['QUI=', 'AB'],
    ['QUJD', 'ABC'],
    [' Q U\r\nJ D\tQQ = = \n', 'ABCA'],
  ])('reads %j', (text, expected) => expect(decode(text)).toBe(expected));

  it.each([
    'Q',
    'QQ',
    'QQ=',
    'QUI',
    'QR==',
    'QUJ=',
    'QQ==QQ==',
    '====',
    'QUJD=',
    'QUI==',
    'Q===',
    'QU*D',
    'QU-_',
  ])('refuses %j', (text) => expect(decode(text)).toBeNull());
});

describe('cutting', () => {
  it('writes over what an interrupted attempt left behind', () => {
    writeFileSync(join(work, 'piece-0'), 'un reste bien plus long');
    expect(contents(cut('<a><Contenu>QUI=</Contenu></a>'))).toEqual([[0, 'AB']]);
  });

  it('gives a document without attachments back as it is', () => {
    const text = '<Invoice><cbc:ID>1</cbc:ID></Invoice>';
    const result = cut(text);
    expect(result.bytes.toString()).toBe(text);
    expect(result.pieces).toEqual([]);
  });

  it('takes the content out, with any prefix, and leaves its line ends', () => {
    const result = cut('<a>\n<x:Contenu a="v>\'" >\nQUJD\r\nQUJD\n</x:Contenu ><Contenu>QQ==</Contenu></a>');
    expect(result.bytes.toString()).toBe(
      '<a>\n<x:Contenu a="v>\'" >\n\n\n</x:Contenu ><Contenu></Contenu></a>',
    );
    expect(contents(result)).toEqual([
      [0, 'ABCABC'],
      [1, 'A'],
    ]);
    expect(result.cutOrdinals.get(1)?.sizeBytes).toBe(1);
  });

  it('counts empty elements but makes no piece of them', () => {
    const result = cut(
      '<a><Contenu/><Contenu x="/"></Contenu><Contenu> \n</Contenu><Contenu>QQ==</Contenu></a>',
    );
    expect(contents(result)).toEqual([[3, 'A']]);
    expect(result.bytes.toString()).toContain('<Contenu> \n</Contenu>');
  });

  it.each([
    ['entities', '<a><Contenu>QQ=&#61;</Contenu></a>'],
    ['CDATA', '<a><Contenu><![CDATA[QQ==]]></Contenu></a>'],
    ['CDATA behind content', '<a><Contenu>QUJD<![CDATA[QQ==]]></Contenu></a>'],
    ['a comment', '<a><Contenu>QQ<!-- </Contenu> -->==</Contenu></a>'],
    ['elements', '<a><Contenu>QQ<b><Contenu>QQ==</Contenu></b>==</Contenu></a>'],
    ['wrong characters', '<a><Contenu>Q*==</Contenu></a>'],
    ['wrong length', '<a><Contenu>QQQ</Contenu></a>'],
    ['an unfinished document', '<a><Contenu>QQ=='],
    ['an unfinished end', '<a><Contenu>QQ==<'],
    ['an attachment inside a comment', '<a><!-- <Contenu>QQ==</Contenu> --></a>'],
    ['an attachment inside CDATA', '<a><![CDATA[<Contenu>QQ==</Contenu>]]></a>'],
    ['an attachment inside an instruction', '<a><?p <Contenu>QQ==</Contenu>?></a>'],
    ['an attachment inside an attribute', '<a b="<Contenu>QQ==</Contenu>"/>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY e "<Contenu>QQ==</Contenu>">]><a><Contenu>QQ==</Contenu></a>'],
    ['a name that only begins the same', '<a><ContenuX>QQ==</ContenuX><Contenu.b>QQ==</Contenu.b></a>'],
  ])('leaves %s in place', (_what, text) => {
    for (const chunkBytes of [1, 2, 3, 7, 64]) {
      work = nextDir();
      const result = cut(text, { chunkBytes });
      expect(result.bytes.toString()).toBe(text);
      expect(result.pieces).toEqual([]);
      expect(result.findings).toEqual([]);
      expect(readdirSync(work)).toEqual(['source.xml']);
    }
  });

  it('leaves UTF-16 alone', () => {
    const bytes = Buffer.from('\ufeff<a><Contenu>QQ==</Contenu></a>', 'utf16le');
    expect(cut(bytes).bytes.equals(bytes)).toBe(true);
    expect(cut(bytes, { chunkBytes: 5 }).bytes.equals(bytes)).toBe(true);
  });

  it('judges large content that is not base64 by itself', () => {
    const large = 'QUJD\n'.repeat(1_200_000);
    const cases = [
      ['cbc:EmbeddedDocumentBinaryObject', 'XSD', `${large}!`],
      ['Contenu', 'ECL-PJ-BASE64', `${large}<![CDATA[QQ==]]>`],
      ['Contenu', 'ECL-PJ-BASE64', `<b/>${large}`],
    ] as const;
    for (const [name, rule, content] of cases) {
      work = nextDir();
      const result = cut(`<a>\n\n<${name}>${content}</${name}>\n<z/></a>`);
      expect(result.findings).toMatchObject([{ rule, line: 3, path: `//${name}` }]);
      const text = result.bytes.toString();
      expect(text.startsWith(`<a>\n\n<${name}>`)).toBe(true);
      expect(text.endsWith(`</${name}>\n<z/></a>`)).toBe(true);
      expect(text.split('\n').length).toBe(1_200_000 + 4);
      expect(text.length).toBeLessThan(1_200_200);
    }
  });

  it('keeps to its limits', () => {
    const many = `<a>${'<Contenu>QUJD</Contenu>'.repeat(4)}</a>`;
    const tooMany = cut(many, { limits: { attachmentsMax: 2 } });
    expect(tooMany.pieces.length).toBe(2);
    expect(tooMany.findings).toMatchObject([{ rule: 'ECL-LIM-ATTACHMENTS' }]);
    work = nextDir();
    const structure = cut(`<a>${'<b/>'.repeat(100)}<Contenu>QUJD</Contenu></a>`, {
      limits: { structureBytesMax: 100 },
    });
    expect(structure).toMatchObject({ complete: false, findings: [{ rule: 'ECL-LIM-STRUCTURE' }] });
    work = nextDir();
    const big = cut(`<a><Contenu>${'QUJD'.repeat(1000)}</Contenu></a>`, { limits: { entryBytesMax: 64 } });
    expect(big).toMatchObject({ complete: false, pieces: [], sizeBytes: 4026 });
    expect(existsSync(join(work, 'piece-0'))).toBe(false);
  });
});

/** A small seeded generator (mulberry32), so that a failure can be played again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** A random document, what it must become, and its pieces: built together, without any parsing. */
function randomDocument(seed: number): { source: string; expected: string; pieces: [number, string][] } {
  const r = random(seed);
  const pick = <T>(...list: T[]): T => list[r(list.length)] as T;
  const names = ['Contenu', 'cbc:EmbeddedDocumentBinaryObject', 'ram:AttachmentBinaryObject'];
  let source = '';
  let expected = '';
  const pieces: [number, string][] = [];
  let ordinal = -1;
  const both = (text: string) => {
    source += text;
    expected += text;
  };
  const target = () => {
    ordinal++;
    const name = pick(...names);
    const start = `<${name}${pick('', ' mimeCode="a>b"', ' x=\'</Contenu>\' y="/"', '\n')}>`;
    const end = `</${name}${pick('', ' ', '\n')}>`;
    const kind = r(6);
    const bytes = Buffer.from(Array.from({ length: r(60) }, () => r(256)));
    const encoded = bytes
      .toString('base64')
      .replace(/(.{1,11})/g, (all) => all + pick('', '\n', '\r\n', ' '));
    if (kind === 0) both(`<${name}/>`);
    else if (kind === 1)
      both(
        `${start}${encoded}${pick('&#61;', '<!-- > -->', '<![CDATA[</Contenu>]]>', '<b>x</b>', '%')}${end}`,
      );
    else if (bytes.length === 0) both(`${start}${end}`);
    else {
      source += start + encoded + end;
      expected += start + encoded.replace(/[^\n]/g, '') + end;
      pieces.push([ordinal, bytes.toString('hex')]);
    }
  };
  both(pick('', '\ufeff', '<?xml version="1.0" encoding="UTF-8"?>\r\n', '<!-- <Contenu>QQ==</Contenu> -->'));
  both('<a>');
  for (let n = r(12); n > 0; n--) {
    if (r(2) === 0) target();
    else
      both(
        pick(
          'texte é\n',
          '<b c="d"/>',
          '<!-- -- > -->',
          '<![CDATA[]]]>',
          '<?p ? > ?>',
          '<e>&amp;</e>',
          "<f g='>'>x</f>",
        ),
      );
  }
  both('</a>\n');
  return { source, expected, pieces };
}

describe('cutting, seeded', () => {
  it('cuts random documents as they were built, whatever the chunks', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { source, expected, pieces } = randomDocument(seed);
      for (const chunkBytes of seed % 10 === 0 ? [1, 2, 5, 31, undefined] : [1 + (seed % 40), undefined]) {
        work = nextDir();
        const result = cut(source, chunkBytes === undefined ? {} : { chunkBytes });
        expect(result.bytes.toString(), `seed ${seed}, chunks of ${chunkBytes}`).toBe(expected);
        expect(result.pieces.map((p) => [p.index, bytesOf(p).toString('hex')])).toEqual(pieces);
      }
    }
  });

  it('cuts the same with a chunk boundary at every byte', () => {
    const source =
      '<?xml version="1.0"?><a><!-- c --><Contenu m=">">QUJD\nQQ==</Contenu><![CDATA[x]]><Contenu>Q<b/></Contenu></a>';
    const expected =
      '<?xml version="1.0"?><a><!-- c --><Contenu m=">">\n</Contenu><![CDATA[x]]><Contenu>Q<b/></Contenu></a>';
    for (let chunkBytes = 1; chunkBytes <= source.length; chunkBytes++) {
      work = nextDir();
      const result = cut(source, { chunkBytes });
      expect(result.bytes.toString()).toBe(expected);
      expect(contents(result)).toEqual([[0, 'ABCA']]);
    }
  });
});
