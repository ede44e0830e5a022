const known = new Map<string, string>();
/** Documents may hold any number of names; those of the formats are some hundreds. */
const knownMax = 20_000;

/**
 * The same text as one string for the whole thread: two interned strings are compared by their address, where others
 * are compared letter by letter. For names, which readers and rules compare all the time.
 */
export function interned(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  // V8 keeps one string for each text that is the key of an object.
  const [own = text] = Object.keys({ [text]: true });
  if (known.size < knownMax) known.set(own, own);
  return own;
}
