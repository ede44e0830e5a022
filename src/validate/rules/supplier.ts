import { identifierTypes, isSiretShape, luhnValid } from '../../domain/identifiers.js';
import type { Rule } from '../../domain/rule.js';
import { siretCountries, vatPrefixes } from './codes.js';
import { chorusRule, lengthOf, violatedWhen } from './define.js';
import { misshapen, shapes } from './party-shapes.js';

const supplierShapes: readonly Rule[] = Object.entries(shapes).map(([type, shape]) =>
  chorusRule({
    id: `ECL-SUP-${shape.suffix}`,
    severity: shape.severity,
    source: 'DOMAIN 3.3',
    confidence: shape.confidence,
    terms: ['Fournisseur.Identifiant', 'BT-29', 'BT-30'],
    applies: ({ invoice }) => invoice.chorus.supplier.idType === type && invoice.chorus.supplier.id !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(misshapen(chorus.supplier), 'chorus.supplier.id', chorus.supplier.id, {
        length: String(lengthOf(chorus.supplier.id ?? '')),
      }),
    message: `L'identifiant du fournisseur (balise : {balise}) « {value} » ({length} caractères) n'a pas la forme attendue pour le type ${type} : ${shape.expected}.`,
    fix: "Corrigez l'identifiant du fournisseur, ou le type d'identifiant qui l'accompagne.",
  }),
);

