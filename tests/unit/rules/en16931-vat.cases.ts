import type { Invoice } from '../../../src/domain/invoice.js';
import { allowance, line, type Patch, vat } from './base.js';
import { cii, groupOf, lineOf, type NormCase, type NormExample, nowhere } from './en16931.base.js';

interface Family {
  readonly name: string;
  readonly code: string;
  readonly rate: string | null;
  /** A rate that the category refuses. */
  readonly wrongRate: string | null;
  readonly exempt: boolean;
  /** Whether tax is charged on the base. */
  readonly taxed: boolean;
  /** Parties that lack what is asked, or have what is forbidden. */
  readonly wrong: Patch<Invoice>;
  /** Parties that suit. */
  readonly right?: Patch<Invoice>;
}

const unknown = { vatId: null, taxRegistrationId: null, legalId: null };
const nobody = { seller: unknown } as const;
const exempt = { rate: '0', wrongRate: '20', exempt: true, taxed: false } as const;
const strangers = { seller: unknown, buyer: unknown } as const;

const families: readonly Family[] = [
  { name: 'S', code: 'S', rate: '20.00', wrongRate: '0', exempt: false, taxed: true, wrong: nobody },
  { name: 'Z', code: 'Z', ...exempt, exempt: false, wrong: nobody },
  { name: 'E', code: 'E', ...exempt, wrong: nobody },
  { name: 'AE', code: 'AE', ...exempt, wrong: { buyer: unknown } },
  {
    name: 'IC',
    code: 'K',
    ...exempt,
    wrong: { buyer: { ...unknown, legalId: { value: '1', scheme: null } } },
  },
  { name: 'G', code: 'G', ...exempt, wrong: { seller: { ...unknown, taxRegistrationId: '1' } } },
  { name: 'O', code: 'O', ...exempt, rate: null, wrongRate: '0', wrong: { seller: {} }, right: strangers },
  { name: 'AF', code: 'L', rate: '7.00', wrongRate: '-7', exempt: false, taxed: true, wrong: nobody },
  { name: 'AG', code: 'M', rate: '4.00', wrongRate: '-4', exempt: false, taxed: true, wrong: nobody },
];

/** An invoice all in one category: 100 of lines, less 10, plus 5. */
function allIn({ code, rate, exempt: explained, taxed, right }: Family) {
  const tax = taxed ? (95 * Number(rate)) / 100 : 0;
  return {
    ...right,
    lines: [{ ...line, vatCategory: code, vatRate: rate }],
    allowancesCharges: [
      { ...allowance, vatCategory: code, vatRate: rate },
      { ...allowance, charge: true, amount: '5.00', vatCategory: code, vatRate: rate },
    ],
    vatBreakdown: [
      {
        ...{ base: '95.00', amount: tax.toFixed(2), category: code, rate },
        ...{ exemptionReason: explained ? 'Exonération' : null, exemptionCode: null },
      },
    ],
  } as const;
}

function casesOf(family: Family): readonly NormCase[] {
  const good = allIn(family);
  const [first] = good.vatBreakdown;
  const [discount, extra] = good.allowancesCharges;
  const id = (number: number) => `BR-${family.name}-${String(number).padStart(2, '0')}`;
  const both = (invoice: Patch<Invoice>): NormExample[] => [{ invoice }, { invoice: { ...invoice, ...cii } }];
  const none = { allowancesCharges: [] };
  const other = { ...vat, category: family.code === 'S' ? 'Z' : 'S' };
  const group = (more: Partial<typeof vat>) => ({ ...good, vatBreakdown: [{ ...first, ...more }] });
  const rateOf = family.wrongRate;
  // CII binds no rule on the base and the tax of these.
  const inBoth =
    family.name === 'AF' || family.name === 'AG' ? (invoice: Patch<Invoice>) => [{ invoice }] : both;
  const partiesIn = (more: Patch<Invoice>): NormCase['refuse'] =>
    both({ ...good, ...none, lines: [], ...family.wrong, ...more });
  const seller = family.name === 'O' ? { seller: { vatId: 'FR00123456789' } } : {};
  return [
    { rule: id(1), accept: both(good), refuse: [{ invoice: { ...good, vatBreakdown: [other] } }] },
    { rule: id(2), accept: both(good), refuse: partiesIn({ lines: good.lines, ...seller }) },
    { rule: id(3), accept: both(good), refuse: partiesIn({ allowancesCharges: [discount], ...seller }) },
    { rule: id(4), accept: both(good), refuse: partiesIn({ allowancesCharges: [extra], ...seller }) },
    { rule: id(5), accept: both(good), refuse: both({ lines: [{ ...good.lines[0], vatRate: rateOf }] }) },
    {
      rule: id(6),
      accept: both(good),
      refuse: both({ allowancesCharges: [{ ...discount, vatRate: rateOf }] }),
    },
    { rule: id(7), accept: both(good), refuse: both({ allowancesCharges: [{ ...extra, vatRate: rateOf }] }) },
    { rule: id(8), accept: both(good), refuse: inBoth(group({ base: '96.50' })) },
    { rule: id(9), accept: both(good), refuse: inBoth(group({ amount: '50.00' })) },
    {
      rule: id(10),
      accept: both(good),
      refuse: both(group({ exemptionReason: family.exempt ? null : 'Exonération', exemptionCode: null })),
    },
  ];
}

