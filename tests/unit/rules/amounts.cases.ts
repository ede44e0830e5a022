import type { Line, VatBreakdown } from '../../../src/domain/invoice.js';
import { allowance, line, vat } from './base.js';
import type { Example, RuleCase } from './case.js';

const totals = (
  patch: NonNullable<NonNullable<Example['invoice']>['totals']>,
  more: Example = {},
): Example => ({
  ...more,
  invoice: { totals: patch },
});
const lines = (...patches: Partial<Line>[]): Example => ({
  invoice: { lines: patches.map((patch) => ({ ...line, ...patch })) },
});
const vats = (...patches: Partial<VatBreakdown>[]): Example => ({
  invoice: { vatBreakdown: patches.map((patch) => ({ ...vat, ...patch })) },
});
const account = (id: string | null, bic: string | null = null): Example => ({
  invoice: { payment: { accounts: [{ id, name: null, bic }] } },
});
const means = (meansCode: string | null, more: Example = {}): Example => ({
  ...more,
  invoice: { payment: { meansCode } },
});
const amountIn = (code: string) => ({
  use: 'amountCurrency' as const,
  at: 'totals.taxInclusive',
  code,
  count: 2,
});
const factor = {
  idType: '1',
  idTypeRaw: '1',
  id: '24590041000292',
  name: 'Affacturage',
  country: 'FR',
} as const;

