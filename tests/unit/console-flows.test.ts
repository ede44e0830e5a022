import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvHead, csvLine } from '../../src/console/csv.js';
import { periodFigures } from '../../src/console/figures.js';
import {
  cursorOf,
  cursorText,
  dayOf,
  flowQuery,
  searchOf,
  sortOf,
  stateSlug,
  understood,
} from '../../src/console/flow-query.js';
import {
  invoiceCursorOf,
  invoiceCursorText,
  invoiceQuery,
  invoiceSearchOf,
} from '../../src/console/invoice-query.js';
import { shownTerm } from '../../src/console/pages/invoice-data.js';
import { scaleMarks, scaleTop } from '../../src/console/ui/chart.js';
import { defaultLimits } from '../../src/domain/limits.js';
import { isPacked, takeEntry } from '../../src/envelope/one-entry.js';
import { excerptOf, linesAround } from '../../src/workers/excerpt.js';

describe('what the one box of the search understands', () => {
  it.each([
    ['01980f3e-7a52-7c11-8f4e-0242ac120002', { name: '01980f3e-7a52-7c11-8f4e-0242ac120002' }],
    ['799 555 008 00017', { siret: '79955500800017' }],
    ['FRN001', { partner: 'FRN001' }],
    ['FSO1100A_FRN001_FRN0011100000000000000006', { name: 'FSO1100A_FRN001_FRN0011100000000000000006' }],
    ['FRN0011100000000000000006', { name: 'FRN0011100000000000000006' }],
    ['G1.05', { rule: 'G1.05' }],
    ['br-co-15', { rule: 'BR-CO-15' }],
    ['ECL-TOTAL-TTC', { rule: 'ECL-TOTAL-TTC' }],
    ['IRR_FORM', { rule: 'IRR_FORM' }],
    ['ABM-2026-0009', { text: 'ABM-2026-0009' }],
    ['Atelier Bois', { text: 'Atelier Bois' }],
    ['2026', { text: '2026' }],
  ])('%s', (typed, expected) => {
    expect(understood(typed)).toEqual(expected);
  });
});

describe('the search that an address says', () => {
  const parse = (query: Record<string, string>) => searchOf(flowQuery.parse(query));

  it('has days of Paris, both included, over the change of the clocks too', () => {
    expect(parse({ du: '2026-03-28', au: '2026-03-29' })).toEqual({
      from: '2026-03-27T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
    });
    expect(dayOf('1/3/2026')).toBe('2026-03-01');
    expect(dayOf('2026-02-30')).toBeNull();
  });

  it('knows states by the words people read, and leaves out what it cannot understand', () => {
    expect(parse({ etat: 'rejete', du: 'hier', tri: 'rien', partenaire: 'frn001' })).toEqual({
      state: 'IN_REJETE',
      partner: 'FRN001',
    });
    expect(parse({ etat: 'en-attente' })).toEqual({ state: 'waiting' });
    expect(stateSlug('IN_INTEGRE_PARTIEL')).toBe('partiel');
    expect(stateSlug('IN_EN_ATTENTE_RETRAITEMENT_CPP')).not.toBe('en-attente');
  });

  it('has an order and a place; a place that was cut is none', () => {
    expect(sortOf(undefined)).toEqual({ sort: 'received', direction: 'desc' });
    expect(sortOf('-taille')).toEqual({ sort: 'size', direction: 'desc' });
    expect(sortOf('fin')).toEqual({ sort: 'ended', direction: 'asc' });
    const text = cursorText({ value: 12, id: 'x' });
    expect(cursorOf(text, 'size')).toEqual({ value: 12, id: 'x' });
    expect(cursorOf(text, 'received')).toBeNull();
    expect(cursorOf(text.slice(0, 5), 'size')).toBeNull();
    expect(cursorOf('bnVsbA', 'size')).toBeNull();
  });
});

