import type { Identifier, Invoice, Line, Party } from '../../../src/domain/invoice.js';
import { attachment, line, type Patch, party, vat } from './base.js';
import type { Example, RuleCase } from './case.js';

const text = (length: number) => 'é'.repeat(length);
const as = (scheme: string | null, value: string): Identifier => ({ scheme, value });
const siren = as('0002', '799555000');
const siret = as('0009', '79955500000014');
const seller = (...identifiers: Identifier[]): Example => ({ invoice: { seller: { identifiers } } });
const payee = (patch: Partial<Party>): Example => ({ invoice: { payee: { ...party, ...patch } } });
const address = {
  line1: null,
  line2: null,
  line3: null,
  city: null,
  postCode: null,
  subdivision: null,
  country: 'FR',
};
const location = (value: string): Example => ({
  invoice: { delivery: { name: null, location: as(null, value), date: null, address: null } },
});

/** A million lines, told in few words where a test names its example. */
function manyLines(count: number): Line[] {
  const lines: Line[] = new Array<Line>(count).fill(line);
  return Object.assign(lines, { toJSON: () => `${count} lines` });
}

/** A text of at most `max` characters in the term that `patch` puts it into. */
function bound(number: string, term: string, max: number, patch: (text: string) => Patch<Invoice>): RuleCase {
  return {
    rule: `BR-FR-CPRO-${number}`,
    accept: [{}, { invoice: patch(text(max)) }],
    refuse: [{ invoice: patch(text(max + 1)), term, says: [`${max + 1} caractères`, `${max} au plus`] }],
  };
}

/** An identifier of the seller under a code. */
function form(number: string, scheme: string, good: string[], bad: string[]): RuleCase {
  return {
    rule: `BR-FR-CPRO-${number}`,
    accept: [{}, seller(siret, as('0009', text(99))), ...good.map((id) => seller(siret, as(scheme, id)))],
    refuse: bad.map((id) => ({
      ...seller(siret, as(scheme, id)),
      term: 'seller.identifiers[1]',
      says: [scheme],
    })),
  };
}

function single(number: string, term: string, at: string): RuleCase {
  return {
    rule: `BR-FR-CPRO-${number}`,
    accept: [{}, { repeated: [{ term: 'BT-1', at }] }],
    refuse: [{ repeated: [{ term, at }], term: at, says: ['plusieurs fois'] }],
  };
}

