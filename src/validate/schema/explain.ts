import type { ErrorDetail, XmlDocument, XmlElement } from 'libxml2-wasm';
import { type Finding, finding } from '../../domain/finding.js';
import { type Context, explainRest } from './messages.js';
import { spotOf } from './place.js';
import { prefixed, safeValue } from './words.js';

const head = /^Element '([^']*)'(?:, attribute '([^']*)')?: ([\s\S]*)$/;

/** A message of the validator as a finding: rule `XSD`, in French, with path, line, value and remedy. */
export function explainSchema(doc: XmlDocument, detail: ErrorDetail): Finding {
  const text = detail.message.trim();
  const [, fullName = '', attributeName, rest = text] = head.exec(text) ?? [];
  const { path, element } = spotOf(doc, detail.xpath ?? '');
  const attribute = attributeName ?? null;
  const prefixes = element?.namespaces ?? {};
  const context: Context = {
    name: prefixed(fullName, element === null ? {} : ownPrefix(element, prefixes)),
    fullName,
    attribute: attribute === null ? null : prefixed(attribute, prefixes),
    element,
    prefixes,
    value: textOf(element, attribute),
  };
  const { message, fix, value } = explainRest(rest, context);
  return finding({
    rule: 'XSD',
    severity: 'fatal',
    layer: 'schema',
    message,
    fix,
    path: path === '' ? null : shortened(path) + (context.attribute === null ? '' : `/@${context.attribute}`),
    line: detail.line === 0 ? null : detail.line,
    value: value === null ? null : safeValue(value),
  });
}

const pathLengthMax = 2000;

/** A path as it is, but for one of names that no document of ours has. */
function shortened(path: string): string {
  return path.length <= pathLengthMax ? path : `${path.slice(0, pathLengthMax - 1)}…`;
}

/** The element's own prefix comes before others bound to the same namespace. */
function ownPrefix(element: XmlElement, prefixes: Readonly<Record<string, string>>): Record<string, string> {
  return { [element.prefix]: element.namespaceUri, ...prefixes };
}

/** Text of an attribute, or the text that stands directly in an element. */
function textOf(element: XmlElement | null, attribute: string | null): string {
  if (element === null) return '';
  if (attribute === null)
    return element
      .find('text()')
      .map((text) => text.content)
      .join('');
  const local = attribute.replace(/^\{[^}]*\}/, '');
  return element.attrs.find((one) => one.name === local)?.value ?? '';
}
