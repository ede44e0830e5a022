import type { Invoice } from '../../domain/invoice.js';
import type { Rule, Violation } from '../../domain/rule.js';
import { currencies } from './codes.js';
import { chorusRule, violatedWhen } from './define.js';
import { isUnwieldy } from './numbers.js';
import { type NumberTerm, numbersOf } from './terms.js';

const digitsMax = 19;
const totalDecimalsMax = 2;
const decimalsMax = 6;
const quantityDigitsMax = 10;
const quantityDecimalsMax = 4;

function violations(terms: readonly NumberTerm[], bad: (term: NumberTerm) => boolean): Violation[] {
  return terms.filter(bad).map(({ path, text, field }) => ({ term: path, value: text, facts: { field } }));
}

/** Of all numbers of an invoice, those of its totals first. */
function violationsOfAll(invoice: Invoice, bad: (term: NumberTerm) => boolean): Violation[] {
  const { totals, details } = numbersOf(invoice);
  return [...violations(totals, bad), ...violations(details, bad)];
}

const moreDecimals =
  (max: number) =>
  ({ digits }: NumberTerm) =>
    digits !== null && digits.decimals > max;

const required = [
  ['taxExclusive', 'le montant HT'],
  ['taxInclusive', 'le montant TTC'],
  ['payable', 'le net à payer'],
] as const;

