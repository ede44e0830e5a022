import { pathOf, XmlAttribute, type XmlNode } from '../../../xml/node.js';
import type { PackFailure, PackMeta, PackProgram, PackRun } from '../types.js';
import { type DocumentIndex, indexOf } from './document.js';
import { DynamicError } from './errors.js';
import { type Node, TextNode } from './items.js';
import { orderOf, rank } from './nodes.js';

/** What compiled code gives when it is loaded. */
export interface PackFactory {
  /** Number of the first assert of each pattern. */
  readonly starts: readonly number[];
  /** Adds the number of an assert and the node it failed on, again and again. */
  run(index: DocumentIndex, failed: (number | Node)[]): void;
  /** What was being computed last. */
  last(): { readonly assert: number; readonly node: Node | null };
}

interface Failure {
  readonly assert: number;
  readonly node: Node;
}

/** All failures of one assert are kept unless the caller says otherwise. */
const failuresPerAssertDefault = Number.POSITIVE_INFINITY;

export function programOf(meta: PackMeta, factory: PackFactory): PackProgram {
  return {
    meta,
    run: (root, options) => runPack(factory, root, options?.failuresPerAssertMax ?? failuresPerAssertDefault),
  };
}

function runPack(factory: PackFactory, root: XmlNode, failuresPerAssertMax: number): PackRun {
  const failed: (number | Node)[] = [];
  let error: PackRun['error'] = null;
  try {
    factory.run(indexOf(root), failed);
  } catch (thrown) {
    error = errorOf(thrown, factory.last(), root);
  }
  factory.last();
  if (failed.length === 0) return { failures: [], counts: new Map(), error };
  return { ...toldOf(inOrder(failed, factory.starts), failuresPerAssertMax), error };
}

/** Document order within a pattern; the order of the file for what stands on one node. */
function inOrder(failed: readonly (number | Node)[], starts: readonly number[]): readonly Failure[] {
  const list: Failure[] = [];
  for (let i = 0; i + 1 < failed.length; i += 2) {
    const assert = failed[i];
    const node = failed[i + 1];
    if (typeof assert === 'number' && node !== undefined && typeof node !== 'number')
      list.push({ assert, node });
  }
  const patternOf = (assert: number): number => {
    let pattern = 0;
    while (pattern + 1 < starts.length && (starts[pattern + 1] ?? 0) <= assert) pattern++;
    return pattern;
  };
  return list.sort(
    (a, b) =>
      patternOf(a.assert) - patternOf(b.assert) ||
      orderOf(a.node) - orderOf(b.node) ||
      rank(a.node) - rank(b.node) ||
      a.assert - b.assert,
  );
}

function toldOf(list: readonly Failure[], max: number): Omit<PackRun, 'error'> {
  const counts = new Map<number, number>();
  const failures: PackFailure[] = [];
  for (const { assert, node } of list) {
    const count = (counts.get(assert) ?? 0) + 1;
    counts.set(assert, count);
    if (count <= max) failures.push({ assert, ...placeOf(node) });
  }
  return { failures, counts };
}

function placeOf(node: Node): { readonly path: string; readonly line: number } {
  if (node instanceof XmlAttribute) {
    const owner = node.owner;
    return owner === null
      ? { path: `@${node.name}`, line: 1 }
      : { path: `${pathOf(owner)}/@${node.name}`, line: owner.line };
  }
  const element = node instanceof TextNode ? node.owner : node;
  return element.order === 0 && element.name === ''
    ? { path: '/', line: 1 }
    : { path: pathOf(element), line: element.line };
}

/** A dynamic error of a rule, or a document too deep for it; anything else is a fault of ours. */
function errorOf(
  thrown: unknown,
  { assert, node }: ReturnType<PackFactory['last']>,
  root: XmlNode,
): NonNullable<PackRun['error']> {
  const overflow = thrown instanceof RangeError;
  if (!(thrown instanceof DynamicError) && !overflow) throw thrown;
  const message = overflow ? `Too deep or too large: ${thrown.message}` : `${thrown.code}: ${thrown.message}`;
  return { message, assert: assert < 0 ? null : assert, ...placeOf(node ?? root) };
}
