import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type XmlNode as LibNode, ParseOption, XmlDocument, XmlElement } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { decodeXml } from '../../src/xml/decode.js';
import type { XmlNode } from '../../src/xml/node.js';
import { parseXml } from '../../src/xml/tree.js';

const shared = resolve(process.env.ECLUSE_SHARED ?? '../shared');
const folders = ['corpus/en16931', 'corpus/aife', 'reference/samples'].map((f) => join(shared, f));
const there = folders.every((f) => existsSync(f));
if (!there) console.log(`skipped: reference corpus not found in ${shared}`);

function xmlFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.xml$/i.test(e.name))
    .map((e) => join(e.parentPath, e.name));
}

/** Direct text and element children of a libxml2 element. */
function contents(element: XmlElement): { text: string; children: XmlElement[] } {
  const children: XmlElement[] = [];
  let text = '';
  for (const node of element.find('node()')) {
    if (node instanceof XmlElement) children.push(node);
    else if (isText(node)) text += node.content;
  }
  return { text, children };
}

function isText(node: LibNode): boolean {
  return node.constructor.name === 'XmlText' || node.constructor.name === 'XmlCData';
}

const squeezed = (text: string) => text.replace(/[ \t\r\n]+/g, '');

/** The first difference between our tree and libxml2's, or null. Lines beyond 65,535 are not kept by libxml2. */
function difference(ours: XmlNode, theirs: XmlElement): string | null {
  const pairs: [XmlNode, XmlElement][] = [[ours, theirs]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [a, b] = pair;
    const qualified = b.prefix === '' ? b.name : `${b.prefix}:${b.name}`;
    if (a.name !== qualified || a.local !== b.name) return `${a.name} is ${qualified}`;
    if (a.namespace !== b.namespaceUri) return `${a.name}: namespace ${a.namespace} is ${b.namespaceUri}`;
    if (a.line !== b.line && b.line < 65_535) return `${a.name}: line ${a.line} is ${b.line}`;
    const attributes = (list: readonly { name: string; ns: string; value: string }[]) =>
      JSON.stringify(list.map((x) => `${x.ns}|${x.name}=${x.value}`).sort());
    const mine = attributes(a.attributes.map((x) => ({ name: x.local, ns: x.namespace, value: x.value })));
    const yours = attributes(b.attrs.map((x) => ({ name: x.name, ns: x.namespaceUri, value: x.value })));
    if (mine !== yours) return `${a.name}: attributes ${mine} are ${yours}`;
    const { text, children } = contents(b);
    if (children.length !== a.children.length) return `${a.name}: ${a.children.length} is ${children.length}`;
    const sameText = children.length === 0 ? a.text === text : squeezed(a.text) === squeezed(text);
    if (!sameText) return `${a.name}: text ${a.text.slice(0, 80)} is ${text.slice(0, 80)}`;
    a.children.forEach((one, i) => {
      const other = children[i];
      if (other !== undefined) pairs.push([one, other]);
    });
  }
  return null;
}

describe.skipIf(!there)('the tree against libxml2 over the whole corpus', () => {
  it('has the same names, namespaces, attributes, text and lines', () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const file of folders.flatMap(xmlFiles)) {
      const bytes = readFileSync(file);
      let doc: XmlDocument;
      try {
        doc = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_HUGE });
      } catch {
        continue;
      }
      const decoded = decodeXml(bytes);
      try {
        if (doc.dtd !== null) continue;
        if (!decoded.ok) throw new Error(`${decoded.encoding}: ${decoded.problem}`);
        const found = difference(parseXml(decoded.text), doc.root);
        if (found !== null) wrong.push(`${file}: ${found}`);
        compared++;
      } catch (error) {
        wrong.push(`${file}: ${String(error)}`);
      } finally {
        doc.dispose();
      }
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(2000);
  }, 300_000);
});
