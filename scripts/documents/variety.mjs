// What the plain samples do not show, once in each syntax: credit notes, currencies, an invoice that is paid, a
// factor, suppliers without a SIRET; and Factur-X, good and broken.
import { cii } from './cii.mjs';
import { facturx, xmp } from './facturx.mjs';
import { mixte } from './mixte.mjs';
import { flowId, flowName, piece } from './names.mjs';
import { serviced, supplier } from './parties.mjs';
import { tarGz } from './pieces.mjs';
import { ubl, ublCreditNote } from './ubl.mjs';

const amounts = { ht: '100.00', tva: '20.00', ttc: '120.00' };
const minus = { ht: '-100.00', tva: '-20.00', ttc: '-120.00' };
const factor = { name: 'Affacturage du Bief', siret: '79955502400012' };

/** Suppliers of the types 2 to 7 (DOMAIN 3.3). */
export const foreigners = [
  { type: '2', id: 'BE0429958042', name: 'Menuiserie de Wallonie', country: 'BE' },
  { type: '3', id: 'KRMENUISERIEDESEOU', name: 'Menuiserie de Séoul', country: 'KR' },
  { type: '4', id: '0123456001', name: 'Menuiserie de Nouméa', country: 'NC' },
  { type: '5', id: 'A12345001', name: 'Menuiserie de Papeete', country: 'PF' },
  { type: '6', id: 'MENUISERIE-EN-COURS', name: "Menuiserie en cours d'immatriculation", country: 'FR' },
  { type: '7', id: '185027511603212', name: 'Menuisier particulier', country: 'FR' },
];

/** One of each kind; `prefix` makes the numbers of a syntax its own. */
function kinds(prefix, types = ['2', '3', '4', '5', '6', '7']) {
  const number = (n) => `${prefix}-2026-${n}`;
  return [
    ['avoir', { number: number('01'), type: '381', origin: 'ABM-2025-0007', ...amounts }],
    [
      'avoir-negatif',
      { number: number('02'), type: '381', origin: 'ABM-2025-0008', negative: true, ...minus },
    ],
    ['facture-negative', { number: number('03'), negative: true, ...minus }],
    [
      'dollars',
      { number: number('04'), currency: 'USD', taxCurrency: 'EUR', taxInEuros: '18.40', ...amounts },
    ],
    ['deja-payee', { number: number('05'), cadre: 'A2', prepaid: '120.00', payable: '0.00', ...amounts }],
    ['affacturage', { number: number('06'), payee: factor, ...amounts }],
    ...foreigners
      .filter(({ type }) => types.includes(type))
      .map((one) => [
        `fournisseur-type-${one.type}`,
        { number: number(`1${one.type}`), supplier: one, ...amounts },
      ]),
  ];
}

const lineOf = ({ ht, negative }) => [
  ['Réparation de bancs', negative ? '-1' : '1', ht.replace('-', ''), ht],
];
const ublOptions = (o) => ({ ...o, lines: lineOf(o) });
const ciiOptions = (o) => ({
  ...o,
  ...(o.negative ? { quantity: '-1', price: o.ht.replace('-', '') } : {}),
});

const addressed = (party, country) => ({
  ...party,
  address: { line: '1 rue des Écluses', postCode: '00001', city: 'Valfleury', country },
});

/** The XML of a Factur-X of the profile EN 16931. */
export const facturxXml = (options) =>
  cii({
    guideline: 'urn:cen.eu:en16931:2017',
    ...options,
    supplier: addressed(options.supplier ?? supplier, options.supplier?.country ?? 'FR'),
    recipient: addressed(options.recipient ?? serviced, 'FR'),
  });

/** A Factur-X of that invoice; `pdf` are the options of the PDF around it. */
export const facturxOf = (options, pdf = {}) =>
  facturx({
    title: `Facture ${options.number}`,
    files: [{ name: 'factur-x.xml', bytes: Buffer.from(facturxXml(options)) }],
    ...pdf,
  });

const archive = (extension, files) =>
  tarGz(files.map(([name, content]) => ({ name: `${name}.${extension}`, bytes: Buffer.from(content) })));

const partners = (interfaces) => [
  { code: 'FRN001', name: 'Fournisseur de démonstration', interfaces },
  { code: 'COL001', name: 'Collectivités de démonstration', lifecycle: false },
  { code: 'ETA001', name: 'État, services de démonstration', lifecycle: false },
];
const onFacturX = { partners: partners(['FSO1117A']) };
/** Suppliers that no directory holds are taken by the shape of their identifier. */
const anySupplier = { directory: { supplier: 'well-formed' } };

const good = { number: 'FX-2026-0001' };
const xml = (options) => Buffer.from(facturxXml(options));
const broken = (title, sequence, bytes) => ({
  title,
  settings: onFacturX,
  in: { [flowName('FSO1117A', sequence)]: bytes },
});

