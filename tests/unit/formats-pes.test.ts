import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { gzip, pes } from '../../scripts/documents/pes.mjs';
import { pdf, zip } from '../../scripts/documents/pieces.mjs';
import { warmSchemas } from '../../src/app/warm-schemas.js';
import { defaultLimits } from '../../src/domain/limits.js';
import type { Piece, Reading } from '../../src/domain/reading.js';
import { countryOfInsee } from '../../src/formats/pes/countries.js';
import { unwrapPiece } from '../../src/formats/pes/pieces.js';
import { settingsSchema } from '../../src/settings/schema.js';
import { decodeXml, falseLatin } from '../../src/xml/decode.js';
import { lineOf, openReader } from './formats-reading.js';

const reader = openReader();
afterAll(reader.close);

function invoicesOf(document: Buffer) {
  const reading = reader.read(document);
  if (reading.kind !== 'invoices') throw new Error(JSON.stringify(reading.findings));
  return reading.invoices;
}
const rules = (reading: Reading) => reading.findings.map(({ rule }) => rule);
const replaced = (document: Buffer, ...pairs: readonly [string, string][]) =>
  Buffer.from(
    pairs.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`not there: ${from}`);
      return text.replace(from, to);
    }, document.toString('latin1')),
    'latin1',
  );
const other = { siret: '75356054900010', name: 'Métropole de démonstration', service: 'SERV1' };