/** Who invoices. */
export const supplierRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-SUP-ID',
    severity: 'fatal',
    source: 'DOMAIN 0.8 and 3.3',
    confidence: 'confirmed',
    terms: ['Fournisseur.Identifiant', 'BT-29', 'BT-30'],
    check: ({ invoice: { chorus } }) => violatedWhen(chorus.supplier.id === null, 'chorus.supplier.id'),
    message: "L'identifiant du fournisseur (balise : {balise}) est absent, alors qu'il est obligatoire.",
    fix: "Indiquez l'identifiant du fournisseur (le plus souvent son SIRET) et son type.",
  }),
  chorusRule({
    id: 'ECL-SUP-TYPE',
    severity: 'fatal',
    source: 'DOMAIN 3.3, TypeIdentifiant',
    confidence: 'confirmed',
    terms: ['Fournisseur.TypeIdentifiant'],
    applies: ({ invoice }) => invoice.chorus.supplier.id !== null && invoice.chorus.supplier.idType === null,
    check: ({ invoice: { chorus } }) => {
      const raw = chorus.supplier.idTypeRaw;
      const problem =
        raw === null
          ? "n'est accompagné d'aucun type"
          : `est accompagné du type « ${raw.slice(0, 20)} », qui ne lui convient pas ou n'est pas connu`;
      return [{ term: 'chorus.supplier.id', value: chorus.supplier.id, facts: { problem } }];
    },
    message: "L'identifiant du fournisseur (balise : {balise}) « {value} » {problem}.",
    fix: "Indiquez le type de l'identifiant : 1 SIRET (14 chiffres), 2 numéro de TVA intracommunautaire, 3 hors Union européenne, 4 RIDET, 5 TAHITI, 6 en cours d'immatriculation, 7 particulier.",
  }),
  ...supplierShapes,
  chorusRule({
    id: 'ECL-SUP-KEY',
    severity: 'fatal',
    source: 'DOMAIN 3.3, Luhn (setting rules.siretKey)',
    confidence: 'ours',
    terms: ['Fournisseur.Identifiant'],
    applies: ({ invoice: { chorus } }, { options }) =>
      options.siretKey && chorus.supplier.idType === '1' && isSiretShape(chorus.supplier.id ?? ''),
    check: ({ invoice: { chorus } }) =>
      violatedWhen(!luhnValid(chorus.supplier.id ?? ''), 'chorus.supplier.id', chorus.supplier.id),
    message:
      'Le SIRET du fournisseur (balise : {balise}) « {value} » a une clé de contrôle fausse : un chiffre au moins est erroné.',
    fix: 'Vérifiez le SIRET du fournisseur, chiffre par chiffre.',
  }),
  chorusRule({
    id: 'ECL-SUP-VAT-COUNTRY',
    severity: 'warning',
    source: 'DOMAIN 3.3, UE_HORS_FRANCE; RULES 4, scheme 2',
    confidence: 'implementer',
    terms: ['Fournisseur.Identifiant'],
    applies: ({ invoice: { chorus } }) => chorus.supplier.idType === '2' && !misshapen(chorus.supplier),
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        chorus.supplier.id !== null && !vatPrefixes.has(chorus.supplier.id.slice(0, 2)),
        'chorus.supplier.id',
        chorus.supplier.id,
      ),
    message:
      "Le numéro de TVA du fournisseur (balise : {balise}) « {value} » ne commence pas par le code d'un autre pays de l'Union européenne, ce que le type 2 annonce.",
    fix: 'Pour un fournisseur français, indiquez son SIRET et le type 1 ; hors Union européenne, le type 3.',
  }),
  chorusRule({
    id: 'ECL-SUP-SIRET-TYPE',
    severity: 'warning',
    source: 'DOMAIN 3.3; RULES 4, scheme 1',
    confidence: 'implementer',
    terms: ['Fournisseur.TypeIdentifiant'],
    applies: ({ invoice: { chorus } }) => chorus.supplier.idType === '6' || chorus.supplier.idType === '7',
    check: ({ invoice: { chorus } }) => {
      const { id, idType } = chorus.supplier;
      const siret = id !== null && isSiretShape(id) && luhnValid(id);
      return violatedWhen(siret, 'chorus.supplier.id', id, { type: identifierTypes[idType ?? '6'].label });
    },
    message:
      "L'identifiant du fournisseur (balise : {balise}) « {value} » est un SIRET, alors que son type annonce : {type}.",
    fix: 'Indiquez le type 1 auprès du SIRET.',
  }),
  chorusRule({
    id: 'ECL-SUP-SIRET-COUNTRY',
    severity: 'warning',
    source: 'RULES 4, scheme 1; DOMAIN 9.1, Supplier name, country',
    confidence: 'implementer',
    terms: ['Fournisseur.CodePays', 'BT-40'],
    applies: ({ invoice: { chorus } }) => chorus.supplier.idType === '1',
    check: ({ invoice: { chorus } }) => {
      const { country } = chorus.supplier;
      return violatedWhen(
        country !== null && /^[A-Z]{2}$/.test(country) && !siretCountries.has(country),
        'chorus.supplier.country',
        country,
      );
    },
    message:
      "Le pays du fournisseur (balise : {balise}) « {value} » n'est pas la France, alors que son identifiant est un SIRET.",
    fix: "Vérifiez le pays et l'identifiant : un établissement français a un SIRET (type 1), une entreprise d'un autre pays l'identifiant du type 2 ou 3.",
  }),
  chorusRule({
    id: 'ECL-SUP-COUNTRY-CODE',
    severity: 'warning',
    source: 'DOMAIN 9.1, Supplier name, country; ISO 3166-1',
    confidence: 'ours',
    terms: ['Fournisseur.CodePays', 'BT-40'],
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        chorus.supplier.country !== null && !/^[A-Z]{2}$/.test(chorus.supplier.country),
        'chorus.supplier.country',
        chorus.supplier.country,
      ),
    message:
      "Le pays du fournisseur (balise : {balise}) « {value} » n'est pas un code de deux lettres majuscules.",
    fix: 'Indiquez le code ISO 3166-1 du pays : FR pour la France.',
  }),
  chorusRule({
    id: 'ECL-SUP-NON-EU-COUNTRY',
    severity: 'warning',
    source: 'DOMAIN 3.3, Outside EU identifier; RULES 4, scheme 3',
    confidence: 'implementer',
    terms: ['Fournisseur.Identifiant'],
    applies: ({ invoice: { chorus } }) => chorus.supplier.idType === '3' && !misshapen(chorus.supplier),
    check: ({ invoice: { chorus } }) => {
      const country = chorus.supplier.id?.slice(0, 2) ?? '';
      return violatedWhen(
        country === 'FR' || vatPrefixes.has(country),
        'chorus.supplier.id',
        chorus.supplier.id,
        { country },
      );
    },
    message:
      "L'identifiant du fournisseur (balise : {balise}) « {value} » commence par {country}, un pays de l'Union européenne, alors que le type 3 annonce un tiers hors de l'Union.",
    fix: "Pour un fournisseur d'un autre pays de l'Union, indiquez son numéro de TVA et le type 2 ; pour un fournisseur français, son SIRET et le type 1.",
  }),
  chorusRule({
    id: 'ECL-SUP-NON-EU-NAME',
    severity: 'warning',
    source: 'DOMAIN 3.3, Outside EU identifier',
    confidence: 'reform',
    terms: ['Fournisseur.Identifiant', 'BT-27'],
    applies: ({ invoice: { chorus } }) =>
      chorus.supplier.idType === '3' && !misshapen(chorus.supplier) && chorus.supplier.name !== null,
    check: ({ invoice: { chorus } }) => {
      const [said, name] = [bare(chorus.supplier.id?.slice(2) ?? ''), bare(chorus.supplier.name ?? '')];
      return violatedWhen(name !== '' && !name.startsWith(said), 'chorus.supplier.id', chorus.supplier.id, {
        name: chorus.supplier.name ?? '',
      });
    },
    message:
      "L'identifiant du fournisseur (balise : {balise}) « {value} » ne reprend pas le début de son nom, « {name} ».",
    fix: 'Hors Union européenne, écrivez le code du pays en deux lettres puis les 16 premiers caractères du nom, sans espace : KRSAMSUNGMOBILEPHO.',
  }),
  chorusRule({
    id: 'ECL-SUP-NAME',
    severity: 'fatal',
    source: 'DOMAIN 10, mandatory fields; CPPFacturePivot V2_02, RaisonSociale',
    confidence: 'confirmed',
    terms: ['Fournisseur.RaisonSociale', 'BT-27'],
    check: ({ invoice: { chorus, seller } }) =>
      violatedWhen(
        (chorus.supplier.name ?? seller.name ?? seller.tradingName) === null,
        'chorus.supplier.name',
      ),
    message:
      "La raison sociale du fournisseur (balise : {balise}) est absente, alors qu'elle est obligatoire.",
    fix: 'Indiquez la raison sociale du fournisseur.',
  }),
];

/** Letters and digits alone, without accents: what an identifier made of a name is compared by. */
function bare(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();
}
