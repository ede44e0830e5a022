import { asError, Fault } from '../../../errors.js';
import { attr, childrenOf, type XmlNode } from '../../../xml/node.js';
import { parseXml } from '../../../xml/tree.js';
import { Names } from '../xpath/names.js';
import type { FunctionDeclaration, Let, Schema } from './model.js';
import { readPattern } from './patterns.js';
import { type Note, refuse } from './problem.js';
import { isSch, Reader, sch, xsl } from './reader.js';
import { readFunction, readVariable } from './xslt.js';

const bindings = new Set(['xslt2', 'xslt3', 'xpath2', 'xpath3']);
const noted = new Set(['title', 'p', 'ns', 'pattern', 'phase', 'diagnostics', 'properties']);

/**
 * Reads a Schematron file (ISO/IEC 19757-3:2016); with `note` rules and asserts that are not spoken are left out.
 * @throws Fault RULES_UNSUPPORTED with file, line and construct.
 */
export function readSchematron(
  { file, text }: { readonly file: string; readonly text: string },
  note: Note = null,
): Schema {
  const root = parsed(file, text);
  if (!isSch(root, 'schema'))
    refuse(file, root.line, `<${root.name}>`, 'this is not an ISO Schematron schema');
  const binding = attr(root, 'queryBinding') ?? 'xslt2';
  if (!bindings.has(binding.toLowerCase()))
    refuse(file, root.line, `queryBinding="${binding}"`, 'this query language is not spoken');
  const namespaces = namespacesOf(root, file);
  const reader = new Reader(file, new Names(namespaces), note);
  const { lets, functions } = declarations(root, reader);
  const all = childrenOf(root, 'pattern', sch);
  const patterns = activeOf(root, all, reader)
    .filter((one) => attr(one, 'abstract') !== 'true')
    .map((one, index) => readPattern(one, all, reader, index + 1));
  const [title] = childrenOf(root, 'title', sch);
  return {
    file,
    title: (title?.text ?? '').replace(/\s+/g, ' ').trim(),
    namespaces,
    lets,
    functions,
    patterns,
  };
}

function parsed(file: string, text: string): XmlNode {
  if (/<!DOCTYPE/i.test(text)) refuse(file, 1, '<!DOCTYPE>', 'a document type declaration is not spoken');
  try {
    return parseXml(text);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const line = typeof error.details.line === 'number' ? error.details.line : 1;
    return refuse(file, line, asError(error).message, 'the file is not well-formed');
  }
}

function namespacesOf(root: XmlNode, file: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const node of childrenOf(root, 'ns', sch)) {
    const prefix = attr(node, 'prefix');
    const uri = attr(node, 'uri');
    if (prefix === null || uri === null) refuse(file, node.line, '<ns>', 'a prefix or its URI is missing');
    found[prefix] = uri;
  }
  return { ...found };
}

function declarations(
  root: XmlNode,
  reader: Reader,
): { readonly lets: readonly Let[]; readonly functions: readonly FunctionDeclaration[] } {
  const lets: Let[] = [];
  const functions: FunctionDeclaration[] = [];
  for (const node of root.children) {
    if (isSch(node, 'let')) lets.push(reader.let(node));
    else if (node.namespace === xsl && node.local === 'function') functions.push(readFunction(node, reader));
    else if (node.namespace === xsl && (node.local === 'variable' || node.local === 'param'))
      lets.push(readVariable(node, reader));
    else if (node.namespace === xsl || (node.namespace === sch && !noted.has(node.local))) {
      reader.refuse(node, 'this element is not spoken here');
    }
  }
  return { lets, functions };
}

/** The patterns that run: all, or those of the file's default phase. */
function activeOf(root: XmlNode, all: readonly XmlNode[], reader: Reader): readonly XmlNode[] {
  const phase = attr(root, 'defaultPhase') ?? '#ALL';
  if (phase === '#ALL') return all;
  const chosen = childrenOf(root, 'phase', sch).find((one) => attr(one, 'id') === phase);
  if (chosen === undefined) reader.refuse(root, 'no phase has this id', `defaultPhase="${phase}"`);
  if (childrenOf(chosen, 'let', sch).length > 0) reader.refuse(chosen, 'a let in a phase is not spoken');
  const active = new Set(childrenOf(chosen, 'active', sch).map((one) => attr(one, 'pattern')));
  return all.filter((one) => active.has(attr(one, 'id')));
}
