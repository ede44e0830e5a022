import type { Invoice } from '../../../src/domain/invoice.js';
import type { Occurrences } from '../../../src/domain/occurrences.js';
import { attachment, line, type Patch, vat } from './base.js';
import {
  allowanceOf,
  chargeOf,
  cii,
  groupOf,
  lineOf,
  type NormCase,
  type NormExample,
  nowhere,
  onLine,
  representative,
} from './en16931.base.js';

type Short = Patch<Invoice> | readonly [Patch<Invoice>, Partial<Occurrences>];

const example = (short: Short): NormExample =>
  Array.isArray(short)
    ? { invoice: short[0] as Patch<Invoice>, occurrences: short[1] as Partial<Occurrences> }
    : { invoice: short as Patch<Invoice> };

/** A rule, what it accepts, what it refuses. */
function of(rule: string, accept: readonly Short[], refuse: readonly Short[]): NormCase {
  return { rule, accept: accept.map(example), refuse: refuse.map(example) };
}

const repeated = (term: string): readonly [Patch<Invoice>, Partial<Occurrences>] => [
  cii,
  { repeated: [{ term, at: 'occurrences[0]' }] },
];

const party = (of: 'seller' | 'buyer', name: string): readonly Short[] => [
  { [of]: { name: null } } as Patch<Invoice>,
  { [of]: { name: '' } } as Patch<Invoice>,
  repeated(name),
];

const periods = (start: string | null, end: string | null) => ({ period: { start, end } });
const linePeriod = (start: string | null, end: string | null) => lineOf({ period: { start, end } });

const documentCases: readonly NormCase[] = [
  of('BR-01', [{}], [{ specification: null }, repeated('BT-24')]),
  of('BR-02', [{}], [{ number: null }, repeated('BT-1')]),
  of('BR-03', [{}, cii], [{ issueDate: null }, [cii, { unusualDates: ['issueDate'] }]]),
  of('BR-04', [{}], [{ typeCode: null }, repeated('BT-3')]),
  of('BR-05', [{}], [{ currency: null }, repeated('BT-5')]),
  of('BR-16', [{}], [{ lines: [] }, { ...cii, lines: [] }]),
  of('BR-52', [{}], [{ attachments: [{ ...attachment, name: null }] }]),
  of(
    'BR-53',
    [{}, { taxCurrency: 'SEK', totals: { taxInAccountingCurrency: '210.00' } }],
    [{ taxCurrency: 'SEK' }, { ...cii, taxCurrency: 'EUR', totals: { taxInAccountingCurrency: '20.00' } }],
  ),
  of(
    'BR-55',
    [{ precedingInvoices: [{ number: 'F-1', issueDate: null }] }],
    [{ precedingInvoices: [{ number: null, issueDate: '2026-01-01' }] }],
  ),
  of(
    'BR-CO-03',
    [{ taxPointDate: '2026-01-15' }, { taxPointDateCode: '35' }],
    [
      { taxPointDate: '2026-01-15', taxPointDateCode: '35' },
      { ...cii, taxPointDate: '2026-01-15', taxPointDateCode: '5' },
    ],
  ),
  of(
    'BR-29',
    [periods('2026-01-01', '2026-01-01'), periods('2026-01-31', null)],
    [
      periods('2026-01-31', '2026-01-01'),
      [{ ...cii, ...periods('2026-01-01', '2026-01-31') }, { unusualDates: ['period.end'] }],
    ],
  ),
  of('BR-30', [linePeriod('2026-01-01', '2026-01-31')], [linePeriod('2026-01-31', '2026-01-01')]),
  of(
    'BR-CO-19',
    [periods(null, '2026-01-01'), { taxPointDateCode: '35' }],
    [periods(null, null), { ...cii, ...periods(null, null) }],
  ),
  of('BR-CO-20', [linePeriod('2026-01-01', null)], [linePeriod(null, null)]),
  of(
    'BR-54',
    [lineOf({ attributes: [{ name: 'Couleur', value: 'bleu' }] })],
    [
      lineOf({ attributes: [{ name: 'Couleur', value: null }] }),
      lineOf({ attributes: [{ name: null, value: 'bleu' }] }),
    ],
  ),
];

const endpoint = (scheme: string | null) => ({ endpoint: { value: 'a@b.fr', scheme } });
const payee = { ...representative, name: 'Affactor', vatId: null };

