import type { Note } from '../sch/problem.js';
import type { Expr, SequenceType } from '../xpath/ast.js';
import { XPathProblem } from '../xpath/ast.js';
import { arithmetic, negated } from './arith.js';
import { callArray, callBool, callValue } from './calls.js';
import { comparison, nodeComparison, valueComparison } from './compare.js';
import { infer } from './infer.js';
import { loop } from './loop.js';
import { type Env, hoisted, type Module, type Ref } from './module.js';
import { climbedPath, exists } from './paths.js';
import { data, held, one, type Shape, stringOf, truth, type Val } from './shape.js';
import { castable, castValue, converted, convertedArray, instanceOf, treated } from './types.js';

/** An `xsl:function` of the pack, as calls need to know it. */
export interface UserFunction {
  readonly js: string;
  readonly params: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly as: SequenceType | null;
  }[];
  readonly shape: Shape;
}

/** Turns expressions into JavaScript. */
export class Gen {
  constructor(
    readonly module: Module,
    /** By name and number of parameters: `u:gln#1`. */
    readonly functions: ReadonlyMap<string, UserFunction>,
    /** Is told what is not spoken; null: the first problem ends the work. */
    readonly note: Note = null,
  ) {}

  infer(expr: Expr, env: Env): Shape {
    return infer(this, expr, env);
  }

  variable(expr: Extract<Expr, { kind: 'var' }>, env: Env): Ref {
    const ref = env.vars.get(expr.name);
    if (ref === undefined) throw new XPathProblem('this variable is not declared', expr.at, `$${expr.name}`);
    return ref;
  }

  context(env: Env, at: number, construct: string): Ref {
    if (env.context === null) throw new XPathProblem('there is no context item here', at, construct);
    return env.context;
  }

  hoist(env: Env, build: (inner: Env) => string): string {
    return hoisted(this.module, env, build);
  }

  /**
   * The same for what runs through much of the document: its value is kept by what it depends on, so that the sum of
   * a VAT category is computed once and not for each group that asks for it. `build` gets the expression as it is to
   * be read: a path that climbs first starts at the node it climbs to.
   */
  hoistKept(expr: Expr, env: Env, build: (expr: Expr, inner: Env) => string): string {
    const climbed = climbedPath(this, expr, env);
    const wide = climbed !== null || (expr.kind === 'path' && expr.root);
    const { path, around } = climbed ?? { path: expr, around: env };
    return hoisted(this.module, around, (inner) => build(path, inner), wide);
  }

  /** At most one item; several are a dynamic error when the code runs. */
  value(expr: Expr, env: Env): Val {
    switch (expr.kind) {
      case 'string':
        return one('string', JSON.stringify(expr.value));
      case 'number':
        return this.number(expr);
      case 'context':
        return this.referred(this.context(env, expr.at, '.'), env);
      case 'var':
        return this.referred(this.variable(expr, env), env);
      case 'call':
        return callValue(this, expr, env);
      case 'or':
      case 'and':
      case 'general':
      case 'quantified':
        return one('boolean', this.bool(expr, env));
      case 'value':
        return valueComparison(this, expr, env);
      case 'node-compare':
        return nodeComparison(this, expr, env);
      case 'arith':
        return arithmetic(this, expr, env);
      case 'negate':
        return negated(this, expr, env);
      case 'cast':
        return castValue(this, expr, env);
      case 'castable':
        return castable(this, expr, env);
      case 'instance':
        return instanceOf(this, expr, env);
      case 'convert':
        return converted(this, expr, env);
      case 'treat':
        return treated(this, expr, env);
      case 'if':
        return this.conditional(expr, env);
      default:
        return this.single(expr, env);
    }
  }

  private number(expr: Extract<Expr, { kind: 'number' }>): Val {
    if (expr.type === 'double') return one('double', String(Number(expr.text)));
    if (expr.type === 'integer' && expr.text.length < 16) return one('int', String(Number(expr.text)));
    const made = `toDecimal(${JSON.stringify(expr.text)})`;
    if (expr.type === 'decimal') return one('decimal', this.module.constant(made));
    return one('integer', this.module.constant(`truncate(${made})`));
  }

  private referred(ref: Ref, env: Env): Val {
    const js = env.frame.read(ref);
    if (ref.card === 'many') return { js: `single(${js})`, ty: ref.ty, opt: true };
    return { js, ty: ref.ty, opt: ref.card === 'opt' };
  }