describe('the search of invoices that an address says', () => {
  const parse = (query: Record<string, string>) => invoiceSearchOf(invoiceQuery.parse(query));

  it('knows fates and statuses, and leaves out what it cannot understand', () => {
    expect(parse({ numero: 'F-1', fournisseur: '799 555 008 00017', etat: 'rejetee' })).toEqual({
      number: 'F-1',
      supplier: '79955500800017',
      fate: 'rejected',
    });
    expect(parse({ etat: '08', partenaire: 'frn001', du: '2026-03-01', au: '2026-03-01' })).toEqual({
      status: '08',
      partner: 'FRN001',
      from: '2026-02-28T23:00:00.000Z',
      to: '2026-03-01T23:00:00.000Z',
    });
    expect(parse({ etat: '99', du: 'hier', numero: ' ' })).toEqual({});
  });

  it('has a place; one that was cut is none', () => {
    const place = { receivedAt: '2026-03-01T00:00:00.000Z', flow: 'f', seq: 12 };
    const text = invoiceCursorText(place);
    expect(invoiceCursorOf(text)).toEqual(place);
    expect(invoiceCursorOf(text.slice(0, 20))).toBeNull();
    expect(invoiceCursorOf(Buffer.from('["a","b","c"]').toString('base64url'))).toBeNull();
    expect(invoiceCursorOf('bnVsbA')).toBeNull();
  });
});

describe('a line of CSV', () => {
  it('is what French spreadsheets open, and never a formula', () => {
    expect(csvHead).toBe('\ufeff');
    expect(csvLine(['a', 12, null, 'b;c', 'dit "oui"', 'deux\nlignes'])).toBe(
      'a;12;;"b;c";"dit ""oui""";"deux\nlignes"\r\n',
    );
    for (const first of ['=', '+', '-', '@', '\t=', ' ='])
      expect(csvLine([`${first}cmd|' /C calc'!A0`])).toMatch(/^"?'/);
  });
});

describe('the scale of a chart', () => {
  it.each([
    [[], 1],
    [[0, 0], 1],
    [[1], 1],
    [[3], 5],
    [[9], 10],
    [[120, 17], 200],
    [[100], 100],
    [[501], 1000],
  ])('%j ends at %i', (values, top) => {
    expect(scaleTop(values)).toBe(top);
  });
  it('has whole marks', () => {
    expect(scaleMarks(5)).toEqual([0, 5]);
    expect(scaleMarks(200)).toEqual([0, 100, 200]);
  });
});

describe('figures of a period', () => {
  it('add up: what came in is what ended and what waits, from the first hour on', () => {
    const one = { received: 2, integrated: 1, rejected: 1 };
    const figures = periodFigures(
      1,
      '2026-03-01T23',
      [
        { hour: '2026-03-01T22', state: 'IN_INTEGRE', flows: 9, ...one },
        { hour: '2026-03-01T23', state: 'IN_INTEGRE', flows: 3, ...one },
        { hour: '2026-03-02T01', state: 'IN_REJETE', flows: 2, ...one },
        { hour: '2026-03-02T01', state: 'QP_IRRECEVABLE', flows: 1, ...one },
      ],
      {
        counted: 5,
        more: false,
        states: [],
        hours: [
          { hour: '2026-03-01T20', flows: 1 },
          { hour: '2026-03-02T02', flows: 4 },
        ],
        oldest: null,
      },
    );
    expect(figures).toMatchObject({ flows: 10, integrated: 3, rejected: 2, unreceivable: 1, waiting: 4 });
    expect(figures).toMatchObject({ invoices: 6, invoicesIntegrated: 3, invoicesRejected: 3 });
  });
});

describe('a term as it is shown', () => {
  it('is written the French way, and hides account numbers', () => {
    expect(shownTerm('BT-112', { name: '', value: '1234567.5' })).toBe('1\u00a0234\u00a0567,50');
    expect(shownTerm('BT-2', { name: '', value: '2026-03-01' })).toBe('01/03/2026');
    expect(shownTerm('BT-22', { name: '', value: 'IBAN FR7630006000011234567890189' })).not.toContain(
      '12345678',
    );
    expect(shownTerm('BT-22', { name: '', value: 'x'.repeat(1_000) }).length).toBeLessThan(400);
  });
});

describe('lines around a place', () => {
  const options = { around: 1, widthMax: 60 };
  const at = (line: number, more: { path?: string; value?: string } = {}) => ({
    line,
    path: more.path ?? null,
    value: more.value ?? null,
  });

  it('are those of the file, whichever its line ends', () => {
    const lines = linesAround('un\r\ndeux\ntrois\nquatre', at(2), options);
    expect(lines.map(({ number, text, here }) => [number, text, here])).toEqual([
      [1, 'un', false],
      [2, 'deux', true],
      [3, 'trois', false],
    ]);
    expect(linesAround('un\ndeux', at(2), options)).toHaveLength(2);
    expect(linesAround('un', at(1), options)).toHaveLength(1);
  });

  it('are none for a line that is not there', () => {
    expect(linesAround('un\ndeux', at(3), options)).toEqual([]);
    expect(linesAround('', at(5), options)).toEqual([]);
  });

  it('are cut around the element and its value when a line is long', () => {
    const line = `${'<a>1</a>'.repeat(200)}<cbc:Amount x="1">7.00</cbc:Amount><cbc:Amount>9.00</cbc:Amount>${'<b/>'.repeat(200)}`;
    const [found] = linesAround(line, at(1, { path: '/Invoice/cbc:Amount[2]', value: '9.00' }), options);
    expect(found?.text).toContain('<cbc:Amount>9.00</cbc:Amount>');
    expect(found?.text.length).toBe(60);
    expect((found?.cutBefore ?? 0) + 60 + (found?.cutAfter ?? 0)).toBe(line.length);
  });
});

describe('an excerpt of a deposited file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const ask = (bytes: Buffer | string, limits = defaultLimits) => {
    const path = join(dir, 'entry');
    writeFileSync(path, bytes);
    return excerptOf({
      kind: 'excerpt',
      path,
      workDir: join(dir, 'cut'),
      places: [{ line: 3, path: null, value: null }],
      around: 1,
      widthMax: 200,
      limits,
    });
  };

  it('has no attachment in it, and the lines that come after keep their numbers', async () => {
    const base64 = Buffer.alloc(600, 7).toString('base64');
    const binary = `<EmbeddedDocumentBinaryObject>${base64.slice(0, 400)}\n${base64.slice(400)}</EmbeddedDocumentBinaryObject>`;
    const { excerpts, problem } = await ask(
      `<?xml version="1.0"?><Invoice>${binary}\n<ID>F-1</ID></Invoice>`,
    );
    expect(problem).toBeNull();
    const text = excerpts[0]?.map((line) => line.text).join('\n') ?? '';
    expect(text).toContain('<ID>F-1</ID>');
    expect(text).not.toContain(base64.slice(0, 40));
  });

  it('says why there is none', async () => {
    expect((await ask('pas du XML')).problem).toBe('no-xml');
    expect((await ask('<a>\n\n\n</a>', { ...defaultLimits, entryBytesMax: 3 })).problem).toBe('too-large');
  });

  it('reads a document in Latin-1', async () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>\n<b>Café</b></a>';
    const { excerpts } = await ask(Buffer.from(text, 'latin1'));
    expect(excerpts[0]?.find(({ here }) => here)?.text).toContain('Café');
  });
});

