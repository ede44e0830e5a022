import type { Place } from '../domain/finding.js';
import { pathOf, type XmlNode } from '../xml/node.js';
import {
  compilePath,
  deepest,
  findNode,
  findNodes,
  type Path,
  type Prefixes,
  type Step,
  textAt,
} from './select.js';

/** One path, or several of which the first that leads somewhere counts (the first is the one expected). */
export type Paths = string | readonly string[];

/** A term table as written: where each term and group of `Invoice` stands, relative to the group around it. */
export interface ShapeTable {
  readonly terms: Readonly<Record<string, Paths>>;
  readonly groups?: Readonly<Record<string, GroupTable>>;
}

export interface GroupTable extends ShapeTable {
  readonly at: Paths;
}

export interface Shape {
  readonly terms: ReadonlyMap<string, readonly Path[]>;
  readonly groups: ReadonlyMap<string, { readonly at: readonly Path[]; readonly shape: Shape }>;
}

/** Compiles a term table; done once per syntax. */
export function compileShape(table: ShapeTable, prefixes: Prefixes): Shape {
  const compile = (paths: Paths) =>
    (typeof paths === 'string' ? [paths] : paths).map((path) => compilePath(path, prefixes));
  return {
    terms: new Map(Object.entries(table.terms).map(([term, paths]) => [term, compile(paths)])),
    groups: new Map(
      Object.entries(table.groups ?? {}).map(([name, group]) => [
        name,
        { at: compile(group.at), shape: compileShape(group, prefixes) },
      ]),
    ),
  };
}

interface Found {
  readonly node: XmlNode;
  readonly path: Path;
}

/** Reading by a table: the same table says where a value is taken from and what place is named for it. */
export interface View {
  /** The element read from; null when the group is absent: then every term is null. */
  readonly node: XmlNode | null;
  text(term: string): string | null;
  /** The element a term is read from. */
  element(term: string): XmlNode | null;
  group(name: string): View;
  /** Every element of a repeated group. */
  all(name: string): readonly View[];
}

class ShapeView implements View {
  constructor(
    private readonly shape: Shape,
    readonly node: XmlNode | null,
  ) {}

  text(term: string): string | null {
    const paths = this.shape.terms.get(term);
    if (this.node === null || paths === undefined) return null;
    for (let i = 0; i < paths.length; i++) {
      const path = paths[i];
      const found = path === undefined ? null : findNode(this.node, path);
      const text = path === undefined || found === null ? null : textAt(found, path.attribute);
      if (text !== null) return text;
    }
    return null;
  }

  element(term: string): XmlNode | null {
    const paths = this.shape.terms.get(term);
    return this.node === null || paths === undefined ? null : (filled(this.node, paths)?.node ?? null);
  }

  group(name: string): View {
    const group = this.shape.groups.get(name);
    if (group === undefined) return nothing;
    return new ShapeView(group.shape, this.node === null ? null : firstNode(this.node, group.at));
  }

  all(name: string): readonly View[] {
    const { node } = this;
    const group = this.shape.groups.get(name);
    if (node === null || group === undefined) return [];
    const nodes = nodesOf(node, group.at);
    return nodes.length === 0 ? noViews : nodes.map((one) => new ShapeView(group.shape, one));
  }
}

const noViews: readonly View[] = [];

const nothing: View = {
  node: null,
  text: () => null,
  element: () => null,
  group: () => nothing,
  all: () => [],
};

export function viewOf(shape: Shape, node: XmlNode): View {
  return new ShapeView(shape, node);
}

function nodesOf(from: XmlNode, paths: readonly Path[]): readonly XmlNode[] {
  for (const path of paths) {
    const found = findNodes(from, path);
    if (found.length > 0) return found;
  }
  return noNodes;
}

const noNodes: readonly XmlNode[] = [];

function firstNode(from: XmlNode, paths: readonly Path[]): XmlNode | null {
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i];
    const node = path === undefined ? null : findNode(from, path);
    if (node !== null) return node;
  }
  return null;
}

function firstOf(from: XmlNode, paths: readonly Path[]): Found | null {
  for (const path of paths) {
    const node = findNode(from, path);
    if (node !== null) return { node, path };
  }
  return null;
}

