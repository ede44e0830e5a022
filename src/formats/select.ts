import { Fault } from '../errors.js';
import { interned } from '../xml/intern.js';
import { attr, textOf, type XmlNode } from '../xml/node.js';
import { isLastDocument, type LocalName, trackedName } from '../xml/presence.js';

/** Prefixes that paths in term tables may use. `*` is any namespace. */
export type Prefixes = Readonly<Record<string, string>>;

interface Condition {
  readonly path: Path;
  /** `has`: the path leads to something that is not empty. Others compare its value, regardless of case. */
  readonly kind: 'has' | 'has-not' | 'is' | 'is-not';
  /** What is compared with: fixed values, or the value at a path that starts some elements further up. */
  readonly values: readonly string[];
  readonly other: { readonly up: number; readonly path: Path } | null;
}

export interface Step {
  /** Prefix of the table; `*` where any namespace will do. */
  readonly prefix: string;
  /** The local name expected, and others that match too. */
  readonly local: string;
  readonly others: readonly string[];
  /** Null: any. */
  readonly namespace: string | null;
  readonly conditions: readonly Condition[];
}

/** A compiled path: elements, then perhaps an attribute. */
export interface Path {
  readonly steps: readonly Step[];
  readonly attribute: string | null;
  /** Names that must stand in a document for the path to lead anywhere; the last step's first. */
  readonly needs: readonly LocalName[];
}

const stepPattern = /(?:@([A-Za-z]+)|([\w*]+):(\w+(?:\|\w+)*))((?:\[[^\]]*\])*)(?:\/|$)/y;
const conditionPattern = /\[(!?)([^=!\]]+?)(?:(!?=)(?:'([^']*)'|([^'\]]+)))?\]/g;

/**
 * Compiles a path of a term table: `cac:Party/cbc:ID`, `ram:GlobalID|ID`, `cbc:ID/@schemeID`, `.` (the element
 * itself), with conditions `[path]`, `[!path]`, `[path='A|B']`, `[path!='A|B']` (also true when the path leads
 * nowhere), `[path=../../path]`. Values are compared without regard to case.
 * @throws Fault INTERNAL on a path that is not of this grammar: tables are ours.
 */
export function compilePath(written: string, prefixes: Prefixes): Path {
  if (written === '.') return { steps: [], attribute: null, needs: [] };
  const steps: Step[] = [];
  let attribute: string | null = null;
  for (let at = 0; at < written.length; ) {
    stepPattern.lastIndex = at;
    const match = stepPattern.exec(written);
    if (match === null || attribute !== null)
      throw new Fault('INTERNAL', `term table: ${written} is not a path`);
    at = stepPattern.lastIndex;
    const [, attributeName, prefix = '', locals = '', conditions = ''] = match;
    if (attributeName !== undefined) {
      attribute = interned(attributeName);
      continue;
    }
    const namespace = prefix === '*' ? null : prefixes[prefix];
    if (namespace === undefined) throw new Fault('INTERNAL', `term table: prefix of ${written} is not known`);
    const compiled = compileConditions(conditions, prefixes);
    const [local = '', ...others] = locals.split('|').map(interned);
    const uri = namespace === null ? null : interned(namespace);
    steps.push({ prefix, local, others, namespace: uri, conditions: compiled });
  }
  return { steps, attribute, needs: needsOf(steps) };
}

function needsOf(steps: readonly Step[]): readonly LocalName[] {
  return steps
    .toReversed()
    .flatMap(({ local, others }) => (others.length > 0 ? [] : (trackedName(local) ?? [])));
}

/** Whether a path leads nowhere in a whole document, as far as the names in it tell. */
export function isAbsent(from: XmlNode, { needs }: Path): boolean {
  const { number } = from.source;
  if (!isLastDocument(number)) return false;
  for (let i = 0; i < needs.length; i++) if (needs[i]?.document !== number) return true;
  return false;
}

