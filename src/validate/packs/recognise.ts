import type { Syntax } from '../../domain/syntax.js';
import { Fault } from '../../errors.js';
import { decodeXml } from '../../xml/decode.js';
import { attr, child, descendants, textOf, type XmlNode } from '../../xml/node.js';
import { parseXml } from '../../xml/tree.js';
import type { SourceFile } from './sources.js';

/** What a Schematron file says of itself, before it is compiled. */
export interface Recognised {
  readonly file: SourceFile;
  readonly text: string;
  readonly title: string;
  readonly set: string | null;
  readonly version: string | null;
  readonly syntaxes: readonly Syntax[];
  /** It needs other files (`include`, `extends`), so it is the source of a published, preprocessed one. */
  readonly partial: boolean;
}

const schematron = 'http://purl.oclc.org/dsdl/schematron';
const ublInvoice = 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2';
const ublCreditNote = 'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2';
const ublComponents = /^urn:oasis:names:specification:ubl:schema:xsd:Common(Aggregate|Basic)Components-2$/;
const ciiComponents =
  /^urn:un:unece:uncefact:data:standard:(CrossIndustryInvoice|ReusableAggregateBusinessInformationEntity):100$/;

/**
 * Reads the head of a Schematron file; null for a file that is not a schema of its own (a lone pattern).
 * @throws Fault RULES_INVALID when it is not XML.
 */
export function recognise(file: SourceFile, origin: string): Recognised | null {
  const text = schematronText(file.bytes, file.path);
  const root = parsed(text, file.path);
  if (root.namespace !== schematron || root.local !== 'schema') return null;
  const title = titleOf(root);
  const comments = [...text.slice(0, 8_192).matchAll(/<!--([\s\S]*?)-->/g)].map(([, one]) => one ?? '');
  return {
    file,
    text,
    title,
    set: setOf(file.path, title, comments),
    version: versionOf(file.path, origin, title, comments),
    syntaxes: syntaxesOf(root),
    partial: [...descendants(root)].some(
      (node) => node.namespace === schematron && (node.local === 'include' || node.local === 'extends'),
    ),
  };
}

/** @throws Fault RULES_INVALID for bytes that are not of the encoding they declare. */
export function schematronText(bytes: Buffer, path: string): string {
  const decoded = decodeXml(bytes);
  if (decoded.ok) return decoded.text;
  throw new Fault('RULES_INVALID', `${path}: cannot be read as ${decoded.encoding}`, { path });
}

function parsed(text: string, path: string): XmlNode {
  try {
    return parseXml(text);
  } catch (error) {
    throw new Fault('RULES_INVALID', `${path}: not a well-formed XML file`, { path }, error);
  }
}

function titleOf(root: XmlNode): string {
  const title = child(root, 'title', schematron);
  return title === null ? '' : textOf(title).replace(/\s+/g, ' ').trim();
}

/** Names by which published sets are known, the more special first: CTC and Peppol files name EN 16931 too. */
const knownSets: readonly (readonly [RegExp, string])[] = [
  [/extended[-_ ]?ctc[-_ ]?fr/i, 'extended-ctc-fr'],
  [/br[-_ ]fr[-_ ]cpro/i, 'br-fr-cpro'],
  [/br[-_ ]fr/i, 'br-fr'],
  [/xrechnung/i, 'xrechnung'],
  [/peppol/i, 'peppol'],
  [/en[-_ ]?16931/i, 'en16931'],
];

/** The set by the file's name, else its title, else the comments at its head, else a name made of the file's. */
function setOf(path: string, title: string, comments: readonly string[]): string | null {
  const base = baseOf(path);
  for (const text of [base, title, ...comments]) {
    const known = knownSets.find(([pattern]) => pattern.test(text));
    if (known !== undefined) return known[1];
  }
  const slug = base
    .replace(/[-_. ]?v?\d+(\.\d+)+/gi, '')
    .replace(
      /(^|[-_. ])(ubl|cii|d16b|invoice|creditnote|credit-note|validation|preprocessed|schematron|rules)(?=[-_. ]|$)/gi,
      '',
    )
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug === '' ? null : slug;
}

const dotted = /(?<![\d.])v?(\d+(?:\.\d+)+)/i;

/** The version by the file's name, else what its comments and title call one, else the folders and the archive. */
function versionOf(path: string, origin: string, title: string, comments: readonly string[]): string | null {
  const inName = dotted.exec(baseOf(path));
  if (inName?.[1] !== undefined) return inName[1];
  for (const text of [...comments, title]) {
    const called =
      /\b(?:version|release|v)[ :_]*(\d+(?:\.\d+)+)/i.exec(text) ?? /[_-]v(\d+(?:\.\d+)+)/i.exec(text);
    // The licence of the official files has a version too.
    if (called?.[1] !== undefined && !/licen[cs]e/i.test(text.slice(0, called.index))) return called[1];
  }
  const folders = path.split('/').slice(0, -1).reverse();
  for (const text of [...folders, baseOf(origin)]) {
    const found = dotted.exec(text);
    if (found?.[1] !== undefined) return found[1];
  }
  return null;
}

function baseOf(path: string): string {
  const base =
    path
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? path;
  return base.replace(/\.(sch|zip)$/i, '');
}

/** Syntaxes by the namespaces that contexts and tests name; where they name none, by those declared. */
function syntaxesOf(root: XmlNode): readonly Syntax[] {
  const declared = new Map<string, string>();
  const used = new Set<string>();
  for (const node of descendants(root)) {
    if (node.namespace !== schematron) continue;
    if (node.local === 'ns') declared.set(attr(node, 'prefix') ?? '', attr(node, 'uri') ?? '');
    for (const name of ['context', 'test'] as const) {
      for (const prefix of prefixesOf(attr(node, name) ?? '')) used.add(prefix);
    }
  }
  const named = [...used].map((prefix) => declared.get(prefix) ?? '');
  const bySpeech = syntaxesNamed(named);
  return bySpeech.length > 0 ? bySpeech : syntaxesNamed([...declared.values()]);
}

function prefixesOf(xpath: string): string[] {
  const bare = xpath.replace(/'[^']*'|"[^"]*"/g, "''");
  return [...bare.matchAll(/(?<![\w.-])([A-Za-z_][\w.-]*):(?=[A-Za-z_*])/g)].map(
    ([, prefix]) => prefix ?? '',
  );
}

function syntaxesNamed(uris: readonly string[]): readonly Syntax[] {
  const found: Syntax[] = [];
  const invoice = uris.includes(ublInvoice);
  const creditNote = uris.includes(ublCreditNote);
  const either = !invoice && !creditNote && uris.some((uri) => ublComponents.test(uri));
  if (invoice || either) found.push('ubl-invoice');
  if (creditNote || either) found.push('ubl-creditnote');
  if (uris.some((uri) => ciiComponents.test(uri))) found.push('cii');
  return found;
}
