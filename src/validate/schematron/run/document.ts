import { XmlName, XmlNode } from '../../../xml/node.js';
import { codeOf, currentGeneration, registeredCount } from './names.js';

const none: readonly XmlNode[] = [];
const documentName = new XmlName('', '', '');

/**
 * Names of elements, and of attributes, that stand in the document indexed last: 1 by number of the name. They are the
 * same for all documents, since arrays of bytes are dear to make.
 */
let present = new Uint8Array(0);
let presentAttributes = new Uint8Array(0);
let indexed = 0;

/** Where the elements of a document stand, by name: made once per document, used by all packs. */
export class DocumentIndex {
  /** The document node: parent of the root element, with order 0. */
  readonly document: XmlNode;
  /** All elements in document order. */
  readonly elements: readonly XmlNode[];
  /** Elements by number of their name, in document order; `byName[0]` is empty. */
  readonly byName: (readonly XmlNode[])[];
  /** 1 where an element, or an attribute, of that name stands in the document. */
  readonly present: Uint8Array;
  readonly presentAttributes: Uint8Array;
  readonly generation = currentGeneration();
  readonly number = ++indexed;
  /** Children by name, for elements with very many; made when they are first asked for. */
  readonly grouped = new Map<XmlNode, ReadonlyMap<number, readonly XmlNode[]>>();
  /** Values that code keeps for large documents, by function and by what they depend on. */
  readonly kept = new Map<unknown, Map<string, unknown>>();

  constructor(readonly root: XmlNode) {
    const size = registeredCount() + 1;
    this.byName = new Array(size).fill(none);
    if (present.length < size) {
      present = new Uint8Array(size * 2);
      presentAttributes = new Uint8Array(size * 2);
    } else {
      present.fill(0);
      presentAttributes.fill(0);
    }
    this.present = present;
    this.presentAttributes = presentAttributes;
    this.document = new XmlNode(documentName, [], null, root.source, 0, 0);
    this.document.children = [root];
    this.document.last = root.last;
    this.document.code = -1;
    const all = root.source.elements;
    this.elements = root.order === 1 ? all : all.slice(root.order - 1, root.last);
    this.fill();
  }

  private fill(): void {
    const { elements, byName } = this;
    for (let i = 0; i < elements.length; i++) {
      const node = elements[i];
      if (node === undefined) continue;
      const code = codeOf(node.qname);
      node.code = code;
      if (code !== 0) {
        if (present[code] === 0) {
          present[code] = 1;
          byName[code] = [node];
        } else (byName[code] as XmlNode[]).push(node);
      }
      const { attributes } = node;
      for (let j = 0; j < attributes.length; j++) {
        const one = attributes[j];
        if (one !== undefined) presentAttributes[codeOf(one.qname)] = 1;
      }
    }
  }

  /** Whether it still holds: no name was added, no other document was indexed. */
  isCurrent(): boolean {
    return this.generation === currentGeneration() && this.number === indexed;
  }
}

/** The index of a document, made when it is first asked for. */
export function indexOf(root: XmlNode): DocumentIndex {
  const known = root.source.index;
  if (known instanceof DocumentIndex && known.root === root && known.isCurrent()) return known;
  const made = new DocumentIndex(root);
  root.source.index = made;
  return made;
}
