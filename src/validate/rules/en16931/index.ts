import type { Rule } from '../../../domain/rule.js';
import { allowanceRules } from './allowances.js';
import { breakdownRules } from './breakdown.js';
import { categoryFamilyRules } from './categories.js';
import { categoryRules } from './category-own.js';
import { codeRules } from './codes.js';
import { decimalRules } from './decimals.js';
import { documentRules } from './document.js';
import { lineRules } from './lines.js';
import { partyRules } from './parties.js';
import { paymentRules } from './payment.js';
import { totalRules } from './totals.js';

/**
 * The 223 rules of EN 16931-1 that its UBL and CII bindings share, on the Invoice model: what is said of an invoice
 * when no official rule pack is installed. docs/en16931.md tells where they judge otherwise than the official ones.
 */
export const en16931Rules: readonly Rule[] = [
  ...documentRules,
  ...partyRules,
  ...lineRules,
  ...allowanceRules,
  ...breakdownRules,
  ...paymentRules,
  ...totalRules,
  ...decimalRules,
  ...codeRules,
  ...categoryFamilyRules,
  ...categoryRules,
];
