import type { Rule } from '../../../domain/rule.js';
import { documentRules } from './document.js';
import { identifierRules } from './identifiers.js';
import { lengthRules } from './lengths.js';

/**
 * BR-FR-CPRO, numbers 01 to 44, in their order. Left out are the numbers that an invoice alone cannot answer; see
 * docs/chorus-coverage.md.
 */
export const cproRules: readonly Rule[] = [...documentRules, ...identifierRules, ...lengthRules].sort(
  (a, b) => a.id.localeCompare(b.id),
);