const partyCases: readonly NormCase[] = [
  of('BR-06', [{}], party('seller', 'BT-27')),
  of('BR-07', [{}], party('buyer', 'BT-44')),
  of('BR-08', [{}], [{ seller: { address: null } }, repeated('BG-5')]),
  of(
    'BR-09',
    [{}, { seller: { address: null } }],
    [{ seller: { address: nowhere } }, { ...cii, seller: { address: null } }],
  ),
  of('BR-10', [{}], [{ buyer: { address: null } }, repeated('BG-8')]),
  of('BR-11', [{}], [{ buyer: { address: nowhere } }, { ...cii, buyer: { address: null } }]),
  of(
    'BR-17',
    [{}, { payee }],
    [
      { payee: { ...payee, name: null } },
      { ...cii, payee: { ...payee, name: 'Atelier du Bois' } },
      { payee: { ...payee, name: 'Bois' }, seller: { tradingName: 'Bois' } },
      { ...cii, payee: { ...payee, legalId: { value: '123456789', scheme: '0002' } } },
    ],
  ),
  of(
    'BR-18',
    [{}, { taxRepresentative: representative }],
    [{ taxRepresentative: { ...representative, name: null } }],
  ),
  of(
    'BR-19',
    [{}, { taxRepresentative: representative }],
    [{ taxRepresentative: { ...representative, address: null } }],
  ),
  of(
    'BR-20',
    [{}, { taxRepresentative: representative }],
    [{ taxRepresentative: { ...representative, address: nowhere } }],
  ),
  of(
    'BR-56',
    [{}, { taxRepresentative: representative }],
    [{ taxRepresentative: { ...representative, vatId: null } }],
  ),
  of(
    'BR-57',
    [{}, { delivery: { name: null, location: null, date: null, address: { ...nowhere, country: 'FR' } } }],
    [{ delivery: { name: null, location: null, date: null, address: nowhere } }],
  ),
  of(
    'BR-62',
    [{}, { seller: endpoint('0225') }],
    [{ seller: endpoint(null) }, { ...cii, seller: endpoint('') }],
  ),
  of('BR-63', [{}, { buyer: endpoint('0225') }], [{ buyer: endpoint(null) }]),
  of(
    'BR-CO-09',
    [{}, { seller: { vatId: 'EL123' } }, { buyer: { vatId: 'XI123' } }],
    [{ seller: { vatId: '123456789' } }, { buyer: { vatId: 'fr001' } }, { ...cii, seller: { vatId: 'F' } }],
  ),
  of(
    'BR-CO-26',
    [
      {},
      { seller: { vatId: null } },
      { seller: { legalId: null } },
      { seller: { vatId: null, legalId: null, identifiers: [{ value: '1', scheme: null }] } },
    ],
    [
      { seller: { vatId: null, legalId: null } },
      { seller: { vatId: null, legalId: null, taxRegistrationId: '1' } },
    ],
  ),
];

const item = (scheme: string | null) => lineOf({ standardItemId: { value: '3700', scheme } });
const classified = (list: string | null) =>
  lineOf({ classifications: [{ code: '39', list, version: null }] });

const lineCases: readonly NormCase[] = [
  of('BR-21', [{}], [lineOf({ id: null }), repeated('BT-126')]),
  of('BR-22', [{}], [lineOf({ quantity: null })]),
  of('BR-23', [{}], [lineOf({ unit: null })]),
  of('BR-24', [{}], [lineOf({ netAmount: null }), repeated('BT-131')]),
  of('BR-25', [{}], [lineOf({ name: null }), repeated('BT-153')]),
  of('BR-26', [{}], [lineOf({ netPrice: null })]),
  of('BR-27', [{}, lineOf({ netPrice: '0' })], [lineOf({ netPrice: '-0.01' }), lineOf({ netPrice: null })]),
  of('BR-28', [{}, lineOf({ grossPrice: '60' })], [lineOf({ grossPrice: '-60' })]),
  of('BR-64', [{}, item('0160')], [item(null), { ...cii, ...item('') }, repeated('BT-157')]),
  of('BR-65', [{}, classified('STI')], [classified(null), { ...cii, ...classified('') }]),
  of('BR-CO-04', [{}], [lineOf({ vatCategory: null }), lineOf({ vatCategory: null, vatRate: null })]),
];

const unsaid = { reason: null, reasonCode: null } as const;
const twoCodes = { reason: '100', reasonCode: '95' } as const;
const twoChargeCodes = { reason: 'FC', reasonCode: 'ABK' } as const;

