import type { XmlName } from '../../../xml/node.js';

/**
 * Numbers for the names that loaded packs ask for, the same for all packs of the process. Names of documents are
 * looked up here and never added: what a document contains cannot make it grow.
 */
const known = new Map<string, Map<string, number>>();
const spaces = new Map<string, number>();
let count = 0;
let generation = 1;

/** The number of a namespace, from 1; given when a pack is loaded. */
export function registerNamespace(uri: string): number {
  const code = spaces.get(uri);
  if (code !== undefined) return code;
  spaces.set(uri, spaces.size + 1);
  generation++;
  return spaces.size;
}

/** The number of a name, from 1; given when a pack is loaded. */
export function registerName(uri: string, local: string): number {
  let locals = known.get(uri);
  if (locals === undefined) {
    locals = new Map();
    known.set(uri, locals);
  }
  const code = locals.get(local);
  if (code !== undefined) return code;
  locals.set(local, ++count);
  generation++;
  return count;
}

export function registeredCount(): number {
  return count;
}

export function currentGeneration(): number {
  return generation;
}

/** The number of a document's name, 0 when no pack asks for it. */
export function codeOf(name: XmlName): number {
  if (name.generation !== generation) {
    name.code = known.get(name.namespace)?.get(name.local) ?? 0;
    name.space = spaces.get(name.namespace) ?? 0;
    name.generation = generation;
  }
  return name.code;
}
