import type { Invoice } from '../../domain/invoice.js';
import type { Rule } from '../../domain/rule.js';
import { chorusRule, lengthOf, violatedWhen } from './define.js';
import { decimalOf } from './numbers.js';
import { boundedNames, boundedReasons, type Term } from './terms.js';

function tooLong(terms: readonly Term[], lengthMax: number) {
  return terms
    .filter(({ text }) => lengthOf(text) > lengthMax)
    .map(({ path, text, field }) => ({
      term: path,
      value: text,
      facts: { field, length: String(lengthOf(text)) },
    }));
}

interface Bound {
  readonly id: string;
  readonly source: string;
  readonly confidence: Rule['confidence'];
  readonly terms: readonly string[];
  readonly lengthMax: number;
  readonly of: (invoice: Invoice) => readonly Term[];
  readonly fix: string;
}

const one = (path: string, text: string | null, field: string): Term[] =>
  text === null ? [] : [{ path, text, field }];

/** Longest lengths (DOMAIN 2.3): the recipient's format has no room for more, and nothing is ever cut off. */
const bounds: readonly Bound[] = [
  {
    id: 'G2.17',
    source: 'DOMAIN 3.4 and 3.5, G2.17-G2.19; CPPFacturePivot V2_02, CodeService',
    confidence: 'implementer',
    terms: ['Débiteur.CodeService', 'BT-10'],
    lengthMax: 100,
    of: ({ chorus }) => one('chorus.serviceCode', chorus.serviceCode, 'le code service du destinataire'),
    fix: "Indiquez le code service tel qu'il figure dans l'annuaire de Chorus Pro.",
  },
  {
    id: 'G3.01',
    source: 'DOMAIN 3.4 and 3.5, G3.01; CPPFacturePivot V2_02, NumeroEngagement',
    confidence: 'implementer',
    terms: ['Engagement', 'BT-13'],
    lengthMax: 50,
    of: ({ chorus }) => one('chorus.engagement', chorus.engagement, "le numéro d'engagement"),
    fix: "Indiquez le numéro d'engagement seul, tel que le destinataire l'a communiqué.",
  },
  {
    id: 'ECL-LEN-MARKET',
    source: 'DOMAIN 2.3; CPPFacturePivot V2_02, NumeroMarche',
    confidence: 'confirmed',
    terms: ['Engagement.NumeroMarche', 'BT-12'],
    lengthMax: 50,
    of: ({ chorus }) => [
      ...one('chorus.market', chorus.market, 'le numéro de marché'),
      ...one('chorus.contract', chorus.contract, 'le numéro de contrat'),
    ],
    fix: "Indiquez le numéro du marché ou du contrat seul, tel que le destinataire l'a communiqué.",
  },
  {
    id: 'ECL-LEN-NAME',
    source: 'DOMAIN 2.3, Names',
    confidence: 'confirmed',
    terms: ['BT-28', 'BT-44'],
    lengthMax: 99,
    of: boundedNames,
    fix: 'Abrégez ce nom.',
  },
  {
    id: 'ECL-LEN-REASON',
    source: 'DOMAIN 2.3, Free reasons',
    confidence: 'confirmed',
    terms: ['BT-97', 'BT-104', 'BT-120'],
    lengthMax: 1024,
    of: boundedReasons,
    fix: 'Abrégez ce texte ; les explications plus longues vont dans une pièce jointe.',
  },
  {
    id: 'ECL-LEN-ITEM',
    source: 'DOMAIN 2.3, Item identifier',
    confidence: 'confirmed',
    terms: ['BT-157'],
    lengthMax: 40,
    of: ({ lines }) =>
      lines.flatMap((line, i) =>
        one(
          `lines[${i}].standardItemId`,
          line.standardItemId?.value ?? null,
          "l'identifiant normalisé de l'article",
        ),
      ),
    fix: "Indiquez l'identifiant de l'article seul (un GTIN, par exemple).",
  },
];

/** What a reference to a market or contract may be said to be, in capitals and without accents. */
const contractTypes = new Set(['BC', 'CT', 'MARCHE', 'MARCHE PUBLIC', 'CONTRAT']);

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();

const lineKinds = new Set(['INFORMATION', 'REGROUPEMENT', 'DETAIL', 'DÉTAIL']);

