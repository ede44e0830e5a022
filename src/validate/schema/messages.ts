import type { XmlElement } from 'libxml2-wasm';
import { shownValue } from '../../domain/finding.js';
import { nameOf } from './place.js';
import { nextOf, oneOf, prefixed, quoted, typePhrase, typeRemedy } from './words.js';

/** Where a message of the validator stands, for the rows of the table. */
export interface Context {
  /** Name of the element, with its prefix. */
  readonly name: string;
  /** Name of libxml2: `{uri}local`. */
  readonly fullName: string;
  readonly attribute: string | null;
  readonly element: XmlElement | null;
  /** Prefixes in scope. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** The text found in the element or the attribute. */
  readonly value: string;
}

export interface Explanation {
  readonly message: string;
  readonly fix: string;
  /** The value at fault; null when the finding is about structure. */
  readonly value: string | null;
}

type Row = (context: Context, ...groups: readonly string[]) => Explanation;

const subject = ({ name, attribute }: Context) =>
  attribute === null ? `L'élément ${name}` : `L'attribut ${attribute} de l'élément ${name}`;
const ofValue = ({ name, attribute }: Context) =>
  attribute === null ? `La valeur de ${name}` : `La valeur de l'attribut ${attribute} de ${name}`;
const structure = (message: string, fix: string): Explanation => ({ message, fix, value: null });

/** Names in a list of libxml2, with prefixes; a wildcard becomes words. */
function expectedNames(list: string, prefixes: Context['prefixes']): string[] {
  const names = list.split(/,\s+/).map((name) => name.trim());
  return names.map((name) =>
    /^##|\*$/.test(name) ? "un élément d'un autre espace de noms" : prefixed(name, prefixes),
  );
}

function unexpected(context: Context, list = ''): Explanation {
  const { name, fullName, prefixes } = context;
  const expected = list === '' ? [] : expectedNames(list, prefixes);
  const twin = list
    .split(/,\s+/)
    .find((one) => localOf(one) === localOf(fullName) && one.trim() !== fullName);
  if (twin !== undefined) return otherNamespace(name, uriOf(fullName), uriOf(twin.trim()));
  if (isRepeated(context)) {
    return structure(
      `L'élément ${name} est répété ; il n'est pas admis une fois de plus ici.`,
      `Ne gardez qu'un seul ${name}${expected.length === 0 ? '' : `, puis continuez par ${nextOf(expected).words}`}.`,
    );
  }
  if (expected.length === 0) {
    return structure(
      `L'élément ${name} n'est pas attendu ici ; plus aucun élément n'est admis à cet endroit.`,
      `Retirez ${name}, ou placez-le à l'endroit que le schéma lui donne.`,
    );
  }
  return structure(
    `L'élément ${name} n'est pas attendu ici ; attendu : ${nextOf(expected).words}.`,
    `Respectez l'ordre du schéma : ajoutez avant ${name} ce qui manque, ou déplacez ou retirez ${name}.`,
  );
}

function otherNamespace(name: string, found: string, wanted: string): Explanation {
  return structure(
    `L'élément ${name} est dans ${found === '' ? 'aucun espace de noms' : `l'espace de noms « ${shownValue(found)} »`} ; attendu : « ${shownValue(wanted)} ».`,
    "Corrigez la déclaration d'espace de noms (xmlns) ou le préfixe de cet élément.",
  );
}

const localOf = (name: string) => name.trim().replace(/^\{[^}]*\}/, '');
const uriOf = (name: string) => /^\{([^}]*)\}/.exec(name)?.[1] ?? '';

function isRepeated({ element, name }: Context): boolean {
  const before = element?.get('preceding-sibling::*[1]') ?? null;
  return before !== null && 'name' in before && nameOf(before as XmlElement) === name;
}

