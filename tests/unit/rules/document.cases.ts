import { line } from './base.js';
import type { RuleCase } from './case.js';

const chars = (count: number) => 'A'.repeat(count);
const siret = { idType: '1', idTypeRaw: '1', id: '24590041000292', name: 'Maîtrise', country: 'FR' } as const;
const credit = { typeCode: '381' };

/** Number, type, framework, dates. */
/** An interface of the operator's own that takes two cadres. */
const ownInterface = { interfaceCode: 'FSO1140A', options: { interfaceCadres: { FSO1140A: ['A4', 'A10'] } } };

export const documentCases: readonly RuleCase[] = [
  {
    rule: 'ECL-NUM-ABSENT',
    accept: [{}],
    refuse: [{ invoice: { number: null }, term: 'number', says: ['(balise : Facture.number)'] }],
  },
  {
    rule: 'G1.05',
    accept: [
      { invoice: { number: chars(20) } },
      { invoice: { number: 'aZ09 -+_/' } },
      { invoice: { chorus: { originalInvoice: chars(20) } } },
    ],
    refuse: [
      { invoice: { number: chars(21) }, term: 'number', says: ['21 caractères', '20 au plus'] },
      { invoice: { number: 'F.2026#1' }, says: ['« . »', '« # »'] },
      { invoice: { number: 'Févr-1' }, says: ['« é »'] },
      { invoice: { chorus: { originalInvoice: chars(21) } }, term: 'chorus.originalInvoice' },
      { kind: 'E1', invoice: { number: chars(35) } },
      { kind: 'none', invoice: { number: chars(35) } },
    ],
  },
  {
    rule: 'ECL-NUM-SPACES',
    accept: [{ invoice: { number: 'F 2026 1' } }],
    refuse: [
      { invoice: { number: 'F  2026' } },
      { invoice: { number: ' F' } },
      { invoice: { number: 'F ' } },
    ],
  },
  {
    rule: 'ECL-TYPE-ABSENT',
    accept: [{}, { invoice: { creditNoteRoot: true, typeCode: null } }],
    refuse: [{ invoice: { typeCode: null }, term: 'typeCode' }],
  },
  {
    rule: 'ECL-TYPE-REFUSED',
    accept: [{}, { invoice: { typeCode: '381' } }],
    refuse: [{ invoice: { typeCode: '261' } }, { invoice: { typeCode: '751' }, says: ['« 751 »'] }],
  },
  {
    rule: 'ECL-TYPE-UNKNOWN',
    accept: [{}, { invoice: { typeCode: '386' } }, { invoice: { typeCode: '751' } }],
    refuse: [{ invoice: { typeCode: '999' }, says: ['« 999 »'] }, { invoice: { typeCode: '0380' } }],
  },
  {
    rule: 'ECL-TYPE-CARRIED',
    accept: [{}, { invoice: credit }, { invoice: { typeCode: '751' } }],
    refuse: [
      { invoice: { typeCode: '384' }, says: ['380 (facture)'] },
      { invoice: { typeCode: '396' }, says: ['381 (avoir)'] },
    ],
  },
  {
    rule: 'ECL-TYPE-ROOT',
    accept: [
      { invoice: { syntax: 'ubl-creditnote', creditNoteRoot: true, typeCode: '381' } },
      { invoice: { syntax: 'ubl-invoice', typeCode: '380' } },
    ],
    refuse: [{ invoice: { syntax: 'ubl-creditnote', creditNoteRoot: true, typeCode: '380' } }],
  },
  {
    rule: 'ECL-CREDIT-ORIGIN',
    kind: 'E1',
    accept: [
      {},
      { invoice: { ...credit, chorus: { originalInvoice: 'F-1' } } },
      { invoice: { ...credit, precedingInvoices: [{ number: 'F-1', issueDate: null }] } },
    ],
    refuse: [{ invoice: credit, term: 'chorus.originalInvoice' }],
    offIn: ['E2', 'E5', 'none'],
  },
  {
    rule: 'ECL-CREDIT-SELF',
    accept: [{ invoice: { ...credit, chorus: { originalInvoice: 'F-1' } } }],
    refuse: [{ invoice: { ...credit, number: 'F-1', chorus: { originalInvoice: 'F-1' } } }],
  },
  {
    rule: 'ECL-CADRE-UNKNOWN',
    accept: [{}, { invoice: { chorus: { cadre: null } } }, { invoice: { chorus: { cadre: 'A25' } } }],
    refuse: [
      { invoice: { chorus: { cadre: 'B1' } }, term: 'chorus.cadre', says: ['« B1 »', 'A1 à A25'] },
      { invoice: { chorus: { cadre: 'A26' } } },
      { invoice: { chorus: { cadre: 'a1' } }, kind: 'E1' },
    ],
  },
  {
    rule: 'ECL-CADRE-A11',
    accept: [{ invoice: { chorus: { cadre: 'A10' } } }],
    refuse: [
      { invoice: { chorus: { cadre: 'A11' } } },
      { kind: 'E4', invoice: { chorus: { cadre: 'A11' } } },
    ],
  },
  {
    rule: 'ECL-CADRE-E3',
    accept: [
      {},
      { kind: 'E3', invoice: { chorus: { cadre: 'A3' } } },
      { invoice: { chorus: { cadre: null } } },
    ],
    refuse: [
      { invoice: { chorus: { cadre: 'A3' } }, says: ['flux E2'] },
      { kind: 'E3', invoice: { chorus: { cadre: 'A1' } }, says: ['seul le cadre A3'] },
    ],
    offIn: ['none'],
  },
  {
    rule: 'ECL-CADRE-INTERFACE',
    accept: [
      { invoice: { chorus: { cadre: 'A22' } } },
      { invoice: { chorus: { cadre: 'A13' } } },
      { kind: 'E1', invoice: { chorus: { cadre: 'A3' } } },
      { invoice: { chorus: { cadre: null } } },
    ],
    refuse: [
      { invoice: { chorus: { cadre: 'A15' } }, says: ['« A15 »', 'flux E2'] },
      { kind: 'E1', invoice: { chorus: { cadre: 'A21' } } },
    ],
    offIn: ['E3', 'E4', 'E5', 'none'],
  },
  {
    rule: 'ECL-CADRE-OWN',
    kind: 'E4',
    accept: [
      { ...ownInterface, invoice: { chorus: { cadre: 'A4', validator: siret } } },
      { invoice: { chorus: { cadre: 'A15' } } },
    ],
    refuse: [
      {
        ...ownInterface,
        invoice: { chorus: { cadre: 'A15' } },
        term: 'chorus.cadre',
        says: ['« A15 »', 'FSO1140A', 'A4, A10'],
      },
      { ...ownInterface, invoice: { chorus: { cadre: null } }, says: ['« A1 »'] },
    ],
  },
  {
    rule: 'ECL-CADRE-A2',
    accept: [
      { invoice: { chorus: { cadre: 'A2' }, totals: { prepaid: '120.00', payable: '0' } } },
      { invoice: { chorus: { cadre: 'A1' } } },
    ],
    refuse: [{ invoice: { chorus: { cadre: 'A2' } }, term: 'totals.payable' }],
  },
  {
    rule: 'ECL-CADRE-VALIDATOR',
    accept: [
      { invoice: { chorus: { cadre: 'A4', validator: siret } } },
      { invoice: { chorus: { cadre: 'A22' } } },
      { invoice: { chorus: { cadre: 'A9' } } },
      { invoice: { syntax: 'ubl-invoice', chorus: { cadre: 'A4' } } },
    ],
    refuse: [
      { invoice: { chorus: { cadre: 'A4' } }, term: 'chorus.validator.id', says: ['cadre A4'] },
      { invoice: { chorus: { cadre: 'A14', validator: { ...siret, id: null } } } },
    ],
  },
  {
    rule: 'ECL-DATE-ABSENT',
    accept: [{}],
    refuse: [{ invoice: { issueDate: null }, term: 'issueDate' }],
  },
  {
    rule: 'ECL-DATE-ISSUE',
    accept: [{}, { invoice: { issueDate: '2024-02-29' } }],
    refuse: [
      { invoice: { issueDate: '2026-02-29' }, says: ['« 2026-02-29 »'] },
      { invoice: { issueDate: '15/01/2026' } },
    ],
  },
  {
    rule: 'ECL-DATE-DAY',
    accept: [{}, { invoice: { period: { start: '2026-01-01', end: '2026-01-31' } } }],
    refuse: [
      { invoice: { dueDate: '2026-02-30' }, term: 'dueDate', says: ["La date d'échéance"] },
      { invoice: { chorus: { deliveryDate: 'demain' } }, term: 'chorus.deliveryDate' },
      {
        invoice: { delivery: { name: null, location: null, date: '20261301', address: null } },
        term: 'delivery.date',
      },
      {
        invoice: { precedingInvoices: [{ number: 'F-1', issueDate: '2025-06-31' }] },
        term: 'precedingInvoices[0].issueDate',
      },
    ],
  },
  {
    rule: 'ECL-DATE-FUTURE',
    accept: [{ invoice: { issueDate: '2026-01-31' } }, { invoice: { issueDate: '9999' } }],
    refuse: [{ invoice: { issueDate: '2026-02-01' }, says: ['2026-02-01', 'le 2026-01-31'] }],
  },
  {
    rule: 'ECL-DATE-YEAR',
    accept: [{ invoice: { issueDate: '2000-01-01' } }],
    refuse: [{ invoice: { issueDate: '1999-12-31' } }],
  },
  {
    rule: 'ECL-DATE-DUE',
    accept: [
      { invoice: { dueDate: '2026-01-15' } },
      { invoice: { dueDate: null } },
      { invoice: { dueDate: '2026-01-01', chorus: { cadre: 'A2' } } },
    ],
    refuse: [{ invoice: { dueDate: '2026-01-14' }, term: 'dueDate' }],
  },
  {
    rule: 'ECL-DATE-PERIOD',
    accept: [
      { invoice: { period: { start: '2026-01-01', end: '2026-01-01' } } },
      { invoice: { period: { start: '2026-01-01', end: null } } },
    ],
    refuse: [{ invoice: { period: { start: '2026-01-31', end: '2026-01-01' } }, term: 'period.end' }],
  },
  {
    rule: 'ECL-CADRE-E3-ABSENT',
    kind: 'E3',
    accept: [{ invoice: { chorus: { cadre: 'A3' } } }, { invoice: { chorus: { cadre: 'A1' } } }],
    refuse: [{ invoice: { chorus: { cadre: null } }, term: 'chorus.cadre', says: ['A1 serait appliqué'] }],
    offIn: ['E1', 'E2', 'E4', 'E5', 'none'],
  },
  {
    rule: 'ECL-CADRE-WORKS',
    kind: 'E4',
    accept: [{ invoice: { chorus: { cadre: 'A4' } } }, { kind: 'E5', invoice: { chorus: { cadre: 'A22' } } }],
    refuse: [
      { invoice: { chorus: { cadre: 'A1' } }, term: 'chorus.cadre', says: ['« A1 »', 'flux E4'] },
      { kind: 'E5', invoice: { chorus: { cadre: null } }, says: ['est absent', 'flux E5'] },
    ],
    offIn: ['E1', 'E2', 'E3', 'none'],
  },
  {
    rule: 'ECL-LINE-KIND',
    accept: [
      { invoice: { syntax: 'ubl-invoice', lines: [{ ...line, kind: 'INFORMATION' }] } },
      { invoice: { syntax: 'ubl-invoice', lines: [{ ...line, kind: 'Détail' }] } },
      { invoice: { syntax: 'ubl-invoice', lines: [line] } },
      { invoice: { lines: [{ ...line, kind: 'AUTRE' }] } },
    ],
    refuse: [
      {
        invoice: { syntax: 'ubl-invoice', lines: [line, { ...line, kind: 'SOUS-TOTAL' }] },
        term: 'lines[1].kind',
        says: ['« SOUS-TOTAL »'],
      },
    ],
  },
  {
    rule: 'ECL-FSO1110A-LINES',
    accept: [{ interfaceCode: 'FSO1110A' }, { interfaceCode: 'FSO1116A', invoice: { lines: [] } }],
    refuse: [
      {
        interfaceCode: 'FSO1110A',
        invoice: { syntax: 'ubl-invoice', lines: [] },
        term: 'lines',
        says: ['4.20'],
      },
    ],
  },
  {
    rule: 'ECL-MARKET-TYPE',
    accept: [
      {},
      { invoice: { chorus: { market: 'MP-7', contractType: 'BC' } } },
      { invoice: { syntax: 'ubl-invoice', chorus: { market: 'MP-7', contractType: 'Marché public' } } },
    ],
    refuse: [
      {
        invoice: { chorus: { market: 'MP-7', contractType: 'AAV' } },
        term: 'chorus.contractType',
        says: ['« AAV »', 'numéro de marché'],
      },
    ],
  },
];