const community = { ...groupOf({ category: 'K', rate: '0', amount: '0' }), delivery: null, period: null };
const delivered = (date: string | null, country: string | null) => ({
  delivery: { name: null, location: null, date, address: country === null ? null : { ...nowhere, country } },
});

const outside = { ...vat, category: 'O', rate: null, amount: '0' };
const lineIn = (vatCategory: string, vatRate: string | null) => lineOf({ vatCategory, vatRate });
const alone = { vatBreakdown: [outside], ...lineIn('O', null) };
const inItaly = {
  seller: { address: { ...nowhere, country: 'IT' } },
  buyer: { address: { ...nowhere, country: 'IT' } },
};
const split = { ...groupOf({ category: 'B' }), ...lineIn('B', '20') };

export const normVatCases: readonly NormCase[] = [
  ...families.flatMap(casesOf),
  {
    rule: 'BR-IC-11',
    accept: [
      {},
      { invoice: { ...community, ...delivered('2026-01-10', null) } },
      { invoice: { ...community, ...cii, period: { start: '2026-01-01', end: null } } },
    ],
    refuse: [{ invoice: community }, { invoice: { ...community, ...cii } }],
  },
  {
    rule: 'BR-IC-12',
    accept: [{}, { invoice: { ...community, ...delivered(null, 'DE') } }],
    refuse: [{ invoice: community }, { invoice: { ...community, ...cii, ...delivered('2026-01-10', null) } }],
  },
  {
    rule: 'BR-O-11',
    accept: [{}, { invoice: alone }],
    refuse: [{ invoice: { ...alone, vatBreakdown: [outside, vat] } }],
  },
  {
    rule: 'BR-O-12',
    accept: [{}, { invoice: alone }],
    refuse: [
      { invoice: { ...alone, ...lineIn('S', '20') } },
      { invoice: { ...alone, ...cii, ...lineIn('S', '20') } },
    ],
  },
  {
    rule: 'BR-O-13',
    accept: [
      { invoice: alone },
      { invoice: { ...alone, allowancesCharges: [{ ...allowance, charge: true }] } },
    ],
    refuse: [
      { invoice: { ...alone, allowancesCharges: [allowance] } },
      { invoice: { ...alone, ...cii, allowancesCharges: [{ ...allowance, charge: true }] } },
    ],
  },
  {
    rule: 'BR-O-14',
    accept: [{ invoice: alone }, { invoice: { ...alone, allowancesCharges: [allowance] } }],
    refuse: [{ invoice: { ...alone, allowancesCharges: [{ ...allowance, charge: true }] } }],
  },
  {
    rule: 'BR-B-01',
    accept: [{}, { invoice: { ...split, ...inItaly } }],
    refuse: [
      { invoice: split },
      {
        invoice: { ...split, ...inItaly, ...cii, buyer: { address: nowhere, vatId: null } },
        occurrences: { codes: [{ use: 'country', at: 'buyer.address.country', code: 'FR', count: 1 }] },
      },
    ],
  },
  {
    rule: 'BR-B-02',
    accept: [{}, { invoice: split }],
    refuse: [
      { invoice: { ...split, ...lineIn('S', '20') } },
      { invoice: { ...split, ...cii, ...lineIn('S', '20') } },
    ],
  },
];
