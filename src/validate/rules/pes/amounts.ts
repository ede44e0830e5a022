import { type Decimal, sum } from '../../../domain/decimal.js';
import type { PesLine } from '../../../domain/pes.js';
import type { PlacedInvoice } from '../../../domain/reading.js';
import type { Rule, Violation } from '../../../domain/rule.js';
import { decimalOf } from '../numbers.js';
import { apart, factsOf, pesRule } from './define.js';

const centLeeway = 0.01;

type Amount = 'ht' | 'vat' | 'ttc';

/** Sum of an amount over the lines, lines of discount taken off; null where one is not a number. */
function sumOf(lines: readonly PesLine[], amount: Amount, turned = true): Decimal | null {
  const values = lines.map((line) => {
    const value = decimalOf(line[amount]);
    return value !== null && turned && line.kind === 'discount' ? value.neg() : value;
  });
  return values.every((value) => value !== null) ? sum(values) : null;
}

function ofLines(
  subject: PlacedInvoice,
  check: (line: PesLine, term: (name: string) => string) => readonly Violation[],
): readonly Violation[] {
  return factsOf(subject).lines.flatMap((line, i) => check(line, (name) => `lines[${i}].${name}`));
}

/** What a line comes to before tax by its own parts; null where its discount or share leaves it open. */
function netOf(line: PesLine): Decimal | null {
  if (line.kind === 'discount' || line.share !== null) return null;
  if (line.kind === 'base') return decimalOf(line.amount);
  const [quantity, price] = [decimalOf(line.quantity), decimalOf(line.unitPrice)];
  const times = line.quantity2 === null ? null : decimalOf(line.quantity2);
  if (quantity === null || price === null) return null;
  return (times === null ? quantity : quantity.times(times)).times(price).round(2);
}

/** Lines with more lines of rounded amounts may be further from a total that was rounded once. */
const roundingLeeway = (lines: readonly PesLine[]) => centLeeway * lines.length;

/** The arithmetic of PES Facture: amounts are above zero there, a credit note's too (PES 0, point 7). */
export const amountRules: readonly Rule[] = [
  pesRule({
    id: 'ECL-PES-LINE-TTC',
    severity: 'fatal',
    source: 'PES 3, LigneFacture: MtHT + MtTVA = MtTTC',
    confidence: 'ours',
    terms: ['BT-131'],
    check: (subject) =>
      ofLines(subject, (line, term) => {
        const [ht, vat] = [decimalOf(line.ht), decimalOf(line.vat)];
        const expected = ht === null || vat === null ? null : ht.plus(vat);
        return apart(term('ttc'), line.ttc, decimalOf(line.ttc), expected, 0);
      }),
    message:
      "Le montant TTC de la ligne (balise : {balise}) « {value} » n'est pas la somme de son montant HT et de sa TVA, {expected} (écart : {gap}).",
    fix: 'Corrigez MtHT, MtTVA ou MtTTC de cette ligne.',
  }),
  pesRule({
    id: 'ECL-PES-LINE-VAT',
    severity: 'warning',
    source: 'PES 3, LigneFacture: MtHT x TauxTVA = MtTVA',
    confidence: 'ours',
    terms: ['BT-131', 'BT-152'],
    check: (subject) =>
      ofLines(subject, (line, term) => {
        const [ht, rate] = [decimalOf(line.ht), decimalOf(line.vatRate)];
        const expected = ht === null || rate === null ? null : ht.times(rate).div(100).round(2);
        return apart(term('vat'), line.vat, decimalOf(line.vat), expected, centLeeway);
      }),
    message:
      'La TVA de la ligne (balise : {balise}) « {value} » ne correspond pas à son montant HT et à son taux : {expected} (écart : {gap}).',
    fix: 'Vérifiez MtHT, TauxTVA et MtTVA de cette ligne.',
  }),
  pesRule({
    id: 'ECL-PES-LINE-HT',
    severity: 'warning',
    source: 'PES 3, LigneFacture: Quantite x Quantite2 x MtUnitaire, or MtBase, = MtHT',
    confidence: 'ours',
    terms: ['BT-129', 'BT-131', 'BT-146'],
    check: (subject) =>
      ofLines(subject, (line, term) =>
        apart(term('netAmount'), line.ht, decimalOf(line.ht), netOf(line), centLeeway),
      ),
    message:
      'Le montant HT de la ligne (balise : {balise}) « {value} » ne correspond pas à sa quantité et à son prix, ou à sa base : {expected} (écart : {gap}).',
    fix: 'Vérifiez Quantite, MtUnitaire (ou MtBase) et MtHT de cette ligne.',
  }),
  pesRule({
    id: 'ECL-PES-SUM-HT',
    severity: 'fatal',
    source: 'PES 3, TotalAPayer: sum of MtHT = MtTotalHT; docs/pes.md, remise',
    confidence: 'ours',
    terms: ['BT-109', 'BT-131'],
    check: (subject) => {
      const { lines } = factsOf(subject);
      const text = subject.invoice.totals.taxExclusive;
      const found = decimalOf(text);
      // How a line of discount enters the total is not defined: both readings are let pass.
      if (found !== null && sumOf(lines, 'ht', false)?.eq(found) === true) return [];
      return apart('totals.taxExclusive', text, found, sumOf(lines, 'ht'), 0);
    },
    message:
      "Le total HT (balise : {balise}) « {value} » n'est pas la somme des montants HT des lignes, remises déduites : {expected} (écart : {gap}).",
    fix: 'Corrigez MtTotalHT, ou les montants MtHT des lignes.',
  }),
  pesRule({
    id: 'ECL-PES-SUM-VAT',
    severity: 'warning',
    source: 'PES 3, TotalAPayer: sum of MtTVA = MtTotalTVA',
    confidence: 'ours',
    terms: ['BT-110', 'BT-131'],
    check: (subject) => {
      const { lines } = factsOf(subject);
      const { tax } = subject.invoice.totals;
      const found = decimalOf(tax);
      const leeway = roundingLeeway(lines);
      const plain = sumOf(lines, 'vat', false);
      if (found !== null && plain?.minus(found).abs().lte(leeway) === true) return [];
      return apart('totals.tax', tax, found, sumOf(lines, 'vat'), leeway);
    },
    message:
      "Le total de TVA (balise : {balise}) « {value} » n'est pas la somme de la TVA des lignes, remises déduites : {expected} (écart : {gap}).",
    fix: 'Vérifiez MtTotalTVA et les montants MtTVA des lignes.',
  }),
  pesRule({
    id: 'ECL-PES-DETAIL-HT',
    severity: 'warning',
    source: 'PES 3, DetailTVA: sum of MtBaseHT = MtTotalHT',
    confidence: 'ours',
    terms: ['BT-109', 'BT-116'],
    applies: (subject) => factsOf(subject).vatDetails > 0,
    check: ({ invoice: { totals, vatBreakdown } }) => {
      const bases = vatBreakdown.map(({ base }) => decimalOf(base));
      const expected = bases.every((base) => base !== null) ? sum(bases) : null;
      return apart('totals.taxExclusive', totals.taxExclusive, decimalOf(totals.taxExclusive), expected, 0);
    },
    message:
      "Le total HT (balise : {balise}) « {value} » n'est pas la somme des bases du détail de TVA, {expected} (écart : {gap}).",
    fix: 'Vérifiez MtTotalHT et les MtBaseHT du détail de TVA ; toute ligne a sa place dans une base.',
  }),
];
