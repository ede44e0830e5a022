import type { PesFacts, PesLine } from '../../../src/domain/pes.js';
import type { PieceFacts } from '../../../src/domain/rule.js';
import { attachment, pdfInZip, vat } from './base.js';
import type { Example, RuleCase } from './case.js';

export const pesLine: PesLine = {
  kind: 'quantity',
  quantity: '2',
  quantity2: null,
  unitPrice: '50.00',
  amount: null,
  share: null,
  ht: '100.00',
  vatRate: '20.00',
  vat: '20.00',
  ttc: '120.00',
};

export const facts: PesFacts = {
  kind: '01',
  supplierIdKind: '01',
  recipientIdKind: '01',
  lines: [pesLine],
  vatDetails: 1,
};

const pes = (patch: Partial<PesFacts>, more: Example = {}): Example => ({
  ...more,
  invoice: { syntax: 'pes-facture', ...more.invoice },
  pes: { ...facts, ...patch },
});
const lines = (patches: readonly Partial<PesLine>[], more: Example = {}): Example =>
  pes({ lines: patches.map((patch) => ({ ...pesLine, ...patch })) }, more);
const discount: Partial<PesLine> = {
  kind: 'discount',
  quantity: null,
  unitPrice: null,
  amount: '10.00',
  ht: '10.00',
  vat: '2.00',
  ttc: '12.00',
};
const wrapped = (wrapping: NonNullable<PieceFacts['wrapping']>, more: Example = {}): Example => ({
  ...pes({}, more),
  invoice: { syntax: 'pes-facture', attachments: [{ ...attachment, filename: 'bon.pdf' }] },
  pieces: [{ ...pdfInZip, wrapping }],
});

/** One case for every rule on PES Facture. */
export const pesCases: readonly RuleCase[] = [
  {
    rule: 'ECL-PES-TYPE',
    kind: 'E1',
    accept: [pes({}), pes({ kind: null }), pes({ kind: '03' }), pes({ kind: '06' })],
    refuse: [
      pes({ kind: '02' }, { term: 'typeCode', says: ['« 02 »', 'une commande'] }),
      pes({ kind: '09' }, { says: ['sommes à payer'] }),
    ],
  },
  {
    rule: 'ECL-PES-SUP-KIND',
    kind: 'E1',
    accept: [
      pes({}),
      pes({ supplierIdKind: null }),
      pes({ supplierIdKind: '05' }),
      pes({ recipientIdKind: '02' }),
    ],
    refuse: [
      pes({ supplierIdKind: '02' }, { says: ['SIREN'] }),
      pes({ supplierIdKind: '04' }, { says: ['NIR'] }),
    ],
  },
  {
    rule: 'ECL-PES-REC-KIND',
    kind: 'E1',
    accept: [pes({}), pes({ recipientIdKind: null }), pes({ supplierIdKind: '02' })],
    refuse: [pes({ recipientIdKind: '03' }, { term: 'chorus.recipient.idType', says: ['FINESS'] })],
  },
  {
    rule: 'ECL-PES-LINE-TTC',
    kind: 'E1',
    accept: [pes({}), lines([{ vat: '0', ttc: '100' }]), lines([{ ttc: null }])],
    refuse: [
      lines([{}, { ttc: '120.01' }], {
        term: 'lines[1].ttc',
        says: ['« 120.01 »', '120.00', 'écart : 0.01'],
      }),
    ],
  },
  {
    rule: 'ECL-PES-LINE-VAT',
    kind: 'E1',
    accept: [pes({}), lines([{ vat: '20.01' }]), lines([{ vatRate: '5.5', vat: '5.50' }])],
    refuse: [lines([{ vat: '19.98' }], { term: 'lines[0].vat', says: ['20.00', 'écart : -0.02'] })],
  },
  {
    rule: 'ECL-PES-LINE-HT',
    kind: 'E1',
    accept: [
      pes({}),
      lines([{ quantity: '0.5', quantity2: '4' }]),
      lines([{ kind: 'base', quantity: null, unitPrice: null, amount: '100' }]),
      lines([{ share: '50.00', ht: '50.00' }]),
      lines([discount]),
    ],
    refuse: [
      lines([{ quantity: '3' }], { term: 'lines[0].netAmount', says: ['150.00'] }),
      lines([{ kind: 'base', amount: '90.00' }]),
    ],
  },
  {
    rule: 'ECL-PES-SUM-HT',
    kind: 'E1',
    accept: [
      pes({}),
      lines([{}, discount], { invoice: { totals: { taxExclusive: '90.00' } } }),
      lines([{}, discount], { invoice: { totals: { taxExclusive: '110.00' } } }),
    ],
    refuse: [
      lines([{}], {
        invoice: { totals: { taxExclusive: '100.01' } },
        term: 'totals.taxExclusive',
        says: ['« 100.01 »', '100.00'],
      }),
      lines([{}, discount], {
        invoice: { totals: { taxExclusive: '100.00' } },
        says: ['90.00', 'écart : 10.00'],
      }),
    ],
  },
  {
    rule: 'ECL-PES-SUM-VAT',
    kind: 'E1',
    accept: [
      pes({}),
      lines([{}, { vat: '6.66' }, { vat: '6.67' }], { invoice: { totals: { tax: '33.34' } } }),
      lines([{}, discount], { invoice: { totals: { tax: '18.00' } } }),
    ],
    refuse: [lines([{}], { invoice: { totals: { tax: '20.02' } }, term: 'totals.tax', says: ['20.00'] })],
  },
  {
    rule: 'ECL-PES-DETAIL-HT',
    kind: 'E1',
    accept: [pes({}), pes({ vatDetails: 0 }, { invoice: { vatBreakdown: [{ ...vat, base: '90.00' }] } })],
    refuse: [
      pes({}, { invoice: { vatBreakdown: [{ ...vat, base: '90.00' }] }, says: ['« 100.00 »', '90.00'] }),
    ],
  },
  {
    rule: 'ECL-PES-PJ-GZIP',
    kind: 'E1',
    accept: [wrapped('gzip'), wrapped('zip')],
    refuse: [wrapped('none', { term: 'attachments[0].piece' })],
  },
  {
    rule: 'ECL-PES-PJ-BROKEN',
    kind: 'E1',
    accept: [wrapped('gzip'), wrapped('none')],
    refuse: [wrapped('broken')],
  },
  {
    rule: 'ECL-PES-PJ-SIZE',
    kind: 'E1',
    accept: [wrapped('gzip'), wrapped('broken')],
    refuse: [wrapped('too-large')],
  },
  {
    rule: 'ECL-PES-PJ-ZIP',
    kind: 'E1',
    accept: [wrapped('gzip')],
    refuse: [wrapped('zip')],
  },
];
