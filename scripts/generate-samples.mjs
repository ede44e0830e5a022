// Writes the deposits of samples/<case>/in. What the engine answers stands beside them in out/ (tests/golden).
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cii } from './documents/cii.mjs';
import { mixte } from './documents/mixte.mjs';
import { flowId, flowName, piece } from './documents/names.mjs';
import { serviced, townHall } from './documents/parties.mjs';
import { pes } from './documents/pes.mjs';
import { pdf, tarGz } from './documents/pieces.mjs';
import { signedCases } from './documents/signed.mjs';
import { statutCases } from './documents/statut-cases.mjs';
import { ubl, ublCreditNote } from './documents/ubl.mjs';
import { varietyCases } from './documents/variety.mjs';
import { worksCases } from './documents/works.mjs';
import { root } from './ensure.mjs';

/** A partner that still sends PES Facture, which is off for every other, and wants its acknowledgements. */
const pesPartner = {
  partners: [
    {
      code: 'FRN001',
      name: 'Fournisseur de démonstration',
      interfaces: ['FSO1102A'],
      reports: { pesAcquit: true },
    },
    { code: 'COL001', name: 'Collectivités de démonstration', lifecycle: false },
    { code: 'ETA001', name: 'État, services de démonstration', lifecycle: false },
  ],
};

