import type { ErrorDetail } from 'libxml2-wasm';
import { type Finding, shownValue } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import { encodingOf } from '../../xml/decode.js';
import { openConstruct } from './unfinished.js';

type Say = (...groups: readonly string[]) => string;

/** What the parser of libxml2 says (its English is stable since 2.9), and what it means to people. */
const problems: readonly (readonly [RegExp, Say])[] = [
  [/^Document is empty/, () => 'il est vide'],
  [/^Start tag expected/, () => "l'élément racine manque"],
  [
    /^Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)/,
    (name, line, found) => `la balise </${found}> ferme l'élément ${name} ouvert à la ligne ${line}`,
  ],
  [
    /^Premature end of data in tag (\S+) line (\d+)/,
    (name, line) => `l'élément ${name} ouvert à la ligne ${line} n'est pas fermé`,
  ],
  [/^Couldn't find end of Start Tag (\S+)/, (name) => `la balise ouvrante de ${name} n'est pas terminée`],
  [/^expected '>'/, () => "le « > » d'une balise manque"],
  [/^Extra content at the end/, () => "du contenu suit la fin de l'élément racine"],
  [/^Entity '([^']*)' not defined/, (name) => `l'entité « &${name}; » n'est pas définie`],
  [/^EntityRef: expecting ';'/, () => "une entité n'est pas terminée par « ; »"],
  [/^xmlParseEntityRef: no name/, () => "une esperluette n'est pas écrite « &amp; »"],
  [/^xmlParseCharRef/, () => "une référence de caractère « &#…; » n'est pas valide"],
  [/^Attribute (\S+) redefined/, (name) => `l'attribut ${name} est donné deux fois`],
  [/^Namespaced Attribute (\S+) /, (name) => `l'attribut ${name} est donné deux fois`],
  [
    /^Namespace prefix (\S+) (?:for \S+ )?on (\S+) is not defined/,
    (prefix, name) => `le préfixe ${prefix} de ${name} n'est lié à aucun espace de noms`,
  ],
  [/^Unescaped '<' not allowed/, () => "un « < » n'est pas écrit « &lt; » dans un attribut"],
  [/^AttValue: /, () => "la valeur d'un attribut n'est pas entre guillemets, ou n'est pas terminée"],
  [/^Specification mandates value for attribute (\S+)/, (name) => `l'attribut ${name} n'a pas de valeur`],
  [/^attributes construct error/, () => "un attribut n'est pas bien écrit"],
  [/^Comment not terminated/, () => "un commentaire n'est pas terminé"],
  [/^Double hyphen within comment/, () => 'un commentaire contient « -- »'],
  [/^CData section not finished/, () => "une section CDATA n'est pas terminée"],
  [/^Sequence '\]\]>' not allowed/, () => 'le texte contient « ]]> »'],
  [
    /(?:Char|Char value) (?:0x)?([0-9A-Fa-f]+)/,
    (code) => `il contient un caractère que XML n'admet pas (code ${code})`,
  ],
  [
    /^XML declaration allowed only at the start/,
    () => 'la déclaration « <?xml » ne se trouve pas au tout début',
  ],
  [/^(?:parsing XML declaration|Blank needed here)/, () => "la déclaration « <?xml » n'est pas bien écrite"],
  [
    /^StartTag: invalid element name/,
    () => "un « < » n'est pas écrit « &lt; », ou un nom d'élément est invalide",
  ],
  [/^Excessive depth in document: (\d+)/, (depth) => `il emboîte plus de ${depth} éléments`],
  [/amplification/, () => 'ses entités se multiplient au-delà de ce qui est admis'],
];

const encodingProblems: readonly (readonly [RegExp, Say])[] = [
  [/^Unsupported encoding:? (\S+)/, (name) => `l'encodage ${name} n'est pas connu`],
  [/encoding|UTF-8|Invalid bytes|multi-?byte/i, () => "un octet n'appartient pas à cet encodage"],
];

/** What became of bytes that are not XML. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly finding: Finding;
  /** True when the data ends before the document does: more of it may be on its way. */
  readonly unfinished: boolean;
}

/** Turns what the parser said into one finding, and tells a cut-off document from a broken one. */
export function explainParse(bytes: Uint8Array, details: readonly ErrorDetail[]): Malformed {
  const first = details.find((d) => d.level === 3) ?? details[0];
  const message = first?.message.trim() ?? '';
  const line = first === undefined || first.line === 0 ? null : first.line;
  const unfinished = first === undefined || endsEarly(bytes, first, message);
  const encoding = contradicted(bytes) ?? say(encodingProblems, message);
  const id = unfinished ? 'ECL-XML-UNFINISHED' : encoding === null ? 'ECL-XML-MALFORMED' : 'ECL-XML-ENCODING';
  const problem =
    contradicted(bytes) ?? say(problems, message) ?? encoding ?? "la syntaxe de XML n'est pas respectée ici";
  return { kind: 'malformed', unfinished, finding: findingOf(id, { problem }, { line }) };
}

/** A declaration in bytes of eight bits that says UTF-16: what some libraries write into a file of UTF-8. */
function contradicted(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0x3c || bytes[1] !== 0x3f) return null;
  const declared = encodingOf(bytes);
  return /^(utf-?16|ucs-?[24]|utf-?32|iso-10646-ucs)/.test(declared)
    ? `il déclare ${declared.toUpperCase()}, et ses octets n'en sont pas`
    : null;
}

/** A document is cut off when it is still open at its end, and nothing was wrong before what the end cuts. */
function endsEarly(bytes: Uint8Array, first: ErrorDetail, message: string): boolean {
  if (/^Opening and ending tag mismatch(?!.* and unparsable)/.test(message)) return false;
  const open = openConstruct(bytes);
  if (open === null) return false;
  return first.line > open.line || (first.line === open.line && first.col >= open.column);
}

function say(table: typeof problems, message: string): string | null {
  for (const [pattern, words] of table) {
    const found = pattern.exec(message);
    if (found !== null) return words(...found.slice(1).map((group) => shownValue(group ?? '')));
  }
  return null;
}

/** True when a DOCTYPE stands before the root element. Bytes of UTF-16 are seen by the parsed tree instead. */
export function hasDoctype(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 65_536));
  if (!head.includes('<!DOCTYPE')) return false;
  const prolog = head.toString('latin1').replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '');
  const doctype = prolog.indexOf('<!DOCTYPE');
  const root = prolog.search(/<[^!?]/);
  return doctype !== -1 && (root === -1 || doctype < root);
}