function missing(context: Context, list: string): Explanation {
  const { name } = context;
  const names = expectedNames(list, context.prefixes);
  const { words: expected, whole } = nextOf(names);
  if (names.length === 1) {
    return structure(
      `L'élément ${name} est incomplet ; il y manque : ${expected}.`,
      `Ajoutez dans ${name}, à la place que le schéma lui donne : ${expected}.`,
    );
  }
  return structure(
    `L'élément ${name} est incomplet ; après ce qu'il contient, le schéma attend : ${expected}.`,
    whole
      ? `Ajoutez dans ${name} ce qui manque ; le dernier nommé, ${names.at(-1)}, est en général le seul obligatoire.`
      : `Ajoutez dans ${name} ce qui manque, dans l'ordre du schéma.`,
  );
}

function wrongType(context: Context, type: string | null): Explanation {
  const { value } = context;
  const expected = typePhrase(type);
  const message =
    value.trim() === ''
      ? `${subject(context)} est vide ; attendu : ${expected}.`
      : `${ofValue(context)}, ${quoted(value)}, n'est pas valide ; attendu : ${expected}.`;
  return { message, fix: typeRemedy(type, value), value };
}

function wrongLength(context: Context, found: string, wanted: string): Explanation {
  return {
    message: `${ofValue(context)}, ${quoted(context.value)}, a ${found} caractère(s) ; attendu : ${wanted}.`,
    fix: `Remplacez la valeur par une autre de ${wanted}.`,
    value: context.value,
  };
}

function wrongBound(context: Context, words: string): Explanation {
  return {
    message: `${ofValue(context)}, ${quoted(context.value)}, ${words}.`,
    fix: 'Remplacez la valeur par une autre que le schéma admet.',
    value: context.value,
  };
}

function wrongChoice(context: Context, list: string): Explanation {
  const choices = [...list.matchAll(/'([^']*)'/g)].map(([, choice = '']) => choice);
  return {
    message: `${ofValue(context)}, ${quoted(context.value)}, n'est pas dans la liste ; valeurs admises : ${oneOf(choices, 45)}.`,
    fix: `Remplacez la valeur par une de celles-ci : ${oneOf(choices, 45)}.`,
    value: context.value,
  };
}

const wrongContent = (context: Context, words: string, fix: string) =>
  structure(`${subject(context)} ${words}.`, fix);

