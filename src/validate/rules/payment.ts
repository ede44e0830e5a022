import { ibanValid } from '../../domain/identifiers.js';
import type { Account, Invoice } from '../../domain/invoice.js';
import type { Rule, RuleContext, Violation } from '../../domain/rule.js';
import { ciiPaymentCodes, isCreditNote, paymentCode, paymentCodes, transferCodes } from './codes.js';
import { chorusRule, violatedWhen } from './define.js';

const compact = (text: string) => text.replace(/\s+/g, '').toUpperCase();
const ibanShape = /^[A-Z]{2}\d{2}/;
const ribShape = /^\d{10}[A-Z0-9]{11}\d{2}$/;

/** What a French account number turns its letters into before the key is computed (RIB: A=1 ... I=9, J=1 ... S=2). */
function ribDigits(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => {
    const rank = letter.charCodeAt(0) - 65;
    return String(rank < 18 ? (rank % 9) + 1 : rank - 16);
  });
}

/** Key of a RIB: bank, branch, account and key, 23 characters, are a multiple of 97. */
function ribValid(text: string): boolean {
  let remainder = 0;
  for (const digit of ribDigits(text)) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 0;
}

function accountsWhere(invoice: Invoice, wrong: (id: string) => boolean): Violation[] {
  return invoice.payment.accounts.flatMap(({ id }: Account, i) =>
    id !== null && wrong(compact(id)) ? [{ term: `payment.accounts[${i}].id`, value: id }] : [],
  );
}

/**
 * An absent means is a transfer where a setting says so, and in UBL min: its official template has none, while the
 * specification calls it mandatory (DOMAIN 10).
 */
const hasDefault = ({ options, interfaceCode }: RuleContext) =>
  options.paymentMeansDefault || interfaceCode === 'FSO1110A';
const isTransfer = ({ payment }: Invoice) => transferCodes.has(paymentCode(payment.meansCode ?? ''));
const isForeign = ({ chorus }: Invoice) => chorus.supplier.idType !== '1' && chorus.supplier.idType !== '2';

