import type { Axis, Expr, NodeTest, Step } from './ast.js';
import { XPathProblem } from './ast.js';
import type { Token } from './lexer.js';
import { axes, isKindTest, type Names, wildcard } from './names.js';
import type { TokenStream } from './token-stream.js';
import { variableName } from './type-parser.js';

/** What stands in brackets and parentheses is an expression again. */
export interface InnerParser {
  expr(): Expr;
  single(): Expr;
}

/** Paths, steps, predicates and what a path can start with. */
export class PathParser {
  constructor(
    private readonly tokens: TokenStream,
    private readonly names: Names,
    private readonly inner: InnerParser,
  ) {}

  path(): Expr {
    const { at } = this.tokens.peek();
    const steps: Step[] = [];
    let root = false;
    if (this.tokens.optional('//')) {
      root = true;
      steps.push(anyDepth(at));
    } else if (this.tokens.optional('/')) {
      root = true;
      if (!this.startsStep()) return { kind: 'path', root, steps, at };
    }
    steps.push(this.step());
    for (;;) {
      const between = this.tokens.peek().at;
      if (this.tokens.optional('//')) steps.push(anyDepth(between));
      else if (!this.tokens.optional('/')) break;
      steps.push(this.step());
    }
    const [only] = steps;
    if (!root && steps.length === 1 && only?.kind === 'expr') return only.expr;
    return { kind: 'path', root, steps, at };
  }

  private startsStep(): boolean {
    const token = this.tokens.peek();
    if (token.kind === 'name' || token.kind === 'string') return !this.isOperatorWord(token.text);
    return token.kind === 'symbol' && ['@', '.', '..', '*', '(', '$'].includes(token.text);
  }

  private isOperatorWord(word: string): boolean {
    return (word === 'or' || word === 'and') && !this.tokens.isSymbol('/', 1);
  }

  private step(): Step {
    const token = this.tokens.peek();
    if (this.tokens.optional('..')) {
      return this.axisStep('parent', { kind: 'node' }, token.at);
    }
    if (this.tokens.optional('@')) return this.axisStep('attribute', this.nodeTest(), token.at);
    if (token.kind === 'name' && this.tokens.isSymbol('::', 1)) {
      const axis = axes.get(token.text);
      if (axis === undefined) throw new XPathProblem('this axis is not spoken', token.at, `${token.text}::`);
      this.tokens.skip(2);
      return this.axisStep(axis, this.nodeTest(), token.at);
    }
    if (this.isNameTest()) {
      const attribute = token.text === 'attribute' && this.tokens.isSymbol('(', 1);
      return this.axisStep(attribute ? 'attribute' : 'child', this.nodeTest(), token.at);
    }
    return { kind: 'expr', expr: this.postfix(), at: token.at };
  }

  private isNameTest(): boolean {
    const token = this.tokens.peek();
    if (token.kind === 'symbol') return token.text === '*';
    if (token.kind !== 'name') return false;
    return !this.tokens.isSymbol('(', 1) || isKindTest(token.text);
  }

  private axisStep(axis: Axis, test: NodeTest, at: number): Step {
    return { kind: 'axis', axis, test, predicates: this.predicates(), at };
  }

  private predicates(): readonly Expr[] {
    const found: Expr[] = [];
    while (this.tokens.optional('[')) {
      found.push(this.inner.expr());
      this.tokens.eat(']');
    }
    return found;
  }

  private nodeTest(): NodeTest {
    const token = this.tokens.take();
    if (token.kind === 'name' && this.tokens.isSymbol('(') && isKindTest(token.text))
      return this.kindTest(token);
    const second = this.tokens.peek();
    const third = this.tokens.peek(1);
    const colon = second.kind === 'symbol' && second.text === ':' && !second.spaced && !third.spaced;
    if (colon && (token.text === '*' || this.tokens.isSymbol('*', 1))) {
      this.tokens.skip(2);
      return wildcard(token, third, this.names);
    }
    if (token.kind === 'symbol' && token.text === '*') return { kind: 'any-name' };
    if (token.kind !== 'name') this.tokens.fail(token, 'a name');
    return { kind: 'names', names: [this.names.elementName(token.text, token.at)] };
  }

  private kindTest(token: Token): NodeTest {
    this.tokens.eat('(');
    const name = this.tokens.peek().kind === 'name' ? this.tokens.take() : null;
    if (name === null) this.tokens.optional('*');
    this.tokens.eat(')');
    if (name !== null) return { kind: 'names', names: [this.names.elementName(name.text, name.at)] };
    if (token.text === 'node') return { kind: 'node' };
    if (token.text === 'text') return { kind: 'text' };
    if (token.text === 'document-node') return { kind: 'document' };
    if (token.text === 'element' || token.text === 'attribute') return { kind: 'any-name' };
    if (token.text === 'comment') return { kind: 'comment' };
    throw new XPathProblem('this kind of node is not spoken', token.at, `${token.text}()`);
  }

  private postfix(): Expr {
    const { at } = this.tokens.peek();
    const base = this.primary();
    const predicates = this.predicates();
    return predicates.length === 0 ? base : { kind: 'filter', base, predicates, at };
  }

  private primary(): Expr {
    const token = this.tokens.take();
    const { at } = token;
    if (token.kind === 'string') return { kind: 'string', value: token.text, at };
    if (token.kind === 'integer' || token.kind === 'decimal' || token.kind === 'double') {
      return { kind: 'number', type: token.kind, text: token.text, at };
    }
    if (token.kind === 'name' && this.tokens.isSymbol('(')) {
      return { kind: 'call', name: this.names.functionName(token.text), args: this.arguments(), at };
    }
    if (token.kind === 'symbol') {
      if (token.text === '.') return { kind: 'context', at };
      if (token.text === '$') return { kind: 'var', name: variableName(this.tokens), at };
      if (token.text === '(') {
        if (this.tokens.optional(')')) return { kind: 'sequence', items: [], at };
        const inner = this.inner.expr();
        this.tokens.eat(')');
        return inner;
      }
    }
    return this.tokens.fail(token);
  }

  arguments(): readonly Expr[] {
    this.tokens.eat('(');
    const args: Expr[] = [];
    if (this.tokens.optional(')')) return args;
    do args.push(this.inner.single());
    while (this.tokens.optional(','));
    this.tokens.eat(')');
    return args;
  }
}

function anyDepth(at: number): Step {
  return { kind: 'axis', axis: 'descendant-or-self', test: { kind: 'node' }, predicates: [], at };
}
