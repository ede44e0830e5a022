import type { Expr, SequenceType } from '../xpath/ast.js';

/** An expression with its place, so that a problem found later can still tell it. */
export interface Located {
  readonly expr: Expr;
  readonly text: string;
  readonly line: number;
}

export interface Let {
  readonly name: string;
  readonly value: Located;
  readonly type: SequenceType | null;
}

export interface Assert {
  readonly id: string;
  readonly flag: string;
  readonly report: boolean;
  readonly test: Located;
  readonly text: string;
  readonly line: number;
}

/** Lets and asserts in the order of the file: a let is known to what follows it. */
export interface Rule {
  readonly context: Located;
  readonly lets: readonly Let[];
  readonly asserts: readonly Assert[];
  readonly line: number;
}

export interface Pattern {
  readonly id: string;
  readonly lets: readonly Let[];
  readonly rules: readonly Rule[];
}

/** An `xsl:function`, its body put into XPath. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: SequenceType | null }[];
  readonly type: SequenceType | null;
  readonly body: Located;
}

export interface Schema {
  readonly file: string;
  readonly title: string;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly lets: readonly Let[];
  readonly functions: readonly FunctionDeclaration[];
  readonly patterns: readonly Pattern[];
}
