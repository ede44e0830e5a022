import type { ChorusParty } from '../../../src/domain/invoice.js';
import { allowance, line, vat } from './base.js';
import type { Example, RuleCase } from './case.js';

const supplier = (patch: Partial<ChorusParty>, more: Example = {}): Example => ({
  ...more,
  invoice: { chorus: { supplier: patch } },
});
const recipient = (patch: Partial<ChorusParty>, more: Example = {}): Example => ({
  ...more,
  invoice: { chorus: { recipient: patch } },
});
const typed = (idType: NonNullable<ChorusParty['idType']>, id: string, more: Example = {}) =>
  supplier({ idType, idTypeRaw: idType, id }, more);
const other = (
  key: 'validator' | 'payee',
  id: string | null,
  idType: ChorusParty['idType'] = '1',
): Example => ({
  invoice: { chorus: { [key]: { idType, idTypeRaw: idType, id, name: 'Affacturage', country: 'FR' } } },
});
const unnamedPayee = (more: NonNullable<Example['invoice']> = {}): Example => ({
  invoice: {
    ...more,
    chorus: { payee: { idType: '1', idTypeRaw: '1', id: '24590041000292', name: null, country: 'FR' } },
  },
});
const withKey = { options: { siretKey: true } };
const text = (length: number) => 'é'.repeat(length);

