import { amountCases } from './amounts.cases.js';
import { attachmentCases } from './attachments.cases.js';
import type { RuleCase } from './case.js';
import { documentCases } from './document.cases.js';
import { minimumCases } from './minima.cases.js';
import { partyCases } from './parties.cases.js';

/** One case for every rule of the Chorus set. */
export const chorusCases: readonly RuleCase[] = [
  ...documentCases,
  ...partyCases,
  ...amountCases,
  ...attachmentCases,
  ...minimumCases,
];
