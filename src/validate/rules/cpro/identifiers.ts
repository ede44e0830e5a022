import type { Rule } from '../../../domain/rule.js';
import { lengthOf, violatedWhen } from '../define.js';
import { cproRule, hasSiren, hasSiret, schemes } from './define.js';

const sellerSchemes: ReadonlySet<string> = new Set([
  schemes.siret,
  schemes.vat,
  schemes.person,
  schemes.nonEu,
  schemes.ridet,
  schemes.tahiti,
]);

interface Form {
  readonly number: string;
  readonly scheme: string;
  readonly pattern: RegExp;
  readonly expected: string;
}

/**
 * RULES 3.2 gives numbers 04 to 08 together: which number stands for which kind follows the order told there. The
 * bound of 18 characters includes 18 (DOMAIN 3.3, sample of 18).
 */
const forms: readonly Form[] = [
  {
    number: '04',
    scheme: schemes.vat,
    pattern: /^.{1,18}$/u,
    expected: 'un numéro de TVA intracommunautaire compte 18 caractères au plus',
  },
  {
    number: '05',
    scheme: schemes.nonEu,
    pattern: /^.{1,18}$/u,
    expected: "l'identifiant d'un tiers hors Union européenne compte 18 caractères au plus",
  },
  {
    number: '06',
    scheme: schemes.ridet,
    pattern: /^.{9,10}$/u,
    expected: 'un RIDET compte 9 ou 10 caractères',
  },
  {
    number: '07',
    scheme: schemes.tahiti,
    pattern: /^.{9,10}$/u,
    expected: 'un numéro TAHITI compte 9 ou 10 caractères',
  },
  {
    number: '08',
    scheme: schemes.person,
    pattern: /^\d{10}.{0,70}$/u,
    expected: "l'identifiant d'un particulier commence par 10 chiffres, suivis de 70 caractères au plus",
  },
];

const formRules: readonly Rule[] = forms.map(({ number, scheme, pattern, expected }) =>
  cproRule(number, {
    terms: ['BT-29'],
    applies: ({ invoice: { seller } }) => seller.identifiers.some((one) => one.scheme === scheme),
    check: ({ invoice: { seller } }) =>
      seller.identifiers.flatMap((one, i) =>
        violatedWhen(
          one.scheme === scheme && !pattern.test(one.value),
          `seller.identifiers[${i}]`,
          one.value,
          { length: String(lengthOf(one.value)) },
        ),
      ),
    message: `L'identifiant du vendeur (balise : {balise}) « {value} » ({length} caractères, code ${scheme}) n'a pas la forme attendue : ${expected}.`,
    fix: "Corrigez l'identifiant du vendeur, ou le code qui l'accompagne.",
  }),
);

/** Who the parties are. */
export const identifierRules: readonly Rule[] = [
  cproRule('03', {
    terms: ['BT-29'],
    check: ({ invoice: { seller } }) => {
      const known = seller.identifiers.some(({ scheme }) => sellerSchemes.has(scheme ?? ''));
      return violatedWhen(!known, 'seller.identifiers', seller.identifiers[0]?.value ?? null);
    },
    message:
      "L'identifiant du vendeur (balise : {balise}) ne porte aucun des codes attendus : 0009 (SIRET), 0223 (TVA intracommunautaire), 0226 (particulier), 0227 (hors Union européenne), 0228 (RIDET) ou 0229 (TAHITI).",
    fix: "Indiquez l'identifiant du vendeur avec son code, 0009 pour un SIRET.",
  }),
  ...formRules,
  cproRule('09', {
    terms: ['BT-29', 'BT-30'],
    applies: ({ invoice: { seller } }) => hasSiren(seller),
    check: ({ invoice: { seller } }) =>
      violatedWhen(!hasSiret(seller), 'seller.identifiers', null, { siren: seller.legalId?.value ?? '' }),
    message:
      'Le SIRET du vendeur (balise : {balise}) est absent, alors que son SIREN, {siren}, est indiqué : Chorus Pro connaît les fournisseurs par établissement.',
    fix: "Indiquez le SIRET de 14 chiffres de l'établissement qui facture, avec le code 0009.",
  }),
  cproRule('10', {
    terms: ['BT-46'],
    check: ({ invoice: { buyer } }) => violatedWhen(!hasSiret(buyer), 'buyer.identifiers'),
    message: "Le SIRET de l'acheteur public (balise : {balise}) est absent, alors qu'il est obligatoire.",
    fix: "Indiquez le SIRET de 14 chiffres de l'acheteur public, avec le code 0009.",
  }),
  cproRule('17', {
    terms: ['BT-60', 'BT-61'],
    applies: ({ invoice: { payee } }) => payee !== null && hasSiren(payee),
    check: ({ invoice: { payee } }) =>
      violatedWhen(payee !== null && !hasSiret(payee), 'payee.identifiers', null, {
        siren: payee?.legalId?.value ?? '',
      }),
    message:
      'Le SIRET du bénéficiaire du paiement (balise : {balise}) est absent, alors que son SIREN, {siren}, est indiqué.',
    fix: "Indiquez le SIRET de 14 chiffres de l'établissement à payer, avec le code 0009.",
  }),
];
