import { dayInParis, isCalendarDay } from '../domain/dates.js';
import { type Decimal, formatDecimal, parseDecimal } from '../domain/decimal.js';
import type { Invoice } from '../domain/invoice.js';
import { linesBlock } from './pivot-lines.js';
import { decimalText, unfit } from './pivot-values.js';
import { group, leaf, optionalLeaf, type XmlElement } from './xml.js';

/** Why an invoice is sent again (DECISIONS, "The life of an invoice"). */
export type Resend = 'Complétée' | 'Recyclée';

const idLengthMax = 20;
const engagementLengthMax = 50;
/** Cadres A1 to A25; A11 is not in the pivot (DOMAIN 3.7). */
const cadrePattern = /^A([1-9]|10|1[2-9]|2[0-5])$/;

/** Type codes that are credit notes; every other invoice code is 380 (DECISIONS, "The pivot"). */
const creditNoteCodes = new Set(['381', '396', '502', '503', '81', '83']);
const paymentCodes = new Set(['10', '20', '30', '31', '42', '48', '49', '97']);
/** Codes that the pivot does not have, and those it says them with; any other becomes a transfer (30). */
const paymentCodeInstead: Readonly<Record<string, string>> = {
  '58': '30',
  '59': '49',
  '54': '48',
  '55': '48',
};

/**
 * The `DonneesFacture` block. Numbers keep the decimals that the sender wrote.
 * @throws Fault INTERNAL where the pivot demands a value that no rule may have let be absent, or where an invoice
 *   number is longer than 20 characters: a number is never cut.
 */
export function donneesFacture(
  invoice: Invoice,
  facts: { readonly id: string; readonly receivedAt: Date; readonly resend: Resend | null },
): XmlElement {
  const { chorus } = invoice;
  const cadre = chorus.cadre ?? 'A1';
  if (!cadrePattern.test(cadre)) throw unfit(`cadre ${cadre}`, facts.id);
  const currency = invoice.currency ?? 'EUR';
  if (!/^[A-Z]{3}$/.test(currency)) throw unfit(`currency ${currency}`, facts.id);
  if (!isCalendarDay(invoice.issueDate ?? '')) throw unfit(`issue date ${invoice.issueDate}`, facts.id);
  const delivered = chorus.deliveryDate ?? invoice.delivery?.date ?? '';
  return group('DonneesFacture', [
    leaf('Id', invoiceNumber(invoice.number, facts.id)),
    optionalLeaf('Renvoi', facts.resend),
    originalInvoice(invoice, facts.id),
    leaf('Type', pivotType(invoice)),
    leaf('Cadre', cadre),
    leaf('DateEmissionFacture', invoice.issueDate ?? ''),
    isCalendarDay(delivered) ? leaf('DateLivraison', delivered) : null,
    modePaiement(invoice),
    leaf('DateReception', dayInParis(facts.receivedAt)),
    leaf('Devise', currency),
    montants(invoice, facts.id),
    tvas(invoice),
    engagement(invoice),
    linesBlock(invoice),
  ]);
}

function invoiceNumber(number: string | null, invoiceId: string): string {
  if (number === null || number === '' || Array.from(number).length > idLengthMax) {
    throw unfit('its number is absent or too long', invoiceId);
  }
  return number;
}

function originalInvoice(invoice: Invoice, invoiceId: string): XmlElement | null {
  const named = invoice.chorus.originalInvoice;
  if (named !== null && named !== '') return leaf('IdFactureOrigine', invoiceNumber(named, invoiceId));
  const preceding = invoice.precedingInvoices[0]?.number ?? '';
  return preceding === '' || preceding.length > idLengthMax ? null : leaf('IdFactureOrigine', preceding);
}

export function pivotType({
  typeCode,
  creditNoteRoot,
}: Pick<Invoice, 'typeCode' | 'creditNoteRoot'>): string {
  return creditNoteRoot || creditNoteCodes.has(typeCode ?? '') ? '381' : '380';
}

function modePaiement({ payment }: Invoice): XmlElement {
  const code = payment.meansCode?.trim() ?? '';
  if (code === '' || paymentCodes.has(code)) {
    return group('ModePaiement', [
      leaf('Code', code === '' ? '30' : code),
      optionalLeaf('Libelle', payment.meansText),
    ]);
  }
  const label = payment.meansText === null ? code : `${code} - ${payment.meansText}`;
  return group('ModePaiement', [leaf('Code', paymentCodeInstead[code] ?? '30'), leaf('Libelle', label)]);
}

/** The three totals; one that is absent follows from the others (EN 16931-1, BR-CO-15 and BR-CO-16). */
function montants({ totals }: Invoice, invoiceId: string): XmlElement {
  const tax = parseDecimal(totals.tax);
  const inclusive = parseDecimal(totals.taxInclusive);
  const exclusive = parseDecimal(totals.taxExclusive);
  const ht =
    decimalText(totals.taxExclusive) ??
    cents(inclusive !== null && tax !== null ? inclusive.minus(tax) : null);
  const ttc =
    decimalText(totals.taxInclusive) ??
    cents(exclusive !== null && tax !== null ? exclusive.plus(tax) : null);
  const due = parseDecimal(ttc);
  const net = decimalText(totals.payable) ?? cents(due?.minus(parseDecimal(totals.prepaid) ?? 0) ?? null);
  if (ht === null || ttc === null || net === null) throw unfit('a total is absent', invoiceId);
  return group('Montants', [leaf('MontantHT', ht), leaf('MontantTTC', ttc), leaf('MontantNetAPayer', net)]);
}

function cents(value: Decimal | null): string | null {
  return value === null ? null : decimalText(formatDecimal(value, 2));
}

/** A recap without a rate (exempt, not subject) has the rate 0; one without its base is left out. */
function tvas({ vatBreakdown }: Invoice): XmlElement | null {
  const rows = vatBreakdown.flatMap(({ rate, base, amount }) => {
    const taux = rate === null ? '0' : decimalText(rate);
    const baseHt = decimalText(base);
    const montant = amount === null && taux !== null && Number(taux) === 0 ? '0.00' : decimalText(amount);
    if (taux === null || baseHt === null || montant === null) return [];
    return [group('TVA', [leaf('Taux', taux), leaf('BaseHt', baseHt), leaf('MontantTVA', montant)])];
  });
  return rows.length === 0 ? null : group('TVAs', rows);
}

function engagement(invoice: Invoice): XmlElement | null {
  const { market, contract, engagement: number } = invoice.chorus;
  const block = group('Engagement', [
    optionalLeaf('NumeroMarche', market ?? contract ?? invoice.contractReference, engagementLengthMax),
    optionalLeaf('NumeroEngagement', number ?? invoice.orderReference, engagementLengthMax),
  ]);
  return block.content.length === 0 ? null : block;
}
