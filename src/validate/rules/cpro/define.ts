import type { Invoice } from '../../../domain/invoice.js';
import type { Rule } from '../../../domain/rule.js';

type Written = Pick<Rule, 'terms' | 'check' | 'message' | 'fix'> & Partial<Pick<Rule, 'applies'>>;

/**
 * A rule of BR-FR-CPRO: what Chorus Pro asks of an invoice that comes through the platforms of the 2026 reform
 * (XP Z12-012, annex A, as told in RULES 3.2). CPPFactureMixte does not come that way.
 * @param number of the rule, two digits.
 */
export function cproRule(number: string, rule: Written): Rule {
  return {
    id: `BR-FR-CPRO-${number}`,
    set: 'br-fr-cpro',
    layer: 'chorus',
    severity: 'fatal',
    source: `RULES 3.2, BR-FR-CPRO-${number}`,
    confidence: 'reform',
    syntaxes: ['ubl-invoice', 'ubl-creditnote', 'cii', 'facturx'],
    applies: () => true,
    ...rule,
  };
}

/** ISO 6523 codes of the identifiers of parties in the reform (DOMAIN 12). */
export const schemes = {
  siren: '0002',
  siret: '0009',
  vat: '0223',
  person: '0226',
  nonEu: '0227',
  ridet: '0228',
  tahiti: '0229',
} as const;

type Identified = Pick<Invoice['seller'], 'identifiers' | 'legalId'>;

/** Whether a party is told by its SIREN: the code of SIREN, or nine digits without a code. */
export function hasSiren({ legalId }: Identified): boolean {
  if (legalId === null) return false;
  return legalId.scheme === schemes.siren || (legalId.scheme === null && /^\d{9}$/.test(legalId.value));
}

/** Whether a party has a SIRET, as its identifier or as its legal one. */
export function hasSiret({ identifiers, legalId }: Identified): boolean {
  const all = legalId === null ? identifiers : [...identifiers, legalId];
  return all.some(({ scheme, value }) => scheme === schemes.siret && /^\d{14}$/.test(value));
}