describe('PES Facture', () => {
  it('is read in ISO-8859-1, term by term', () => {
    const [one] = invoicesOf(pes({ invoices: [{ number: 'P-1', recipient: other }] }));
    expect(one?.invoice).toMatchObject({
      syntax: 'pes-facture',
      number: 'P-1',
      issueDate: '2026-01-20',
      dueDate: '2026-02-19',
      typeCode: '380',
      currency: 'EUR',
      paymentTerms: 'Virement à 30 jours',
      seller: {
        name: 'Atelier Bois & Métal',
        vatId: 'FR51799555008',
        address: { line1: '3 QUAI DU BIEF', country: 'FR' },
      },
      buyer: { name: 'Métropole de démonstration', address: { postCode: '99000', country: 'FR' } },
      payment: {
        meansCode: '30',
        accounts: [{ id: 'FR7630006000011234567890189', name: 'ATELIER BOIS ET MÉTAL', bic: null }],
      },
      totals: { taxExclusive: '300.00', tax: '60.00', taxInclusive: '360.00', payable: '360.00' },
      vatBreakdown: [{ rate: '20.00', base: '300.00', amount: '60.00' }],
      lines: [
        {
          id: '1',
          name: 'Étagère en chêne',
          quantity: '2',
          unit: 'pièce',
          netPrice: '150.00',
          netAmount: '300.00',
          vatRate: '20.00',
          period: { start: '2026-01-15', end: '2026-01-15' },
        },
      ],
      chorus: {
        cadre: null,
        supplier: { idType: '1', id: '79955500800017', country: 'FR' },
        recipient: { idType: '1', id: '75356054900010', name: 'Métropole de démonstration', country: 'FR' },
        serviceCode: 'SERV1',
        engagement: null,
      },
    });
    expect(one?.invoice.notes.map(({ text }) => text)).toEqual([
      'Mobilier livré à la médiathèque',
      'Conditions générales de vente à la demande',
    ]);
  });

  it('gives one invoice for each FactureIndiv, with places in the sender’s file', () => {
    const document = pes({ invoices: [{ number: 'P-1' }, { number: 'P-2' }, { number: 'P-3' }] });
    const invoices = invoicesOf(document);
    expect(invoices.map(({ invoice, index }) => [invoice.number, index])).toEqual([
      ['P-1', 0],
      ['P-2', 1],
      ['P-3', 2],
    ]);
    const text = document.toString('latin1');
    expect(invoices[1]?.place('number')).toEqual({
      path: '/n:PES_Aller/PES_Facture/FactureIndiv[2]/NumeroFacture/@V',
      line: lineOf(text, '"P-2"'),
    });
    expect(invoices[2]?.place('seller.name')?.path).toBe(
      '/n:PES_Aller/PES_Facture/Emetteur/InfoTiers/Nom/@V',
    );
    expect(invoices[2]?.place('chorus.engagement')?.path).toBe(
      '/n:PES_Aller/PES_Facture/FactureIndiv[3]/TexteGenerateur/@V',
    );
  });

  it('turns the codes of PES by the choices of docs/pes.md', () => {
    const typed = (type: string) => invoicesOf(pes({ type, invoices: [{ number: 'P-1' }] }))[0]?.invoice;
    expect(typed('03')).toMatchObject({ typeCode: '381', chorus: { cadre: null } });
    expect(typed('06')).toMatchObject({
      typeCode: '380',
      chorus: { cadre: 'A2' },
      totals: { prepaid: '360.00', payable: '0' },
    });
    expect(typed('04')?.typeCode).toBe('04');
    const plain = pes({ invoices: [{ number: 'P-1', text: 'ENGAGEMENT:EJ-7, Marché=M2 SERVICE : S9' }] });
    expect(invoicesOf(plain)[0]?.invoice.chorus).toMatchObject({
      engagement: 'EJ-7',
      market: 'M2',
      serviceCode: 'S9',
    });
    const absent = invoicesOf(replaced(plain, ['<TypeFact V="01"/>', '']))[0]?.invoice;
    expect(absent?.typeCode).toBe('380');
    const identified = (kind: string) =>
      invoicesOf(
        replaced(plain, [
          '<NatIdTiers V="01"/><CatTiers V="50"/>',
          `<NatIdTiers V="${kind}"/><CatTiers V="50"/>`,
        ]),
      )[0]?.invoice.chorus.supplier;
    expect(['01', '05', '06', '07', '08', '09', '02'].map((kind) => identified(kind)?.idType)).toEqual([
      '1',
      '2',
      '3',
      '5',
      '4',
      '6',
      null,
    ]);
    const unsaid = replaced(plain, ['<IdTiers V="79955500800017"/><NatIdTiers V="01"/>', '']);
    expect(invoicesOf(unsaid)[0]?.invoice.chorus.supplier).toMatchObject({
      idType: '1',
      id: '79955500800017',
    });
  });

  it('reads countries by INSEE’s numbers, a RIB in parts, and no account as no transfer', () => {
    const plain = pes({ invoices: [{ number: 'P-1' }] });
    const abroad = replaced(plain, ['<CodRes V="0"/>', '<CodRes V="1"/><CodPays V="131"/>']);
    expect(invoicesOf(abroad)[0]?.invoice.seller.address?.country).toBe('BE');
    expect([countryOfInsee('109'), countryOfInsee('100'), countryOfInsee('999')]).toEqual(['DE', 'FR', null]);
    const rib = '<CodeEtab V="30006"/><CodeGuic V="00001"/><IdCpte V="12345678901"/><CleRib V="89"/>';
    const old = replaced(plain, ['<IBAN V="FR7630006000011234567890189"/>', rib]);
    expect(invoicesOf(old)[0]?.invoice.payment.accounts[0]?.id).toBe('30006000011234567890189');
    const none = Buffer.from(
      plain.toString('latin1').replace(/<CptBancaire>.*<\/CptBancaire>/, ''),
      'latin1',
    );
    expect(invoicesOf(none)[0]?.invoice.payment).toMatchObject({ meansCode: '01', accounts: [] });
  });

  it('takes an amount as one piece, and turns the sign of a discount', () => {
    const plain = pes({
      invoices: [
        {
          number: 'P-1',
          lines: [
            ['Forfait', '1', '100.00', '20.00'],
            ['Remise', '1', '10.00', '20.00'],
          ],
        },
      ],
    });
    const document = replaced(
      plain,
      ['<Quantite V="1"/><MtUnitaire V="100.00"/>', '<MtBase V="100.00"/>'],
      ['<Quantite V="1"/><MtUnitaire V="10.00"/>', '<MtRemise V="10.00"/>'],
    );
    const [one] = invoicesOf(document);
    expect(
      one?.invoice.lines.map(({ quantity, netPrice, netAmount }) => [quantity, netPrice, netAmount]),
    ).toEqual([
      ['1', '100.00', '100.00'],
      ['1', '-10.00', '-10.00'],
    ]);
    expect(one?.invoice.vatBreakdown).toMatchObject([{ rate: '20.00', base: '90.00', amount: '18.00' }]);
    expect(one?.pes?.lines.map(({ kind }) => kind)).toEqual(['base', 'discount']);
  });

  it('says that a PES_Aller without PES_Facture has no invoice', () => {
    const text = pes({ invoices: [{ number: 'P-1' }] })
      .toString('latin1')
      .replace(/<PES_Facture>[\s\S]*<\/PES_Facture>/, '');
    expect(rules(reader.read(Buffer.from(text, 'latin1')))).toEqual(['ECL-PES-EMPTY']);
  });
});

