import { type Decimal, formatDecimal, sum } from '../../domain/decimal.js';
import type { Invoice } from '../../domain/invoice.js';
import type { Rule, Violation } from '../../domain/rule.js';
import { isCreditNote } from './codes.js';
import { chorusRule, violatedWhen, whereStructured } from './define.js';
import { decimalOf } from './numbers.js';

/** Amounts are told in the notation of the file: a point, as many decimals as it takes, two at least. */
function shown(amount: Decimal): string {
  const text = formatDecimal(amount);
  return (text.split('.')[1]?.length ?? 0) < 2 ? formatDecimal(amount, 2) : text;
}

const zero = sum([]);
const orZero = (text: string | null) => (text === null ? zero : decimalOf(text));

/** The exact sum, or null when one of the texts is not a number (another rule says so). */
function sumOf(texts: readonly (string | null)[]): Decimal | null {
  const values = texts.map(orZero);
  return values.every((value) => value !== null) ? sum(values) : null;
}

function differs(
  term: string,
  text: string | null,
  expected: Decimal | null,
  facts: Readonly<Record<string, string>> = {},
): readonly Violation[] {
  const found = decimalOf(text);
  if (found === null || expected === null || found.eq(expected)) return [];
  return [
    { term, value: text, facts: { ...facts, expected: shown(expected), gap: shown(found.minus(expected)) } },
  ];
}

/** The VAT of the invoice: its total; in CPPFactureMixte, which has none, the sum of its breakdown. */
function vatOf({ syntax, totals, vatBreakdown }: Invoice): Decimal | null {
  if (totals.tax !== null) return decimalOf(totals.tax);
  if (syntax !== 'cpp-mixte' || vatBreakdown.length === 0) return null;
  return sumOf(vatBreakdown.map(({ amount }) => amount));
}

const isDetail = (kind: string | null) => kind !== 'INFORMATION' && kind !== 'REGROUPEMENT';

function vatMismatches(invoice: Invoice): Violation[] {
  return invoice.vatBreakdown.flatMap((vat, i) => {
    const [base, rate, amount] = [vat.base, vat.rate, vat.amount].map(decimalOf);
    if (!base || !rate || !amount) return [];
    // Half up, to the cent; a cent of leeway for bases that are sums of rounded lines.
    const expected = base.times(rate).div(100).round(2);
    if (amount.minus(expected).abs().lte('0.01')) return [];
    const facts = { base: vat.base ?? '', rate: vat.rate ?? '', expected: shown(expected) };
    return [{ term: `vatBreakdown[${i}].amount`, value: vat.amount, facts }];
  });
}

