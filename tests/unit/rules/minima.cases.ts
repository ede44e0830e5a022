import { line, vat } from './base.js';
import type { Example, RuleCase } from './case.js';

const address = {
  line1: '1 rue du Bois',
  line2: null,
  line3: null,
  city: 'Lyon',
  postCode: '69001',
  subdivision: null,
  country: 'FR',
};
const gross = { ...line, grossPrice: '50.00' };
const named = [{ id: 'FR7630006000011234567890189', name: 'Atelier du Bois', bic: null }];

const min = (invoice: Example['invoice'] = {}): Example => ({
  interfaceCode: 'FSO1110A',
  invoice: { syntax: 'ubl-invoice', ...invoice },
});
const cii = (invoice: Example['invoice'] = {}): Example => ({
  interfaceCode: 'FSO1116A',
  invoice: { lines: [gross], payment: { accounts: named }, ...invoice },
});
const facturx = (invoice: Example['invoice'] = {}): Example => ({
  interfaceCode: 'FSO1117A',
  invoice: {
    syntax: 'facturx',
    specification: 'urn:cen.eu:en16931:2017',
    seller: { address },
    buyer: { address },
    ...invoice,
  },
});

/** Fields of the minimal templates of E2 (DOMAIN 10). */
export const minimumCases: readonly RuleCase[] = [
  {
    rule: 'ECL-FSO1110A-FIELDS',
    accept: [
      min(),
      min({ lines: [{ ...line, kind: 'INFORMATION', netPrice: null }] }),
      { invoice: { currency: null } },
    ],
    refuse: [
      { ...min({ currency: null }), term: 'currency', says: ['La devise', 'FSO1110A'] },
      { ...min({ chorus: { cadre: null } }), term: 'chorus.cadre' },
      { ...min({ totals: { tax: null } }), term: 'totals.tax' },
      { ...min({ lines: [line, { ...line, quantity: null }] }), term: 'lines[1].quantity' },
    ],
  },
  {
    rule: 'ECL-FSO1116A-FIELDS',
    accept: [cii(), cii({ currency: null }), { invoice: { chorus: { cadre: null } } }],
    refuse: [
      { ...cii({ chorus: { cadre: null } }), term: 'chorus.cadre', says: ['FSO1116A'] },
      { ...cii({ lines: [line] }), term: 'lines[0].grossPrice' },
      { ...cii({ vatBreakdown: [{ ...vat, category: null }] }), term: 'vatBreakdown[0].category' },
    ],
  },
  {
    rule: 'ECL-FSO1117A-FIELDS',
    accept: [
      facturx(),
      facturx({ chorus: { cadre: null }, totals: { tax: null } }),
      { invoice: { specification: null } },
    ],
    refuse: [
      { ...facturx({ specification: null }), term: 'specification', says: ['FSO1117A'] },
      { ...facturx({ buyer: { address: null } }), term: 'buyer.address' },
      { ...facturx({ lines: [] }), term: 'lines' },
    ],
  },
  {
    rule: 'ECL-FSO1110A-TAX',
    accept: [
      min(),
      min({ totals: { tax: null }, vatBreakdown: [] }),
      min({ totals: { tax: null, taxInAccountingCurrency: '20.00' } }),
      { invoice: { totals: { tax: null } } },
    ],
    refuse: [{ ...min({ totals: { tax: null } }), term: 'totals.tax', says: ['FSO1110A'] }],
  },
  {
    rule: 'ECL-FACTURX-PROFILE',
    accept: [
      facturx(),
      facturx({ specification: 'urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended' }),
      facturx({ specification: null }),
    ],
    refuse: [
      { ...facturx({ specification: 'urn:factur-x.eu:1p0:minimum' }), term: 'specification' },
      facturx({ specification: 'urn:factur-x.eu:1p0:basicwl' }),
    ],
  },
];