function compileConditions(written: string, prefixes: Prefixes): readonly Condition[] {
  return [...written.matchAll(conditionPattern)].map(([, not, path = '', operator, value, other]) => ({
    path: compilePath(path, prefixes),
    kind: operator === undefined ? (not === '!' ? 'has-not' : 'has') : operator === '=' ? 'is' : 'is-not',
    values: value === undefined ? [] : value.toUpperCase().split('|'),
    other: other === undefined ? null : compileOther(other, prefixes),
  }));
}

function compileOther(written: string, prefixes: Prefixes): NonNullable<Condition['other']> {
  const below = written.replace(/^(\.\.\/)+/, '');
  return { up: (written.length - below.length) / 3, path: compilePath(below, prefixes) };
}

function holds(node: XmlNode, condition: Condition): boolean {
  switch (condition.kind) {
    case 'has':
      return leadsSomewhere(node, condition.path);
    case 'has-not':
      return !leadsSomewhere(node, condition.path);
    case 'is':
      return isAmong(node, condition);
    case 'is-not':
      return !isAmong(node, condition);
  }
}

function leadsSomewhere(node: XmlNode, path: Path): boolean {
  const found = findNode(node, path);
  return found !== null && (found.children.length > 0 || textAt(found, path.attribute) !== null);
}

function isAmong(node: XmlNode, condition: Condition): boolean {
  const value = valueAt(node, condition.path)?.toUpperCase();
  if (value === undefined) return false;
  const { other } = condition;
  if (other === null) return condition.values.includes(value);
  let from: XmlNode | null = node;
  for (let up = 0; up < other.up && from !== null; up++) from = from.parent;
  return from !== null && valueAt(from, other.path)?.toUpperCase() === value;
}

function matches(node: XmlNode, step: Step): boolean {
  if (node.local !== step.local && (step.others.length === 0 || !step.others.includes(node.local)))
    return false;
  if (step.namespace !== null && node.namespace !== step.namespace) return false;
  for (const condition of step.conditions) if (!holds(node, condition)) return false;
  return true;
}

/** The first element that a path leads to; when it ends in an attribute, the first that has it. */
export function findNode(from: XmlNode, path: Path): XmlNode | null {
  return isAbsent(from, path) ? null : findBelow(from, path, 0);
}

function findBelow(from: XmlNode, path: Path, depth: number): XmlNode | null {
  const { steps } = path;
  const step = steps[depth];
  if (step === undefined) {
    return path.attribute === null || attr(from, path.attribute) !== null ? from : null;
  }
  const { children } = from;
  for (let i = 0; i < children.length; i++) {
    const node = children[i];
    if (node === undefined || !matches(node, step)) continue;
    const found = findBelow(node, path, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** All elements that a path leads to, in document order. */
export function findNodes(from: XmlNode, path: Path): readonly XmlNode[] {
  if (isAbsent(from, path)) return none;
  const found: XmlNode[] = [];
  collectBelow(from, path, 0, found);
  return found;
}

const none: readonly XmlNode[] = [];

function collectBelow(from: XmlNode, path: Path, depth: number, into: XmlNode[]): void {
  const step = path.steps[depth];
  if (step === undefined) into.push(from);
  else for (const node of from.children) if (matches(node, step)) collectBelow(node, path, depth + 1, into);
}

/** Trimmed text of what a path leads to; null when it leads nowhere or to nothing but white space. */
export function valueAt(from: XmlNode, path: Path): string | null {
  const node = findNode(from, path);
  return node === null ? null : textAt(node, path.attribute);
}

export function textAt(node: XmlNode, attribute: string | null): string | null {
  const text = trimmed(attribute === null ? textOf(node) : (attr(node, attribute) ?? ''));
  return text === '' ? null : text;
}

/** XML white space only: a no-break space at an end is part of the sender's text. */
export function trimmed(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 32 && last > 32 ? text : text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

/** The deepest element that is there on the way of a path, and how many of its steps lead to it. */
export function deepest(from: XmlNode, path: Path): { node: XmlNode; depth: number } {
  let node = from;
  let depth = 0;
  for (const step of path.steps) {
    const next = node.children.find((one) => matches(one, step));
    if (next === undefined) break;
    node = next;
    depth++;
  }
  return { node, depth };
}
