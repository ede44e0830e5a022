// A large invoice made of a small one: its lines are repeated, its breakdown and totals computed anew.
// node bench/enlarge.mjs SAMPLE LINES > FILE. UBL Invoice, CreditNote and CII; no allowances, charges or prepayments.
import { readFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';

const kinds = {
  ubl: {
    line: /^[ \t]*<((?:\w+:)?(?:InvoiceLine|CreditNoteLine))\b[\s\S]*?<\/\1>\r?\n?/gm,
    id: /(<(?:\w+:)?ID\b[^>]*>)[^<]*/,
    subtotal: /<((?:\w+:)?TaxSubtotal)\b[\s\S]*?<\/\1>/g,
    base: /(<(?:\w+:)?TaxableAmount\b[^>]*>)([^<]*)/,
    tax: /(<(?:\w+:)?TaxAmount\b[^>]*>)([^<]*)/,
    rate: /<(?:\w+:)?Percent\b[^>]*>([^<]*)/,
    taxTotal: /(<(?:\w+:)?TaxTotal\b[^>]*>\s*<(?:\w+:)?TaxAmount\b[^>]*>)([^<]*)/,
    net: ['LineExtensionAmount', 'TaxExclusiveAmount'],
    gross: ['TaxInclusiveAmount', 'PayableAmount'],
    totals: /<((?:\w+:)?LegalMonetaryTotal)\b[\s\S]*?<\/\1>/,
  },
  cii: {
    line: /^[ \t]*<((?:\w+:)?IncludedSupplyChainTradeLineItem)\b[\s\S]*?<\/\1>\r?\n?/gm,
    id: /(<(?:\w+:)?LineID\b[^>]*>)[^<]*/,
    subtotal: /<((?:\w+:)?ApplicableTradeTax)\b[\s\S]*?<\/\1>/g,
    base: /(<(?:\w+:)?BasisAmount\b[^>]*>)([^<]*)/,
    tax: /(<(?:\w+:)?CalculatedAmount\b[^>]*>)([^<]*)/,
    rate: /<(?:\w+:)?RateApplicablePercent\b[^>]*>([^<]*)/,
    taxTotal: /(<(?:\w+:)?TaxTotalAmount\b[^>]*>)([^<]*)/,
    net: ['LineTotalAmount', 'TaxBasisTotalAmount'],
    gross: ['GrandTotalAmount', 'DuePayableAmount'],
    totals: /<((?:\w+:)?SpecifiedTradeSettlementHeaderMonetarySummation)\b[\s\S]*?<\/\1>/,
  },
};

/** Hundredths, exact. */
function cents(text) {
  const [whole = '0', fraction = ''] = text.trim().replace('-', '').split('.');
  const value = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2));
  return text.trim().startsWith('-') ? -value : value;
}

function amount(value) {
  const digits = String(value < 0n ? -value : value).padStart(3, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Half away from zero. */
function percent(base, rate) {
  const product = base * cents(rate);
  return (product + (product < 0n ? -5000n : 5000n)) / 10000n;
}

/** The document with about so many lines: all its lines are repeated equally often. */
export function enlarge(text, lines) {
  const kind = text.includes('CrossIndustryInvoice') ? kinds.cii : kinds.ubl;
  const found = [...text.matchAll(kind.line)];
  const [first] = found;
  const last = found.at(-1);
  if (first === undefined || last === undefined) throw new Error('the sample has no line');
  const times = Math.max(1, Math.round(lines / found.length));
  const parts = [];
  for (let i = 0, n = 0; i < times; i++) {
    for (const [line] of found) parts.push(line.replace(kind.id, (_, tag) => `${tag}${++n}`));
  }
  const head = text.slice(0, first.index);
  const tail = text.slice(last.index + last[0].length);
  const sums = { net: 0n, tax: 0n };
  const scaled = (part) =>
    part.replace(kind.subtotal, (block) => breakdown(block, kind, BigInt(times), sums));
  const [before, after] = [scaled(head), scaled(tail)];
  return totals(before, kind, sums) + parts.join('') + totals(after, kind, sums);
}

function breakdown(block, kind, times, sums) {
  const base = kind.base.exec(block);
  const rate = kind.rate.exec(block);
  if (base === null) return block;
  const net = cents(base[2]) * times;
  const tax = percent(net, rate?.[1] ?? '0');
  sums.net += net;
  sums.tax += tax;
  return block
    .replace(kind.base, (_, tag) => tag + amount(net))
    .replace(kind.tax, (_, tag) => tag + amount(tax));
}

function totals(part, kind, sums) {
  const inTotals = (block, names, value) =>
    names.reduce(
      (out, name) =>
        out.replace(new RegExp(`(<(?:\\w+:)?${name}\\b[^>]*>)[^<]*`), (_, tag) => tag + amount(value)),
      block,
    );
  return part
    .replace(kind.totals, (block) =>
      inTotals(inTotals(block, kind.net, sums.net), kind.gross, sums.net + sums.tax),
    )
    .replace(kind.taxTotal, (_, tag) => tag + amount(sums.tax));
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  const [sample, lines = '20000'] = argv.slice(2);
  if (sample === undefined) throw new Error('node bench/enlarge.mjs SAMPLE LINES');
  stdout.write(enlarge(readFileSync(sample, 'utf8'), Number(lines)));
}
