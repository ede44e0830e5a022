import { interned } from './intern.js';
import { XmlName } from './node.js';

/** What the namespace declarations of one element add to those around it. */
export interface Scope {
  readonly outer: Scope | null;
  /** Prefix to URI; the empty prefix is the default namespace. */
  readonly declared: ReadonlyMap<string, string>;
  readonly elementNames: Map<string, XmlName>;
  readonly attributeNames: Map<string, XmlName>;
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** Around the root element: what no document needs to declare, and attributes of elements outside any declaration. */
export const baseScope = newScope(null, new Map([['xml', xmlNamespace]]));

/** Scopes of root elements, by what they declare: documents of one sender share theirs, with the names resolved in it. */
const ofRoots = new Map<string, Scope>();
/** Documents may declare and name anything; those of the formats need some hundreds of names in some scopes. */
const scopesMax = 200;
const namesMax = 20_000;
let namesResolved = 0;

/** The scope inside an element that declares namespaces. */
export function scopeWithin(outer: Scope, declared: ReadonlyMap<string, string>): Scope {
  if (outer !== baseScope) return newScope(outer, declared);
  let key = '';
  // No URI or prefix holds a line feed: in attribute values it becomes a space.
  for (const [prefix, uri] of declared) key += `${prefix}\n${uri}\n`;
  const known = ofRoots.get(key);
  if (known !== undefined) return known;
  const own = new Map([...declared].map(([prefix, uri]) => [interned(prefix), interned(uri)]));
  const made = newScope(outer, own);
  ofRoots.set(key, made);
  return made;
}

/** To be called between two documents: what too many strange ones left behind is dropped. */
export function forgetScopes(): void {
  if (ofRoots.size <= scopesMax && namesResolved <= namesMax) return;
  ofRoots.clear();
  baseScope.elementNames.clear();
  baseScope.attributeNames.clear();
  namesResolved = 0;
}

/** The name of an element or attribute as it is written in a scope. */
export function resolveName(scope: Scope, written: string, element: boolean): XmlName {
  // A slice of the document would keep all of it in memory.
  const name = interned(written);
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const bound = colon < 0 && !element ? '' : lookUp(scope, prefix);
  // As libxml2 does: a prefix that nobody declared stays part of the local name, without a namespace.
  const resolved =
    bound === undefined
      ? new XmlName(name, name, '')
      : new XmlName(name, colon < 0 ? name : interned(name.slice(colon + 1)), interned(bound));
  (element ? scope.elementNames : scope.attributeNames).set(name, resolved);
  namesResolved++;
  return resolved;
}

function newScope(outer: Scope | null, declared: ReadonlyMap<string, string>): Scope {
  return { outer, declared, elementNames: new Map(), attributeNames: new Map() };
}

function lookUp(scope: Scope, prefix: string): string | undefined {
  for (let one: Scope | null = scope; one !== null; one = one.outer) {
    const uri = one.declared.get(prefix);
    if (uri !== undefined) return uri;
  }
  return prefix === '' ? '' : undefined;
}