/** Parties, references of the recipient, lengths. */
export const partyCases: readonly RuleCase[] = [
  {
    rule: 'ECL-SUP-ID',
    accept: [{}],
    refuse: [supplier({ id: null }, { term: 'chorus.supplier.id' })],
  },
  {
    rule: 'ECL-SUP-TYPE',
    accept: [{}, typed('7', '1234')],
    refuse: [
      supplier({ idType: null, idTypeRaw: null }, { says: ['aucun type'] }),
      supplier({ idType: null, idTypeRaw: '0002', id: '799555000' }, { says: ['« 0002 »'] }),
    ],
  },
  {
    rule: 'ECL-SUP-SIRET',
    accept: [{}, typed('1', '00000000033834')],
    refuse: [
      typed('1', '799555000', { says: ['9 caractères', '14 chiffres'] }),
      typed('1', '799 555 000 00018'),
      typed('1', '7995550000001A'),
    ],
  },
  {
    rule: 'ECL-SUP-VAT',
    accept: [typed('2', 'BE0429958042'), typed('2', 'IE6388047V')],
    refuse: [typed('2', '0429958042'), typed('2', 'BE04299580420429958')],
  },
  {
    rule: 'ECL-SUP-NON-EU',
    accept: [typed('3', 'KRSAMSUNGMOBILEPHO')],
    refuse: [typed('3', 'KRSAMSUNGMOBILEPHON', { says: ['19 caractères'] }), typed('3', 'KR')],
  },
  {
    rule: 'ECL-SUP-RIDET',
    accept: [typed('4', '1234567890'), typed('4', '350041679')],
    refuse: [typed('4', '12345678'), typed('4', '12345678901')],
  },
  {
    rule: 'ECL-SUP-TAHITI',
    accept: [typed('5', '886978001')],
    refuse: [typed('5', '1234567890'), typed('5', '88697800')],
  },
  {
    rule: 'ECL-SUP-KEY',
    accept: [{ ...withKey }, typed('1', '35600000000048', withKey), typed('1', '00000000033834')],
    refuse: [typed('1', '79955500000019', withKey), typed('1', '00000000033834', withKey)],
  },
  {
    rule: 'ECL-SUP-VAT-COUNTRY',
    accept: [typed('2', 'BE0429958042'), typed('2', 'EL123456789'), typed('1', '79955500000014')],
    refuse: [typed('2', 'FR40303265045'), typed('2', 'US123456789')],
  },
  {
    rule: 'ECL-SUP-NAME',
    accept: [supplier({ name: null }), { invoice: { seller: { name: null } } }],
    refuse: [
      {
        invoice: { seller: { name: null }, chorus: { supplier: { name: null } } },
        term: 'chorus.supplier.name',
      },
    ],
  },
  {
    rule: 'ECL-REC-ID',
    accept: [{}],
    refuse: [recipient({ id: null, idType: null, idTypeRaw: null }, { term: 'chorus.recipient.id' })],
  },
  {
    rule: 'ECL-REC-TYPE',
    accept: [{}, recipient({ idType: null, idTypeRaw: null })],
    refuse: [
      recipient({ idType: '2', idTypeRaw: '2' }, { says: ['« 2 »'] }),
      recipient({ idType: null, idTypeRaw: 'X' }),
    ],
  },
  {
    rule: 'ECL-REC-SIRET',
    accept: [{}, recipient({ id: '00000000000000' })],
    refuse: [recipient({ id: '535146500' }, { says: ['9 caractères'] }), recipient({ id: 'FR53514650090' })],
  },
  {
    rule: 'ECL-REC-KEY',
    accept: [
      { ...withKey },
      recipient({ id: '00000000000000' }, withKey),
      recipient({ id: '00000000169959' }),
    ],
    refuse: [recipient({ id: '53514650090019' }, withKey)],
  },
  {
    rule: 'ECL-VALIDATOR-ID',
    accept: [other('validator', '24590041000292'), other('validator', null), other('validator', 'X', null)],
    refuse: [
      { ...other('validator', '245900410'), term: 'chorus.validator.id', says: ['SIRET de 14 chiffres'] },
    ],
  },
  {
    rule: 'ECL-VALIDATOR-TYPE',
    accept: [other('validator', '24590041000292')],
    refuse: [other('validator', '24590041000292', null)],
  },
  {
    rule: 'ECL-PAYEE-ID',
    accept: [other('payee', '24590041000292'), other('payee', 'BE0429958042', '2')],
    refuse: [{ ...other('payee', 'BE', '2'), term: 'chorus.payee.id', says: ['TVA intracommunautaire'] }],
  },
  {
    rule: 'ECL-PAYEE-TYPE',
    accept: [other('payee', '24590041000292')],
    refuse: [other('payee', '24590041000292', null)],
  },
  {
    rule: 'G2.17',
    accept: [{ invoice: { chorus: { serviceCode: text(100) } } }],
    refuse: [
      {
        invoice: { chorus: { serviceCode: text(101) } },
        term: 'chorus.serviceCode',
        says: ['101', '100 au plus'],
      },
    ],
  },
  {
    rule: 'G3.01',
    accept: [{ invoice: { chorus: { engagement: text(50) } } }],
    refuse: [{ invoice: { chorus: { engagement: text(51) } }, term: 'chorus.engagement' }],
  },
  {
    rule: 'ECL-LEN-MARKET',
    accept: [{ invoice: { chorus: { market: text(50), contract: text(50) } } }],
    refuse: [
      { invoice: { chorus: { market: text(51) } }, term: 'chorus.market' },
      { invoice: { chorus: { contract: text(51) } }, term: 'chorus.contract' },
    ],
  },
  {
    rule: 'ECL-LEN-NAME',
    accept: [{ invoice: { buyer: { name: text(99) } } }],
    refuse: [
      { invoice: { buyer: { name: text(100) } }, term: 'buyer.name' },
      { invoice: { seller: { tradingName: text(100) } }, term: 'seller.tradingName' },
    ],
  },
  {
    rule: 'ECL-LEN-REASON',
    accept: [{ invoice: { allowancesCharges: [{ ...allowance, reason: text(1024) }] } }],
    refuse: [
      {
        invoice: { allowancesCharges: [{ ...allowance, reason: text(1025) }] },
        term: 'allowancesCharges[0].reason',
      },
      {
        invoice: { vatBreakdown: [vat, { ...vat, exemptionReason: text(1025) }] },
        term: 'vatBreakdown[1].exemptionReason',
      },
    ],
  },
  {
    rule: 'ECL-LEN-ITEM',
    accept: [{ invoice: { lines: [{ ...line, standardItemId: { value: text(40), scheme: null } }] } }],
    refuse: [
      {
        invoice: { lines: [{ ...line, standardItemId: { value: text(41), scheme: null } }] },
        term: 'lines[0].standardItemId',
      },
    ],
  },
  {
    rule: 'ECL-LINE-ABSENT',
    accept: [{}, { invoice: { syntax: 'cpp-mixte', lines: [] } }],
    refuse: [{ invoice: { lines: [] }, term: 'lines' }, { invoice: { syntax: 'ubl-invoice', lines: [] } }],
  },
  {
    rule: 'ECL-SUP-PENDING',
    accept: [typed('6', 'EN-COURS-1'), typed('6', text(80)), typed('7', text(81))],
    refuse: [typed('6', text(81), { term: 'chorus.supplier.id', says: ['81 caractères', 'type 6'] })],
  },
  {
    rule: 'ECL-SUP-PERSON',
    accept: [typed('7', '0123456789DURAND'), typed('7', text(80))],
    refuse: [typed('7', text(81), { term: 'chorus.supplier.id', says: ['81 caractères', 'type 7'] })],
  },
  {
    rule: 'ECL-SUP-SIRET-TYPE',
    accept: [{}, typed('6', '12345678901234'), typed('7', 'DURAND')],
    refuse: [
      typed('6', '79955500000014', { term: 'chorus.supplier.id', says: ["cours d'immatriculation"] }),
      typed('7', '79955500000014', { says: ['particulier'] }),
    ],
  },
  {
    rule: 'ECL-SUP-SIRET-COUNTRY',
    accept: [{}, supplier({ country: 'RE' }), supplier({ country: null }), supplier({ country: 'France' })],
    refuse: [supplier({ country: 'BE' }, { term: 'chorus.supplier.country', says: ['« BE »'] })],
  },
  {
    rule: 'ECL-SUP-COUNTRY-CODE',
    accept: [{}, supplier({ country: 'BE' }), supplier({ country: null })],
    refuse: [
      supplier({ country: 'France' }, { term: 'chorus.supplier.country', says: ['« France »'] }),
      supplier({ country: 'fr' }),
    ],
  },
  {
    rule: 'ECL-SUP-NON-EU-COUNTRY',
    accept: [{}, typed('3', 'KRSAMSUNGMOBILEPHO'), typed('2', 'BE0429958042')],
    refuse: [
      typed('3', 'BEATELIERDUBOIS', { term: 'chorus.supplier.id', says: ['commence par BE'] }),
      typed('3', 'FRATELIERDUBOIS'),
    ],
  },
  {
    rule: 'ECL-SUP-NON-EU-NAME',
    accept: [
      supplier({ idType: '3', id: 'KRSAMSUNGMOBILEPHO', name: 'Samsung Mobile Phone' }),
      supplier({ idType: '3', id: 'CHSOCIETEGENEVE', name: 'Société Genève SA' }),
      typed('1', '79955500000014'),
    ],
    refuse: [
      supplier(
        { idType: '3', id: 'KRHYUNDAI', name: 'Samsung Mobile Phone' },
        { term: 'chorus.supplier.id', says: ['« Samsung Mobile Phone »'] },
      ),
    ],
  },
  {
    rule: 'ECL-PAYEE-NAME',
    accept: [
      other('payee', '24590041000292'),
      unnamedPayee({ payee: null, payment: { accounts: [{ id: null, name: 'Affacturage', bic: null }] } }),
      {},
    ],
    refuse: [{ ...unnamedPayee(), term: 'chorus.payee.name', says: ['(24590041000292)'] }],
  },
];