describe('attachments of PES', () => {
  const two = [{ number: 'P-1' }, { number: 'P-1-2', recipient: other }];
  const attached = (document: Buffer) =>
    invoicesOf(document).map(({ invoice }) => invoice.attachments.map(({ filename }) => filename));

  it('go to the invoices they name, the longer number first', () => {
    const pieces = [
      ['a.pdf', 'Bon de la facture P-1-2', pdf('a')],
      ['P-1_b.pdf', 'Bon', pdf('b')],
      ['c.pdf', 'Factures P-1 et P-1-2', pdf('c')],
    ] as const;
    expect(attached(pes({ invoices: two, pieces }))).toEqual([
      ['P-1_b.pdf', 'c.pdf'],
      ['a.pdf', 'c.pdf'],
    ]);
  });

  it('go to all where all have one debtor, and to nobody where they name none', () => {
    const pieces = [['conditions.pdf', 'Conditions', pdf('a')]] as const;
    const same = [{ number: 'P-1' }, { number: 'P-2' }];
    expect(attached(pes({ invoices: same, pieces }))).toEqual([['conditions.pdf'], ['conditions.pdf']]);
    const refused = reader.read(pes({ invoices: two, pieces }));
    expect(rules(refused)).toEqual(['ECL-PES-PJ-TIE']);
    expect(refused.findings[0]).toMatchObject({ path: '/n:PES_Aller/PES_PJ/PJ', severity: 'fatal' });
  });

  it('are cut out of the stream, however large', () => {
    const large = Buffer.alloc(6 * 1024 * 1024);
    for (let i = 0; i < large.length; i++) large[i] = (i * 2_654_435_761) >>> 24;
    const reading = reader.read(
      pes({
        invoices: [{ number: 'P-1' }],
        pieces: [['a.pdf', 'a', large]],
        wrap: (bytes) => gzipSync(bytes, { level: 0 }),
      }),
      { structureBytesMax: 100_000 },
    );
    expect(reading).toMatchObject({ kind: 'invoices', findings: [], pieces: [{ index: 1 }] });
  });

  const pieceOf = (bytes: Buffer): Piece => ({
    index: 0,
    content: { kind: 'memory', bytes },
    sizeBytes: bytes.length,
  });
  const unwrapped = async (bytes: Buffer, limits = {}) =>
    unwrapPiece(pieceOf(bytes), reader.base, { ...defaultLimits, ...limits });

  it('come out of their gzip within limits, or tell why not', async () => {
    const paper = pdf('Bon de livraison');
    const good = await unwrapped(gzip(paper));
    expect(good.wrapping).toBe('gzip');
    expect(good.piece.content.kind === 'memory' && Buffer.from(good.piece.content.bytes).equals(paper)).toBe(
      true,
    );
    expect(good.piece.sizeBytes).toBe(paper.length);
    expect((await unwrapped(paper)).wrapping).toBe('none');
    expect((await unwrapped(zip('a.pdf', paper))).wrapping).toBe('zip');
    expect((await unwrapped(gzip(paper).subarray(0, 40))).wrapping).toBe('broken');
    expect((await unwrapped(gzip(Buffer.alloc(50_000)), { unpackedBytesMax: 10_000 })).wrapping).toBe(
      'too-large',
    );
    const bomb = gzip(Buffer.alloc(30 * 1024 * 1024));
    expect((await unwrapped(bomb, { unpackRatioMax: 10 })).wrapping).toBe('too-large');
  });

  it('come out of a gzip in a file the same way', async () => {
    const { writeFileSync } = await import('node:fs');
    const at = (name: string, bytes: Buffer): Piece => {
      const path = join(reader.base, name);
      writeFileSync(path, bytes);
      return { index: name.length, content: { kind: 'file', path }, sizeBytes: bytes.length };
    };
    const paper = pdf('Bon de livraison');
    const good = await unwrapPiece(at('a', gzip(paper)), reader.base, defaultLimits);
    expect(good.wrapping).toBe('gzip');
    expect(good.piece.content.kind === 'file' && readFileSync(good.piece.content.path).equals(paper)).toBe(
      true,
    );
    const cut = gzip(paper).subarray(0, 40);
    expect((await unwrapPiece(at('bb', cut), reader.base, defaultLimits)).wrapping).toBe('broken');
    const limits = { ...defaultLimits, unpackedBytesMax: 1_000 };
    expect((await unwrapPiece(at('ccc', gzip(Buffer.alloc(9_000))), reader.base, limits)).wrapping).toBe(
      'too-large',
    );
  });
});