const good = ubl({ number: 'ABM-2026-0001' });
const cases = {
  'e1-ubl': {
    title: 'A single E1 invoice in UBL without attachment: integrated, its readable PDF is rendered',
    demo: true,
    in: { [flowName('FSO1100A', 1)]: good },
  },
  'e1-ubl-piece': {
    title:
      'An E1 invoice in UBL that brings its own readable PDF, for a structure that asks for a service code',
    demo: true,
    in: {
      [flowName('FSO1100A', 2)]: ubl({
        number: 'ABM-2026-0002',
        recipient: serviced,
        piece: piece('ABM-2026-0002'),
      }),
    },
  },
  'e2-cii': {
    title: 'An E2 invoice in CII D16B with its readable PDF',
    demo: true,
    in: { [flowName('FSO1116A', 3)]: cii({ number: 'ABM-2026-0003', piece: piece('ABM-2026-0003') }) },
  },
  'e2-mixte-partial': {
    title:
      'A CPPFactureMixte with three payment requests, one of them to an unknown structure: partially integrated',
    demo: true,
    in: {
      [flowName('FSO1113A', 4)]: mixte(flowId('FSO1113A', 4), [
        { number: 'ABM-2026-0004', recipient: townHall, ht: '100.00', tva: '20.00', ttc: '120.00' },
        {
          number: 'ABM-2026-0005',
          recipient: { siret: '99999999900010', name: 'Structure inconnue' },
          ht: '50.00',
          tva: '10.00',
          ttc: '60.00',
        },
        { number: 'ABM-2026-0006', recipient: serviced, ht: '10.00', tva: '2.00', ttc: '12.00' },
      ]),
    },
  },
  'e1-archive': {
    title: 'A tar.gz of two E1 invoices: both integrated',
    demo: true,
    in: {
      [flowName('FSO1100A', 5)]: tarGz([
        {
          name: 'facture-7.xml',
          bytes: Buffer.from(ubl({ number: 'ABM-2026-0007', piece: piece('ABM-2026-0007') })),
        },
        {
          name: 'facture-8.xml',
          bytes: Buffer.from(ubl({ number: 'ABM-2026-0008', piece: piece('ABM-2026-0008') })),
        },
      ]),
    },
  },
  'rejected-totals': {
    title: 'Totals that do not add up: rejected by a business rule',
    demo: true,
    in: { [flowName('FSO1100A', 6)]: ubl({ number: 'ABM-2026-0009', ttc: '1180.00' }) },
  },
  'irrecevable-xsd': {
    title: 'An amount that is not a number: the schema refuses the flow',
    demo: true,
    in: { [flowName('FSO1100A', 7)]: ubl({ number: 'ABM-2026-0010', tva: '180,00' }) },
  },
  'irrecevable-archive-entry': {
    title:
      'An archive with one broken file: the whole flow is refused, the good file is listed as not treated',
    in: {
      [flowName('FSO1100A', 8)]: tarGz([
        { name: 'bonne.xml', bytes: Buffer.from(ubl({ number: 'ABM-2026-0011' })) },
        { name: 'mauvaise.xml', bytes: Buffer.from(ubl({ number: 'ABM-2026-0012', date: '15/01/2026' })) },
      ]),
    },
  },
  'empty-file': { title: 'A file of zero bytes', in: { [flowName('FSO1100A', 9)]: '' } },
  misnamed: { title: 'A name that does not follow 8_6_25', in: { 'facture janvier (copie).xml': good } },
  'unknown-interface': {
    title: 'A well-formed name with an interface code that does not exist',
    in: { [flowName('FSO1999A', 10)]: good },
  },
  'unsupported-interface': {
    title: 'An interface code that Chorus Pro has withdrawn',
    in: { [flowName('FSO1101A', 11)]: good },
  },
  'wrong-partner': {
    title: "A name that carries another sender's code",
    in: { [flowName('FSO1100A', 12, 'ETA001')]: good },
  },
  'not-subscribed': {
    title: 'An interface this partner has not subscribed to',
    in: { [flowName('FSO1120A', 13)]: good },
  },
  'broken-archive': {
    title: 'A tar.gz whose compressed data is damaged',
    in: {
      [flowName('FSO1100A', 14)]: (() => {
        const bytes = tarGz([{ name: 'facture.xml', bytes: Buffer.from(good) }]);
        bytes.fill(0x55, 60, 90);
        return bytes;
      })(),
    },
  },
  'truncated-xml': {
    title: 'An XML file that stops in the middle and is never completed',
    in: { [flowName('FSO1100A', 15)]: good.slice(0, 1500) },
  },
  'not-xml': {
    title: 'A text file under a flow name',
    in: { [flowName('FSO1100A', 16)]: 'Bonjour, veuillez trouver notre facture ci-jointe.\n' },
  },
  'wrong-syntax': {
    title: 'A CII invoice under the code of a UBL interface',
    in: { [flowName('FSO1100A', 17)]: cii({ number: 'ABM-2026-0013', piece: piece('ABM-2026-0013') }) },
  },
  'same-bytes': {
    title: 'The same bytes again under a new name, after the first were integrated',
    in: { [flowName('FSO1100A', 18)]: ubl({ number: 'ABM-2026-0014' }) },
    afterwards: { [flowName('FSO1100A', 19)]: ubl({ number: 'ABM-2026-0014' }) },
  },
  'same-name': {
    title: 'The same name again with other bytes',
    in: { [flowName('FSO1100A', 20)]: ubl({ number: 'ABM-2026-0015' }) },
    afterwards: { [flowName('FSO1100A', 20)]: ubl({ number: 'ABM-2026-0016' }) },
  },
  'same-number': {
    title: 'An invoice number that this supplier has already used, in another flow',
    in: { [flowName('FSO1100A', 21)]: ubl({ number: 'ABM-2026-0017' }) },
    afterwards: { [flowName('FSO1100A', 22)]: ubl({ number: 'ABM-2026-0017', date: '2026-01-17' }) },
  },
  'state-service': {
    title: 'An invoice to the State without a service code: it cannot be routed',
    in: {
      [flowName('FSO1100A', 23)]: ubl({
        number: 'ABM-2026-0018',
        recipient: { siret: '11000201100044', name: 'État' },
      }),
    },
  },
  'credit-note': {
    title: 'A credit note (type 381) with positive amounts',
    in: {
      [flowName('FSO1100A', 24)]: ubl({
        number: 'ABM-2026-0019',
        type: '381',
        piece: piece('ABM-2026-0019'),
      }),
    },
  },
  'credit-note-root': {
    title: 'A credit note as a UBL CreditNote, its readable PDF rendered',
    in: { [flowName('FSO1100A', 25)]: ublCreditNote({ number: 'ABM-2026-0020' }) },
  },
  'not-connected': {
    title: 'An invoice to a structure that is not connected: integrated, to be read here, no pivot',
    in: {
      [flowName('FSO1100A', 26)]: ubl({
        number: 'ABM-2026-0021',
        recipient: { siret: '21999901800019', name: 'Commune de Valfleury-les-Écluses' },
      }),
    },
  },
  'engagement-required': {
    title:
      'Three invoices in an archive: no engagement where it is due, a dissolved structure, an inactive supplier',
    in: {
      [flowName('FSO1100A', 27)]: tarGz([
        {
          name: 'sans-engagement.xml',
          bytes: Buffer.from(
            ubl({
              number: 'ABM-2026-0022',
              recipient: { siret: '21999903400016', name: 'Hôpital de Pontalbe' },
            }),
          ),
        },
        {
          name: 'destinataire-dissous.xml',
          bytes: Buffer.from(
            ubl({
              number: 'ABM-2026-0023',
              recipient: { siret: '21999902600012', name: 'Syndicat des eaux de la Brume' },
            }),
          ),
        },
        {
          name: 'fournisseur-radie.xml',
          bytes: Buffer.from(
            ubl({
              number: 'IDB-2026-0001',
              supplier: { siret: '79955501600010', name: 'Imprimerie du Bief', vat: 'FR00799555016' },
            }),
          ),
        },
      ]),
    },
  },
  pes: {
    title: 'A PES_Aller with two invoices and their attachments: integrated, with a PES_ACQUIT',
    settings: pesPartner,
    in: {
      [flowName('FSO1102A', 28)]: pes({
        invoices: [
          { number: 'PES-2026-0001', text: 'ENGAGEMENT:EJ-2026-7 MARCHE:M2026-01' },
          {
            number: 'PES-2026-0002',
            recipient: serviced,
            lines: [
              ['Réparation de chaises', '4', '25.00', '20.00'],
              ['Livres', '10', '10.00', '5.50'],
            ],
          },
        ],
        pieces: [
          ['bon-de-livraison.pdf', 'Bon de livraison de la facture PES-2026-0001', pdf('Bon de livraison')],
          ['PES-2026-0002_détail.pdf', 'Détail des réparations', pdf('Detail des reparations')],
        ],
      }),
    },
  },
  'pes-rejected': {
    title:
      'A PES_Aller with three invoices, two of them refused: lines and total apart, debtor told by its SIREN',
    settings: pesPartner,
    in: {
      [flowName('FSO1102A', 29)]: pes({
        name: 'PESALR2_79955500800017_260120_002',
        invoices: [
          { number: 'PES-2026-0003' },
          { number: 'PES-2026-0004', ht: '290.00', ttc: '350.00' },
          {
            number: 'PES-2026-0005',
            recipient: { siret: '535146500', name: 'Caisse des marchés' },
            recipientKind: '02',
          },
        ],
      }),
    },
  },
  ...varietyCases,
  ...signedCases,
  ...worksCases,
  ...statutCases,
};

for (const [name, { title, demo, settings, once, in: first, afterwards, recipient }] of Object.entries(
  cases,
)) {
  const folder = join(root, 'samples', name);
  if (once && existsSync(folder)) continue;
  const steps = {
    in: first,
    ...(afterwards ? { 'in-2': afterwards } : {}),
    ...(recipient ? { 'in-COL001': recipient } : {}),
  };
  for (const [step, files] of Object.entries(steps)) {
    rmSync(join(folder, step), { recursive: true, force: true });
    mkdirSync(join(folder, step), { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, step, file), content);
  }
  writeFileSync(
    join(folder, 'sample.json'),
    `${JSON.stringify({ title, ...(demo ? { demo } : {}), ...(settings ? { settings } : {}) }, null, 2)}\n`,
  );
}
console.log(`${Object.keys(cases).length} samples written`);
