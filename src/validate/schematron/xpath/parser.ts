import type { CompareOp, Expr } from './ast.js';
import type { Names } from './names.js';
import { PathParser } from './path-parser.js';
import { TokenStream } from './token-stream.js';
import { atomicType, sequenceType, variableName } from './type-parser.js';

export { parseSequenceType } from './type-parser.js';

const generalOps: Readonly<Record<string, CompareOp>> = {
  '=': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};
const valueOps = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge']);

/**
 * Parses an XPath 2.0 expression (and of XPath 3: `||`, `!`, `=>`, `let`).
 * @throws XPathProblem with the offset of what is not understood.
 */
export function parseXPath(text: string, names: Names): Expr {
  return new Parser(text, names).whole();
}

/** Operators, from the loosest to the tightest. */
class Parser {
  private readonly tokens: TokenStream;
  private readonly paths: PathParser;

  constructor(
    text: string,
    private readonly names: Names,
  ) {
    this.tokens = new TokenStream(text);
    this.paths = new PathParser(this.tokens, names, this);
  }

  whole(): Expr {
    const expr = this.expr();
    if (this.tokens.peek().kind !== 'end') this.tokens.fail(this.tokens.peek());
    return expr;
  }

  expr(): Expr {
    const { at } = this.tokens.peek();
    const first = this.single();
    if (!this.tokens.isSymbol(',')) return first;
    const items = [first];
    while (this.tokens.optional(',')) items.push(this.single());
    return { kind: 'sequence', items, at };
  }

  single(): Expr {
    const token = this.tokens.peek();
    if (token.kind === 'name') {
      const binds = this.tokens.isSymbol('$', 1);
      if (token.text === 'if' && this.tokens.isSymbol('(', 1)) return this.conditional();
      if (binds && (token.text === 'some' || token.text === 'every')) return this.bindings(token.text);
      if (binds && (token.text === 'for' || token.text === 'let')) return this.bindings(token.text);
    }
    return this.disjunction();
  }

  private conditional(): Expr {
    const { at } = this.tokens.take();
    this.tokens.eat('(');
    const test = this.expr();
    this.tokens.eat(')');
    this.tokens.eatWord('then');
    const yes = this.single();
    this.tokens.eatWord('else');
    return { kind: 'if', test, yes, no: this.single(), at };
  }

  private bindings(word: string): Expr {
    const { at } = this.tokens.take();
    const bound: { name: string; value: Expr }[] = [];
    do {
      this.tokens.eat('$');
      const name = variableName(this.tokens);
      if (this.tokens.optionalWord('as')) sequenceType(this.tokens);
      if (word === 'let') this.tokens.eat(':=');
      else this.tokens.eatWord('in');
      bound.push({ name, value: this.single() });
    } while (this.tokens.optional(','));
    this.tokens.eatWord(word === 'some' || word === 'every' ? 'satisfies' : 'return');
    return bound.reduceRight<Expr>((body, { name, value }) => {
      if (word === 'let') return { kind: 'let', name, value, body, at };
      if (word === 'for') return { kind: 'for', name, in: value, body, at };
      return { kind: 'quantified', every: word === 'every', name, in: value, body, at };
    }, this.single());
  }

  private disjunction(): Expr {
    return this.chain('or', () => this.chain('and', () => this.comparison()));
  }

  private chain(word: 'or' | 'and', operand: () => Expr): Expr {
    const { at } = this.tokens.peek();
    const first = operand();
    if (!this.tokens.isWord(word)) return first;
    const items = [first];
    while (this.tokens.optionalWord(word)) items.push(operand());
    return { kind: word, items, at };
  }

  private comparison(): Expr {
    const { at } = this.tokens.peek();
    const left = this.concatenation();
    const token = this.tokens.peek();
    const general = token.kind === 'symbol' ? generalOps[token.text] : undefined;
    if (general !== undefined) {
      this.tokens.skip(1);
      return { kind: 'general', op: general, left, right: this.concatenation(), at };
    }
    if (token.kind === 'name' && valueOps.has(token.text)) {
      this.tokens.skip(1);
      return { kind: 'value', op: token.text as CompareOp, left, right: this.concatenation(), at };
    }
    if (this.tokens.isWord('is') || this.tokens.isSymbol('<<') || this.tokens.isSymbol('>>')) {
      const op = this.tokens.take().text as 'is' | '<<' | '>>';
      return { kind: 'node-compare', op, left, right: this.concatenation(), at };
    }
    return left;
  }

