import type { Rule } from '../../domain/rule.js';
import { creditTypes, invoiceTypes, isCreditNote, refusedTypes } from './codes.js';
import { chorusRule, violatedWhen, whereStructured } from './define.js';

const known = (code: string) => invoiceTypes.has(code) || creditTypes.has(code) || refusedTypes.has(code);

/** Type of the document, and what a credit note needs. */
export const typeRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-TYPE-ABSENT',
    severity: 'fatal',
    source: 'DOMAIN 10; CPPFacturePivot V2_02, Type',
    confidence: 'confirmed',
    terms: ['BT-3'],
    applies: ({ invoice }) => !invoice.creditNoteRoot,
    check: ({ invoice }) => violatedWhen(invoice.typeCode === null, 'typeCode'),
    message: "Le type de la facture (balise : {balise}) est absent, alors qu'il est obligatoire.",
    fix: 'Indiquez 380 pour une facture, 381 pour un avoir.',
  }),
  chorusRule({
    id: 'ECL-TYPE-REFUSED',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Types',
    confidence: 'confirmed',
    terms: ['BT-3'],
    check: ({ invoice }) =>
      violatedWhen(refusedTypes.has(invoice.typeCode ?? ''), 'typeCode', invoice.typeCode),
    message:
      'Le type de document (balise : {balise}) « {value} » est refusé : Chorus Pro ne reçoit ni 261 ni 751.',
    fix: 'Indiquez 380 pour une facture, 381 pour un avoir.',
  }),
  chorusRule({
    id: 'ECL-TYPE-UNKNOWN',
    severity: 'fatal',
    source: 'DOMAIN 3.6, Types; UNTDID 1001',
    confidence: 'ours',
    terms: ['BT-3'],
    applies: ({ invoice }) => invoice.typeCode !== null,
    check: ({ invoice }) => violatedWhen(!known(invoice.typeCode ?? ''), 'typeCode', invoice.typeCode),
    message:
      "Le type de document (balise : {balise}) « {value} » n'est pas un code de facture ou d'avoir de la liste UNTDID 1001.",
    fix: 'Indiquez 380 pour une facture, 381 pour un avoir.',
  }),
  chorusRule({
    id: 'ECL-TYPE-CARRIED',
    severity: 'warning',
    source: 'DECISIONS, The pivot; CPPFacturePivot V2_02, Type',
    confidence: 'ours',
    terms: ['BT-3'],
    applies: ({ invoice }) => invoice.typeCode !== '380' && invoice.typeCode !== '381',
    check: ({ invoice }) =>
      violatedWhen(
        invoiceTypes.has(invoice.typeCode ?? '') || creditTypes.has(invoice.typeCode ?? ''),
        'typeCode',
        invoice.typeCode,
        { carried: isCreditNote(invoice) ? '381 (avoir)' : '380 (facture)' },
      ),
    message:
      'Le type de document (balise : {balise}) « {value} » est transmis au destinataire comme {carried}.',
    fix: "Rien à faire si c'est bien ce que vous attendez ; sinon, déposez le document sous le type 380 ou 381.",
  }),
  chorusRule({
    id: 'ECL-TYPE-ROOT',
    severity: 'warning',
    source: 'UBL 2.1, CreditNote; DECISIONS, The pivot',
    confidence: 'ours',
    syntaxes: ['ubl-creditnote'],
    terms: ['BT-3'],
    applies: ({ invoice }) => invoice.typeCode !== null,
    check: ({ invoice }) =>
      violatedWhen(invoiceTypes.has(invoice.typeCode ?? ''), 'typeCode', invoice.typeCode),
    message:
      "Le type du document (balise : {balise}) « {value} » contredit sa racine, CreditNote, qui en fait un avoir : ce type est celui d'une facture ; il est traité comme un avoir.",
    fix: 'Indiquez le type 381, ou déposez une facture avec la racine Invoice.',
  }),
  chorusRule({
    id: 'ECL-CREDIT-ORIGIN',
    severity: whereStructured('warning'),
    source: 'DOMAIN 3.6, Credit notes (optional); RULES 3.1, BR-FR-CO-05',
    confidence: 'reform',
    terms: ['BT-25'],
    applies: ({ invoice }) => isCreditNote(invoice),
    check: ({ invoice }) =>
      violatedWhen(
        invoice.chorus.originalInvoice === null && invoice.precedingInvoices.length === 0,
        'chorus.originalInvoice',
      ),
    message: "Le numéro de la facture d'origine (balise : {balise}) est absent de cet avoir.",
    fix: "Indiquez le numéro de la facture d'origine, pour que le destinataire rapproche les deux documents.",
  }),
  chorusRule({
    id: 'ECL-CREDIT-SELF',
    severity: 'warning',
    source: 'DOMAIN 3.6, Credit notes',
    confidence: 'ours',
    terms: ['BT-1', 'BT-25'],
    check: ({ invoice }) =>
      violatedWhen(
        invoice.number !== null && invoice.chorus.originalInvoice === invoice.number,
        'chorus.originalInvoice',
        invoice.chorus.originalInvoice,
      ),
    message:
      "Le numéro de la facture d'origine (balise : {balise}) « {value} » est le numéro du document lui-même.",
    fix: "Indiquez le numéro de la facture d'origine, ou retirez cette référence.",
  }),
];
