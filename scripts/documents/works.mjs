// Samples of justice costs (E3) and of works invoicing: who validates before the recipient gets it.
import { cii } from './cii.mjs';
import { flowName, piece } from './names.mjs';
import { xmlText } from './parties.mjs';
import { tarGz } from './pieces.mjs';
import { ubl } from './ubl.mjs';

/** The engineer of a works contract; its partner is ETA001 where it is connected. */
const moe = { siret: '79955502400014', name: 'Cabinet Arc & Niveau' };
/** The contractor that a subcontractor or co-contractor works for. */
const contractor = { siret: '79955503200017', name: 'Bâtisseurs de la Vanne' };
const court = { siret: '11000201100044', name: 'État', service: 'AAASCPV' };

const recipientAnd = (others, interfaces) => [
  { code: 'FRN001', name: 'Fournisseur de démonstration', interfaces },
  { code: 'COL001', name: 'Collectivités de démonstration', lifecycle: false },
  { code: 'ETA001', name: 'État, services de démonstration', lifecycle: false, ...others },
];

/** A CII with its Valideur (DOMAIN 9.2: InvoiceeTradeParty) and its market. */
export function worksCii({ valideur = null, market = null, ...options }) {
  const party =
    valideur === null
      ? ''
      : `
      <ram:InvoiceeTradeParty>
        <ram:Name>${xmlText(valideur.name)}</ram:Name>
        <ram:SpecifiedLegalOrganization>
          <ram:ID schemeID="1">${valideur.siret}</ram:ID>
        </ram:SpecifiedLegalOrganization>
      </ram:InvoiceeTradeParty>`;
  const contract =
    market === null
      ? ''
      : `
      <ram:ContractReferencedDocument>
        <ram:IssuerAssignedID>${market}</ram:IssuerAssignedID>
        <ram:ReferenceTypeCode>BC</ram:ReferenceTypeCode>
      </ram:ContractReferencedDocument>`;
  return cii({ piece: piece(options.number), ...options })
    .replace(/<\/ram:InvoiceCurrencyCode>/, (tag) => tag + party)
    .replace(/<\/ram:BuyerTradeParty>/, (tag) => tag + contract);
}

const entry = (name, text) => ({ name, bytes: Buffer.from(text) });
const memorandum = (options) =>
  ubl({
    cadre: 'A3',
    recipient: court,
    engagement: 'EJ-2026-31',
    lines: [['Expertise ordonnée par le tribunal', '2', '450.00', '900.00']],
    ...options,
  });

export const worksCases = {
  'e3-justice': {
    title: 'E3: a memorandum of justice costs (cadre A3) to a court',
    settings: { partners: recipientAnd({}, ['FSO1120A']) },
    in: { [flowName('FSO1120A', 40)]: memorandum({ number: 'MFJ-2026-0001' }) },
  },
  'e3-refused': {
    title:
      'E3: an invoice of cadre A1, a memorandum that is paid by cheque, and one that is good: partially integrated',
    settings: { partners: recipientAnd({}, ['FSO1120A']) },
    in: {
      [flowName('FSO1120A', 41)]: tarGz([
        entry('cadre-a1.xml', memorandum({ number: 'MFJ-2026-0002', cadre: 'A1' })),
        entry('cheque.xml', memorandum({ number: 'MFJ-2026-0003', payment: '20' })),
        entry('bon.xml', memorandum({ number: 'MFJ-2026-0004' })),
      ]),
    },
  },
  'works-moe': {
    title:
      'A draft monthly statement (A4) whose Valideur, the MOE, is connected: the MOE gets the pivot, the recipient nothing yet',
    settings: { partners: recipientAnd({ receives: [moe.siret] }, ['FSO1116A']) },
    in: {
      [flowName('FSO1116A', 42)]: worksCii({
        number: 'BTV-2026-0001',
        cadre: 'A4',
        valideur: moe,
        market: 'M2026-07',
      }),
    },
  },
  'works-subcontractor': {
    title:
      "A subcontractor's invoice (A9) without Valideur goes to its recipient; its payment request (A10) waits for the contractor; one without Valideur is refused",
    settings: { partners: recipientAnd({}, ['FSO1116A']), works: { validation: 'before-delivery' } },
    in: {
      [flowName('FSO1116A', 43)]: tarGz([
        entry('a9.xml', worksCii({ number: 'SST-2026-0001', cadre: 'A9' })),
        entry('a10.xml', worksCii({ number: 'SST-2026-0002', cadre: 'A10', valideur: contractor })),
        entry('a10-sans-valideur.xml', worksCii({ number: 'SST-2026-0003', cadre: 'A10' })),
      ]),
    },
  },
  'works-co-contractor': {
    title:
      "A co-contractor's invoice (A12), draft monthly statement (A13) and draft final statement (A14): the first to its recipient, the others to the mandatary",
    settings: { partners: recipientAnd({ receives: [contractor.siret] }, ['FSO1116A']) },
    in: {
      [flowName('FSO1116A', 44)]: tarGz([
        entry('a12.xml', worksCii({ number: 'COT-2026-0001', cadre: 'A12' })),
        entry('a13.xml', worksCii({ number: 'COT-2026-0002', cadre: 'A13', valideur: contractor })),
        entry('a14.xml', worksCii({ number: 'COT-2026-0003', cadre: 'A14', valideur: contractor })),
      ]),
    },
  },
  'works-own-interface': {
    title:
      'E4 under a code that the operator names: a UBL draft monthly statement over the circuit of its market, and one of a cadre that the interface does not take',
    settings: {
      partners: recipientAnd({ receives: [moe.siret] }, ['FSO1140A']),
      interfaces: [
        {
          code: 'FSO1140A',
          kind: 'E4',
          label: 'Facturation de travaux structurée, UBL 2.1',
          syntaxes: ['ubl-invoice'],
          cadres: ['A4', 'A7'],
        },
      ],
      works: { circuits: [{ recipient: '53514650090018', moe: moe.siret }] },
    },
    in: {
      [flowName('FSO1140A', 45)]: tarGz([
        entry('a4.xml', ubl({ number: 'BTV-2026-0002', cadre: 'A4' })),
        entry('a1.xml', ubl({ number: 'BTV-2026-0003', cadre: 'A1' })),
      ]),
    },
  },
};
