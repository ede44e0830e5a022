import { describe, expect, it } from 'vitest';
import type { Attachment, Invoice } from '../../src/domain/invoice.js';
import {
  mainPieceOf,
  type PivotInvoice,
  pivotPieces,
  pivotSkeleton,
  splitForPivot,
} from '../../src/report/pivot.js';
import { pivotType } from '../../src/report/pivot-data.js';
import { countryOf } from '../../src/report/pivot-parties.js';
import { mimeOf, pieceNames } from '../../src/report/pivot-pieces.js';
import { chorusParty, emptyLine, fullInvoice, leanInvoice, zippedPdf } from '../helpers/report-invoices.js';

const engine = { code: 'CPP001', name: 'Écluse' };
const partner = { code: 'DST001', name: 'Destinataire' };
const name = 'FEN0036A_DST001_CPP0010036000000000000001';
const at = new Date('2026-11-21T10:00:00Z');

function item(invoice: Invoice, more: Partial<PivotInvoice> = {}): PivotInvoice {
  return {
    id: 'i1',
    invoice,
    structure: null,
    service: null,
    receivedAt: new Date('2026-11-20T23:30:00Z'),
    pieces: pivotPieces(invoice, [zippedPdf]),
    ...more,
  };
}
const pivot = (...invoices: PivotInvoice[]) => pivotSkeleton({ name, engine, partner, at, invoices }).body;
const texts = (xml: string, tag: string) =>
  [...xml.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`, 'g'))].map((m) => m[1]);
const attachment = (more: Partial<Attachment>): Attachment => ({
  name: null,
  description: null,
  uri: null,
  mime: null,
  filename: null,
  chorusType: null,
  piece: null,
  ...more,
});

describe('the pivot of a full invoice', () => {
  const xml = pivot(item(fullInvoice()));
  it.each([
    ['RaisonSociale', ['ATELIER DUPRE']],
    ['CodePays', ['FR']],
    ['Compte', ['FR7630006000011234567890189']],
    ['Etablissement', ['AGRIFRPP']],
    ['RaisonSocialeEncaisseur', ['Affacturage du Midi']],
    ['Nom', ['Mairie']],
    ['CodeService', ['SERV1']],
    ['IdFactureOrigine', ['F-2025-998']],
    ['Type', ['380']],
    ['Cadre', ['A9']],
    ['DateLivraison', ['2026-10-30']],
    ['DateReception', ['2026-11-21']],
    ['Libelle', ['Destinataire', 'Écluse', '58 - Virement SEPA']],
    ['Taux', ['20.00', '0']],
    ['MontantTVA', ['300.10', '0.00']],
    ['NumeroMarche', ['2025-M-17']],
    ['NumeroEngagement', ['2412345673']],
    ['PrixUnitaire', ['250.083333', '250.083333']],
    ['Quantite', ['3.0000', '3.0000']],
    ['NomPJ', ['FAC12345678200010F-2026-001.pdf']],
    ['TypePJ', ['01']],
    ['MimeTypePJ', ['application/pdf']],
  ])('has %s', (tag, expected) => {
    expect(texts(xml, tag)).toEqual(expected);
  });
  it('writes 30 for a SEPA transfer', () => {
    expect(xml).toMatch(/<ModePaiement>\s*<Code>30<\/Code>/);
  });
});

describe('the pivot of a lean invoice', () => {
  it('takes what is absent from the defaults of Chorus Pro', () => {
    const xml = pivot(item(leanInvoice()));
    expect(texts(xml, 'Devise')).toEqual(['EUR']);
    expect(texts(xml, 'Cadre')).toEqual(['A1']);
    expect(texts(xml, 'CodePays')).toEqual(['FR']);
    expect(texts(xml, 'RaisonSociale')).toEqual(['12345678200010']);
    expect(texts(xml, 'MontantHT')).toEqual(['100']);
    expect(xml).not.toMatch(/<(ReferenceBancaire|TVAs|Engagement|Lignes|Nom)>/);
  });
  it('computes a total that is absent exactly', () => {
    const lean = leanInvoice();
    const totals = {
      ...lean.totals,
      taxExclusive: '0.10',
      tax: '0.20',
      taxInclusive: null,
      payable: null,
      prepaid: '0.3',
    };
    const xml = pivot(item({ ...lean, totals }));
    expect(texts(xml, 'MontantTTC')).toEqual(['0.30']);
    expect(texts(xml, 'MontantNetAPayer')).toEqual(['0.00']);
  });
  it('names the recipient as the directory does, and says why it is sent again', () => {
    const structure = {
      siret: '11000201100044',
      name: 'Services de l’État',
      active: true,
      serviceRequired: false,
      engagementRequired: false,
      serviceOrEngagementRequired: false,
      routedByService: true,
      partner: null,
      validFrom: null,
      validTo: null,
    };
    const xml = pivot(item(leanInvoice(), { structure, resend: 'Recyclée' }));
    expect(texts(xml, 'Nom')).toEqual(['Services de l’État']);
    expect(texts(xml, 'Renvoi')).toEqual(['Recyclée']);
  });
});

describe('what a pivot cannot say', () => {
  const lean = leanInvoice();
  it.each<[string, Invoice]>([
    ['a number of 21 characters', { ...lean, number: 'x'.repeat(21) }],
    ['no number', { ...lean, number: null }],
    ['the cadre A11', { ...lean, chorus: { ...lean.chorus, cadre: 'A11' } }],
    ['a date that is no day', { ...lean, issueDate: '2026-02-30' }],
    ['no totals', { ...lean, totals: { ...lean.totals, taxInclusive: null, tax: null } }],
    [
      'a recipient that is no SIRET',
      { ...lean, chorus: { ...lean.chorus, recipient: chorusParty({ id: '12' }) } },
    ],
  ])('is a fault, never a wrong file: %s', (_, invoice) => {
    expect(() => pivot(item(invoice))).toThrow(/does not fit the pivot/);
  });
  it('is a fault without a piece', () => {
    expect(() => pivot(item(lean, { pieces: [] }))).toThrow(/no piece/);
  });
});

describe('codes', () => {
  it.each([
    ['380', '380'],
    ['381', '381'],
    ['396', '381'],
    ['83', '381'],
    ['384', '380'],
    ['386', '380'],
  ])('type %s is %s', (typeCode, expected) => {
    expect(pivotType({ typeCode, creditNoteRoot: false })).toBe(expected);
    expect(pivotType({ typeCode, creditNoteRoot: true })).toBe('381');
  });
  it.each([
    [chorusParty({ country: 'be' }), null, 'BE'],
    [chorusParty(), 'DE', 'DE'],
    [chorusParty({ idType: '2', id: 'BE0429958042' }), null, 'BE'],
    [chorusParty({ idType: '2', id: 'EL123456789' }), null, 'GR'],
    [chorusParty({ idType: '3', id: 'KRSAMSUNG' }), null, 'KR'],
    [chorusParty({ idType: '3', id: '12' }), null, 'FR'],
    [chorusParty({ idType: '4' }), null, 'NC'],
    [chorusParty({ idType: '5' }), null, 'PF'],
    [chorusParty({ idType: null, country: 'FRANCE' }), null, 'FR'],
  ])('country of %o is right', (party, address, expected) => {
    expect(countryOf(party, address)).toBe(expected);
  });
  it.each([
    ['59', '49', '59'],
    ['54', '48', '54'],
    ['01', '30', '01'],
    ['ZZZ', '30', 'ZZZ'],
  ])('payment means %s is %s and keeps its own code', (meansCode, code, label) => {
    const lean = leanInvoice();
    const xml = pivot(item({ ...lean, payment: { ...lean.payment, meansCode } }));
    expect(xml).toMatch(new RegExp(`<ModePaiement>\\s*<Code>${code}</Code>\\s*<Libelle>${label}</Libelle>`));
  });
});

describe('lines', () => {
  const withLines = (...lines: Partial<Invoice['lines'][number]>[]) =>
    pivot(item(leanInvoice({ lines: lines.map((line) => ({ ...emptyLine, ...line })) })));
  it('take the gross price when only that one gives the amount', () => {
    const xml = withLines({ quantity: '2', netPrice: '120', grossPrice: '100', netAmount: '200' });
    expect(texts(xml, 'PrixUnitaire')).toEqual(['100']);
  });
  it('divide by the base quantity, and by the quantity where there is no price', () => {
    const xml = withLines(
      { quantity: '200', netPrice: '5', priceBaseQuantity: '100', netAmount: '10' },
      { quantity: '3', netAmount: '10.00' },
    );
    expect(texts(xml, 'PrixUnitaire')).toEqual(['0.05', '3.333333']);
  });
  it('leave lines of text out, and the whole block when a line cannot be said', () => {
    const priced = { quantity: '1', netPrice: '1', netAmount: '1' };
    expect(texts(withLines({ kind: 'INFORMATION', name: 'n' }, priced), 'Quantite')).toEqual(['1']);
    expect(withLines(priced, { netAmount: '5' })).not.toContain('<Lignes>');
  });
});

describe('pieces', () => {
  const pieces = [
    { ...zippedPdf, index: 0, archiveKey: 'k0' },
    { ...zippedPdf, index: 1, archiveKey: 'k1' },
  ];
  it.each([
    ['the one of type 01', ['02', '01'], 'k1'],
    ['the first of type ZZZ', ['ZZZ', 'ZZZ'], 'k0'],
    ['the first without a type', ['02', null], 'k1'],
    ['never one of type 02', ['02', '02'], null],
  ])('main: %s', (_, types, expected) => {
    const attachments = types.map((chorusType, piece) => attachment({ chorusType, piece }));
    expect(mainPieceOf({ attachments }, pieces)?.archiveKey ?? null).toBe(expected);
  });
  it('main: the PDF that we rendered, before any other', () => {
    const attachments = [attachment({ chorusType: null, piece: 0 })];
    const made = pivotPieces({ attachments }, [...pieces, zippedPdf]);
    expect(made.map((p) => [p.archiveKey, p.main])).toEqual([
      ['pieces/a', true],
      ['k0', false],
      ['k1', false],
    ]);
  });
  it('carry the name and the category that the sender gave', () => {
    const invoice = leanInvoice({
      attachments: [
        attachment({ filename: 'bon nº 1.zip', description: 'Bon de livraison', piece: 0, chorusType: '02' }),
        attachment({ name: 'plan.pdf', description: '02', piece: 1, chorusType: '02' }),
      ],
    });
    const xml = pivot(item(invoice, { pieces: pivotPieces(invoice, [zippedPdf, ...pieces]) }));
    expect(texts(xml, 'NomPJOrigine')).toEqual(['bon nº 1.zip', 'plan.pdf']);
    expect(texts(xml, 'CategoriePJ')).toEqual(['Bon de livraison']);
    expect(texts(xml, 'TypePJ')).toEqual(['01', '02', '02']);
  });
  it('have names that are safe, different and at most 50 long', () => {
    const other = { main: false, type: 'pdf', innerName: 'PJP.pdf' };
    const names = pieceNames(
      [
        { main: true, declaredName: null, innerName: 'x.PDF', type: 'pdf' },
        { ...other, declaredName: '../é té?.zip' },
        { ...other, declaredName: 'e te_.pdf' },
        { ...other, declaredName: '😀'.repeat(80) },
        { main: false, declaredName: null, innerName: 'noext', type: 'unknown' },
      ],
      'KRSAMSUNGMOBILEPHO',
      'A/B +C',
    );
    expect(names).toEqual([
      'FACKRSAMSUNGMOBILEPHOA_B__C.pdf',
      'e_te_.pdf',
      'e_te__2.pdf',
      `${'_'.repeat(46)}.pdf`,
      'noext.bin',
    ]);
  });
  it('have the type of the file inside', () => {
    expect(mimeOf({ type: 'pdf', innerName: 'a.txt' })).toBe('application/pdf');
    expect(mimeOf({ type: 'zip', innerName: 'a.docx' })).toContain('wordprocessingml');
    expect(mimeOf({ type: 'unknown', innerName: 'a' })).toBe('application/octet-stream');
  });
});

describe('splitting', () => {
  const sized = (sizeBytes: number) => ({ invoice: leanInvoice(), pieces: [{ sizeBytes }] });
  it('keeps the order and both limits', () => {
    const items = [sized(30_000), sized(30_000), sized(90_000_000), sized(30_000)];
    const groups = splitForPivot(items, { invoicesMax: 100, bytesMax: 1_000_000 });
    expect(groups.map((g) => g.length)).toEqual([2, 1, 1]);
    expect(groups.flat()).toEqual(items);
    expect(splitForPivot(items.slice(0, 2), { invoicesMax: 1, bytesMax: 1e9 }).length).toBe(2);
    expect(splitForPivot([], { invoicesMax: 1, bytesMax: 1 })).toEqual([]);
  });
});