/** How numbers are written, and the currency they are in. Sums are in `totals.ts`. */
export const amountRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-AMOUNT-ABSENT',
    severity: 'fatal',
    source: 'DOMAIN 10, mandatory fields; CPPFacturePivot V2_02, Montants',
    confidence: 'confirmed',
    terms: ['BT-109', 'BT-112', 'BT-115'],
    check: ({ invoice: { totals } }) =>
      required
        .filter(([key]) => totals[key] === null)
        .map(([key, field]) => ({ term: `totals.${key}`, facts: { field } })),
    message: '{Field} (balise : {balise}) est absent, alors que ce montant est obligatoire.',
    fix: 'Indiquez les trois montants de la facture : HT, TTC et net à payer.',
  }),
  chorusRule({
    id: 'ECL-AMOUNT-NUMBER',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Amounts',
    confidence: 'confirmed',
    terms: ['BG-20', 'BG-21', 'BG-22', 'BG-23', 'BG-25'],
    check: ({ invoice }) => violationsOfAll(invoice, ({ digits }) => digits === null),
    message: "{Field} (balise : {balise}) « {value} » n'est pas un nombre.",
    fix: 'Écrivez le nombre avec un point décimal, sans espace, sans séparateur de milliers ni symbole : 1324.60.',
  }),
  chorusRule({
    id: 'ECL-AMOUNT-DECIMALS',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Amounts',
    confidence: 'confirmed',
    terms: ['BG-22'],
    check: ({ invoice }) => violations(numbersOf(invoice).totals, moreDecimals(totalDecimalsMax)),
    message: `{Field} (balise : {balise}) « {value} » a plus de ${totalDecimalsMax} décimales.`,
    fix: `Arrondissez ce montant à ${totalDecimalsMax} décimales.`,
  }),
  chorusRule({
    id: 'ECL-AMOUNT-DIGITS',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Amounts',
    confidence: 'confirmed',
    terms: ['BG-20', 'BG-21', 'BG-22', 'BG-23', 'BG-25'],
    check: ({ invoice }) =>
      violationsOfAll(
        invoice,
        ({ text, digits }) =>
          digits !== null && (isUnwieldy(text) || digits.integer + digits.decimals > digitsMax),
      ),
    message: `{Field} (balise : {balise}) « {value} » a plus de ${digitsMax} chiffres.`,
    fix: `Vérifiez ce nombre : ${digitsMax} chiffres au plus sont acceptés, décimales comprises.`,
  }),
  chorusRule({
    id: 'ECL-NUMERIC-DECIMALS',
    severity: { default: 'fatal', E2: 'warning', E5: 'warning' },
    source: 'DOMAIN 3.6, Amounts',
    confidence: 'implementer',
    terms: ['BG-20', 'BG-21', 'BG-23', 'BG-25'],
    check: ({ invoice }) => violations(numbersOf(invoice).details, moreDecimals(decimalsMax)),
    message: `{Field} (balise : {balise}) « {value} » a plus de ${decimalsMax} décimales.`,
    fix: `Arrondissez ce nombre à ${decimalsMax} décimales au plus.`,
  }),
  chorusRule({
    id: 'ECL-QUANTITY-DIGITS',
    severity: { default: 'fatal', E2: 'warning', E5: 'warning' },
    source: 'DOMAIN 2.3, Invoiced quantity',
    confidence: 'confirmed',
    terms: ['BT-129'],
    check: ({ invoice }) =>
      violations(
        numbersOf(invoice).quantities,
        ({ digits }) => digits !== null && digits.integer > quantityDigitsMax,
      ),
    message: `La quantité facturée (balise : {balise}) « {value} » a plus de ${quantityDigitsMax} chiffres.`,
    fix: 'Vérifiez la quantité, ou choisissez une unité plus grande.',
  }),
  chorusRule({
    id: 'ECL-QUANTITY-DECIMALS',
    severity: 'warning',
    source: 'DOMAIN 3.6, Amounts',
    confidence: 'reform',
    terms: ['BT-129'],
    check: ({ invoice }) => violations(numbersOf(invoice).quantities, moreDecimals(quantityDecimalsMax)),
    message: `La quantité facturée (balise : {balise}) « {value} » a plus de ${quantityDecimalsMax} décimales.`,
    fix: `Arrondissez la quantité à ${quantityDecimalsMax} décimales.`,
  }),
  chorusRule({
    id: 'ECL-CURRENCY-CODE',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Currency; CPPFacturePivot V2_02, Devise; ISO 4217',
    confidence: 'confirmed',
    terms: ['BT-5'],
    check: ({ invoice: { currency } }) =>
      violatedWhen(currency !== null && !currencies.has(currency), 'currency', currency),
    message:
      "La devise (balise : {balise}) « {value} » n'est pas un code de la liste ISO 4217 : trois lettres majuscules sont attendues.",
    fix: 'Indiquez EUR, ou le code ISO 4217 de la devise.',
  }),
  chorusRule({
    id: 'ECL-CURRENCY-SINGLE',
    severity: 'warning',
    source: 'DOMAIN 3.6, Currency',
    confidence: 'confirmed',
    terms: ['BT-5', 'BT-6'],
    check: ({ invoice: { currency, taxCurrency } }) =>
      violatedWhen(taxCurrency !== null && taxCurrency !== (currency ?? 'EUR'), 'taxCurrency', taxCurrency, {
        currency: currency ?? 'EUR',
      }),
    message:
      'La devise de la TVA (balise : {balise}) « {value} » diffère de celle de la facture, {currency} : une seule devise est transmise au destinataire, celle de la facture.',
    fix: 'Donnez tous les montants dans la même devise.',
  }),
  chorusRule({
    id: 'ECL-CURRENCY-AMOUNT',
    severity: 'warning',
    source: 'DOMAIN 3.6, Currency (mono-currency)',
    confidence: 'ours',
    syntaxes: ['ubl-invoice', 'ubl-creditnote', 'cii', 'facturx'],
    terms: ['BT-5'],
    check: ({ invoice: { currency, taxCurrency }, occurrences, amountCurrencies }) => {
      const own = currency ?? 'EUR';
      const known = new Set(['', own.toUpperCase(), taxCurrency?.toUpperCase()]);
      const isOther = (code: string) => !known.has(code.trim().toUpperCase());
      if (amountCurrencies !== undefined && ![...amountCurrencies()].some(isOther)) return [];
      const codes = occurrences?.().codes ?? [];
      return codes
        .filter(({ use, code }) => use === 'amountCurrency' && isOther(code))
        .map(({ at, code, count }) => ({
          term: at,
          value: code,
          facts: { currency: own, count: String(count) },
        }));
    },
    message:
      "La devise d'un montant (balise : {balise}) « {value} » diffère de celle de la facture, {currency} ({count} fois) : ce montant est transmis comme s'il était en {currency}.",
    fix: 'Donnez tous les montants dans la devise de la facture, ou corrigez cette devise.',
  }),
  chorusRule({
    id: 'ECL-ALLOWANCE-KIND',
    severity: 'warning',
    source: 'DOMAIN 9.2, Charges/remises',
    confidence: 'confirmed',
    terms: ['BG-20', 'BG-21'],
    check: ({ invoice }) =>
      invoice.allowancesCharges.flatMap(({ charge }, i) =>
        violatedWhen(charge === null, `allowancesCharges[${i}].charge`),
      ),
    message:
      "L'indicateur de charge ou de remise (balise : {balise}) ne dit ni « true » (charge) ni « false » (remise) : le sens du montant reste inconnu.",
    fix: 'Indiquez true pour une charge, false pour une remise.',
  }),
];
