import type { Rule } from '../../domain/rule.js';
import { frenchRates, vatCategories, vatRegimes } from './codes.js';
import { chorusRule, violatedWhen, whereStructured } from './define.js';
import { decimalOf } from './numbers.js';

/** VAT: regime of the supplier, breakdown, categories and rates. Rates are free (DOMAIN 3.6). */
export const vatRules: readonly Rule[] = [
  chorusRule({
    id: 'G2.13',
    severity: 'warning',
    source: 'DOMAIN 3.5, G2.13, and 3.6, VAT regime',
    confidence: 'implementer',
    terms: ['Fournisseur.RégimeTVA', 'BT-8'],
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        chorus.vatRegime !== null && !vatRegimes.has(chorus.vatRegime),
        'chorus.vatRegime',
        chorus.vatRegime,
      ),
    message:
      "Le régime de TVA (balise : {balise}) « {value} » n'est pas connu : TVA sur les débits ou sur les encaissements est attendue.",
    fix: 'En UBL, indiquez « TVA DEBIT » ou « TVA ENCAISSEMENT » ; en CII, 5 (débits) ou 72 (encaissements).',
  }),
  chorusRule({
    id: 'ECL-VAT-BREAKDOWN',
    severity: 'warning',
    source: 'DOMAIN 10, mandatory fields',
    confidence: 'confirmed',
    terms: ['BG-23'],
    check: ({ invoice }) => violatedWhen(invoice.vatBreakdown.length === 0, 'vatBreakdown'),
    message: 'Le récapitulatif de TVA (balise : {balise}) est absent.',
    fix: "Indiquez, par taux, la base HT et le montant de TVA ; au taux 0 s'il n'y a pas de TVA.",
  }),
  chorusRule({
    id: 'ECL-VAT-CATEGORY',
    severity: 'warning',
    source: 'DOMAIN 3.6, VAT categories; UNTDID 5305',
    confidence: 'ours',
    terms: ['BT-118'],
    check: ({ invoice }) =>
      invoice.vatBreakdown.flatMap(({ category }, i) =>
        violatedWhen(
          category !== null && !vatCategories.has(category),
          `vatBreakdown[${i}].category`,
          category,
        ),
      ),
    message:
      "La catégorie de TVA (balise : {balise}) « {value} » n'est pas connue : S, Z, E, AE, K, G, O, L ou M est attendue.",
    fix: "Indiquez S au taux normal ou réduit, E en cas d'exonération, AE en cas d'autoliquidation.",
  }),
  chorusRule({
    id: 'ECL-VAT-RATE',
    severity: 'warning',
    source: 'DOMAIN 3.6, VAT rates',
    confidence: 'ours',
    terms: ['BT-119'],
    check: ({ invoice }) =>
      invoice.vatBreakdown.flatMap(({ rate }, i) => {
        const value = decimalOf(rate);
        return violatedWhen(
          value !== null && (value.lt(0) || value.gt(100)),
          `vatBreakdown[${i}].rate`,
          rate,
        );
      }),
    message:
      'Le taux de TVA (balise : {balise}) « {value} » est invraisemblable : un pourcentage de 0 à 100 est attendu.',
    fix: 'Indiquez le taux en pourcentage : 20 pour 20 %.',
  }),
  chorusRule({
    id: 'ECL-VAT-RATE-FRANCE',
    severity: whereStructured('warning'),
    source: 'DOMAIN 3.6, VAT rates; RULES 3.1, 16',
    confidence: 'reform',
    terms: ['BT-119'],
    applies: ({ invoice: { chorus } }) => chorus.supplier.idType === '1',
    check: ({ invoice }) =>
      invoice.vatBreakdown.flatMap(({ rate }, i) => {
        const value = decimalOf(rate);
        if (value === null || value.lt(0) || value.gt(100)) return [];
        return violatedWhen(!frenchRates.has(value.toFixed()), `vatBreakdown[${i}].rate`, rate);
      }),
    message: "Le taux de TVA (balise : {balise}) « {value} » n'est pas un taux connu en France.",
    fix: 'Vérifiez le taux : 20, 10, 5.5 et 2.1 en métropole ; 8.5, 1.75 et 1.05 outre-mer ; 0.9 et 13 en Corse.',
  }),
];
