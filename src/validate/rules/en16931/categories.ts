import type { BreakdownOccurrence, TaxOccurrence } from '../../../domain/occurrences.js';
import type { Rule } from '../../../domain/rule.js';
import { groupName, isNear, taxOn } from './breakdown.js';
import { absolute, compare, type Exact, equal, exactOf, minus, plus, rounded, shown, zero } from './exact.js';
import type { Facts } from './facts.js';
import { each, none, norm, violation, when } from './norm.js';
import type { CategoryUse, Sums } from './usage.js';

/** What the norm asks of the parties of an invoice with a category. */
type Parties = 'seller' | 'sellerVat' | 'sellerAndBuyer' | 'vatOfBoth' | 'noVat';

/** One family of ten rules, BR-S-01 to BR-AG-10 (EN 16931-1, 6.4.3). */
interface Family {
  readonly name: string;
  readonly code: string;
  readonly parties: Parties;
  /** Rate that the category asks for; `absent`: none at all. */
  readonly rate: 'positive' | 'zero' | 'absent' | 'notNegative';
  /** Whether each rate has a group of its own, with tax on it. */
  readonly taxed: boolean;
  readonly reason: 'required' | 'forbidden';
}

const exempt = { rate: 'zero', taxed: false, reason: 'required' } as const;
const taxed = { parties: 'seller', taxed: true, reason: 'forbidden' } as const;

const families: readonly Family[] = [
  { name: 'S', code: 'S', rate: 'positive', ...taxed },
  { name: 'Z', code: 'Z', rate: 'zero', ...taxed, taxed: false },
  { name: 'E', code: 'E', parties: 'seller', ...exempt },
  { name: 'AE', code: 'AE', parties: 'sellerAndBuyer', ...exempt },
  { name: 'IC', code: 'K', parties: 'vatOfBoth', ...exempt },
  { name: 'G', code: 'G', parties: 'sellerVat', ...exempt },
  { name: 'O', code: 'O', parties: 'noVat', ...exempt, rate: 'absent' },
  { name: 'AF', code: 'L', rate: 'notNegative', ...taxed },
  { name: 'AG', code: 'M', rate: 'notNegative', ...taxed },
];

export const isVat = ({ vat }: TaxOccurrence) => vat;
/** Whether groups and uses of a category agree in number (rule 01 of each family), as UBL binds it. */
function agreesInUbl({ code, taxed: byRate }: Family, use: CategoryUse): boolean {
  const { lines, allowances, charges, breakdowns, others } = use;
  const content = [lines, allowances, charges];
  if (!byRate) {
    const used = [...content, breakdowns, others].some((taxes) => taxes.some(isVat));
    return !used || breakdowns.filter(isVat).length === 1;
  }
  if (code === 'S') return content.some((taxes) => taxes.length > 0) === breakdowns.length > 0;
  const used = content.some((taxes) => taxes.some(isVat));
  return used ? breakdowns.length > 0 : !breakdowns.some(isVat);
}

/** As above, as CII binds it. */
function agreesInCii({ code, taxed: byRate }: Family, use: CategoryUse): boolean {
  const groups = use.breakdowns.length;
  const lines = use.lines.length;
  const others = use.allowances.length + use.charges.length + use.others.length;
  if (byRate) return (lines === 0 || lines + groups >= 2) && (others === 0 || others + groups >= 2);
  if (groups === 0) return code === 'O' || (lines === 0 && others === 0);
  return groups === 1 && lines + others > 0;
}

/** Whether the parties bear the identifiers that a category asks for, or none where it forbids them. */
function suits(facts: Facts, parties: Parties): boolean {
  const vat = (of: 'seller' | 'buyer' | 'taxRepresentative') => facts.hasTaxId(of, 'vat');
  const seller = facts.hasTaxId('seller', 'any') || vat('taxRepresentative');
  const sellerVat = vat('seller') || vat('taxRepresentative');
  switch (parties) {
    case 'seller':
      return seller;
    case 'sellerVat':
      return sellerVat;
    case 'sellerAndBuyer':
      return seller && (vat('buyer') || facts.invoice.buyer.legalId !== null);
    case 'vatOfBoth':
      return sellerVat && vat('buyer');
    case 'noVat':
      return !sellerVat && !vat('buyer');
  }
}

type Carrier = 'lines' | 'allowances' | 'charges';

/** In UBL, lines in S that are not said to be of VAT have nobody to answer for it. */
function strayLine({ ubl }: Facts, { code }: Family, carrier: Carrier, { lines }: CategoryUse) {
  const [line] = ubl && code === 'S' && carrier === 'lines' ? lines : [];
  return line === undefined ? none : [violation(`${line.at}.vatCategory`, code, '')];
}

function isRateRight(rate: Family['rate'], text: string | null): boolean {
  if (rate === 'absent') return text === null;
  const value = exactOf(text);
  if (value === null) return false;
  const sign = compare(value, zero);
  return rate === 'zero' ? sign === 0 : rate === 'positive' ? sign > 0 : sign >= 0;
}

function partiesRule(id: string, family: Family, carrier: Carrier): Rule {
  return norm({
    id,
    check: (facts) => {
      const use = facts.use(family.code);
      if (use === undefined) return none;
      // UBL forbids identifiers for what is outside of VAT at the level of the document only.
      const documentOnly = facts.ubl && family.code === 'O' && carrier !== 'lines';
      const taxes = documentOnly
        ? use[carrier === 'charges' ? 'documentCharges' : 'documentAllowances']
        : use[carrier];
      const first = taxes.find(isVat);
      if (first === undefined) return strayLine(facts, family, carrier, use);
      return when(!suits(facts, family.parties), `${first.at}.vatCategory`, family.code, '');
    },
  });
}

