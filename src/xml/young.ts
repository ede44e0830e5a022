import { setFlagsFromString } from 'node:v8';

let told = false;

/**
 * Tells the script engine never to place new objects among the old ones. It does so where many of a kind have outlived
 * a collection, as those of one large document may; from then on parts of every document are taken for old, keep the
 * rest of it alive, and each collection costs ten times as much. Here all of a document dies with it.
 *
 * The flag counts for the whole process, and is part of what the engine's cached code is checked against: whoever
 * writes or reads such a cache calls this first.
 */
export function keepDocumentsYoung(): void {
  if (told) return;
  told = true;
  setFlagsFromString('--no-allocation-site-pretenuring');
}