/** Messages of the validator of libxml2, without their head, and what they mean to people. */
const rows: readonly (readonly [RegExp, Row])[] = [
  [/^This element is not expected\. Expected is (?:one of )?\( ([\s\S]*) \)\./, unexpected],
  [/^This element is not expected\./, (context) => unexpected(context)],
  [/^Missing child element\(s\)\. Expected is (?:one of )?\( ([\s\S]*) \)\./, missing],
  [
    /^Missing child element/,
    (c) =>
      structure(
        `L'élément ${c.name} est incomplet.`,
        `Ajoutez dans ${c.name} les éléments que le schéma exige.`,
      ),
  ],
  [
    /^The attribute '(?:\{[^}]*\})?([^']*)' is required but missing/,
    (c, name = '') =>
      structure(
        `L'attribut ${name} manque à l'élément ${c.name}.`,
        `Ajoutez à ${c.name} l'attribut ${name}.`,
      ),
  ],
  [
    /^The attribute '(?:\{[^}]*\})?([^']*)' is not allowed/,
    (c, name = '') => ({
      message: `L'attribut ${name} n'est pas admis sur l'élément ${c.name}.`,
      fix: `Retirez l'attribut ${name}, ou corrigez son nom (majuscules et minuscules comptent).`,
      value: c.value,
    }),
  ],
  [
    /is not a valid value of the (?:local )?(?:atomic|list|union) type(?: '([^']*)')?/,
    (c, type) => wrongType(c, type || null),
  ],
  [
    /^\[facet 'length'\][\s\S]*length of '(\d+)'[\s\S]*length of '(\d+)'/,
    (c, n = '', m) => wrongLength(c, n, `${m} caractère(s) exactement`),
  ],
  [
    /^\[facet 'minLength'\][\s\S]*length of '(\d+)'[\s\S]*length of '(\d+)'/,
    (c, n = '', m) => wrongLength(c, n, `${m} caractère(s) au moins`),
  ],
  [
    /^\[facet 'maxLength'\][\s\S]*length of '(\d+)'[\s\S]*length of '(\d+)'/,
    (c, n = '', m) => wrongLength(c, n, `${m} caractère(s) au plus`),
  ],
  [/^\[facet 'enumeration'\][\s\S]*element of the set \{([\s\S]*)\}/, (c, list = '') => wrongChoice(c, list)],
  [
    /^\[facet 'pattern'\][\s\S]*pattern '([\s\S]*)'/,
    (c, form) => wrongBound(c, `n'a pas la forme attendue : ${form}`),
  ],
  [/^\[facet 'totalDigits'\][\s\S]*\('(\d+)'\)/, (c, max) => wrongBound(c, `a plus de ${max} chiffres`)],
  [/^\[facet 'fractionDigits'\][\s\S]*\('(\d+)'\)/, (c, max) => wrongBound(c, `a plus de ${max} décimales`)],
  [
    /^\[facet 'minInclusive'\][\s\S]*\('([^']*)'\)/,
    (c, min) => wrongBound(c, `est inférieure au minimum, ${min}`),
  ],
  [/^\[facet 'maxInclusive'\][\s\S]*\('([^']*)'\)/, (c, max) => wrongBound(c, `dépasse le maximum, ${max}`)],
  [
    /^\[facet 'minExclusive'\][\s\S]*'([^']*)'\)?\./,
    (c, min) => wrongBound(c, `doit être supérieure à ${min}`),
  ],
  [
    /^\[facet 'maxExclusive'\][\s\S]*'([^']*)'\)?\./,
    (c, max) => wrongBound(c, `doit être inférieure à ${max}`),
  ],
  [
    /does not match the fixed (?:\{value constraint\}|value constraint) '([^']*)'/,
    (c, fixed) => wrongBound(c, `n'est pas la seule admise, « ${fixed} »`),
  ],
  [
    /^Character content/,
    (c) => ({
      ...wrongContent(
        c,
        'contient du texte, alors que seuls des éléments y sont admis',
        `Retirez le texte de ${c.name}, ou placez-le dans l'élément prévu.`,
      ),
      value: c.value,
    }),
  ],
  [
    /^Element content is not allowed, because the content type is empty/,
    (c) => wrongContent(c, 'doit être vide', `Retirez ce que contient ${c.name}.`),
  ],
  [
    /^Element content is not allowed/,
    (c) =>
      wrongContent(
        c,
        'contient un élément, alors que seul du texte y est admis',
        `Ne laissez que du texte dans ${c.name}.`,
      ),
  ],
  [
    /xsi:type|does not resolve to a type|not validly derived/,
    (c) => wrongContent(c, 'porte un attribut xsi:type qui ne convient pas', "Retirez l'attribut xsi:type."),
  ],
  [
    /nillable|nilled/,
    (c) =>
      wrongContent(
        c,
        'ne peut pas être déclaré nul (xsi:nil)',
        "Retirez l'attribut xsi:nil et renseignez l'élément.",
      ),
  ],
  [
    /^No matching global/,
    (c) =>
      wrongContent(
        c,
        "n'est pas décrit par le schéma",
        "Vérifiez le nom et l'espace de noms de cet élément.",
      ),
  ],
];

/** The French of one message of the validator; a phrase that holds for any when the message is not in the table. */
export function explainRest(rest: string, context: Context): Explanation {
  for (const [pattern, row] of rows) {
    const found = pattern.exec(rest);
    if (found !== null) return row(context, ...found.slice(1).map((group) => group ?? ''));
  }
  return {
    message: `${subject(context)} n'est pas conforme au schéma.`,
    fix: 'Comparez cet élément avec le format publié : nom, place, contenu et attributs.',
    value: context.value === '' ? null : context.value,
  };
}