  private conditional(expr: Extract<Expr, { kind: 'if' }>, env: Env): Val {
    const { ty, card } = this.infer(expr, env);
    if (card === 'many') return this.single(expr, env);
    const [then, otherwise] = [expr.yes, expr.no].map((branch) => held(this.value(branch, env), ty));
    return { js: `(${this.bool(expr.test, env)} ? ${then} : ${otherwise})`, ty, opt: card === 'opt' };
  }

  /** Runs through the sequence and holds what it finds to be one at most. */
  private single(expr: Expr, env: Env): Val {
    const { ty, card } = this.infer(expr, env);
    if (expr.kind === 'sequence' && expr.items.length === 0) return { js: 'null', ty, opt: true };
    const js = this.hoist(env, (inner) => {
      if (card !== 'many')
        return `${loop(this, expr, inner, 'unique', (v) => `return ${held(v, ty)};\n`)}return null;`;
      const found = inner.frame.local();
      const body = loop(
        this,
        expr,
        inner,
        'unique',
        (v) => `if (${found} !== null) several();\n${found} = ${held(v, ty)};\n`,
      );
      return `let ${found} = null;\n${body}return ${found};`;
    });
    return { js, ty, opt: card !== 'one' || expr.kind === 'path' };
  }

  /** All items in an array that nobody changes, held as `infer` says. */
  array(expr: Expr, env: Env): string {
    const { ty } = this.infer(expr, env);
    if (expr.kind === 'var') {
      const ref = this.variable(expr, env);
      if (ref.card === 'many') return env.frame.read(ref);
    }
    const made = expr.kind === 'call' ? callArray(this, expr, env) : null;
    if (made !== null) return made;
    if (expr.kind === 'convert' || expr.kind === 'treat') return convertedArray(this, expr, env);
    return this.hoist(env, (inner) => {
      const list = inner.frame.local();
      const body = loop(this, expr, inner, 'ordered', (v) => `${list}.push(${held(v, ty)});\n`);
      return `const ${list} = [];\n${body}return ${list};`;
    });
  }

  /** All items as boxed items. */
  items(expr: Expr, env: Env): string {
    const { ty } = this.infer(expr, env);
    const array = this.array(expr, env);
    if (ty === 'untyped') return `boxUntyped(${array})`;
    return ty === 'int' ? `boxIntegers(${array})` : array;
  }

  /** `fn:string` of at most one item. */
  text(expr: Expr, env: Env): string {
    return stringOf(this.value(expr, env));
  }

  /** The atomized value of at most one item. */
  datum(expr: Expr, env: Env): Val {
    return data(this.value(expr, env));
  }

  /** Effective boolean value. */
  bool(expr: Expr, env: Env): string {
    switch (expr.kind) {
      case 'or':
        return `(${expr.items.map((one) => this.bool(one, env)).join(' || ')})`;
      case 'and':
        return `(${expr.items.map((one) => this.bool(one, env)).join(' && ')})`;
      case 'general':
        return comparison(this, expr, env);
      case 'quantified':
        return this.quantified(expr, env);
      case 'path':
      case 'set':
      case 'filter':
        return this.nodesOrItems(expr, env);
      case 'call': {
        const known = callBool(this, expr, env);
        if (known !== null) return known;
        break;
      }
      default:
    }
    const { card } = this.infer(expr, env);
    return card === 'many' ? this.nodesOrItems(expr, env) : truth(this.value(expr, env));
  }

  private nodesOrItems(expr: Expr, env: Env): string {
    const { ty, card } = this.infer(expr, env);
    if (ty === 'element' || ty === 'attribute' || ty === 'text' || ty === 'node')
      return exists(this, expr, env);
    return card === 'many' ? `truthOf(${this.items(expr, env)})` : truth(this.value(expr, env));
  }

  private quantified(expr: Extract<Expr, { kind: 'quantified' }>, env: Env): string {
    return this.hoist(env, (inner) => {
      const body = loop(this, expr.in, inner, 'any', (value) =>
        this.bound(inner, value, (ref) => {
          const test = this.bool(expr.body, { ...inner, vars: new Map(inner.vars).set(expr.name, ref) });
          return expr.every ? `if (!(${test})) return false;\n` : `if (${test}) return true;\n`;
        }),
      );
      return `${body}return ${expr.every};`;
    });
  }

  /** Gives a value a name for the statements that `use` writes. */
  bound(env: Env, value: Val, use: (ref: Ref) => string): string {
    const card = value.opt ? 'opt' : 'one';
    if (/^[a-z]\d+$/.test(value.js)) return use(env.frame.ref(value.js, value.ty, card));
    const name = env.frame.local();
    return `const ${name} = ${value.js};\n${use(env.frame.ref(name, value.ty, card))}`;
  }
}
