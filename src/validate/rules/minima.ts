import type { Invoice } from '../../domain/invoice.js';
import type { Rule, Violation } from '../../domain/rule.js';
import { chorusRule, violatedWhen } from './define.js';

/** A field that the official template of an interface fills in: its path in `Invoice`, its French name, its value. */
type Field = readonly [path: string, field: string, value: string | null | undefined];

interface Minimum {
  readonly interfaceCode: string;
  readonly source: string;
  readonly confidence: Rule['confidence'];
  readonly terms: readonly string[];
  /** Fields beyond those that other rules ask for in every syntax. */
  readonly of: (invoice: Invoice) => readonly Field[];
}

const regime = ({ chorus }: Invoice): Field => [
  'chorus.vatRegime',
  'le régime de TVA du fournisseur',
  chorus.vatRegime,
];

function breakdown({ vatBreakdown }: Invoice): Field[] {
  return vatBreakdown.flatMap((vat, i): Field[] => [
    [`vatBreakdown[${i}].base`, 'la base HT du récapitulatif de TVA', vat.base],
    [`vatBreakdown[${i}].amount`, 'le montant du récapitulatif de TVA', vat.amount],
    [`vatBreakdown[${i}].category`, 'la catégorie du récapitulatif de TVA', vat.category],
    [`vatBreakdown[${i}].rate`, 'le taux du récapitulatif de TVA', vat.rate],
  ]);
}

/** Lines of information and of grouping carry no numbers. */
function lines({ lines: all }: Invoice): Field[] {
  return all.flatMap((line, i): Field[] =>
    line.kind === 'INFORMATION' || line.kind === 'REGROUPEMENT'
      ? []
      : [
          [`lines[${i}].id`, "l'identifiant de la ligne", line.id],
          [`lines[${i}].quantity`, 'la quantité de la ligne', line.quantity],
          [`lines[${i}].netAmount`, 'le montant de la ligne', line.netAmount],
          [`lines[${i}].netPrice`, 'le prix unitaire net de la ligne', line.netPrice],
        ],
  );
}

function grossPrices({ lines: all }: Invoice): Field[] {
  return all.map(
    (line, i): Field => [`lines[${i}].grossPrice`, 'le prix unitaire brut de la ligne', line.grossPrice],
  );
}

/** What the minimal template of each interface holds (DOMAIN 10). Told, never enforced: Chorus Pro defaults some. */
const minima: readonly Minimum[] = [
  {
    interfaceCode: 'FSO1110A',
    source: 'DOMAIN 10, UBL min (FSO1110A)',
    confidence: 'implementer',
    terms: ['Cadre', 'BT-5', 'BT-40', 'BT-110'],
    of: (invoice) => [
      ['chorus.cadre', 'le cadre de facturation', invoice.chorus.cadre],
      ['currency', 'la devise', invoice.currency],
      ['chorus.supplier.country', 'le pays du fournisseur', invoice.chorus.supplier.country],
      ['totals.tax', 'le montant total de TVA', invoice.totals.tax],
      ...lines(invoice),
    ],
  },
  {
    interfaceCode: 'FSO1116A',
    source: 'DOMAIN 10, CII min 16B (FSO1116A), official sample P01',
    confidence: 'confirmed',
    terms: ['Cadre', 'BT-8', 'BT-85', 'BT-106', 'BT-110', 'BG-23', 'BG-25'],
    of: (invoice) => [
      ['chorus.cadre', 'le cadre de facturation', invoice.chorus.cadre],
      ['payment.accounts[0].name', 'le titulaire du compte', invoice.payment.accounts[0]?.name],
      regime(invoice),
      ['totals.lines', 'la somme des lignes', invoice.totals.lines],
      ['totals.tax', 'le montant total de TVA', invoice.totals.tax],
      ...breakdown(invoice),
      ...lines(invoice),
      ...grossPrices(invoice),
    ],
  },
  {
    interfaceCode: 'FSO1117A',
    source: 'DOMAIN 10, Factur-X (FSO1117A), official sample P01',
    confidence: 'confirmed',
    terms: ['BT-5', 'BT-8', 'BT-24', 'BG-5', 'BG-8', 'BG-23', 'BG-25'],
    of: (invoice) => [
      ['specification', "l'identifiant du profil", invoice.specification],
      // Elsewhere ECL-LINE-ABSENT asks for it.
      ['lines', 'la ligne de facturation', invoice.lines.length === 0 ? null : 'yes'],
      ['currency', 'la devise', invoice.currency],
      ['seller.address', "l'adresse du fournisseur", invoice.seller.address && 'yes'],
      ['buyer.address', "l'adresse du destinataire", invoice.buyer.address && 'yes'],
      regime(invoice),
      ...breakdown(invoice),
      ...lines(invoice),
    ],
  },
];

function absent(fields: readonly Field[]): Violation[] {
  return fields
    .filter(([, , value]) => value === null || value === undefined)
    .map(([term, field]) => ({ term, facts: { field } }));
}

const fieldRules: readonly Rule[] = minima.map(({ interfaceCode, source, confidence, terms, of }) =>
  chorusRule({
    id: `ECL-${interfaceCode}-FIELDS`,
    severity: 'warning',
    source,
    confidence,
    terms,
    applies: (_subject, context) => context.interfaceCode === interfaceCode,
    check: ({ invoice }) => absent(of(invoice)),
    message: `{Field} (balise : {balise}) manque parmi les données minimales d'un flux ${interfaceCode}.`,
    fix: 'Indiquez {field}.',
  }),
);

/** What the minimal formats of E2 hold, beyond what every invoice does. */
export const minimumRules: readonly Rule[] = [
  ...fieldRules,
  chorusRule({
    id: 'ECL-FSO1110A-TAX',
    severity: 'fatal',
    source: 'DOMAIN 3.5, V4.20 (UBL min: TaxTotal/TaxAmount)',
    confidence: 'confirmed',
    terms: ['BT-110', 'BG-23'],
    applies: ({ invoice: { vatBreakdown } }, context) =>
      context.interfaceCode === 'FSO1110A' && vatBreakdown.length > 0,
    check: ({ invoice: { totals } }) =>
      violatedWhen(totals.tax === null && totals.taxInAccountingCurrency === null, 'totals.tax'),
    message:
      'Le montant total de TVA (balise : {balise}) est absent : dans FSO1110A, il est obligatoire dès que le bloc de la TVA est présent.',
    fix: "Indiquez le montant total de TVA, 0.00 s'il n'y en a pas.",
  }),
  chorusRule({
    id: 'ECL-FACTURX-PROFILE',
    severity: 'warning',
    source: 'DOMAIN 9.2, Factur-X, and 10 (FSO1117A)',
    confidence: 'ours',
    syntaxes: ['facturx'],
    terms: ['BT-24'],
    check: ({ invoice: { specification } }) =>
      violatedWhen(/:(minimum|basicwl)$/i.test(specification ?? ''), 'specification', specification),
    message:
      'Le profil Factur-X (balise : {balise}) « {value} » ne porte pas les lignes de la facture, qui comptent parmi les données attendues.',
    fix: 'Produisez le Factur-X au profil EN 16931 : urn:cen.eu:en16931:2017.',
  }),
];