describe('an encoding that is not the one declared', () => {
  const utf8 = (text: string, declared = 'ISO-8859-1') =>
    Buffer.from(`<?xml version="1.0" encoding="${declared}"?>\n<a>${text}</a>`);

  it('is found out where UTF-8 stands behind a Latin page', () => {
    for (const declared of ['ISO-8859-1', 'iso-8859-15', 'windows-1252', 'L1']) {
      const found = falseLatin(utf8('Département, 20 €, « cœur »', declared));
      expect(found?.declared).toBe(declared.toLowerCase());
      expect(found?.bytes.toString('utf8')).toContain('encoding="utf-8"?>\n<a>Département, 20 €');
    }
  });

  it('is found out where windows-1252 stands behind ISO-8859-1', () => {
    const page = (text: string, declared = 'ISO-8859-1') =>
      Buffer.from(utf8(text, declared).toString('utf8'), 'latin1');
    const found = falseLatin(page('c\u009cur, 20 \u0080, l\u0092\u00e9t\u00e9'));
    expect(found).toMatchObject({ declared: 'iso-8859-1', written: 'windows-1252' });
    expect(decodeXml(found?.bytes ?? Buffer.alloc(0))).toMatchObject({
      text: expect.stringContaining('>cœur, 20 €, l’été<'),
    });
    expect(falseLatin(page('l\u0092\u00e9t\u00e9', 'ISO-8859-15'))).toBeNull();
    expect(falseLatin(page('\u0085 \u00e9'))).toBeNull();
    expect(falseLatin(page('l\u0092\u00e9t\u00e9 \u0081'))).toBeNull();
  });

  it('is not suspected in ASCII, in true Latin-1, in UTF-8 that says so, or in bytes that only happen to fit', () => {
    expect(falseLatin(utf8('Departement'))).toBeNull();
    expect(falseLatin(utf8('Département', 'UTF-8'))).toBeNull();
    expect(falseLatin(Buffer.from(utf8('Département').toString('utf8'), 'latin1'))).toBeNull();
    // In Latin-1 « CAFÉ » in guillemets ends with the bytes C9 BB, which are UTF-8 for a letter no French text has.
    expect(falseLatin(Buffer.from(utf8('CAF\u00c9\u00bb').toString('utf8'), 'latin1'))).toBeNull();
  });
});

describe('the schema of PES', () => {
  it('is compiled ahead for a partner that subscribes to it', () => {
    const { partners } = settingsSchema.parse({
      partners: [{ code: 'FRN001', name: 'F', interfaces: ['FSO1102A'] }],
    });
    expect(warmSchemas(partners)).toEqual(['pes-aller']);
  });
});