/** The Canary Islands' tax is asked to be above zero in CII, zero or more in UBL. */
function rateIn({ code, rate }: Family, ubl: boolean): Family['rate'] {
  return code === 'L' && !ubl ? 'positive' : rate;
}

function rateRule(id: string, family: Family, carrier: Carrier): Rule {
  return norm({
    id,
    check: (facts) => {
      const wanted = rateIn(family, facts.ubl);
      return each(facts.use(family.code)?.[carrier] ?? [], ({ at, vat, rate }) =>
        !vat || isRateRight(wanted, rate) ? null : violation(`${at}.vatRate`, rate),
      );
    },
  });
}

/** CII judges groups of S and Z that are not said to be of VAT too. */
function isJudged(group: BreakdownOccurrence, { code }: Family, ubl: boolean): boolean {
  return group.vat || (!ubl && (code === 'S' || code === 'Z'));
}

function onGroups(
  id: string,
  family: Family,
  field: 'base' | 'amount' | 'exemptionReason',
  refuse: (group: BreakdownOccurrence, facts: Facts) => string | null,
): Rule {
  return norm({
    id,
    check: (facts) =>
      each(facts.use(family.code)?.breakdowns ?? [], (group) => {
        const problem = isJudged(group, family, facts.ubl) ? refuse(group, facts) : null;
        if (problem === null) return null;
        const value = { base: group.base, amount: group.amount, exemptionReason: group.reason }[field];
        return violation(`${group.at}.${field}`, value, problem);
      }),
  });
}

/** Lines minus allowances plus charges; CII rounds each of the three to the cent. */
function baseOf({ lines, allowances, charges }: Readonly<Sums>, ubl: boolean): Exact {
  const part = (amount: Exact) => (ubl ? amount : rounded(amount, 2));
  return minus(plus(part(lines), part(charges)), part(allowances));
}

/** Whether the base of a group may differ by less than one unit: UBL by rate, CII without a rate. */
function isBaseNear({ code, taxed: byRate }: Family, ubl: boolean): boolean {
  return ubl ? byRate : !byRate && code !== 'O';
}

function wrongBase(family: Family, group: BreakdownOccurrence, facts: Facts): string | null {
  const { ubl, invoice } = facts;
  // CII never compares the bases of IGIC and IPSI.
  if (!ubl && family.taxed && family.code !== 'S') return null;
  const rate = family.taxed ? exactOf(group.rate) : undefined;
  if (rate === null) return null;
  const sums = facts.sumsOf(family.code, rate);
  const base = exactOf(group.base);
  const expected = baseOf(sums, ubl);
  const told = `${groupName(group)} : trouvé ${group.base ?? 'aucun montant'}, attendu ${shown(expected)}.`;
  if (base === null || (ubl && invoice.lines.length === 0)) return told;
  if (ubl && family.code === 'S' && sums.count === 0) return told;
  const right = isBaseNear(family, ubl) ? isNear(base, expected) : equal(base, expected);
  return right ? null : told;
}

function wrongAmount(family: Family, group: BreakdownOccurrence, { ubl }: Facts): string | null {
  if (family.taxed && family.code !== 'S' && !ubl) return null;
  const amount = exactOf(group.amount);
  const told = (expected: string) =>
    `${groupName(group)} : trouvé ${group.amount ?? 'aucun montant'}, attendu ${expected}.`;
  if (!family.taxed) return amount !== null && amount.units === 0n ? null : told('0');
  const [base, rate] = [exactOf(group.base), exactOf(group.rate)];
  if (base === null || rate === null) return `${groupName(group)} : base ou taux absent.`;
  const expected = taxOn(base, rate);
  return amount !== null && isNear(absolute(amount), expected) ? null : told(shown(expected));
}

function wrongReason({ reason: wanted }: Family, group: BreakdownOccurrence): string | null {
  const explained = group.reason !== null || group.reasonCode !== null;
  if (explained === (wanted === 'required')) return null;
  const told = group.reasonCode ?? group.reason;
  return told === null || told === '' ? `${groupName(group)}.` : `${groupName(group)} : « ${told} ».`;
}

/** Where the disagreement of rule 01 is told: at the group when there is one, else where the category is used. */
export function placeOf({ breakdowns, lines, allowances, charges, others }: CategoryUse): string {
  const [group] = breakdowns;
  if (group !== undefined) return `${group.at}.category`;
  const first = lines[0] ?? allowances[0] ?? charges[0] ?? others[0];
  return first === undefined ? 'vatBreakdown' : `${first.at}.vatCategory`;
}

const carriers = ['lines', 'allowances', 'charges'] as const;

function rulesOf(family: Family): readonly Rule[] {
  const id = (number: number) => `BR-${family.name}-${String(number).padStart(2, '0')}`;
  return [
    norm({
      id: id(1),
      check: (facts) => {
        const use = facts.use(family.code);
        if (use === undefined) return none;
        const agrees = facts.ubl ? agreesInUbl(family, use) : agreesInCii(family, use);
        return when(!agrees, placeOf(use), family.code, `Groupes ${family.code} : ${use.breakdowns.length}.`);
      },
    }),
    ...carriers.map((carrier, i) => partiesRule(id(2 + i), family, carrier)),
    ...carriers.map((carrier, i) => rateRule(id(5 + i), family, carrier)),
    onGroups(id(8), family, 'base', (group, facts) => wrongBase(family, group, facts)),
    onGroups(id(9), family, 'amount', (group, facts) => wrongAmount(family, group, facts)),
    onGroups(id(10), family, 'exemptionReason', (group) => wrongReason(family, group)),
  ];
}

/** The ten rules of each family, BR-S-01 to BR-AG-10. */
export const categoryFamilyRules: readonly Rule[] = families.flatMap(rulesOf);
