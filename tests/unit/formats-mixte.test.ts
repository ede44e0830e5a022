import { afterAll, describe, expect, it } from 'vitest';
import { namespaces } from '../../src/formats/recognise.js';
import { bytesOf } from '../helpers/pieces.js';
import { document, lineOf, openReader } from './formats-reading.js';

const reader = openReader();
afterAll(() => reader.close());

function mixte(namespace: string, prefix: string): string {
  const bound = namespace === '' ? '' : ` xmlns${prefix === '' ? '' : `:${prefix}`}="${namespace}"`;
  const text = document(
    `<CPPFactureMixte${bound}>`,
    '<Enveloppe/>',
    '<CPPFactures Compteur="2">',
    '<CPPFactureMixteUnitaire NumOrdre="1">',
    '<Fournisseur><TypeIdentifiant>4</TypeIdentifiant><Identifiant>1234567890</Identifiant><RaisonSociale>Bois</RaisonSociale><CodePays>NC</CodePays>',
    '<ReferenceBancaire Type="IBAN"><Compte>FR76</Compte><Etablissement>AGRIFRPP</Etablissement><RaisonSocialeEncaisseur>Factor</RaisonSocialeEncaisseur></ReferenceBancaire></Fournisseur>',
    '<Valideur><TypeIdentifiant>1</TypeIdentifiant><Identifiant>24590041000292</Identifiant><RaisonSociale>MOE</RaisonSociale><CodePays>FR</CodePays></Valideur>',
    '<Debiteur><TypeIdentifiant>1</TypeIdentifiant><Identifiant>75356054900010</Identifiant><Nom>Mairie</Nom><CodeService>SERV1</CodeService><NomService>Achats</NomService></Debiteur>',
    '<DonneesFacture><Id>M1</Id><IdFactureOrigine>M0</IdFactureOrigine><Type>381</Type><Cadre>A4</Cadre><DateEmissionFacture>2026-01-16</DateEmissionFacture>',
    '<ModePaiement><Code>01</Code></ModePaiement><Devise>EUR</Devise>',
    '<Montants><MontantHT>100</MontantHT><MontantTTC>120</MontantTTC><MontantNetAPayer>110</MontantNetAPayer></Montants>',
    '<TVAS><TVA><Taux>20</Taux><BaseHt>100</BaseHt><MontantTVA>20</MontantTVA></TVA></TVAS>',
    '<Engagement><NumeroMarche>MP</NumeroMarche><NumeroEngagement>ENG</NumeroEngagement></Engagement>',
    '<Lignes><Ligne NumOrdre="7"><ReferenceProduit>R</ReferenceProduit><Description>Table</Description><PrixUnitaire>50</PrixUnitaire><Quantite>2</Quantite><MontantHT>100</MontantHT><TauxTVA>20</TauxTVA></Ligne></Lignes>',
    '</DonneesFacture>',
    '<PJ NumOrdre="1"><Contenu>JVBERi0xLjQK</Contenu><NomPJ>a.pdf</NomPJ><TypePJ>01</TypePJ><MimeTypePJ>application/pdf</MimeTypePJ></PJ>',
    '</CPPFactureMixteUnitaire>',
    '<CPPFactureMixteUnitaire NumOrdre="2">',
    '<Fournisseur/>',
    '<DonneesFacture><Id>M2</Id></DonneesFacture>',
    '<PJ><Contenu>JVBERi0xLjQK</Contenu><NomPJ>b.pdf</NomPJ></PJ>',
    '</CPPFactureMixteUnitaire>',
    '</CPPFactures>',
    '</CPPFactureMixte>',
  );
  return prefix === '' ? text : text.replace(/<(\/?)([A-Za-z])/g, `<$1${prefix}:$2`);
}

const spellings = [
  ['without a namespace', '', ''],
  ['with its namespace', namespaces.cppMixte, ''],
  ['with a prefix', namespaces.cppMixte, 'f'],
] as const;