/** One case for every rule of BR-FR-CPRO. */
export const cproCases: readonly RuleCase[] = [
  {
    rule: 'BR-FR-CPRO-01',
    accept: [
      {},
      { invoice: { contractReference: 'MP-7' } },
      { invoice: { contractReference: 'MP-7', chorus: { contractType: 'MARCHE' } } },
      { invoice: { contractReference: 'C-7', chorus: { contractType: 'CONTRAT' } } },
    ],
    refuse: [
      {
        invoice: { contractReference: 'MP-7', chorus: { contractType: 'BC' } },
        term: 'chorus.contractType',
        says: ['« BC »'],
      },
    ],
  },
  bound('02', 'number', 20, (number) => ({ number })),
  {
    rule: 'BR-FR-CPRO-03',
    accept: [seller(siret), seller(as(null, 'X'), as('0227', 'KRSAMSUNG'))],
    refuse: [seller(), seller(siren), { ...seller(as(null, '79955500000014')), term: 'seller.identifiers' }],
  },
  form('04', '0223', ['BE0429958042', text(18)], [text(19)]),
  form('05', '0227', ['KRSAMSUNGMOBILEPHO'], ['KRSAMSUNGMOBILEPHON']),
  form('06', '0228', ['123456789', '1234567890'], ['12345678', '12345678901']),
  form('07', '0229', ['886978001', '1234567890'], ['88697800', '12345678901']),
  form(
    '08',
    '0226',
    ['0123456789', `0123456789${text(70)}`],
    ['012345678', `0123456789${text(71)}`, 'DURAND'],
  ),
  {
    rule: 'BR-FR-CPRO-09',
    accept: [
      { invoice: { seller: { identifiers: [siret], legalId: siren } } },
      { invoice: { seller: { legalId: siret } } },
      { invoice: { seller: { identifiers: [as('0227', 'KRSAMSUNG')] } } },
    ],
    refuse: [
      { invoice: { seller: { legalId: siren } }, term: 'seller.identifiers', says: ['799555000'] },
      { invoice: { seller: { legalId: as(null, '799555000') } } },
      { invoice: { seller: { identifiers: [as('0009', '799555000')], legalId: siren } } },
    ],
  },
  {
    rule: 'BR-FR-CPRO-10',
    accept: [
      { invoice: { buyer: { identifiers: [as('0009', '53514650090018')] } } },
      { invoice: { buyer: { legalId: as('0009', '53514650090018') } } },
    ],
    refuse: [
      { invoice: { buyer: { identifiers: [] } }, term: 'buyer.identifiers' },
      { invoice: { buyer: { identifiers: [as(null, '53514650090018')] } } },
      { invoice: { buyer: { identifiers: [as('0009', '535146500')] } } },
    ],
  },
  bound('14', 'contractReference', 50, (contractReference) => ({ contractReference })),
  bound('15', 'orderReference', 50, (orderReference) => ({ orderReference })),
  {
    rule: 'BR-FR-CPRO-17',
    accept: [{}, payee({ identifiers: [siret], legalId: siren }), payee({ name: 'Affacturage' })],
    refuse: [{ ...payee({ legalId: siren }), term: 'payee.identifiers', says: ['799555000'] }],
  },
  {
    rule: 'BR-FR-CPRO-19',
    accept: [{}, { invoice: { lines: manyLines(999_999) } }],
    refuse: [{ invoice: { lines: manyLines(1_000_000) }, term: 'lines', says: ['1000000'] }],
  },
  {
    rule: 'BR-FR-CPRO-20',
    accept: [{}, { invoice: { precedingInvoices: [{ number: 'F-1', issueDate: null }] } }],
    refuse: [
      {
        invoice: { precedingInvoices: ['F-1', 'F-2', 'F-3'].map((number) => ({ number, issueDate: null })) },
        term: 'precedingInvoices[1].number',
        says: ['« F-2 »', 'deuxième de 3'],
      },
    ],
  },
  {
    rule: 'BR-FR-CPRO-24',
    accept: [{}, { invoice: { businessProcess: 'S3' } }],
    refuse: [{ invoice: { businessProcess: 'S5' }, term: 'businessProcess', says: ['« S5 »'] }],
  },
  single('25', 'BT-20', 'paymentTerms'),
  single('26', 'BG-6', 'seller.contact'),
  single('27', 'BG-9', 'buyer.contact'),
  bound('29', 'vatBreakdown[1].exemptionReason', 1024, (exemptionReason) => ({
    vatBreakdown: [vat, { ...vat, exemptionReason }],
  })),
  bound('30', 'attachments[0].name', 50, (name) => ({ attachments: [{ ...attachment, name }] })),
  bound('31', 'lines[1].description', 1024, (description) => ({ lines: [line, { ...line, description }] })),
  bound('32', 'seller.address.line2', 400, (line2) => ({ seller: { address: { ...address, line2 } } })),
  bound('33', 'seller.address.city', 400, (city) => ({ seller: { address: { ...address, city } } })),
  bound('34', 'buyer.tradingName', 99, (tradingName) => ({ buyer: { tradingName } })),
  bound('35', 'paymentTerms', 1024, (paymentTerms) => ({ paymentTerms })),
  bound('36', 'seller.tradingName', 99, (tradingName) => ({ seller: { tradingName } })),
  bound('37', 'payee.name', 99, (name) => ({ payee: { ...party, name } })),
  {
    rule: 'BR-FR-CPRO-38',
    accept: [{}, location(text(20))],
    refuse: [{ ...location(text(21)), term: 'delivery.location', says: ['21 caractères'] }],
  },
  {
    rule: 'BR-FR-CPRO-39',
    accept: [{}],
    refuse: [
      {
        invoice: { payment: { accounts: [{ id: 'FR76300060000112345678901890', name: null, bic: null }] } },
        term: 'payment.accounts[0].id',
        says: ['28 caractères'],
      },
    ],
  },
  bound('41', 'attachments[0].filename', 50, (filename) => ({ attachments: [{ ...attachment, filename }] })),
  bound('42', 'notes[0].text', 1024, (note) => ({ notes: [{ subjectCode: null, text: note }] })),
  bound('43', 'seller.name', 99, (name) => ({ seller: { name } })),
  bound('44', 'buyer.name', 99, (name) => ({ buyer: { name } })),
];
