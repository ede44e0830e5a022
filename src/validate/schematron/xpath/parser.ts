import type { Axis, CompareOp, Expr, NodeTest, SequenceType, Step, TypeName } from './ast.js';
import { XPathProblem } from './ast.js';
import { type Token, tokens } from './lexer.js';
import { axes, isKindTest, itemType, type Names, typeName, wildcard } from './names.js';

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

class Parser {
  private readonly list: readonly Token[];
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly names: Names,
  ) {
    this.list = tokens(text);
  }

  whole(): Expr {
    const expr = this.expr();
    if (this.peek().kind !== 'end') this.fail(this.peek());
    return expr;
  }

  private peek(ahead = 0): Token {
    return this.list[Math.min(this.next + ahead, this.list.length - 1)] as Token;
  }

  private take(): Token {
    const token = this.peek();
    this.next++;
    return token;
  }

  private fail(token: Token, wanted?: string): never {
    const found = token.kind === 'end' ? 'the expression ends' : `"${token.text}" stands`;
    const where = wanted === undefined ? 'where it cannot' : `where ${wanted} should`;
    throw new XPathProblem(`${found} ${where}`, token.at, token.text || this.text.slice(-30));
  }

  private isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  private isWord(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && token.text === text;
  }

  private eat(symbol: string): void {
    if (!this.isSymbol(symbol)) this.fail(this.peek(), `"${symbol}"`);
    this.next++;
  }

  private eatWord(word: string): void {
    if (!this.isWord(word)) this.fail(this.peek(), `"${word}"`);
    this.next++;
  }

  private optional(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.next++;
    return true;
  }

  private optionalWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next++;
    return true;
  }

  private expr(): Expr {
    const { at } = this.peek();
    const first = this.single();
    if (!this.isSymbol(',')) return first;
    const items = [first];
    while (this.optional(',')) items.push(this.single());
    return { kind: 'sequence', items, at };
  }

  private single(): Expr {
    const token = this.peek();
    if (token.kind === 'name') {
      const binds = this.isSymbol('$', 1);
      if (token.text === 'if' && this.isSymbol('(', 1)) return this.conditional();
      if (binds && (token.text === 'some' || token.text === 'every')) return this.bindings(token.text);
      if (binds && (token.text === 'for' || token.text === 'let')) return this.bindings(token.text);
    }
    return this.disjunction();
  }

  private conditional(): Expr {
    const { at } = this.take();
    this.eat('(');
    const test = this.expr();
    this.eat(')');
    this.eatWord('then');
    const yes = this.single();
    this.eatWord('else');
    return { kind: 'if', test, yes, no: this.single(), at };
  }

  private bindings(word: string): Expr {
    const { at } = this.take();
    const bound: { name: string; value: Expr }[] = [];
    do {
      this.eat('$');
      const name = this.variableName();
      if (this.optionalWord('as')) this.sequenceType();
      if (word === 'let') this.eat(':=');
      else this.eatWord('in');
      bound.push({ name, value: this.single() });
    } while (this.optional(','));
    this.eatWord(word === 'some' || word === 'every' ? 'satisfies' : 'return');
    return bound.reduceRight<Expr>((body, { name, value }) => {
      if (word === 'let') return { kind: 'let', name, value, body, at };
      if (word === 'for') return { kind: 'for', name, in: value, body, at };
      return { kind: 'quantified', every: word === 'every', name, in: value, body, at };
    }, this.single());
  }

  private variableName(): string {
    const token = this.take();
    if (token.kind !== 'name') this.fail(token, 'the name of a variable');
    return token.text;
  }

  private disjunction(): Expr {
    return this.chain('or', () => this.chain('and', () => this.comparison()));
  }

  private chain(word: 'or' | 'and', operand: () => Expr): Expr {
    const { at } = this.peek();
    const first = operand();
    if (!this.isWord(word)) return first;
    const items = [first];
    while (this.optionalWord(word)) items.push(operand());
    return { kind: word, items, at };
  }

  private comparison(): Expr {
    const { at } = this.peek();
    const left = this.concatenation();
    const token = this.peek();
    const general = token.kind === 'symbol' ? generalOps[token.text] : undefined;
    if (general !== undefined) {
      this.next++;
      return { kind: 'general', op: general, left, right: this.concatenation(), at };
    }
    if (token.kind === 'name' && valueOps.has(token.text)) {
      this.next++;
      return { kind: 'value', op: token.text as CompareOp, left, right: this.concatenation(), at };
    }
    if (this.isWord('is') || this.isSymbol('<<') || this.isSymbol('>>')) {
      const op = this.take().text as 'is' | '<<' | '>>';
      return { kind: 'node-compare', op, left, right: this.concatenation(), at };
    }
    return left;
  }

  private concatenation(): Expr {
    const { at } = this.peek();
    const first = this.rangeExpr();
    if (!this.isSymbol('||')) return first;
    const args = [first];
    while (this.optional('||')) args.push(this.rangeExpr());
    return { kind: 'call', name: 'concat', args, at };
  }

  private rangeExpr(): Expr {
    const { at } = this.peek();
    const from = this.additive();
    if (!this.optionalWord('to')) return from;
    return { kind: 'range', from, to: this.additive(), at };
  }

  private additive(): Expr {
    let left = this.multiplicative();
    for (;;) {
      const { at } = this.peek();
      if (this.optional('+')) left = { kind: 'arith', op: '+', left, right: this.multiplicative(), at };
      else if (this.optional('-')) left = { kind: 'arith', op: '-', left, right: this.multiplicative(), at };
      else return left;
    }
  }

  private multiplicative(): Expr {
    let left = this.union();
    for (;;) {
      const { at } = this.peek();
      if (this.optional('*')) left = { kind: 'arith', op: '*', left, right: this.union(), at };
      else if (this.isWord('div') || this.isWord('idiv') || this.isWord('mod')) {
        const op = this.take().text as 'div' | 'idiv' | 'mod';
        left = { kind: 'arith', op, left, right: this.union(), at };
      } else return left;
    }
  }

  private union(): Expr {
    let left = this.intersection();
    for (;;) {
      const { at } = this.peek();
      if (!this.optional('|') && !this.optionalWord('union')) return left;
      left = { kind: 'set', op: 'union', left, right: this.intersection(), at };
    }
  }

  private intersection(): Expr {
    let left = this.instanceOf();
    for (;;) {
      const { at } = this.peek();
      if (!this.isWord('intersect') && !this.isWord('except')) return left;
      const op = this.take().text as 'intersect' | 'except';
      left = { kind: 'set', op, left, right: this.instanceOf(), at };
    }
  }

  private instanceOf(): Expr {
    const { at } = this.peek();
    let operand = this.cast();
    if (this.isWord('treat') && this.isWord('as', 1)) {
      this.next += 2;
      operand = { kind: 'treat', type: this.sequenceType(), operand, at };
    }
    if (!this.isWord('instance') || !this.isWord('of', 1)) return operand;
    this.next += 2;
    return { kind: 'instance', type: this.sequenceType(), operand, at };
  }

  private cast(): Expr {
    const { at } = this.peek();
    let operand = this.unary();
    for (;;) {
      const word = this.isWord('cast') ? 'cast' : this.isWord('castable') ? 'castable' : null;
      if (word === null || !this.isWord('as', 1)) return operand;
      this.next += 2;
      const as = this.atomicType();
      operand = { kind: word, as, optional: this.optional('?'), operand, at };
    }
  }

  private unary(): Expr {
    const { at } = this.peek();
    if (this.optional('-')) return { kind: 'negate', plus: false, operand: this.unary(), at };
    if (this.optional('+')) return { kind: 'negate', plus: true, operand: this.unary(), at };
    return this.arrow();
  }

  private arrow(): Expr {
    let left = this.simpleMap();
    while (this.isSymbol('=>')) {
      const { at } = this.take();
      const name = this.take().text;
      left = { kind: 'call', name: this.names.functionName(name), args: [left, ...this.arguments()], at };
    }
    return left;
  }

  private simpleMap(): Expr {
    let left = this.path();
    while (this.isSymbol('!')) {
      const { at } = this.take();
      left = { kind: 'simple-map', left, right: this.path(), at };
    }
    return left;
  }

  private path(): Expr {
    const { at } = this.peek();
    const steps: Step[] = [];
    let root = false;
    if (this.optional('//')) {
      root = true;
      steps.push(anyDepth(at));
    } else if (this.optional('/')) {
      root = true;
      if (!this.startsStep()) return { kind: 'path', root, steps, at };
    }
    steps.push(this.step());
    for (;;) {
      const between = this.peek().at;
      if (this.optional('//')) steps.push(anyDepth(between));
      else if (!this.optional('/')) break;
      steps.push(this.step());
    }
    const [only] = steps;
    if (!root && steps.length === 1 && only?.kind === 'expr') return only.expr;
    return { kind: 'path', root, steps, at };
  }

  private startsStep(): boolean {
    const token = this.peek();
    if (token.kind === 'name' || token.kind === 'string') return !this.isOperatorWord(token.text);
    return token.kind === 'symbol' && ['@', '.', '..', '*', '(', '$'].includes(token.text);
  }

  private isOperatorWord(word: string): boolean {
    return (word === 'or' || word === 'and') && !this.isSymbol('/', 1);
  }

  private step(): Step {
    const token = this.peek();
    if (this.optional('..')) {
      return this.axisStep('parent', { kind: 'node' }, token.at);
    }
    if (this.optional('@')) return this.axisStep('attribute', this.nodeTest(), token.at);
    if (token.kind === 'name' && this.isSymbol('::', 1)) {
      const axis = axes.get(token.text);
      if (axis === undefined) throw new XPathProblem('this axis is not spoken', token.at, `${token.text}::`);
      this.next += 2;
      return this.axisStep(axis, this.nodeTest(), token.at);
    }
    if (this.isNameTest()) {
      const attribute = token.text === 'attribute' && this.isSymbol('(', 1);
      return this.axisStep(attribute ? 'attribute' : 'child', this.nodeTest(), token.at);
    }
    return { kind: 'expr', expr: this.postfix(), at: token.at };
  }

  private isNameTest(): boolean {
    const token = this.peek();
    if (token.kind === 'symbol') return token.text === '*';
    if (token.kind !== 'name') return false;
    return !this.isSymbol('(', 1) || isKindTest(token.text);
  }

  private axisStep(axis: Axis, test: NodeTest, at: number): Step {
    return { kind: 'axis', axis, test, predicates: this.predicates(), at };
  }

  private predicates(): readonly Expr[] {
    const found: Expr[] = [];
    while (this.optional('[')) {
      found.push(this.expr());
      this.eat(']');
    }
    return found;
  }

  private nodeTest(): NodeTest {
    const token = this.take();
    if (token.kind === 'name' && this.isSymbol('(') && isKindTest(token.text)) return this.kindTest(token);
    const second = this.peek();
    const third = this.peek(1);
    const colon = second.kind === 'symbol' && second.text === ':' && !second.spaced && !third.spaced;
    if (colon && (token.text === '*' || this.isSymbol('*', 1))) {
      this.next += 2;
      return wildcard(token, third, this.names);
    }
    if (token.kind === 'symbol' && token.text === '*') return { kind: 'any-name' };
    if (token.kind !== 'name') this.fail(token, 'a name');
    return { kind: 'names', names: [this.names.elementName(token.text, token.at)] };
  }

  private kindTest(token: Token): NodeTest {
    this.eat('(');
    const name = this.peek().kind === 'name' ? this.take() : null;
    if (name === null) this.optional('*');
    this.eat(')');
    if (name !== null) return { kind: 'names', names: [this.names.elementName(name.text, name.at)] };
    if (token.text === 'node') return { kind: 'node' };
    if (token.text === 'text') return { kind: 'text' };
    if (token.text === 'document-node') return { kind: 'document' };
    if (token.text === 'element' || token.text === 'attribute') return { kind: 'any-name' };
    if (token.text === 'comment') return { kind: 'comment' };
    throw new XPathProblem('this kind of node is not spoken', token.at, `${token.text}()`);
  }

  private postfix(): Expr {
    const { at } = this.peek();
    const base = this.primary();
    const predicates = this.predicates();
    return predicates.length === 0 ? base : { kind: 'filter', base, predicates, at };
  }

  private primary(): Expr {
    const token = this.take();
    const { at } = token;
    if (token.kind === 'string') return { kind: 'string', value: token.text, at };
    if (token.kind === 'integer' || token.kind === 'decimal' || token.kind === 'double') {
      return { kind: 'number', type: token.kind, text: token.text, at };
    }
    if (token.kind === 'name' && this.isSymbol('(')) {
      return { kind: 'call', name: this.names.functionName(token.text), args: this.arguments(), at };
    }
    if (token.kind === 'symbol') {
      if (token.text === '.') return { kind: 'context', at };
      if (token.text === '$') return { kind: 'var', name: this.variableName(), at };
      if (token.text === '(') {
        if (this.optional(')')) return { kind: 'sequence', items: [], at };
        const inner = this.expr();
        this.eat(')');
        return inner;
      }
    }
    return this.fail(token);
  }

  private arguments(): readonly Expr[] {
    this.eat('(');
    const args: Expr[] = [];
    if (this.optional(')')) return args;
    do args.push(this.single());
    while (this.optional(','));
    this.eat(')');
    return args;
  }

  private atomicType(): TypeName {
    const token = this.take();
    if (token.kind !== 'name') this.fail(token, 'the name of a type');
    return typeName(token);
  }

  private sequenceType(): SequenceType {
    const token = this.take();
    if (token.kind !== 'name') this.fail(token, 'a type');
    const item = itemType(token);
    if (this.optional('(')) {
      while (!this.isSymbol(')')) this.take();
      this.eat(')');
    }
    if (item === null) return { item: { kind: 'item' }, occurrence: '0' };
    const occurrence = this.optional('?') ? '?' : this.optional('*') ? '*' : this.optional('+') ? '+' : '1';
    return { item, occurrence };
  }
}

function anyDepth(at: number): Step {
  return { kind: 'axis', axis: 'descendant-or-self', test: { kind: 'node' }, predicates: [], at };
}

/** Parses an `as` attribute: `xs:string?`, `element()*`. */
export function parseSequenceType(text: string): SequenceType {
  const match = /^\s*([\w:-]+)\s*(\([^)]*\))?\s*([?*+]?)\s*$/.exec(text);
  if (match === null) throw new XPathProblem('this type is not spoken', 0, text);
  const item = itemType({ kind: 'name', text: match[1] ?? '', at: 0, spaced: false });
  if (item === null) return { item: { kind: 'item' }, occurrence: '0' };
  const mark = match[3];
  return { item, occurrence: mark === '?' || mark === '*' || mark === '+' ? mark : '1' };
}