/** The alternative that is read: the first with a value, else the first that is there. */
function filled(from: XmlNode, paths: readonly Path[]): Found | null {
  let there: Found | null = null;
  for (const path of paths) {
    const node = findNode(from, path);
    if (node === null) continue;
    if (textAt(node, path.attribute) !== null) return { node, path };
    there ??= { node, path };
  }
  return there;
}

/** Says where terms stand in one document, with the prefixes that its sender uses. */
export class Placer {
  /** Namespace to prefix, of the first elements of the document. */
  private seen: Map<string, string> | null = null;

  constructor(private readonly root: XmlNode) {}

  /**
   * Place of a term named by its path in `Invoice` (`lines[1].period.start`), below the element that the shape
   * starts from. Absent: the path where it is expected and the line of the nearest element that is there. Null for
   * a term that the syntax does not know.
   */
  place(shape: Shape, from: XmlNode, term: string): Place | null {
    let node = from;
    let tail = '';
    let current: Shape | undefined = shape;
    const segments = term.split('.');
    for (const [depth, segment] of segments.entries()) {
      const bracket = segment.indexOf('[');
      const name = bracket < 0 ? segment : segment.slice(0, bracket);
      const index = bracket < 0 ? 0 : Number(/^\[(\d+)\]$/.exec(segment.slice(bracket))?.[1]);
      if (Number.isNaN(index)) return null;
      const group: { readonly at: readonly Path[]; readonly shape: Shape } | undefined =
        current?.groups.get(name);
      const last = depth === segments.length - 1;
      const terms: readonly Path[] | undefined = last ? current?.terms.get(name) : undefined;
      const paths = group?.at ?? terms;
      const [expected] = paths ?? [];
      if (paths === undefined || expected === undefined) return null;
      const found = tail !== '' ? null : group === undefined ? filled(node, paths) : nth(node, paths, index);
      if (found !== null) {
        node = found.node;
        if (found.path.attribute !== null) tail = `/@${found.path.attribute}`;
      } else if (tail !== '') {
        tail += this.written(expected.steps) + attributeOf(expected);
      } else {
        const expectedAt = this.expected(node, expected, index);
        node = expectedAt.node;
        tail = expectedAt.tail;
      }
      current = group?.shape;
    }
    return { path: pathOf(node) + tail, line: node.line };
  }

  /** The element nearest to where a path would lead, and the rest of the path below it. */
  private expected(from: XmlNode, path: Path, index: number): { node: XmlNode; tail: string } {
    const { node, depth } = deepest(from, path);
    const all = depth === path.steps.length;
    // All of the path is there, only fewer times than asked for: the next would stand beside.
    if (all && index > 0 && node.parent !== null) {
      return { node: node.parent, tail: `${this.written(path.steps.slice(-1))}[${index + 1}]` };
    }
    return { node, tail: this.written(path.steps.slice(depth)) + attributeOf(path) };
  }

  private written(steps: readonly Step[]): string {
    return steps.map((step) => `/${this.prefixFor(step)}${step.local}`).join('');
  }

  private prefixFor(step: Step): string {
    const { namespace, prefix } = step;
    this.seen ??= prefixesOf(this.root);
    const written = this.seen.get(namespace ?? this.root.namespace) ?? (prefix === '*' ? '' : prefix);
    return written === '' ? '' : `${written}:`;
  }
}

function attributeOf(path: Path): string {
  return path.attribute === null ? '' : `/@${path.attribute}`;
}

function nth(from: XmlNode, paths: readonly Path[], index: number): Found | null {
  if (index === 0) return firstOf(from, paths);
  for (const path of paths) {
    const nodes = findNodes(from, path);
    const node = nodes[index];
    if (nodes.length > 0) return node === undefined ? null : { node, path };
  }
  return null;
}

/** A document shows its prefixes early; what comes after this many elements is not looked at. */
const elementsLookedAtMax = 500;

function prefixesOf(root: XmlNode): Map<string, string> {
  const seen = new Map<string, string>();
  const { elements } = root.source;
  const from = root.order - 1;
  const to = Math.min(root.last, from + elementsLookedAtMax);
  for (let i = from; i < to; i++) {
    const one = elements[i];
    if (one === undefined || seen.has(one.namespace)) continue;
    seen.set(one.namespace, one.name.includes(':') ? one.name.slice(0, one.name.indexOf(':')) : '');
  }
  return seen;
}