const allowanceCases: readonly NormCase[] = [
  of('BR-31', [allowanceOf({})], [allowanceOf({ amount: null })]),
  of('BR-32', [allowanceOf({}), chargeOf({ vatCategory: null })], [allowanceOf({ vatCategory: null })]),
  of('BR-33', [allowanceOf({}), allowanceOf({ reason: null, reasonCode: '95' })], [allowanceOf(unsaid)]),
  of('BR-36', [chargeOf({})], [chargeOf({ amount: null })]),
  of('BR-37', [chargeOf({})], [chargeOf({ vatCategory: null })]),
  of('BR-38', [chargeOf({}), allowanceOf(unsaid)], [chargeOf(unsaid)]),
  of('BR-41', [onLine({})], [onLine({ amount: null })]),
  of('BR-42', [onLine({}), onLine({ ...unsaid, charge: true })], [onLine(unsaid)]),
  of('BR-43', [onLine({ charge: true })], [onLine({ charge: true, amount: null })]),
  of('BR-44', [onLine({ charge: true })], [onLine({ charge: true, ...unsaid })]),
  of('BR-CO-05', [allowanceOf({ reasonCode: '95' })], [allowanceOf(twoCodes)]),
  of('BR-CO-06', [chargeOf({ reason: 'Port', reasonCode: 'FC' })], [chargeOf(twoChargeCodes)]),
  of('BR-CO-07', [onLine({ reasonCode: '95' }), allowanceOf(twoCodes)], [onLine(twoCodes)]),
  of('BR-CO-08', [onLine({ charge: true, reasonCode: 'FC' })], [onLine({ charge: true, ...twoChargeCodes })]),
  of('BR-CO-21', [allowanceOf({})], [allowanceOf(unsaid)]),
  of('BR-CO-22', [chargeOf({})], [chargeOf(unsaid)]),
  of('BR-CO-23', [onLine({})], [onLine(unsaid)]),
  of('BR-CO-24', [onLine({ charge: true })], [onLine({ charge: true, ...unsaid })]),
];

const noVat = (more: Partial<typeof vat>): Short => {
  const group = { ...vat, ...more };
  return [{ vatBreakdown: [group] }, { breakdowns: [breakdownOf(group, false)] }];
};

function breakdownOf({ category, rate, base, amount }: typeof vat, isVat: boolean) {
  return {
    ...{ at: 'vatBreakdown[0]', level: 'document' as const, category, rate, vat: isVat, base, amount },
    ...{ reason: null, reasonCode: null },
  };
}

const breakdownCases: readonly NormCase[] = [
  of('BR-45', [{}], [groupOf({ base: null }), repeated('BT-116')]),
  of('BR-46', [{}], [groupOf({ amount: null }), repeated('BT-117')]),
  of('BR-47', [{}], [groupOf({ category: null }), noVat({})]),
  of('BR-48', [{}, groupOf({ category: 'O', rate: null })], [groupOf({ rate: null }), noVat({})]),
  of(
    'BR-CO-17',
    [
      {},
      groupOf({ amount: '20.99' }),
      groupOf({ amount: '-20.00', base: '-100' }),
      { ...cii, ...groupOf({ amount: '21' }) },
    ],
    [
      groupOf({ amount: '21' }),
      groupOf({ rate: '0' }),
      groupOf({ rate: null }),
      { ...cii, ...groupOf({ amount: '18.99' }) },
    ],
  ),
  of('BR-CO-18', [{}], [{ vatBreakdown: [] }, { ...cii, vatBreakdown: [] }]),
];

const account = (id: string | null) => ({ accounts: [{ id, name: null, bic: null }] });
const card = (cardNumber: string) => ({ payment: { meansCode: '48', accounts: [], cardNumber } });

const paymentCases: readonly NormCase[] = [
  of('BR-49', [{}], [{ payment: { meansCode: null } }]),
  of(
    'BR-50',
    [{}, { payment: { meansCode: '10', ...account(null) } }],
    [{ payment: account(null) }, { payment: account('') }],
  ),
  of(
    'BR-51',
    [{}, card('123456XXXX'), { ...cii, ...card('1234') }],
    [card('1234567890123456'), { ...cii, ...card('12345678901') }],
  ),
  of(
    'BR-61',
    [{}, { payment: { meansCode: '10', accounts: [] } }, { ...cii, payment: { accounts: [] } }],
    [{ payment: { accounts: [] } }, { ...cii, payment: account(null) }],
  ),
];

