import { type Cadre, cadreTable } from '../../domain/cadres.js';
import type { Invoice } from '../../domain/invoice.js';

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const codesWhere = (has: (cadre: Cadre) => boolean): ReadonlySet<string> =>
  new Set(cadreTable.filter(has).map(({ code }) => code));

/** UNTDID 1001 codes that say credit note (DECISIONS, The pivot: carried as 381). */
export const creditTypes = list('81 83 381 396 502 503');

/** UNTDID 1001 codes that Chorus Pro refuses (DOMAIN 3.6, Types). */
export const refusedTypes = list('261 751');

/** UNTDID 1001 codes of invoices (EN 16931-1, BT-3; RULES 3.1, BR-FR-04): carried as 380. */
export const invoiceTypes = list(`
  71 80 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388 389 390 393 394
  395 456 457 458 471 472 473 500 501 527 553 575 623 633 780 817 870 875 876 877 935`);

export function isCreditNote(invoice: Invoice): boolean {
  return invoice.creditNoteRoot || (invoice.typeCode !== null && creditTypes.has(invoice.typeCode));
}

/** Frameworks (cadres de facturation) that exist (DOMAIN 3.7). */
export const cadres = codesWhere(() => true);

/** Frameworks that a supplier may deposit in E1 and E2 (DOMAIN 3.7, column EDI). */
export const depositableCadres = codesWhere(({ kinds }) => kinds.includes('E1'));

/** Frameworks that are no works invoicing: they have no place in E4 and E5 (DOMAIN 1.1 and 3.7). */
export const ordinaryCadres = list('A1 A2 A21');

/** Works frameworks that a valideur has to see first (DOMAIN 3.6, Valideur). */
export const validatedCadres = codesWhere(({ valideur }) => valideur === 'required');

/** Prefixes of VAT numbers of the European Union but France; EL is Greece, XI Northern Ireland. */
export const vatPrefixes = list(
  'AT BE BG CY CZ DE DK EE EL ES FI HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI',
);

/** UNTDID 4461 codes that are understood as they are (DOMAIN 3.5 S2.05, 3.6; DECISIONS, The pivot). */
export const paymentCodes = list('1 10 20 30 31 42 48 49 54 55 58 59 97');

/** Payment codes that mean a transfer, for which an account is needed (DOMAIN 3.6, Bank account). */
export const transferCodes = list('30 31 42 58');

/** UNTDID 4461 codes that CII may carry (DOMAIN 3.5, S2.05). */
export const ciiPaymentCodes = list('1 10 20 30 31 42 48 49 58 59 97');

/** UNTDID 4461 codes are numbers: `01` and `1` are the same. */
export function paymentCode(text: string): string {
  return text.replace(/^0+(?=\d)/, '');
}

/** VAT categories of UNTDID 5305 that EN 16931 and the French lists know. */
export const vatCategories = list('S Z E AE K G O L M');

/** Rates of VAT that are or were in force in France and its territories (DOMAIN 3.6, VAT rates; RULES 3.1, 16). */
export const frenchRates = list('0 0.9 1.05 1.75 2.1 5.5 7 8.5 9.2 9.6 10 13 19.6 20 20.6');

/** France and its territories whose companies have a SIRET; Monaco's have one too. */
export const siretCountries = list('FR GP MQ GF RE YT PM BL MF MC');

/** VAT regimes that are understood (DOMAIN 3.6, VAT regime). */
export const vatRegimes = list('TVA_SUR_DEBIT TVA_SUR_ENCAISSEMENT EXONERATION SANS_TVA');

/** Active codes of ISO 4217, funds and precious metals included. */
export const currencies = list(`
  AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
  CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
  GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
  LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
  PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS
  TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD
  XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG ZWL`);
