import type { QName } from '../xpath/ast.js';
import type { Shape, Ty } from './shape.js';

/** A value that generated code can name: a parameter, a local, or what all functions see (`frame` null). */
export interface Ref extends Shape {
  readonly js: string;
  readonly frame: Frame | null;
}

export interface Env {
  readonly frame: Frame;
  /** The context item, its position and the size of what it stands in. */
  readonly context: Ref | null;
  readonly position: Ref | null;
  readonly last: Ref | null;
  /** XSLT's current(): the node of the rule. */
  readonly current: Ref | null;
  readonly vars: ReadonlyMap<string, Ref>;
}

/** One generated function while it is written: what it reads from outside becomes its parameters. */
export class Frame {
  private readonly params = new Map<Ref, string>();
  private readonly temporaries: string[] = [];
  private locals = 0;

  read(ref: Ref): string {
    if (ref.frame === null || ref.frame === this) return ref.js;
    let name = this.params.get(ref);
    if (name === undefined) {
      name = `p${this.params.size}`;
      this.params.set(ref, name);
    }
    return name;
  }

  local(): string {
    return `v${this.locals++}`;
  }

  /** A variable that an expression may write. */
  temporary(): string {
    const name = `t${this.temporaries.length}`;
    this.temporaries.push(name);
    return name;
  }

  ref(js: string, ty: Ty, card: Shape['card']): Ref {
    return { js, ty, card, frame: this };
  }

  get captured(): readonly Ref[] {
    return [...this.params.keys()];
  }

  get names(): readonly string[] {
    return [...this.params.values()];
  }

  /** Statements with the declarations they need. */
  whole(body: string): string {
    return this.temporaries.length === 0 ? body : `let ${this.temporaries.join(', ')};\n${body}`;
  }
}

/** The program of one pack while it is written. Equal functions are written once. */
export class Module {
  private readonly functions = new Map<string, string>();
  private readonly nameVars = new Map<string, string>();
  private readonly constants = new Map<string, string>();
  private readonly texts: string[] = [];
  private readonly keptNames = new Set<string>();
  private memos = 0;

  /** The variable that holds the number of a name. */
  name({ uri, local }: QName): string {
    const key = `${JSON.stringify(uri)}, ${JSON.stringify(local)}`;
    let known = this.nameVars.get(key);
    if (known === undefined) {
      known = `K${this.nameVars.size}`;
      this.nameVars.set(key, known);
    }
    return known;
  }

  /** The variable that holds the number of a namespace. */
  space(uri: string): string {
    return this.constant(`registerNamespace(${JSON.stringify(uri)})`);
  }

  /** The variable that holds a value made once, when the pack is loaded. */
  constant(js: string): string {
    let known = this.constants.get(js);
    if (known === undefined) {
      known = `C${this.constants.size}`;
      this.constants.set(js, known);
    }
    return known;
  }

  /** Adds a function, or finds the equal one. Without parameters its value is the same all over a document: kept. */
  add(params: readonly string[], body: string): string {
    const key = `(${params.join(', ')}) {\n${body}\n}`;
    const known = this.functions.get(key);
    if (known !== undefined) return known;
    const name = `f${this.functions.size}`;
    this.functions.set(key, name);
    if (params.length > 0) this.texts.push(`function ${name}${key}`);
    else {
      const memo = `m${this.memos++}`;
      this.texts.push(
        `function ${name}() { return ${memo} !== undefined ? ${memo} : (${memo} = ${name}_()); }\nfunction ${name}_${key}`,
      );
    }
    return name;
  }

  /** Adds a function whose values are kept in large documents: by node, or by what is compared with. */
  addKept(params: readonly string[], body: string): string {
    if (params.length === 0) return this.add(params, body);
    const name = this.add(params, body);
    const kept = `${name}k`;
    if (!this.keptNames.has(kept)) {
      this.keptNames.add(kept);
      const args = params.join(', ');
      this.texts.push(
        `function ${kept}(${args}) { return large ? kept(${name}, [${args}]) : ${name}(${args}); }`,
      );
    }
    return kept;
  }

  /** Adds a function under a name of its own. */
  declare(text: string): void {
    this.texts.push(text);
  }

  /** Everything written so far: declarations, then functions. */
  text(): string {
    const lines: string[] = [];
    for (const [key, name] of this.nameVars) lines.push(`const ${name} = registerName(${key});`);
    for (const [js, name] of this.constants) lines.push(`const ${name} = ${js};`);
    const memos = Array.from({ length: this.memos }, (_, i) => `m${i}`);
    if (memos.length > 0) lines.push(`let ${memos.join(', ')};`);
    const clear = memos.length === 0 ? '' : `${memos.join(' = ')} = undefined;`;
    lines.push(`function forget() { ${clear} }`);
    return `${lines.join('\n')}\n${this.texts.join('\n')}`;
  }
}

/** Writes a function of its own for a piece of code, and gives the call. */
export function hoisted(module: Module, env: Env, build: (inner: Env) => string, keep = false): string {
  const frame = new Frame();
  const body = frame.whole(build({ ...env, frame }));
  // Read first: what the body needs must reach the outer function too.
  const args = frame.captured.map((ref) => env.frame.read(ref));
  const keeps = keep && frame.captured.every((ref) => ref.card !== 'many');
  const name = keeps ? module.addKept(frame.names, body) : module.add(frame.names, body);
  return `${name}(${args.join(', ')})`;
}

/** The same when the code depends on nothing but the document, so that it is computed once; null otherwise. */
export function invariant(module: Module, env: Env, build: (inner: Env) => string): string | null {
  const frame = new Frame();
  const body = frame.whole(build({ ...env, frame }));
  return frame.captured.length > 0 ? null : `${module.add([], body)}()`;
}