export const varietyCases = {
  'variety-ubl': {
    title:
      'UBL: credit notes (381, negative, CreditNote), dollars, already paid, a factor, suppliers of the types 2 to 7',
    settings: anySupplier,
    in: {
      [flowName('FSO1100A', 40)]: archive('xml', [
        ...kinds('VU').map(([name, o]) => [name, ubl(ublOptions(o))]),
        [
          'racine-creditnote',
          ublCreditNote(ublOptions({ number: 'VU-2026-20', origin: 'ABM-2025-0009', ...amounts })),
        ],
      ]),
    },
  },
  'variety-cii': {
    title:
      'CII: credit notes (381, negative), dollars, already paid, a factor, suppliers of the types 2 to 7',
    settings: anySupplier,
    in: {
      [flowName('FSO1116A', 41)]: archive(
        'xml',
        kinds('VC').map(([name, o]) => [name, cii({ ...ciiOptions(o), piece: piece(o.number) })]),
      ),
    },
  },
  'variety-mixte': {
    title:
      'CPPFactureMixte: credit notes (381, negative), dollars, already paid, a factor, suppliers of the types 2 to 6',
    settings: anySupplier,
    in: {
      [flowName('FSO1113A', 42)]: mixte(
        flowId('FSO1113A', 42),
        kinds('VM', ['2', '3', '4', '5', '6']).map(([, o]) => ({ recipient: serviced, ...o })),
      ),
    },
  },
  'variety-facturx': {
    title:
      'Factur-X: credit notes (381, negative), dollars, already paid, a factor, suppliers of the types 2 to 7',
    settings: { ...onFacturX, ...anySupplier },
    in: {
      [flowName('FSO1117A', 43)]: archive(
        'pdf',
        kinds('VX').map(([name, o]) => [name, facturxOf(ciiOptions(o))]),
      ),
    },
  },
  facturx: {
    title: 'A Factur-X of the profile EN 16931: integrated, its PDF is the readable invoice',
    settings: onFacturX,
    in: { [flowName('FSO1117A', 44)]: facturxOf(good) },
  },
  'facturx-marking': {
    title:
      'A Factur-X in a PDF that is not marked as one (XMP, AF, AFRelationship): integrated, with warnings',
    settings: {
      partners: onFacturX.partners.map((one) => ({
        ...one,
        ...(one.interfaces ? { reports: { warnings: true } } : {}),
      })),
    },
    in: {
      [flowName('FSO1117A', 45)]: tarGz([
        {
          name: 'sans-marque.pdf',
          bytes: facturxOf(
            { number: 'FX-2026-0002' },
            {
              metadata: null,
              listed: ['names'],
              files: [{ name: 'factur-x.xml', bytes: xml({ number: 'FX-2026-0002' }), relationship: null }],
            },
          ),
        },
        {
          name: 'autre-profil.pdf',
          bytes: facturxOf(
            { number: 'FX-2026-0003', ttc: '310.00' },
            {
              packed: true,
              metadata: xmp({ pdfa: { part: '1', conformance: 'B' }, fx: { ConformanceLevel: 'MINIMUM' } }),
            },
          ),
        },
      ]),
    },
  },
  'facturx-no-xml': broken(
    'A PDF without an embedded invoice: refused',
    46,
    facturx({ title: 'Facture papier' }),
  ),
  'facturx-several': broken(
    'A PDF with two embedded invoices: refused',
    47,
    facturx({
      files: [
        { name: 'factur-x.xml', bytes: xml(good) },
        { name: 'zugferd-invoice.xml', bytes: xml({ number: 'FX-2026-0009' }) },
      ],
    }),
  ),
  'facturx-truncated': broken(
    'A Factur-X that stops in the middle: refused',
    48,
    (() => {
      const whole = facturxOf(good);
      return whole.subarray(0, Math.floor(whole.length * 0.7));
    })(),
  ),
  'facturx-encrypted': broken(
    'A Factur-X that is encrypted: refused',
    49,
    facturxOf(good, { encrypted: true }),
  ),
  'facturx-bomb': broken(
    'A Factur-X whose XML inflates to 64 MB of nothing: refused',
    50,
    facturx({ files: [{ name: 'factur-x.xml', bytes: Buffer.alloc(64 * 1024 * 1024, 0x20) }] }),
  ),
  'facturx-not-pdf': broken('An XML deposited as a Factur-X: refused', 51, facturxXml(good)),
  'facturx-xsd': broken(
    'A Factur-X whose XML has an amount that is not a number: refused, with the line in the XML',
    52,
    facturxOf({ number: 'FX-2026-0004', tva: '50,00' }),
  ),
};
