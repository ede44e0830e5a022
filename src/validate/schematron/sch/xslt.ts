import { attr, type XmlNode } from '../../../xml/node.js';
import type { Expr } from '../xpath/ast.js';
import type { FunctionDeclaration, Let } from './model.js';
import { type Reader, xsl } from './reader.js';

const nothing: Expr = { kind: 'sequence', items: [], at: 0 };

/** An `xsl:function`: its instructions become one expression. */
export function readFunction(node: XmlNode, reader: Reader): FunctionDeclaration {
  const params = node.children.filter((one) => isXsl(one, 'param'));
  const body = node.children.slice(params.length);
  if (!params.every((one, i) => node.children[i] === one))
    reader.refuse(node, 'parameters stand first in a function');
  return {
    name: reader.required(node, 'name'),
    params: params.map((one) => ({ name: reader.required(one, 'name'), type: reader.type(one) })),
    type: reader.type(node),
    body: {
      expr: instructions(body, reader),
      text: `<${node.name} name="${attr(node, 'name') ?? ''}">`,
      line: node.line,
    },
  };
}

/** An `xsl:variable` or `xsl:param` beside the patterns: a let for all of them. */
export function readVariable(node: XmlNode, reader: Reader): Let {
  return {
    name: reader.required(node, 'name'),
    value: { expr: variableValue(node, reader), text: `<${node.name}>`, line: node.line },
    type: reader.type(node),
  };
}

function isXsl(node: XmlNode, local: string): boolean {
  return node.namespace === xsl && node.local === local;
}

/** Instructions in a row: a variable is known to those that follow it. */
function instructions(nodes: readonly XmlNode[], reader: Reader): Expr {
  const items: Expr[] = [];
  for (const [index, node] of nodes.entries()) {
    if (!isXsl(node, 'variable')) {
      items.push(instruction(node, reader));
      continue;
    }
    const body = instructions(nodes.slice(index + 1), reader);
    const type = reader.type(node);
    const raw = variableValue(node, reader);
    const value: Expr = type === null ? raw : { kind: 'convert', type, operand: raw, at: 0 };
    items.push({ kind: 'let', name: reader.required(node, 'name'), value, body, at: 0 });
    break;
  }
  return items.length === 1 ? (items[0] ?? nothing) : { kind: 'sequence', items, at: 0 };
}

function variableValue(node: XmlNode, reader: Reader): Expr {
  const select = reader.optional(node, 'select');
  if (select !== null) return reader.xpath(node, select).expr;
  if (node.children.length === 0) return { kind: 'string', value: node.text, at: 0 };
  const content = instructions(node.children, reader);
  return reader.type(node) === null ? joinedText(content, { kind: 'string', value: '', at: 0 }) : content;
}

function joinedText(expr: Expr, separator: Expr): Expr {
  return { kind: 'call', name: '#value-of', args: [expr, separator], at: 0 };
}

function instruction(node: XmlNode, reader: Reader): Expr {
  if (node.namespace !== xsl) reader.refuse(node, 'only instructions of XSLT can stand here');
  switch (node.local) {
    case 'sequence':
      return selected(node, reader);
    case 'value-of': {
      const separator = reader.optional(node, 'separator');
      const content =
        attr(node, 'select') === null ? instructions(node.children, reader) : selected(node, reader);
      return joinedText(content, { kind: 'string', value: separator ?? ' ', at: 0 });
    }
    case 'text':
      return { kind: 'string', value: node.text, at: 0 };
    case 'choose':
      return choose(node, reader);
    case 'if': {
      const test = reader.xpath(node, reader.required(node, 'test')).expr;
      return { kind: 'if', test, yes: instructions(node.children, reader), no: nothing, at: 0 };
    }
    case 'for-each':
      return {
        kind: 'simple-map',
        left: selected(node, reader),
        right: instructions(node.children, reader),
        at: 0,
      };
    default:
      return reader.refuse(node, 'this instruction of XSLT is not spoken');
  }
}

function selected(node: XmlNode, reader: Reader): Expr {
  return reader.xpath(node, reader.required(node, 'select')).expr;
}

function choose(node: XmlNode, reader: Reader): Expr {
  return node.children.reduceRight<Expr>((otherwise, branch) => {
    if (isXsl(branch, 'otherwise')) return instructions(branch.children, reader);
    if (!isXsl(branch, 'when'))
      reader.refuse(branch, 'only xsl:when and xsl:otherwise can stand in xsl:choose');
    const test = reader.xpath(branch, reader.required(branch, 'test')).expr;
    return { kind: 'if', test, yes: instructions(branch.children, reader), no: otherwise, at: 0 };
  }, nothing);
}