  private concatenation(): Expr {
    const { at } = this.tokens.peek();
    const first = this.rangeExpr();
    if (!this.tokens.isSymbol('||')) return first;
    const args = [first];
    while (this.tokens.optional('||')) args.push(this.rangeExpr());
    return { kind: 'call', name: 'concat', args, at };
  }

  private rangeExpr(): Expr {
    const { at } = this.tokens.peek();
    const from = this.additive();
    if (!this.tokens.optionalWord('to')) return from;
    return { kind: 'range', from, to: this.additive(), at };
  }

  private additive(): Expr {
    let left = this.multiplicative();
    for (;;) {
      const { at } = this.tokens.peek();
      if (this.tokens.optional('+'))
        left = { kind: 'arith', op: '+', left, right: this.multiplicative(), at };
      else if (this.tokens.optional('-'))
        left = { kind: 'arith', op: '-', left, right: this.multiplicative(), at };
      else return left;
    }
  }

  private multiplicative(): Expr {
    let left = this.union();
    for (;;) {
      const { at } = this.tokens.peek();
      if (this.tokens.optional('*')) left = { kind: 'arith', op: '*', left, right: this.union(), at };
      else if (this.tokens.isWord('div') || this.tokens.isWord('idiv') || this.tokens.isWord('mod')) {
        const op = this.tokens.take().text as 'div' | 'idiv' | 'mod';
        left = { kind: 'arith', op, left, right: this.union(), at };
      } else return left;
    }
  }

  private union(): Expr {
    let left = this.intersection();
    for (;;) {
      const { at } = this.tokens.peek();
      if (!this.tokens.optional('|') && !this.tokens.optionalWord('union')) return left;
      left = { kind: 'set', op: 'union', left, right: this.intersection(), at };
    }
  }

  private intersection(): Expr {
    let left = this.instanceOf();
    for (;;) {
      const { at } = this.tokens.peek();
      if (!this.tokens.isWord('intersect') && !this.tokens.isWord('except')) return left;
      const op = this.tokens.take().text as 'intersect' | 'except';
      left = { kind: 'set', op, left, right: this.instanceOf(), at };
    }
  }

  private instanceOf(): Expr {
    const { at } = this.tokens.peek();
    let operand = this.cast();
    if (this.tokens.isWord('treat') && this.tokens.isWord('as', 1)) {
      this.tokens.skip(2);
      operand = { kind: 'treat', type: sequenceType(this.tokens), operand, at };
    }
    if (!this.tokens.isWord('instance') || !this.tokens.isWord('of', 1)) return operand;
    this.tokens.skip(2);
    return { kind: 'instance', type: sequenceType(this.tokens), operand, at };
  }

  private cast(): Expr {
    const { at } = this.tokens.peek();
    let operand = this.unary();
    for (;;) {
      const word = this.tokens.isWord('cast') ? 'cast' : this.tokens.isWord('castable') ? 'castable' : null;
      if (word === null || !this.tokens.isWord('as', 1)) return operand;
      this.tokens.skip(2);
      const as = atomicType(this.tokens);
      operand = { kind: word, as, optional: this.tokens.optional('?'), operand, at };
    }
  }

  private unary(): Expr {
    const { at } = this.tokens.peek();
    if (this.tokens.optional('-')) return { kind: 'negate', plus: false, operand: this.unary(), at };
    if (this.tokens.optional('+')) return { kind: 'negate', plus: true, operand: this.unary(), at };
    return this.arrow();
  }

  private arrow(): Expr {
    let left = this.simpleMap();
    while (this.tokens.isSymbol('=>')) {
      const { at } = this.tokens.take();
      const name = this.tokens.take().text;
      left = {
        kind: 'call',
        name: this.names.functionName(name),
        args: [left, ...this.paths.arguments()],
        at,
      };
    }
    return left;
  }

  private simpleMap(): Expr {
    let left = this.paths.path();
    while (this.tokens.isSymbol('!')) {
      const { at } = this.tokens.take();
      left = { kind: 'simple-map', left, right: this.paths.path(), at };
    }
    return left;
  }
}
