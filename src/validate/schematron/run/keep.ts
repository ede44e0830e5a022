import { XmlNode } from '../../../xml/node.js';
import { type Item, itemText } from './items.js';
import { orderOf } from './nodes.js';
import { theIndex } from './state.js';

/** Values kept of one function: more different questions are not worth the memory. */
const keptMax = 2000;

/** The value of a function of the document and a few items, computed once for equal items. */
export function kept(
  compute: (...args: (Item | null)[]) => unknown,
  args: readonly (Item | null)[],
): unknown {
  const index = theIndex();
  let known = index.kept.get(compute);
  if (known === undefined) {
    known = new Map();
    index.kept.set(compute, known);
  }
  const key = args.map(keyOf).join('\u0000');
  const value = known.get(key);
  if (value !== undefined) return value;
  const made = compute(...args);
  if (known.size < keptMax) known.set(key, made);
  return made;
}

function keyOf(item: Item | null): string {
  if (item === null) return '';
  if (item instanceof XmlNode) return `e${orderOf(item)}`;
  const type = typeof item === 'object' ? item.constructor.name : typeof item;
  return `${type}:${itemText(item)}`;
}
