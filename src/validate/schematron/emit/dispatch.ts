import type { QName } from '../xpath/ast.js';
import type { Matcher } from './match.js';
import type { Module } from './module.js';

export interface RuleMatch {
  readonly rule: string;
  readonly matchers: readonly Matcher[];
}

/**
 * A function that runs one pattern: each node goes to the first rule whose context matches it. Names decide which
 * nodes are looked at, so that a rule on what the document has not costs nothing.
 */
export function dispatchCode(module: Module, name: string, rules: readonly RuleMatch[]): string {
  const lines = [...documentCode(rules), ...elementCode(module, rules), ...attributeCode(module, rules)];
  return `function ${name}() {\n${lines.join('\n')}\n}`;
}

/** Statements on `n`: to the first rule of these that matches. */
function chosen(rules: readonly { readonly rule: string; readonly tests: readonly string[] }[]): string {
  const lines = ['where = n; at = -1;'];
  for (const { rule, tests } of rules) {
    if (tests.includes('')) {
      lines.push(`${rule}(n);`);
      return lines.join('\n');
    }
    lines.push(`if (${tests.join(' || ')}) { ${rule}(n); return; }`);
  }
  return lines.join('\n');
}

function documentCode(rules: readonly RuleMatch[]): string[] {
  const found = rules.filter(({ matchers }) => matchers.some(({ kind }) => kind === 'document'));
  const [first] = found;
  return first === undefined ? [] : [`where = D.document; at = -1; ${first.rule}(D.document);`];
}

function testsFor(
  rules: readonly RuleMatch[],
  wanted: (one: Matcher) => boolean,
  condition: (one: Matcher) => string,
) {
  return rules.flatMap(({ rule, matchers }) => {
    const tests = matchers.filter(wanted).map(condition);
    return tests.length === 0 ? [] : [{ rule, tests }];
  });
}

function elementCode(module: Module, rules: readonly RuleMatch[]): string[] {
  const all = rules.flatMap(({ matchers }) => matchers).filter(({ kind }) => kind === 'element');
  const names = new Map<string, QName>();
  for (const one of all) for (const name of one.names ?? []) names.set(module.name(name), name);
  const dispatchers = [...names].map(([code, name]) => {
    const bears = (one: Matcher): boolean =>
      one.kind === 'element' &&
      (one.names === null || one.names.some(({ uri, local }) => uri === name.uri && local === name.local));
    return { code, js: module.add(['n'], chosen(testsFor(rules, bears, ({ test }) => test))) };
  });
  if (!all.some((one) => one.names === null)) {
    return dispatchers.map(({ code, js }) => `if (P[${code}] === 1) for (const n of B[${code}]) ${js}(n);`);
  }
  const other = module.add(
    ['n'],
    chosen(
      testsFor(
        rules,
        (one) => one.kind === 'element' && one.names === null,
        ({ test }) => test,
      ),
    ),
  );
  const table = module.constant(
    `tableOf([${dispatchers.map(({ code, js }) => `[${code}, ${js}]`).join(', ')}], ${other})`,
  );
  return [`for (const n of D.elements) (${table}[n.code] ?? ${other})(n);`];
}

function attributeCode(module: Module, rules: readonly RuleMatch[]): string[] {
  const tests = testsFor(
    rules,
    (one) => one.kind === 'attribute',
    ({ names, test }) => {
      if (names === null) return test;
      const named = names.map((name) => `n.qname.code === ${module.name(name)}`).join(' || ');
      return test === '' ? named : `((${named}) && ${test})`;
    },
  );
  if (tests.length === 0) return [];
  const js = module.add(['n'], chosen(tests));
  return [`for (const one of D.elements) for (const n of one.attributes) ${js}(n);`];
}