describe('one entry of a tar.gz', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  async function archive(entries: Readonly<Record<string, string>>): Promise<string> {
    const tar = pack();
    tar.entry({ name: 'lien', type: 'symlink', linkname: '/etc/passwd' });
    for (const [name, text] of Object.entries(entries)) tar.entry({ name }, text);
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    const path = join(dir, 'flux');
    writeFileSync(path, gzipSync(Buffer.concat(chunks)));
    return path;
  }

  it('is taken out alone; what is absent, too large or a link is not', async () => {
    const path = await archive({ './a.xml': 'un', 'd/b.xml': 'deux'.repeat(100) });
    const target = join(dir, 'out');
    expect(await isPacked(path)).toBe(true);
    expect(await takeEntry(path, 'a.xml', target, defaultLimits)).toBeNull();
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(target, 'utf8')).toBe('un');
    expect(await takeEntry(path, 'd/b.xml', target, { ...defaultLimits, entryBytesMax: 10 })).toBe(
      'too-large',
    );
    expect(await takeEntry(path, 'rien.xml', target, defaultLimits)).toBe('absent');
    expect(await takeEntry(path, 'lien', target, defaultLimits)).toBe('absent');
    writeFileSync(path, 'ni tar ni gzip');
    expect(await isPacked(path)).toBe(false);
    await expect(takeEntry(path, 'a.xml', target, defaultLimits)).rejects.toThrow(/cannot take an entry/);
  });
});
