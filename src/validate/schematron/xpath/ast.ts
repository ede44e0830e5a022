/** Syntax tree of XPath 2.0. `at` is the offset in the expression's text. */
export type Expr =
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | {
      readonly kind: 'number';
      readonly type: 'integer' | 'decimal' | 'double';
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'var'; readonly name: string; readonly at: number }
  | { readonly kind: 'context'; readonly at: number }
  | { readonly kind: 'sequence'; readonly items: readonly Expr[]; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly at: number }
  | { readonly kind: 'path'; readonly root: boolean; readonly steps: readonly Step[]; readonly at: number }
  | {
      readonly kind: 'filter';
      readonly base: Expr;
      readonly predicates: readonly Expr[];
      readonly at: number;
    }
  | { readonly kind: 'or' | 'and'; readonly items: readonly Expr[]; readonly at: number }
  | {
      readonly kind: 'general';
      readonly op: CompareOp;
      readonly left: Expr;
      readonly right: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'value';
      readonly op: CompareOp;
      readonly left: Expr;
      readonly right: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'node-compare';
      readonly op: 'is' | '<<' | '>>';
      readonly left: Expr;
      readonly right: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'arith';
      readonly op: ArithOp;
      readonly left: Expr;
      readonly right: Expr;
      readonly at: number;
    }
  | { readonly kind: 'negate'; readonly plus: boolean; readonly operand: Expr; readonly at: number }
  | { readonly kind: 'range'; readonly from: Expr; readonly to: Expr; readonly at: number }
  | {
      readonly kind: 'set';
      readonly op: SetOp;
      readonly left: Expr;
      readonly right: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'if';
      readonly test: Expr;
      readonly yes: Expr;
      readonly no: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly in: Expr;
      readonly body: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'let';
      readonly name: string;
      readonly value: Expr;
      readonly body: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'quantified';
      readonly every: boolean;
      readonly name: string;
      readonly in: Expr;
      readonly body: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'cast';
      readonly as: TypeName;
      readonly optional: boolean;
      readonly operand: Expr;
      readonly at: number;
    }
  | {
      readonly kind: 'castable';
      readonly as: TypeName;
      readonly optional: boolean;
      readonly operand: Expr;
      readonly at: number;
    }
  | { readonly kind: 'instance'; readonly type: SequenceType; readonly operand: Expr; readonly at: number }
  /** Function conversion rules (XPath 2.0, 3.1.5): what an `as` attribute of XSLT does. */
  | { readonly kind: 'convert'; readonly type: SequenceType; readonly operand: Expr; readonly at: number }
  | { readonly kind: 'treat'; readonly type: SequenceType; readonly operand: Expr; readonly at: number }
  | { readonly kind: 'simple-map'; readonly left: Expr; readonly right: Expr; readonly at: number };

export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
export type ArithOp = '+' | '-' | '*' | 'div' | 'idiv' | 'mod';
export type SetOp = 'union' | 'intersect' | 'except';
/** Local name of an atomic type of XML Schema. */
export type TypeName = string;

export type Axis =
  | 'child'
  | 'attribute'
  | 'self'
  | 'parent'
  | 'ancestor'
  | 'ancestor-or-self'
  | 'descendant'
  | 'descendant-or-self'
  | 'following-sibling'
  | 'preceding-sibling'
  | 'following'
  | 'preceding';

/** What a step selects along its axis. */
export type NodeTest =
  | { readonly kind: 'names'; readonly names: readonly QName[] }
  | { readonly kind: 'any-name' }
  | { readonly kind: 'namespace'; readonly uri: string }
  | { readonly kind: 'local'; readonly local: string }
  | { readonly kind: 'node' }
  | { readonly kind: 'text' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'document' };

export interface QName {
  readonly uri: string;
  readonly local: string;
}

export type Step =
  | {
      readonly kind: 'axis';
      readonly axis: Axis;
      readonly test: NodeTest;
      readonly predicates: readonly Expr[];
      readonly at: number;
    }
  | { readonly kind: 'expr'; readonly expr: Expr; readonly at: number };

export interface SequenceType {
  readonly item: ItemTypeName;
  readonly occurrence: '1' | '?' | '*' | '+' | '0';
}

export type ItemTypeName =
  | { readonly kind: 'item' | 'node' | 'element' | 'attribute' | 'text' | 'document' }
  | { readonly kind: 'atomic'; readonly name: TypeName };

/** A place in an expression that is not XPath, or not the XPath that is spoken here. */
export class XPathProblem extends Error {
  constructor(
    message: string,
    readonly at: number,
    readonly construct: string,
  ) {
    super(message);
  }
}