const half = { ...line, id: '2', netAmount: '0.005' };
const foreignTax = { currency: 'SEK', totals: { tax: '20.00' } };
const twoTotals: Short = [
  {},
  {
    taxTotals: ['occurrences[0]', 'occurrences[1]'].map((at) => ({
      ...{ at, amount: '20.00', currency: 'EUR', breakdowns: [] },
    })),
  },
];

const totalCases: readonly NormCase[] = [
  of('BR-12', [{}], [{ totals: { lines: null } }, repeated('BT-106')]),
  of('BR-13', [{}], [{ totals: { taxExclusive: null } }]),
  of('BR-14', [{}], [{ totals: { taxInclusive: null } }]),
  of('BR-15', [{}], [{ totals: { payable: null } }]),
  of(
    'BR-CO-10',
    [
      {},
      { lines: [line, half], totals: { lines: '100.01' } },
      { lines: [{ ...half, netAmount: '-0.005' }], totals: { lines: '0' } },
    ],
    [{ totals: { lines: '100.01' } }, { totals: { lines: null } }, { lines: [line, half] }],
  ),
  of(
    'BR-CO-11',
    [{}, { ...allowanceOf({}), totals: { allowances: '10' } }],
    [
      allowanceOf({}),
      { ...allowanceOf({}), totals: { allowances: '9.99' } },
      { totals: { allowances: '1' } },
    ],
  ),
  of(
    'BR-CO-12',
    [{}, { ...chargeOf({}), totals: { charges: '10.00' } }],
    [chargeOf({}), { ...allowanceOf({}), totals: { charges: '10.00' } }],
  ),
  of(
    'BR-CO-13',
    [{}, { totals: { allowances: '10', charges: '5', taxExclusive: '95' } }],
    [{ totals: { allowances: '10' } }, { totals: { taxExclusive: '100.01' } }],
  ),
  of('BR-CO-14', [{}, cii], [{ totals: { tax: '20.01' } }, { ...cii, totals: { tax: '0' } }]),
  of(
    'BR-CO-15',
    [{}, { ...cii, totals: { tax: null, taxInclusive: '100.00' } }],
    [{ totals: { taxInclusive: '120.01' } }, { totals: { tax: null } }, twoTotals],
  ),
  of(
    'BR-CO-16',
    [{}, { totals: { prepaid: '20', payable: '100' } }, { totals: { rounding: '0.05', payable: '120.05' } }],
    [
      { totals: { prepaid: '20' } },
      { totals: { rounding: '0.05' } },
      { ...cii, totals: { payable: '119.99' } },
    ],
  ),
];

const fine = '1.00';
const tooFine = '1.001';
/** A rule on the decimals of one amount. */
const decimals = (rule: string, with_: (amount: string) => Patch<Invoice>) =>
  of(rule, [with_(fine), with_('1')], [with_(tooFine), with_('1.000')]);

const decimalCases: readonly NormCase[] = [
  decimals('BR-DEC-01', (amount) => allowanceOf({ amount })),
  decimals('BR-DEC-02', (base) => allowanceOf({ base })),
  decimals('BR-DEC-05', (amount) => chargeOf({ amount })),
  decimals('BR-DEC-06', (base) => chargeOf({ base })),
  decimals('BR-DEC-09', (lines) => ({ totals: { lines } })),
  decimals('BR-DEC-10', (allowances) => ({ totals: { allowances } })),
  decimals('BR-DEC-11', (charges) => ({ totals: { charges } })),
  decimals('BR-DEC-12', (taxExclusive) => ({ totals: { taxExclusive } })),
  of('BR-DEC-13', [cii, { ...cii, totals: { tax: '20.000' } }], [{ ...cii, totals: { tax: '20.001' } }]),
  decimals('BR-DEC-14', (taxInclusive) => ({ totals: { taxInclusive } })),
  of(
    'BR-DEC-15',
    [cii, { ...cii, taxCurrency: 'SEK', totals: { taxInAccountingCurrency: '210.00' } }],
    [
      { ...cii, taxCurrency: 'SEK', totals: { taxInAccountingCurrency: '210.001' } },
      { ...cii, ...foreignTax, taxCurrency: 'EUR' },
    ],
  ),
  decimals('BR-DEC-16', (prepaid) => ({ totals: { prepaid } })),
  decimals('BR-DEC-17', (rounding) => ({ totals: { rounding } })),
  decimals('BR-DEC-18', (payable) => ({ totals: { payable } })),
  decimals('BR-DEC-19', (base) => groupOf({ base })),
  decimals('BR-DEC-20', (amount) => groupOf({ amount })),
  of(
    'BR-DEC-23',
    [{}],
    [lineOf({ netAmount: '100.001' }), [{}, { padded: [{ at: 'lines[0].netAmount', text: '100.00 ' }] }]],
  ),
  decimals('BR-DEC-24', (amount) => onLine({ amount })),
  decimals('BR-DEC-25', (base) => onLine({ base })),
  decimals('BR-DEC-27', (amount) => onLine({ charge: true, amount })),
  decimals('BR-DEC-28', (base) => onLine({ charge: true, base })),
];