/** Means of payment and bank details. */
export const paymentRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-PAY-ABSENT',
    severity: 'fatal',
    source: 'DOMAIN 3.5 (p.22) and 3.6, Payment mode; DECISIONS, From deposit to verdict',
    confidence: 'implementer',
    terms: ['BT-81'],
    applies: ({ invoice }, context) => !hasDefault(context) && !isCreditNote(invoice),
    check: ({ invoice }) => violatedWhen(invoice.payment.meansCode === null, 'payment.meansCode'),
    message: "Le mode de paiement (balise : {balise}) est absent, alors qu'il est obligatoire.",
    fix: 'Indiquez le mode de paiement : 30 ou 42 virement, 49 prélèvement, 20 chèque, 48 carte, 10 espèces.',
  }),
  chorusRule({
    id: 'G1.14',
    severity: 'warning',
    source: 'DOMAIN 3.5, G1.14; DECISIONS, From deposit to verdict',
    confidence: 'implementer',
    terms: ['BT-81'],
    applies: ({ invoice }, context) => invoice.payment.meansCode !== null || hasDefault(context),
    check: ({ invoice: { payment } }) =>
      payment.meansCode === null
        ? [{ term: 'payment.meansCode', facts: { problem: 'est absent' } }]
        : violatedWhen(
            !paymentCodes.has(paymentCode(payment.meansCode)),
            'payment.meansCode',
            payment.meansCode,
            { problem: `« ${payment.meansCode.slice(0, 20)} » n'est pas connu` },
          ),
    message: 'Le mode de paiement (balise : {balise}) {problem} : il est lu comme un virement (30).',
    fix: 'Indiquez le mode de paiement : 30 ou 42 virement, 49 prélèvement, 20 chèque, 48 carte, 10 espèces.',
  }),
  chorusRule({
    id: 'S2.05',
    severity: { default: 'fatal', E2: 'warning', E5: 'warning' },
    source: 'DOMAIN 3.5, S2.05',
    confidence: 'implementer',
    syntaxes: ['cii', 'facturx'],
    terms: ['BT-81'],
    overrides: ['G1.14'],
    applies: ({ invoice }) => invoice.payment.meansCode !== null,
    check: ({ invoice: { payment } }) =>
      violatedWhen(
        !ciiPaymentCodes.has(paymentCode(payment.meansCode ?? '')),
        'payment.meansCode',
        payment.meansCode,
      ),
    message:
      "Le mode de paiement (balise : {balise}) « {value} » n'est pas dans la liste admise en CII : 01, 10, 20, 30, 31, 42, 48, 49, 58, 59 et 97.",
    fix: 'Indiquez le mode de paiement : 30 ou 42 virement, 49 prélèvement, 20 chèque, 48 carte, 10 espèces.',
  }),
  chorusRule({
    id: 'G8.20',
    severity: { default: 'off', E3: 'fatal' },
    source: 'DOMAIN 3.5, G8.20',
    confidence: 'implementer',
    terms: ['BT-81'],
    overrides: ['G1.14'],
    applies: ({ invoice }) => invoice.payment.meansCode !== null,
    check: ({ invoice: { payment } }) =>
      violatedWhen(paymentCode(payment.meansCode ?? '') !== '30', 'payment.meansCode', payment.meansCode),
    message:
      "Le mode de paiement (balise : {balise}) « {value} » n'est pas accepté pour un mémoire de frais de justice : seul 30 (virement) l'est.",
    fix: 'Indiquez le mode de paiement 30.',
  }),
  chorusRule({
    id: 'ECL-PAY-IBAN-ABSENT',
    severity: 'warning',
    source: 'DOMAIN 3.6, Bank account',
    confidence: 'implementer',
    terms: ['BT-84', 'BT-81'],
    applies: ({ invoice }) => isTransfer(invoice) && !isCreditNote(invoice),
    check: ({ invoice: { payment } }) =>
      violatedWhen(!payment.accounts.some(({ id }) => id !== null), 'payment.accounts', null, {
        code: payment.meansCode ?? '',
      }),
    message:
      'Le compte à créditer (balise : {balise}) est absent, alors que le paiement est demandé par virement ({code}).',
    fix: "Indiquez l'IBAN du compte à créditer.",
  }),
  chorusRule({
    id: 'ECL-PAY-IBAN',
    severity: 'fatal',
    source: 'DOMAIN 3.3, IBAN, and 3.5, G1.16-G1.19; ISO 13616',
    confidence: 'implementer',
    terms: ['BT-84'],
    check: ({ invoice }) => accountsWhere(invoice, (id) => ibanShape.test(id) && !ibanValid(id)),
    message:
      "L'IBAN (balise : {balise}) « {value} » est faux : sa longueur ou sa clé de contrôle n'est pas la bonne.",
    fix: "Recopiez l'IBAN depuis le relevé d'identité bancaire ; un IBAN français compte 27 caractères.",
  }),
  chorusRule({
    id: 'ECL-PAY-RIB',
    severity: 'fatal',
    source: 'DOMAIN 3.5, G1.16-G1.19; CPPFacturePivot V2_02, ReferenceBancaire',
    confidence: 'ours',
    terms: ['BT-84'],
    check: ({ invoice }) => accountsWhere(invoice, (id) => ribShape.test(id) && !ribValid(id)),
    message: 'Le RIB (balise : {balise}) « {value} » est faux : sa clé ne correspond pas.',
    fix: "Recopiez le RIB depuis le relevé d'identité bancaire, ou mieux, indiquez l'IBAN.",
  }),
  chorusRule({
    id: 'ECL-PAY-ACCOUNT',
    severity: 'fatal',
    source: 'DOMAIN 3.5, G1.16-G1.19; CPPFacturePivot V2_02, ReferenceBancaire',
    confidence: 'ours',
    terms: ['BT-84'],
    // Accounts outside the European Union have other shapes.
    applies: ({ invoice }) => !isForeign(invoice),
    check: ({ invoice }) => accountsWhere(invoice, (id) => !ibanShape.test(id) && !ribShape.test(id)),
    message: "Le compte bancaire (balise : {balise}) « {value} » n'est ni un IBAN ni un RIB.",
    fix: "Indiquez l'IBAN du compte à créditer : le code du pays en deux lettres, deux chiffres, puis le numéro.",
  }),
  chorusRule({
    id: 'ECL-PAY-BIC',
    severity: 'fatal',
    source: 'DOMAIN 3.5, G1.16-G1.19, and 3.6, Bank account; ISO 9362',
    confidence: 'implementer',
    terms: ['BT-86'],
    check: ({ invoice: { payment } }) =>
      payment.accounts.flatMap(({ bic }, i) =>
        violatedWhen(
          bic !== null && !/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(compact(bic)),
          `payment.accounts[${i}].bic`,
          bic,
        ),
      ),
    message:
      "Le BIC (balise : {balise}) « {value} » n'a pas la forme attendue : 8 ou 11 caractères, dont le code du pays en 5e et 6e position.",
    fix: 'Recopiez le BIC de la banque, ou retirez-le.',
  }),
  chorusRule({
    id: 'ECL-PAYEE-NAME',
    severity: 'warning',
    source: 'DOMAIN 9.2, Encaisseur',
    confidence: 'confirmed',
    terms: ['Encaisseur', 'BT-59', 'BT-85'],
    applies: ({ invoice }) => invoice.chorus.payee !== null,
    check: ({ invoice: { payment, chorus, payee } }) =>
      violatedWhen(
        chorus.payee?.name === null &&
          (payee?.name ?? null) === null &&
          payment.accounts.every(({ name }) => name === null),
        'chorus.payee.name',
        null,
        { payee: chorus.payee?.id ?? 'sans identifiant' },
      ),
    message:
      "Le nom de l'encaisseur (balise : {balise}) est absent, alors qu'un encaisseur est désigné ({payee}).",
    fix: "Indiquez le nom de l'encaisseur, ou le titulaire du compte à créditer.",
  }),
  chorusRule({
    id: 'ECL-PAYEE-ACCOUNT',
    severity: 'warning',
    source: 'DOMAIN 3.6, Factoring',
    confidence: 'confirmed',
    terms: ['Encaisseur', 'BT-84'],
    applies: ({ invoice }) => invoice.chorus.payee !== null && !isTransfer(invoice),
    check: ({ invoice: { payment, chorus } }) =>
      violatedWhen(!payment.accounts.some(({ id }) => id !== null), 'payment.accounts', null, {
        payee: chorus.payee?.name ?? chorus.payee?.id ?? '',
      }),
    message:
      "Le compte de l'encaisseur (balise : {balise}) est absent, alors qu'un encaisseur est désigné : {payee}.",
    fix: "Indiquez l'IBAN de l'encaisseur : c'est à lui que la facture sera payée.",
  }),
];
