import type { Rule } from '../../../domain/rule.js';
import { amountRules } from './amounts.js';
import { codeRules, pieceRules } from './codes.js';

/** Rules of our own on PES Facture, applied to it together with those of Chorus Pro. */
export const pesRules: readonly Rule[] = [...codeRules, ...amountRules, ...pieceRules];
