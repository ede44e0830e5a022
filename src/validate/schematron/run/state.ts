import type { DocumentIndex } from './document.js';

let index: DocumentIndex | null = null;
let startedMs = 0;

/** Says which document the functions of the runtime look at; null when a run is over. */
export function start(next: DocumentIndex | null): void {
  index = next;
  startedMs = 0;
}

export function theIndex(): DocumentIndex {
  if (index === null) throw new Error('no document is being checked');
  return index;
}

/** The moment that `current-date()` and its kin tell: the same all through one run. */
export function momentMs(): number {
  if (startedMs === 0) startedMs = Date.now();
  return startedMs;
}
