import type { Invoice } from '../domain/invoice.js';
import { chorusRows, type GroupRow, type Row, semanticRows, type TermRow } from '../domain/semantic-terms.js';
import type { Syntax } from '../domain/syntax.js';

/** A value with its French name; further fields of it (`scheme`, `list`, `version`) stand beside. */
export interface SemanticTerm {
  readonly name: string;
  readonly value: string | number;
  readonly scheme?: string;
  readonly list?: string;
  readonly version?: string;
}

export interface SemanticGroup {
  readonly name: string;
  readonly terms: SemanticTerms;
}

/** Terms and groups by number (`BT-1`, `BG-4`) or Chorus name; repeated ones are lists. Absent ones are left out. */
export interface SemanticTerms {
  readonly [id: string]: SemanticTerm | SemanticGroup | readonly (SemanticTerm | SemanticGroup)[];
}

export interface SemanticInvoice {
  readonly syntax: Syntax;
  readonly creditNoteRoot: boolean;
  readonly terms: SemanticTerms;
  readonly chorus: SemanticTerms;
}

/**
 * An invoice as JSON with the numbers of EN 16931-1 and French names, and the terms of Chorus Pro; amounts stay the
 * sender's text. Terms that are absent are left out.
 */
export function semanticJson(invoice: Invoice): SemanticInvoice {
  return {
    syntax: invoice.syntax,
    creditNoteRoot: invoice.creditNoteRoot,
    terms: termsOf(invoice, semanticRows),
    chorus: termsOf(invoice.chorus, chorusRows),
  };
}

type Fields = Readonly<Record<string, unknown>>;
type Told = SemanticTerm | SemanticGroup;

function termsOf(object: object, rows: readonly Row[]): SemanticTerms {
  const terms: Record<string, Told | readonly Told[]> = {};
  for (const row of rows) {
    const told = 'rows' in row ? groupsOf(object, row) : valuesOf(object, row);
    const [only] = told;
    if (only === undefined) continue;
    terms[row.id] = isList(object, row) ? told : only;
  }
  return terms;
}

function fieldOf(object: object, row: Row): unknown {
  return row.field === null ? object : (object as Fields)[row.field];
}

function isList(object: object, row: Row): boolean {
  return Array.isArray(fieldOf(object, row));
}

/** The values of a field: one, several for a list, none when absent. */
function listOf(object: object, row: Row): readonly unknown[] {
  const value = fieldOf(object, row);
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
}

function groupsOf(object: object, row: GroupRow): SemanticGroup[] {
  const groups: SemanticGroup[] = [];
  for (const one of listOf(object, row)) {
    if (typeof one !== 'object' || one === null) continue;
    // What is marked as neither is shown as an allowance, so that nothing read is lost.
    if (row.charge !== undefined && row.charge !== ((one as Fields).charge === true)) continue;
    const terms = termsOf(one, row.rows);
    if (Object.keys(terms).length > 0) groups.push({ name: row.name, terms });
  }
  return groups;
}

function valuesOf(object: object, row: TermRow): SemanticTerm[] {
  return listOf(object, row).flatMap((one): SemanticTerm[] => {
    if (typeof one === 'string' || typeof one === 'number') return [{ name: row.name, value: one }];
    if (typeof one !== 'object' || one === null) return [];
    const { value, code, ...rest } = one as Fields;
    const shown = value ?? code;
    if (typeof shown !== 'string') return [];
    const beside = Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== null));
    return [{ name: row.name, value: shown, ...beside }];
  });
}
