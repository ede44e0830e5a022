import { type XmlAttribute, XmlName, XmlNode } from '../../../xml/node.js';
import { codeOf, currentGeneration, registeredCount } from './names.js';

const none: readonly XmlNode[] = [];
const documentName = new XmlName('', '', '');

/** Where the elements of a document stand, by name: made once per document, used by all packs. */
export class DocumentIndex {
  /** The document node: parent of the root element, with order 0. */
  readonly document: XmlNode;
  /** All elements in document order. */
  readonly elements: XmlNode[] = [];
  /** Elements by number of their name, in document order; `byName[0]` is empty. */
  readonly byName: (readonly XmlNode[])[];
  /** 1 where an element, or an attribute, of that name stands in the document. */
  readonly present: Uint8Array;
  readonly presentAttributes: Uint8Array;
  readonly generation = currentGeneration();

  /** Children by name, for elements with very many; made when they are first asked for. */
  readonly grouped = new Map<XmlNode, ReadonlyMap<number, readonly XmlNode[]>>();
  /** Values that code keeps for large documents, by function and by what they depend on. */
  readonly kept = new Map<unknown, Map<string, unknown>>();

  constructor(readonly root: XmlNode) {
    const size = registeredCount() + 1;
    this.byName = new Array(size);
    for (let i = 0; i < size; i++) this.byName[i] = none;
    this.present = new Uint8Array(size);
    this.presentAttributes = new Uint8Array(size);
    this.document = new XmlNode(documentName, [], null, root.source, 0, 0);
    this.document.children = [root];
    this.document.last = root.last;
    this.document.code = -1;
    this.walk();
  }

  private walk(): void {
    const waiting: XmlNode[] = [this.root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      this.add(node);
      const { children } = node;
      for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i] as XmlNode);
    }
  }

  private add(node: XmlNode): void {
    const code = codeOf(node.qname);
    node.code = code;
    this.elements.push(node);
    if (code !== 0) {
      if (this.present[code] === 0) {
        this.present[code] = 1;
        this.byName[code] = [node];
      } else (this.byName[code] as XmlNode[]).push(node);
    }
    const { attributes } = node;
    for (let i = 0; i < attributes.length; i++) {
      this.presentAttributes[codeOf((attributes[i] as XmlAttribute).qname)] = 1;
    }
  }
}

const indexes = new WeakMap<XmlNode, DocumentIndex>();

/** The index of a document, made when it is first asked for. */
export function indexOf(root: XmlNode): DocumentIndex {
  const known = indexes.get(root);
  if (known !== undefined && known.generation === currentGeneration()) return known;
  const made = new DocumentIndex(root);
  indexes.set(root, made);
  return made;
}