/** Sums. Only those that hold in every official sample are enforced; the others are told on E1 (DOMAIN 3.6). */
export const totalRules: readonly Rule[] = [
  chorusRule({
    id: 'ECL-TOTAL-TTC',
    severity: 'fatal',
    source: 'DOMAIN 3.6, HT + TVA = TTC',
    confidence: 'ours',
    terms: ['BT-109', 'BT-110', 'BT-112', 'BT-117'],
    applies: ({ invoice }) => invoice.totals.taxExclusive !== null && vatOf(invoice) !== null,
    check: ({ invoice }) => {
      const { taxExclusive, taxInclusive, tax } = invoice.totals;
      const [ht, vat] = [decimalOf(taxExclusive), vatOf(invoice)];
      const expected = ht === null || vat === null ? null : ht.plus(vat);
      const tva = tax ?? (vat === null ? '' : shown(vat));
      return differs('totals.taxInclusive', taxInclusive, expected, { ht: taxExclusive ?? '', tva });
    },
    message:
      'Le montant TTC (balise : {balise}) « {value} » est faux : {ht} (HT) + {tva} (TVA) = {expected}, soit un écart de {gap}.',
    fix: 'Corrigez le montant HT, le montant de TVA ou le montant TTC : leur somme doit être exacte.',
  }),
  chorusRule({
    id: 'ECL-TOTAL-TTC-BREAKDOWN',
    severity: 'warning',
    source: 'DOMAIN 3.6, HT + TVA = TTC, and VAT total (optional in E2)',
    confidence: 'ours',
    // CPPFactureMixte has no total of VAT: there the breakdown is all there is, and ECL-TOTAL-TTC speaks.
    syntaxes: ['ubl-invoice', 'ubl-creditnote', 'cii', 'facturx'],
    terms: ['BT-109', 'BT-112', 'BT-117'],
    applies: ({ invoice: { totals, vatBreakdown } }) =>
      totals.tax === null && totals.taxExclusive !== null && vatBreakdown.length > 0,
    check: ({ invoice: { totals, vatBreakdown } }) => {
      const vat = sumOf(vatBreakdown.map(({ amount }) => amount));
      const ht = decimalOf(totals.taxExclusive);
      if (vat === null || ht === null) return [];
      const facts = { ht: totals.taxExclusive ?? '', tva: shown(vat) };
      return differs('totals.taxInclusive', totals.taxInclusive, ht.plus(vat), facts);
    },
    message:
      'Le montant TTC (balise : {balise}) « {value} » ne correspond pas au récapitulatif de TVA : {ht} (HT) + {tva} (TVA du récapitulatif) = {expected}, soit un écart de {gap}.',
    fix: 'Vérifiez le montant HT, le récapitulatif de TVA et le montant TTC, et indiquez le montant total de TVA.',
  }),
  chorusRule({
    id: 'ECL-TOTAL-NET',
    severity: 'fatal',
    source: 'DOMAIN 3.6, TTC - prepaid = net; EN 16931-1, BT-114',
    confidence: 'ours',
    terms: ['BT-112', 'BT-113', 'BT-114', 'BT-115'],
    applies: ({ invoice: { totals } }) => totals.taxInclusive !== null,
    check: ({ invoice: { totals, chorus, syntax } }) => {
      // CPPFactureMixte has no place for what is paid already: in A2 a net of 0 says that all of it is.
      const paid =
        syntax === 'cpp-mixte' && chorus.cadre === 'A2' && decimalOf(totals.payable)?.eq(0) === true;
      if (paid) return [];
      const prepaid = orZero(totals.prepaid);
      const due = sumOf([totals.taxInclusive, totals.rounding]);
      const expected = prepaid === null || due === null ? null : due.minus(prepaid);
      const rounding = totals.rounding === null ? '' : ` + ${totals.rounding} (arrondi)`;
      return differs('totals.payable', totals.payable, expected, {
        sum: `${totals.taxInclusive} (TTC) - ${totals.prepaid ?? '0'} (déjà payé)${rounding}`,
      });
    },
    message:
      'Le net à payer (balise : {balise}) « {value} » est faux : {sum} = {expected}, soit un écart de {gap}.',
    fix: 'Corrigez le montant TTC, le montant déjà payé ou le net à payer.',
  }),
  chorusRule({
    id: 'ECL-TOTAL-LINES',
    severity: whereStructured('warning'),
    source: 'DOMAIN 3.6, Sum of lines = HT',
    confidence: 'ours',
    terms: ['BT-106', 'BT-131'],
    applies: ({ invoice }) => invoice.totals.lines !== null && invoice.lines.length > 0,
    check: ({ invoice }) =>
      differs(
        'totals.lines',
        invoice.totals.lines,
        sumOf(invoice.lines.filter(({ kind }) => isDetail(kind)).map(({ netAmount }) => netAmount)),
      ),
    message:
      "La somme des lignes (balise : {balise}) « {value} » n'est pas celle des montants des lignes, {expected} (écart : {gap}).",
    fix: 'Vérifiez les montants des lignes et leur somme.',
  }),
  chorusRule({
    id: 'ECL-TOTAL-HT',
    severity: whereStructured('warning'),
    source: 'DOMAIN 3.6, Sum of lines = HT; EN 16931-1, BT-109',
    confidence: 'ours',
    terms: ['BT-106', 'BT-107', 'BT-108', 'BT-109'],
    applies: ({ invoice }) => invoice.totals.lines !== null,
    check: ({ invoice: { totals } }) => {
      const allowances = orZero(totals.allowances);
      const gross = sumOf([totals.lines, totals.charges]);
      const expected = allowances === null || gross === null ? null : gross.minus(allowances);
      return differs('totals.taxExclusive', totals.taxExclusive, expected);
    },
    message:
      "Le montant HT (balise : {balise}) « {value} » n'est pas la somme des lignes, moins les remises, plus les charges : {expected} (écart : {gap}).",
    fix: 'Vérifiez la somme des lignes, les remises, les charges et le montant HT.',
  }),
  chorusRule({
    id: 'ECL-TOTAL-VAT-ABSENT',
    severity: whereStructured('warning'),
    source: 'DOMAIN 3.6, VAT total (optional in E2)',
    confidence: 'ours',
    syntaxes: ['ubl-invoice', 'ubl-creditnote', 'cii', 'facturx'],
    terms: ['BT-110'],
    check: ({ invoice: { totals } }) => violatedWhen(totals.tax === null, 'totals.tax'),
    message: 'Le montant total de TVA (balise : {balise}) est absent.',
    fix: "Indiquez le montant total de TVA, 0.00 s'il n'y en a pas.",
  }),
  chorusRule({
    id: 'ECL-TOTAL-VAT',
    severity: whereStructured('warning'),
    source: 'DOMAIN 3.6, Sum of VAT breakdown = VAT total',
    confidence: 'ours',
    terms: ['BT-110', 'BT-117'],
    applies: ({ invoice }) => invoice.totals.tax !== null && invoice.vatBreakdown.length > 0,
    check: ({ invoice }) =>
      differs('totals.tax', invoice.totals.tax, sumOf(invoice.vatBreakdown.map(({ amount }) => amount))),
    message:
      "Le montant de TVA (balise : {balise}) « {value} » n'est pas la somme du récapitulatif de TVA, {expected} (écart : {gap}).",
    fix: 'Vérifiez le récapitulatif de TVA et le montant total de TVA.',
  }),
  chorusRule({
    id: 'ECL-TOTAL-RATE',
    severity: whereStructured('warning'),
    source: 'DOMAIN 3.6, base x rate = VAT',
    confidence: 'ours',
    terms: ['BT-116', 'BT-117', 'BT-119'],
    check: ({ invoice }) => vatMismatches(invoice),
    message:
      'Le montant de TVA (balise : {balise}) « {value} » ne correspond pas à sa base et à son taux : {base} × {rate} % = {expected}.',
    fix: 'Vérifiez la base, le taux et le montant de cette ligne du récapitulatif de TVA.',
  }),
  chorusRule({
    id: 'ECL-CREDIT-SIGN',
    severity: 'warning',
    source: 'DOMAIN 3.6, Credit notes',
    confidence: 'ours',
    terms: ['BT-3', 'BT-112'],
    applies: ({ invoice }) => isCreditNote(invoice),
    check: ({ invoice: { totals } }) =>
      violatedWhen(
        decimalOf(totals.taxInclusive)?.lt(0) === true,
        'totals.taxInclusive',
        totals.taxInclusive,
      ),
    message:
      "Le montant TTC de l'avoir (balise : {balise}) « {value} » est négatif : les montants d'un avoir s'écrivent sans signe, et celui-ci serait lu comme une dette.",
    fix: "Écrivez les montants de l'avoir en positif, ou déposez une facture (380) à montants négatifs.",
  }),
];