/** Numbers, sums, VAT, payment. */
export const amountCases: readonly RuleCase[] = [
  {
    rule: 'ECL-AMOUNT-ABSENT',
    accept: [{}, totals({ tax: null, lines: null })],
    refuse: [
      totals({ payable: null }, { term: 'totals.payable', says: ['Le net à payer'] }),
      totals({ taxExclusive: null }, { term: 'totals.taxExclusive' }),
      totals({ taxInclusive: null }, { term: 'totals.taxInclusive' }),
    ],
  },
  {
    rule: 'ECL-AMOUNT-NUMBER',
    accept: [totals({ prepaid: '00.00' }), totals({ prepaid: '-.5' }), totals({ prepaid: '140' })],
    refuse: [
      totals({ tax: '-1 324,60' }, { term: 'totals.tax', says: ['« -1 324,60 »', 'Le montant de la TVA'] }),
      totals({ tax: '1E3' }),
      { ...lines({ quantity: 'deux' }), term: 'lines[0].quantity' },
      vats({ rate: '20 %' }),
    ],
  },
  {
    rule: 'ECL-AMOUNT-DECIMALS',
    accept: [
      totals({ taxExclusive: '100' }),
      totals({ taxExclusive: '100.000' }),
      lines({ netPrice: '1.123456' }),
    ],
    refuse: [totals({ taxExclusive: '100.001' }, { term: 'totals.taxExclusive', says: ['« 100.001 »'] })],
  },
  {
    rule: 'ECL-AMOUNT-DIGITS',
    accept: [totals({ prepaid: '-00012345678901234567.89' }), totals({ prepaid: '0.00' })],
    refuse: [
      totals({ prepaid: '123456789012345678.90123' }),
      lines({ netAmount: '12345678901234567890' }),
      totals({ prepaid: '0'.repeat(201) }),
    ],
  },
  {
    rule: 'ECL-NUMERIC-DECIMALS',
    accept: [lines({ netPrice: '1.123456' }), lines({ netPrice: '1.12345600' })],
    refuse: [lines({ netPrice: '1.1234567' }), { ...lines({ netPrice: '1.1234567' }), kind: 'E1' }],
  },
  {
    rule: 'ECL-QUANTITY-DIGITS',
    accept: [lines({ quantity: '1234567890.5' }), lines({ quantity: '-0001234567890' })],
    refuse: [{ ...lines({ quantity: '12345678901' }), term: 'lines[0].quantity' }],
  },
  {
    rule: 'ECL-QUANTITY-DECIMALS',
    accept: [lines({ quantity: '1.1234' })],
    refuse: [lines({ quantity: '1.12345' })],
  },
  {
    rule: 'ECL-CURRENCY-CODE',
    accept: [{}, { invoice: { currency: null } }, { invoice: { currency: 'RSD' } }],
    refuse: [
      { invoice: { currency: 'EURO' } },
      { invoice: { currency: 'eur' } },
      { invoice: { currency: 'QQQ' } },
    ],
  },
  {
    rule: 'ECL-CURRENCY-SINGLE',
    accept: [{ invoice: { taxCurrency: 'EUR' } }, { invoice: { currency: null, taxCurrency: 'EUR' } }],
    refuse: [{ invoice: { currency: 'USD', taxCurrency: 'EUR' }, says: ['« EUR »', 'USD'] }],
  },
  {
    rule: 'ECL-CURRENCY-AMOUNT',
    accept: [
      {},
      { codes: [amountIn('EUR'), amountIn('')] },
      { invoice: { currency: null }, codes: [amountIn('EUR')] },
      { invoice: { currency: 'USD', taxCurrency: 'EUR' }, codes: [amountIn('USD'), amountIn('EUR')] },
    ],
    refuse: [
      {
        codes: [amountIn('EUR'), amountIn('USD')],
        term: 'totals.taxInclusive',
        says: ['« USD »', 'EUR', '2 fois'],
      },
      { invoice: { currency: null }, codes: [amountIn('GBP')], kind: 'E1' },
    ],
  },
  {
    rule: 'ECL-TOTAL-TTC',
    accept: [
      {},
      totals({ tax: null }),
      totals({ taxExclusive: '0.1', tax: '0.2', taxInclusive: '0.30', payable: '0.3' }),
      totals({ taxExclusive: '-100.00', tax: '-20.00', taxInclusive: '-120.00' }),
      totals({ tax: 'vingt' }),
      totals({ tax: null, taxInclusive: '130.00' }),
      { invoice: { syntax: 'cpp-mixte', totals: { tax: null } } },
      { invoice: { syntax: 'cpp-mixte', vatBreakdown: [], totals: { tax: null, taxInclusive: '130.00' } } },
    ],
    refuse: [
      totals({ taxInclusive: '120.01' }, { term: 'totals.taxInclusive', says: ['120.00', 'écart de 0.01'] }),
      { ...totals({ taxInclusive: '119.00' }), kind: 'E1', says: ['écart de -1.00'] },
      {
        invoice: { syntax: 'cpp-mixte', totals: { tax: null, taxInclusive: '130.00' } },
        says: ['20.00 (TVA)', 'écart de 10.00'],
      },
    ],
  },
  {
    rule: 'ECL-TOTAL-NET',
    accept: [
      {},
      totals({ prepaid: '140', payable: '-20.00' }),
      totals({ prepaid: '20', rounding: '-0.01', payable: '99.99' }),
    ],
    refuse: [
      totals({ payable: '100.00' }, { term: 'totals.payable', says: ['120.00', 'écart de -20.00'] }),
      totals({ rounding: '0.02' }, { says: ['0.02 (arrondi)', '120.02'] }),
    ],
  },
  {
    rule: 'ECL-TOTAL-LINES',
    kind: 'E1',
    accept: [{}, lines({}, { netAmount: '999.00', kind: 'REGROUPEMENT' }), totals({ lines: null })],
    refuse: [lines({}, {}), totals({ lines: '100.01' }, { term: 'totals.lines' })],
    offIn: ['E2', 'E5', 'none'],
  },
  {
    rule: 'ECL-TOTAL-HT',
    kind: 'E1',
    accept: [{}, totals({ lines: '101.00', allowances: '3.00', charges: '2.00' })],
    refuse: [totals({ allowances: '1.00' }, { says: ['99.00'] })],
    offIn: ['E2', 'E5', 'none'],
  },
  {
    rule: 'ECL-TOTAL-VAT',
    kind: 'E1',
    accept: [{}, vats({ amount: '15.00' }, { amount: '5' })],
    refuse: [{ ...vats({ amount: '20.01' }), term: 'totals.tax' }],
    offIn: ['E2', 'E5', 'none'],
  },
  {
    rule: 'ECL-TOTAL-RATE',
    kind: 'E1',
    accept: [{}, vats({ amount: '20.01' }), vats({ base: '33.33', rate: '5.5', amount: '1.83' })],
    refuse: [{ ...vats({ amount: '20.02' }), term: 'vatBreakdown[0].amount', says: ['= 20.00'] }],
    offIn: ['E2', 'E5', 'none'],
  },
  {
    rule: 'ECL-CREDIT-SIGN',
    accept: [{ invoice: { typeCode: '381' } }, totals({ taxInclusive: '-120.00' })],
    refuse: [{ invoice: { typeCode: '381', totals: { taxInclusive: '-120.00' } } }],
  },
  {
    rule: 'G2.13',
    accept: [
      {},
      { invoice: { chorus: { vatRegime: null } } },
      { invoice: { chorus: { vatRegime: 'EXONERATION' } } },
    ],
    refuse: [{ invoice: { chorus: { vatRegime: 'TVA MENSUELLE' } }, term: 'chorus.vatRegime' }],
  },
  {
    rule: 'ECL-VAT-BREAKDOWN',
    accept: [{}],
    refuse: [{ invoice: { vatBreakdown: [] }, term: 'vatBreakdown' }],
  },
  {
    rule: 'ECL-VAT-CATEGORY',
    accept: [vats({ category: 'AE' }), vats({ category: null })],
    refuse: [{ ...vats({}, { category: 'Q' }), term: 'vatBreakdown[1].category' }],
  },
  {
    rule: 'ECL-VAT-RATE',
    accept: [vats({ rate: '15.00' }), vats({ rate: '0' }), vats({ rate: '100' })],
    refuse: [vats({ rate: '-20' }), vats({ rate: '2000' })],
  },
  {
    rule: 'ECL-PAY-ABSENT',
    accept: [
      {},
      means(null, { options: { paymentMeansDefault: true } }),
      means(null, { interfaceCode: 'FSO1110A' }),
      { invoice: { typeCode: '381', payment: { meansCode: null } } },
    ],
    refuse: [
      means(null, { term: 'payment.meansCode' }),
      means(null, { kind: 'E1' }),
      means(null, { interfaceCode: 'FSO1116A' }),
    ],
  },
  {
    rule: 'G1.14',
    accept: [{}, means('01'), means('59'), means(null)],
    refuse: [
      means('ZZZ', { says: ['« ZZZ »', 'virement (30)'] }),
      means(null, { options: { paymentMeansDefault: true }, says: ['est absent'] }),
      means(null, { interfaceCode: 'FSO1110A', says: ['est absent', 'virement (30)'] }),
    ],
  },
  {
    rule: 'G8.20',
    kind: 'E3',
    accept: [{}],
    refuse: [means('42')],
    offIn: ['E1', 'E2', 'E4', 'E5', 'none'],
  },
  {
    rule: 'ECL-PAY-IBAN-ABSENT',
    accept: [{}, { invoice: { payment: { meansCode: '48', accounts: [] } } }],
    refuse: [
      { invoice: { payment: { accounts: [] } }, term: 'payment.accounts', says: ['virement (30)'] },
      account(null, 'CCBPFRPPVER'),
    ],
  },
  {
    rule: 'ECL-PAY-IBAN',
    accept: [{}, account('FR76 3000 6000 0112 3456 7890 189'), account('30006000011234567890189')],
    refuse: [
      { ...account('FR7630006000011234567890188'), term: 'payment.accounts[0].id', says: ['FR76…0188'] },
      account('FR76'),
    ],
  },
  {
    rule: 'ECL-PAY-RIB',
    accept: [account('30006000011234567890189'), account('2004101005 0500013M02606'), {}],
    refuse: [account('30006000011234567890188')],
  },
  {
    rule: 'ECL-PAY-ACCOUNT',
    accept: [
      {},
      { invoice: { ...account('123456').invoice, chorus: { supplier: { idType: '3', id: 'KRSAMSUNG' } } } },
    ],
    refuse: [account('123456')],
  },
  {
    rule: 'ECL-PAY-BIC',
    accept: [account('FR7630006000011234567890189', 'CCBPFRPPVER'), account(null, 'AGRIFRPP'), {}],
    refuse: [{ ...account(null, 'CCBPFRPPVE'), term: 'payment.accounts[0].bic' }, account(null, 'CCBP1RPP')],
  },
  {
    rule: 'ECL-PAYEE-ACCOUNT',
    accept: [{ invoice: { chorus: { payee: factor } } }, { invoice: { payment: { accounts: [] } } }],
    refuse: [
      {
        invoice: { payment: { meansCode: '49', accounts: [] }, chorus: { payee: factor } },
        says: [': Affacturage'],
      },
    ],
  },
  {
    rule: 'ECL-TOTAL-TTC-BREAKDOWN',
    accept: [
      {},
      totals({ tax: null }),
      { invoice: { totals: { tax: null, taxInclusive: '130.00' }, vatBreakdown: [] } },
      totals({ taxInclusive: '130.00' }),
    ],
    refuse: [
      totals(
        { tax: null, taxInclusive: '130.00' },
        { term: 'totals.taxInclusive', says: ['20.00 (TVA du récapitulatif)', 'écart de 10.00'] },
      ),
    ],
  },
  {
    rule: 'ECL-TOTAL-VAT-ABSENT',
    kind: 'E1',
    accept: [{}, { invoice: { syntax: 'cpp-mixte', totals: { tax: null } } }],
    refuse: [totals({ tax: null }, { term: 'totals.tax' })],
    offIn: ['E2', 'E5', 'none'],
  },
  {
    rule: 'ECL-VAT-RATE-FRANCE',
    kind: 'E1',
    accept: [
      vats({ rate: '5.50' }),
      vats({ rate: '0' }),
      vats({ rate: '150' }),
      {
        ...vats({ rate: '15' }),
        invoice: { ...vats({ rate: '15' }).invoice, chorus: { supplier: { idType: '2' } } },
      },
    ],
    refuse: [{ ...vats({}, { rate: '15.00' }), term: 'vatBreakdown[1].rate', says: ['« 15.00 »'] }],
    offIn: ['E2', 'E5', 'none'],
  },
  {
    rule: 'ECL-LINE-DISCOUNT',
    accept: [
      { invoice: { syntax: 'facturx' } },
      { invoice: { syntax: 'facturx', lines: [{ ...line, grossPrice: '50.00', priceDiscount: '0' }] } },
      lines({ grossPrice: '50.00' }),
      { invoice: { syntax: 'facturx', lines: [{ ...line, grossPrice: '0.00' }] } },
    ],
    refuse: [
      {
        invoice: { syntax: 'facturx', lines: [{ ...line, grossPrice: '50.00' }] },
        term: 'lines[0].priceDiscount',
        says: ['50.00'],
      },
    ],
  },
  {
    rule: 'S2.05',
    accept: [
      {},
      means('01'),
      means('59'),
      means(null),
      { invoice: { syntax: 'ubl-invoice', payment: { meansCode: '54' } } },
    ],
    refuse: [
      means('54', { term: 'payment.meansCode', says: ['« 54 »'] }),
      means('ZZZ', { kind: 'E1' }),
      { invoice: { syntax: 'facturx', payment: { meansCode: '55' } } },
    ],
  },
  {
    rule: 'ECL-ALLOWANCE-KIND',
    accept: [{}, { invoice: { allowancesCharges: [allowance, { ...allowance, charge: true }] } }],
    refuse: [
      {
        invoice: { allowancesCharges: [allowance, { ...allowance, charge: null }] },
        term: 'allowancesCharges[1].charge',
      },
    ],
  },
];
