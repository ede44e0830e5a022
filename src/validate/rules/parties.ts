import type { Severity } from '../../domain/finding.js';
import { type IdentifierType, identifierTypes, isSiretShape, luhnValid } from '../../domain/identifiers.js';
import type { ChorusParty } from '../../domain/invoice.js';
import type { Rule } from '../../domain/rule.js';
import { siretCountries, vatPrefixes } from './codes.js';
import { chorusRule, lengthOf, violatedWhen } from './define.js';

interface Shape {
  readonly suffix: string;
  readonly pattern: RegExp;
  readonly expected: string;
  readonly confidence: Rule['confidence'];
  readonly severity: Severity;
}

/**
 * What an identifier of each type looks like (DOMAIN 3.3). No source gives types 6 and 7 a shape for Chorus Pro: they
 * are bounded by the longest identifier of the reform, that of a natural person (RULES 3.2, scheme 0226), and only told.
 */
const shapes: Readonly<Partial<Record<IdentifierType, Shape>>> = {
  '1': {
    suffix: 'SIRET',
    pattern: /^\d{14}$/,
    expected: 'un SIRET de 14 chiffres, sans espace',
    confidence: 'confirmed',
    severity: 'fatal',
  },
  '2': {
    suffix: 'VAT',
    pattern: /^[A-Z]{2}[0-9A-Z+*]{2,16}$/,
    expected:
      'un numéro de TVA intracommunautaire de 18 caractères au plus, qui commence par le code du pays',
    confidence: 'reform',
    severity: 'fatal',
  },
  '3': {
    suffix: 'NON-EU',
    pattern: /^[A-Z]{2}.{1,16}$/u,
    expected: 'le code du pays en deux lettres, suivi des 16 premiers caractères au plus du nom',
    confidence: 'reform',
    severity: 'fatal',
  },
  '4': {
    suffix: 'RIDET',
    pattern: /^[0-9A-Z]{9,10}$/,
    expected: 'un RIDET de 9 ou 10 caractères',
    confidence: 'reform',
    severity: 'fatal',
  },
  '5': {
    suffix: 'TAHITI',
    pattern: /^[0-9A-Z]{9}$/,
    expected: 'un numéro TAHITI de 9 caractères',
    confidence: 'reform',
    severity: 'fatal',
  },
  '6': {
    suffix: 'PENDING',
    pattern: /^.{1,80}$/u,
    expected: 'un identifiant de 80 caractères au plus',
    confidence: 'ours',
    severity: 'warning',
  },
  '7': {
    suffix: 'PERSON',
    pattern: /^.{1,80}$/u,
    expected: 'un identifiant de 80 caractères au plus',
    confidence: 'ours',
    severity: 'warning',
  },
};

/** Whether the identifier of a party has the shape of its type. */
function misshapen(party: ChorusParty | null): boolean {
  if (party === null || party.id === null || party.idType === null) return false;
  return shapes[party.idType]?.pattern.test(party.id) === false;
}

function expectedOf(party: ChorusParty | null): Readonly<Record<string, string>> {
  const type = party?.idType ?? '1';
  return { type: identifierTypes[type].label, expected: shapes[type]?.expected ?? 'un identifiant' };
}

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