const payer = (scheme: string) => ({ buyer: { identifiers: [{ value: '1', scheme }] } });
const place = (scheme: string) => ({
  delivery: { name: null, location: { value: '1', scheme }, date: null, address: null },
});

const codeCases: readonly NormCase[] = [
  of(
    'BR-CL-01',
    [{}, { syntax: 'ubl-creditnote', creditNoteRoot: true, typeCode: '381' }, { ...cii, typeCode: '381' }],
    [{ typeCode: '381' }, { typeCode: '38' }, { ...cii, typeCode: '380 381' }],
  ),
  of(
    'BR-CL-03',
    [{}],
    [
      [{}, { codes: [{ use: 'amountCurrency', at: 'occurrences[0]', code: '', count: 3 }] }],
      { currency: 'EURO' },
    ],
  ),
  of('BR-CL-04', [{}], [{ currency: 'eur' }]),
  of('BR-CL-05', [{ taxCurrency: 'SEK' }], [{ taxCurrency: 'XYZ' }]),
  of(
    'BR-CL-06',
    [{ taxPointDateCode: '35' }, { ...cii, taxPointDateCode: '5' }],
    [{ taxPointDateCode: '5' }, { ...cii, taxPointDateCode: '35' }],
  ),
  of(
    'BR-CL-07',
    [{ invoicedObject: { value: '1', scheme: 'AWV' } }],
    [{ invoicedObject: { value: '1', scheme: '130' } }],
  ),
  of(
    'BR-CL-08',
    [{ notes: [{ subjectCode: 'AAB', text: 'Escompte' }] }],
    [{ notes: [{ subjectCode: 'QQQ', text: 'x' }] }],
  ),
  of('BR-CL-10', [payer('0009')], [payer('9999'), payer('SIRET')]),
  of('BR-CL-11', [{}], [{ seller: { legalId: { value: '1', scheme: 'SIREN' } } }]),
  of('BR-CL-13', [classified('STI')], [classified('CPV')]),
  of('BR-CL-14', [{}], [{ buyer: { address: { ...nowhere, country: 'FRA' } } }]),
  of('BR-CL-15', [lineOf({ originCountry: 'CN' })], [lineOf({ originCountry: 'Chine' })]),
  of('BR-CL-16', [{}], [{ payment: { meansCode: '99' } }]),
  of('BR-CL-17', [{}, allowanceOf({})], [allowanceOf({ vatCategory: 'N' }), groupOf({ category: 's' })]),
  of('BR-CL-18', [{}], [lineOf({ vatCategory: 'X' })]),
  of('BR-CL-19', [allowanceOf({ reasonCode: '95' })], [allowanceOf({ reasonCode: 'FC' })]),
  of('BR-CL-20', [chargeOf({ reasonCode: 'FC' })], [chargeOf({ reasonCode: '95' })]),
  of('BR-CL-21', [item('0160')], [item('EAN')]),
  of('BR-CL-22', [groupOf({ exemptionCode: 'vatex-eu-ae' })], [groupOf({ exemptionCode: 'VATEX' })]),
  of('BR-CL-23', [{}], [lineOf({ unit: 'piece' })]),
  of('BR-CL-24', [{}], [{ attachments: [{ ...attachment, mime: 'application/zip' }] }]),
  of('BR-CL-25', [{ seller: endpoint('EM') }], [{ seller: endpoint('SMTP') }]),
  of('BR-CL-26', [place('0088')], [place('GLN')]),
];

export const normCases: readonly NormCase[] = [
  ...documentCases,
  ...partyCases,
  ...lineCases,
  ...allowanceCases,
  ...breakdownCases,
  ...paymentCases,
  ...totalCases,
  ...decimalCases,
  ...codeCases,
];
