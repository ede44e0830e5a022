import type { View } from './shape.js';

/** Several terms of a view, by name: each its trimmed text, or null. */
export function texts<K extends string>(view: View, terms: readonly K[]): Record<K, string | null> {
  const read: Partial<Record<K, string | null>> = {};
  for (const term of terms) read[term] = view.text(term);
  return read as Record<K, string | null>;
}