/** References of the recipient, and lengths. */
export const referenceRules: readonly Rule[] = [
  ...bounds.map(({ id, source, confidence, terms, lengthMax, of, fix }) =>
    chorusRule({
      id,
      severity: 'fatal',
      source,
      confidence,
      terms,
      check: ({ invoice }) => tooLong(of(invoice), lengthMax),
      message: `{Field} (balise : {balise}) compte {length} caractères, ${lengthMax} au plus sont acceptés.`,
      fix,
    }),
  ),
  chorusRule({
    id: 'ECL-LINE-ABSENT',
    severity: 'fatal',
    source: 'DOMAIN 1.2 (FSO1110A, V4.20) and 10',
    confidence: 'confirmed',
    syntaxes: ['ubl-invoice', 'ubl-creditnote', 'cii'],
    terms: ['BG-25'],
    check: ({ invoice }) => violatedWhen(invoice.lines.length === 0, 'lines'),
    message: 'La ligne de facturation (balise : {balise}) est absente : une au moins est obligatoire.',
    fix: 'Ajoutez une ligne de facturation, même récapitulative.',
  }),
  chorusRule({
    id: 'ECL-FSO1110A-LINES',
    severity: 'fatal',
    source: 'DOMAIN 1.2, FSO1110A (V4.20), and 10',
    confidence: 'confirmed',
    terms: ['BG-25'],
    overrides: ['ECL-LINE-ABSENT'],
    applies: (_subject, { interfaceCode }) => interfaceCode === 'FSO1110A',
    check: ({ invoice }) => violatedWhen(invoice.lines.length === 0, 'lines'),
    message:
      'Le bloc des lignes (balise : {balise}) est absent : il est obligatoire dans FSO1110A depuis la version 4.20 des spécifications.',
    fix: 'Ajoutez une ligne de facturation ; une seule ligne récapitulative, même à zéro, suffit dans ce format.',
  }),
  chorusRule({
    id: 'ECL-LINE-KIND',
    severity: 'warning',
    source: 'DOMAIN 9.1, Line kind',
    confidence: 'implementer',
    syntaxes: ['ubl-invoice', 'ubl-creditnote'],
    terms: ['Ligne.Type'],
    check: ({ invoice }) =>
      invoice.lines.flatMap(({ kind }, i) =>
        violatedWhen(kind !== null && !lineKinds.has(kind.toUpperCase()), `lines[${i}].kind`, kind),
      ),
    message:
      "Le type de ligne (balise : {balise}) « {value} » n'est pas connu : INFORMATION, REGROUPEMENT ou DETAIL est attendu ; la ligne est lue comme une ligne de détail.",
    fix: 'Indiquez INFORMATION ou REGROUPEMENT pour une ligne sans montant, DETAIL pour les autres.',
  }),
  chorusRule({
    id: 'ECL-LINE-DISCOUNT',
    severity: 'fatal',
    source: 'DOMAIN 4.2 (AppliedTradeAllowanceCharge.ActualAmount) and 9.2, Ligne, prix',
    confidence: 'implementer',
    // In FSO1116A the gross price is the price before tax, and needs no discount; of FSO1106A nothing is known.
    syntaxes: ['facturx'],
    terms: ['BT-147', 'BT-148'],
    check: ({ invoice }) =>
      invoice.lines.flatMap(({ grossPrice, priceDiscount }, i) => {
        // Official flows have a gross price of 0 without a discount: it counts as none.
        const filled = grossPrice !== null && decimalOf(grossPrice)?.eq(0) !== true;
        const facts = { gross: grossPrice ?? '' };
        return violatedWhen(filled && priceDiscount === null, `lines[${i}].priceDiscount`, null, facts);
      }),
    message:
      'La remise sur le prix (balise : {balise}) est absente, alors que le prix brut, {gross}, est indiqué : elle est alors obligatoire.',
    fix: "Indiquez le montant de la remise sur le prix, 0 s'il n'y en a pas, ou retirez le prix brut.",
  }),
  chorusRule({
    id: 'ECL-MARKET-TYPE',
    severity: 'warning',
    source: 'DOMAIN 9.1, Market, and 9.2, Numéro de marché or contrat',
    confidence: 'confirmed',
    terms: ['Engagement.NumeroMarche', 'BT-12'],
    applies: ({ invoice: { chorus } }) => chorus.contractType !== null,
    check: ({ invoice: { chorus } }) => {
      const type = chorus.contractType ?? '';
      return violatedWhen(!contractTypes.has(plain(type)), 'chorus.contractType', type);
    },
    message:
      "Le type de la référence de marché ou de contrat (balise : {balise}) « {value} » n'est pas connu : elle est lue comme un numéro de marché.",
    fix: 'En CII, indiquez BC pour un marché, CT pour un contrat ; en UBL, « Marché public » ou « Contrat ».',
  }),
];