const supplierRules: readonly Rule[] = [
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

const recipientRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-REC-ID',
    severity: 'fatal',
    source: 'DOMAIN 0.8 and 3.3, Buyer',
    confidence: 'confirmed',
    terms: ['Débiteur.Identifiant', 'BT-46', 'BT-47'],
    check: ({ invoice: { chorus } }) => violatedWhen(chorus.recipient.id === null, 'chorus.recipient.id'),
    message: "Le SIRET du destinataire (balise : {balise}) est absent, alors qu'il est obligatoire.",
    fix: "Indiquez le SIRET de 14 chiffres de l'entité publique destinataire.",
  }),
  chorusRule({
    id: 'ECL-REC-TYPE',
    severity: 'fatal',
    source: 'DOMAIN 3.3, Buyer',
    confidence: 'confirmed',
    terms: ['Débiteur.TypeIdentifiant'],
    // A type that stands before something else than a SIRET is told by ECL-REC-SIRET.
    applies: ({ invoice: { chorus } }) => isSiretShape(chorus.recipient.id ?? ''),
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        chorus.recipient.idTypeRaw !== null && chorus.recipient.idType !== '1',
        'chorus.recipient.id',
        chorus.recipient.idTypeRaw,
      ),
    message:
      "L'identifiant du destinataire (balise : {balise}) est accompagné du type « {value} » : seul le type 1 (SIRET) est accepté.",
    fix: 'Indiquez le type 1 auprès du SIRET du destinataire.',
  }),
  chorusRule({
    id: 'ECL-REC-SIRET',
    severity: 'fatal',
    source: 'DOMAIN 3.3, Buyer; CPPFacturePivot V2_02, Debiteur',
    confidence: 'confirmed',
    terms: ['Débiteur.Identifiant', 'BT-46', 'BT-47'],
    applies: ({ invoice: { chorus } }) => chorus.recipient.id !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(!isSiretShape(chorus.recipient.id ?? ''), 'chorus.recipient.id', chorus.recipient.id, {
        length: String(lengthOf(chorus.recipient.id ?? '')),
      }),
    message:
      "L'identifiant du destinataire (balise : {balise}) « {value} » ({length} caractères) n'est pas un SIRET : 14 chiffres sans espace sont attendus.",
    fix: "Indiquez le SIRET complet de l'établissement destinataire, et non son SIREN ou son numéro de TVA.",
  }),
  chorusRule({
    id: 'ECL-REC-KEY',
    severity: 'fatal',
    source: 'DOMAIN 3.3, Luhn (setting rules.siretKey)',
    confidence: 'ours',
    terms: ['Débiteur.Identifiant'],
    applies: ({ invoice: { chorus } }, { options }) =>
      options.siretKey && isSiretShape(chorus.recipient.id ?? ''),
    check: ({ invoice: { chorus } }) =>
      violatedWhen(!luhnValid(chorus.recipient.id ?? ''), 'chorus.recipient.id', chorus.recipient.id),
    message:
      'Le SIRET du destinataire (balise : {balise}) « {value} » a une clé de contrôle fausse : un chiffre au moins est erroné.',
    fix: 'Vérifiez le SIRET du destinataire, chiffre par chiffre.',
  }),
];

/** Letters and digits alone, without accents: what an identifier made of a name is compared by. */
function bare(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();
}

/** The parties that stand beside supplier and recipient: same identifiers, same shapes. */
const otherParties: readonly Rule[] = (
  [
    ['validator', 'VALIDATOR', 'Valideur', 'du valideur'],
    ['payee', 'PAYEE', 'Encaisseur', "de l'encaisseur"],
  ] as const
).flatMap(([key, suffix, term, whose]) => [
  chorusRule({
    id: `ECL-${suffix}-ID`,
    severity: 'fatal',
    source: 'DOMAIN 3.3 and 9.2',
    confidence: 'reform',
    terms: [term],
    applies: ({ invoice: { chorus } }) => chorus[key] !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(
        misshapen(chorus[key]),
        `chorus.${key}.id`,
        chorus[key]?.id ?? null,
        expectedOf(chorus[key]),
      ),
    message: `L'identifiant ${whose} (balise : {balise}) « {value} » n'a pas la forme attendue pour son type ({type}) : {expected}.`,
    fix: `Corrigez l'identifiant ${whose}, ou le type d'identifiant qui l'accompagne.`,
  }),
  chorusRule({
    id: `ECL-${suffix}-TYPE`,
    severity: 'warning',
    source: 'DOMAIN 3.3, TypeIdentifiant',
    confidence: 'ours',
    terms: [term],
    applies: ({ invoice: { chorus } }) => (chorus[key]?.id ?? null) !== null,
    check: ({ invoice: { chorus } }) =>
      violatedWhen(chorus[key]?.idType === null, `chorus.${key}.id`, chorus[key]?.id ?? null),
    message: `L'identifiant ${whose} (balise : {balise}) « {value} » n'est accompagné d'aucun type connu : sa forme n'est pas vérifiée.`,
    fix: "Indiquez le type de l'identifiant, 1 pour un SIRET.",
  }),
]);

/** Who invoices, who pays, who validates, who is paid. */
export const partyRules: readonly Rule[] = [...supplierRules, ...recipientRules, ...otherParties];