describe.each(spellings)('reading CPPFactureMixte %s', (_name, namespace, prefix) => {
  const text = mixte(namespace, prefix);
  const reading = reader.read(text);
  const [first, second] = reading.kind === 'invoices' ? reading.invoices : [];

  it('reads every invoice of the file', () => {
    expect([first?.invoice.number, second?.invoice.number]).toEqual(['M1', 'M2']);
    expect([first?.index, second?.index]).toEqual([0, 1]);
    expect([first, second].map((one) => one?.invoice.attachments[0]?.piece)).toEqual([0, 1]);
  });

  it('maps it to the model', () => {
    expect(first?.invoice).toMatchObject({
      syntax: 'cpp-mixte',
      typeCode: '381',
      issueDate: '2026-01-16',
      currency: 'EUR',
      contractReference: 'MP',
      orderReference: 'ENG',
      precedingInvoices: [{ number: 'M0', issueDate: null }],
      seller: {
        name: 'Bois',
        identifiers: [{ value: '1234567890', scheme: null }],
        address: { country: 'NC' },
      },
      buyer: { name: 'Mairie', address: null },
      payment: { meansCode: '01', accounts: [{ id: 'FR76', name: 'Factor', bic: 'AGRIFRPP' }] },
      totals: { taxExclusive: '100', tax: null, taxInclusive: '120', payable: '110' },
      vatBreakdown: [{ base: '100', amount: '20', rate: '20', category: null }],
      attachments: [{ name: 'a.pdf', mime: 'application/pdf', chorusType: '01' }],
      lines: [
        {
          id: '7',
          sellerItemId: 'R',
          name: 'Table',
          netPrice: '50',
          quantity: '2',
          netAmount: '100',
          vatRate: '20',
        },
      ],
      chorus: {
        cadre: 'A4',
        supplier: { idType: '4', idTypeRaw: '4', id: '1234567890', name: 'Bois', country: 'NC' },
        recipient: { idType: '1', idTypeRaw: '1', id: '75356054900010', name: 'Mairie', country: null },
        serviceCode: 'SERV1',
        serviceName: 'Achats',
        engagement: 'ENG',
        market: 'MP',
        validator: { idType: '1', idTypeRaw: '1', id: '24590041000292', name: 'MOE', country: 'FR' },
        payee: { idType: null, idTypeRaw: null, id: null, name: 'Factor', country: null },
        originalInvoice: 'M0',
      },
    });
  });

  it('says where terms of the second invoice stand', () => {
    const p = prefix === '' ? '' : `${prefix}:`;
    const unit = `/${p}CPPFactureMixte/${p}CPPFactures/${p}CPPFactureMixteUnitaire[2]`;
    expect(second?.place('number')).toEqual({
      path: `${unit}/${p}DonneesFacture/${p}Id`,
      line: lineOf(text, 'Id>M2'),
    });
    expect(second?.place('chorus.engagement')).toEqual({
      path: `${unit}/${p}DonneesFacture/${p}Engagement/${p}NumeroEngagement`,
      line: lineOf(text, 'Id>M2'),
    });
    expect(second?.place('chorus.recipient.id')).toEqual({
      path: `${unit}/${p}Debiteur/${p}Identifiant`,
      line: lineOf(text, 'Unitaire NumOrdre="2"'),
    });
    expect(second?.place('lines[0].id')?.path).toBe(
      `${unit}/${p}DonneesFacture/${p}Lignes/${p}Ligne/@NumOrdre`,
    );
    expect(first?.place('lines[0].id')?.line).toBe(lineOf(text, 'Ligne NumOrdre'));
  });
});

describe('attachments left in place', () => {
  const unit = (content: string) =>
    document(
      '<CPPFactureMixte><CPPFactures>',
      '<CPPFactureMixteUnitaire><DonneesFacture><Id>1</Id></DonneesFacture>',
      `<PJ><Contenu>${content}</Contenu><NomPJ>a.txt</NomPJ></PJ>`,
      '<PJ><Contenu>QUI=</Contenu><NomPJ>b.txt</NomPJ></PJ>',
      '</CPPFactureMixteUnitaire>',
      '</CPPFactures></CPPFactureMixte>',
    );
  const contents = (text: string) => {
    const reading = reader.read(text);
    if (reading.kind === 'refused') return reading.findings;
    return reading.pieces.map((piece) => [piece.index, bytesOf(piece).toString('utf8')]);
  };

  it.each([
    ['an entity', '&#81;UJD'],
    ['CDATA', '<![CDATA[QUJD]]>'],
    ['a comment', 'QU<!-- -->JD'],
  ])('are decoded and written: %s', (_name, content) => {
    expect(contents(unit(content))).toEqual([
      [0, 'ABC'],
      [1, 'AB'],
    ]);
  });

  it('are no piece when there is nothing in them', () => {
    expect(contents(unit(' \n '))).toEqual([[1, 'AB']]);
  });

  it.each(['pas du base64', 'QUJDé', 'QQ=', '<![CDATA[data:;base64,QUJD]]>'])(
    'are refused with their place when they are not base64: %s',
    (content) => {
      expect(contents(unit(content))).toEqual([
        expect.objectContaining({
          rule: 'ECL-PJ-BASE64',
          severity: 'fatal',
          path: '/CPPFactureMixte/CPPFactures/CPPFactureMixteUnitaire/PJ[1]/Contenu',
          line: 3,
        }),
      ]);
    },
  );

  it('count towards the limit of attachments', () => {
    const reading = reader.read(unit('<![CDATA[QUJD]]>'), { attachmentsMax: 1 });
    expect(reading.kind === 'refused' && reading.findings.map(({ rule }) => rule)).toEqual([
      'ECL-LIM-ATTACHMENTS',
    ]);
  });

  it('are found again in a document that is not ASCII-based', () => {
    const utf16 = Buffer.from(`\ufeff${unit('QUJD')}`, 'utf16le');
    const reading = reader.read(utf16);
    expect(reading.kind === 'invoices' && reading.pieces.map((piece) => bytesOf(piece).toString())).toEqual([
      'ABC',
      'AB',
    ]);
  });
});

describe('what is not read', () => {
  it.each(['<autre/>', '<CPPStatut/>', '<CPPFacturePivot/>'])('refuses %s', (text) => {
    const reading = reader.read(text);
    expect(reading).toMatchObject({ kind: 'refused', findings: [{ rule: 'IRR_SYNTAX', severity: 'fatal' }] });
  });

  it('reads no invoice from a file of none', () => {
    expect(reader.read('<CPPFactureMixte><CPPFactures/></CPPFactureMixte>')).toMatchObject({
      kind: 'invoices',
      invoices: [],
    });
  });
});
