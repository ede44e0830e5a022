/**
 * A local name that tables of terms ask for. Documents are parsed one after the other, and each marks the names that
 * stand in it: what a document has not is known without a look at its tree.
 */
export class LocalName {
  /** Number of the last document that the name stands in. */
  document = 0;
}

const known = new Map<string, LocalName>();
/** Documents may hold any number of names; those of the formats are some hundreds. */
const knownMax = 20_000;
const others = new LocalName();
let parsed = 0;

/** The mark of a name in a document; names too many to be kept share one. */
export function localNameOf(local: string): LocalName {
  return trackedName(local) ?? others;
}

/** The mark of a name; null when there are too many to keep one for it. */
export function trackedName(local: string): LocalName | null {
  const before = known.get(local);
  if (before !== undefined) return before;
  if (known.size >= knownMax) return null;
  const made = new LocalName();
  known.set(local, made);
  return made;
}

/** A number for a document that is about to be parsed. */
export function nextDocument(): number {
  return ++parsed;
}

/** Whether the marks are those of this document: false once another has been parsed. */
export function isLastDocument(document: number): boolean {
  return document === parsed;
}
