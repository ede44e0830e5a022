import type { Address, Invoice } from '../../../domain/invoice.js';
import type { Rule } from '../../../domain/rule.js';
import { lengthOf } from '../define.js';
import { cproRule } from './define.js';

/** Path in `Invoice` and text. */
type Text = readonly [path: string, text: string | null | undefined];

interface Bound {
  readonly number: string;
  readonly terms: readonly string[];
  readonly lengthMax: number;
  /** French name of the term, with its article and a capital. */
  readonly subject: string;
  readonly of: (invoice: Invoice) => readonly Text[];
}

function streetOf(address: Address | null): Text[] {
  return (['line1', 'line2', 'line3'] as const).map((key) => [`seller.address.${key}`, address?.[key]]);
}

/** Longest texts that Chorus Pro takes. Numbers are those of the rules. */
const bounds: readonly Bound[] = [
  {
    number: '02',
    terms: ['BT-1', 'BT-25'],
    lengthMax: 20,
    subject: 'Le numéro de facture',
    of: ({ number, precedingInvoices }) => [
      ['number', number],
      ...precedingInvoices.map((one, i): Text => [`precedingInvoices[${i}].number`, one.number]),
    ],
  },
  {
    number: '14',
    terms: ['BT-12'],
    lengthMax: 50,
    subject: 'La référence du contrat',
    of: ({ contractReference }) => [['contractReference', contractReference]],
  },
  {
    number: '15',
    terms: ['BT-13'],
    lengthMax: 50,
    subject: "La référence de la commande ou de l'engagement",
    of: ({ orderReference }) => [['orderReference', orderReference]],
  },
  {
    number: '29',
    terms: ['BT-120'],
    lengthMax: 1024,
    subject: "Le motif d'exonération de TVA",
    of: ({ vatBreakdown }) =>
      vatBreakdown.map((one, i): Text => [`vatBreakdown[${i}].exemptionReason`, one.exemptionReason]),
  },
  {
    number: '30',
    terms: ['BT-122'],
    lengthMax: 50,
    subject: 'La référence de la pièce jointe',
    of: ({ attachments }) => attachments.map((one, i): Text => [`attachments[${i}].name`, one.name]),
  },
  {
    number: '31',
    terms: ['BT-154'],
    lengthMax: 1024,
    subject: "La description de l'article",
    of: ({ lines }) => lines.map((one, i): Text => [`lines[${i}].description`, one.description]),
  },
  {
    number: '32',
    terms: ['BT-35', 'BT-36', 'BT-162'],
    lengthMax: 400,
    subject: "La ligne d'adresse du vendeur",
    of: ({ seller }) => streetOf(seller.address),
  },
  {
    number: '33',
    terms: ['BT-37'],
    lengthMax: 400,
    subject: 'La ville du vendeur',
    of: ({ seller }) => [['seller.address.city', seller.address?.city]],
  },
  {
    number: '34',
    terms: ['BT-45'],
    lengthMax: 99,
    subject: "Le nom commercial de l'acheteur",
    of: ({ buyer }) => [['buyer.tradingName', buyer.tradingName]],
  },
  {
    number: '35',
    terms: ['BT-20'],
    lengthMax: 1024,
    subject: 'Le texte des conditions de paiement',
    of: ({ paymentTerms }) => [['paymentTerms', paymentTerms]],
  },
  {
    number: '36',
    terms: ['BT-28'],
    lengthMax: 99,
    subject: 'Le nom commercial du vendeur',
    of: ({ seller }) => [['seller.tradingName', seller.tradingName]],
  },
  {
    number: '37',
    terms: ['BT-59'],
    lengthMax: 99,
    subject: 'Le nom du bénéficiaire du paiement',
    of: ({ payee }) => [['payee.name', payee?.name]],
  },
  {
    number: '38',
    terms: ['BT-71'],
    lengthMax: 20,
    subject: "L'identifiant du lieu de livraison",
    of: ({ delivery }) => [['delivery.location', delivery?.location?.value]],
  },
  {
    number: '39',
    terms: ['BT-84'],
    lengthMax: 27,
    subject: 'Le compte à créditer',
    of: ({ payment }) => payment.accounts.map((one, i): Text => [`payment.accounts[${i}].id`, one.id]),
  },
  {
    number: '41',
    terms: ['BT-125'],
    lengthMax: 50,
    subject: 'Le nom de fichier de la pièce jointe',
    of: ({ attachments }) => attachments.map((one, i): Text => [`attachments[${i}].filename`, one.filename]),
  },
  {
    number: '42',
    terms: ['BT-22'],
    lengthMax: 1024,
    subject: 'La note',
    of: ({ notes }) => notes.map((one, i): Text => [`notes[${i}].text`, one.text]),
  },
  {
    number: '43',
    terms: ['BT-27'],
    lengthMax: 99,
    subject: 'Le nom du vendeur',
    of: ({ seller }) => [['seller.name', seller.name]],
  },
  {
    number: '44',
    terms: ['BT-44'],
    lengthMax: 99,
    subject: "Le nom de l'acheteur",
    of: ({ buyer }) => [['buyer.name', buyer.name]],
  },
];

/** A violation for each text that is too long. */
export const lengthRules: readonly Rule[] = bounds.map(({ number, terms, lengthMax, subject, of }) =>
  cproRule(number, {
    terms,
    check: ({ invoice }) =>
      of(invoice).flatMap(([term, text]) => {
        const length = lengthOf(text ?? '');
        if (text === null || text === undefined || length <= lengthMax) return [];
        return [{ term, value: text, facts: { length: String(length) } }];
      }),
    message: `${subject} (balise : {balise}) compte {length} caractères, ${lengthMax} au plus sont acceptés par Chorus Pro.`,
    fix: `Ramenez ce texte à ${lengthMax} caractères au plus.`,
  }),
);
