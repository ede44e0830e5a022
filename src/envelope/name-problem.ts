interface Part {
  readonly what: string;
  readonly length: number;
  readonly pattern: RegExp;
  readonly expected: string;
}

const parts: readonly Part[] = [
  {
    what: 'le code interface',
    length: 8,
    pattern: /^[A-Z]{3}\d{4}[A-Z]$/,
    expected: 'trois lettres, quatre chiffres, une lettre',
  },
  {
    what: 'le code application',
    length: 6,
    pattern: /^[A-Z0-9]{6}$/,
    expected: 'majuscules sans accent et chiffres',
  },
  {
    what: "l'identifiant du flux",
    length: 25,
    pattern: /^[A-Z0-9]{25}$/,
    expected: 'majuscules sans accent et chiffres',
  },
];

/**
 * What keeps a name from being a flow name, in French, to stand behind « : ». The first part that is wrong is named,
 * with what was found and what was expected. Facts are cut at 120 characters where they are shown, so it is short.
 * @param stem the name without a tolerated extension
 * @param extensions the extensions that are tolerated, with their point
 */
export function problemOf(stem: string, extensions: readonly string[]): string {
  if (stem === '') return 'il est vide';
  const pieces = stem.split('_');
  const last = pieces[pieces.length - 1] ?? '';
  const extension = /\.[^.\s]{1,8}$/.exec(last)?.[0];
  if (pieces.length === parts.length && extension !== undefined)
    return extensionProblem(extension, extensions);
  if (pieces.length === 1) return 'il ne contient aucun « _ », il en faut deux';
  if (pieces.length !== parts.length)
    return `il a ${pieces.length} parties séparées par « _ » au lieu de trois`;
  for (const [i, part] of parts.entries()) {
    const problem = partProblem(part, pieces[i] ?? '');
    if (problem !== null) return problem;
  }
  return 'sa forme est inconnue';
}

function extensionProblem(found: string, extensions: readonly string[]): string {
  const tolerated = extensions.length === 0 ? 'aucune' : extensions.join(', ');
  return `l'extension « ${found} » n'est pas admise (admises : ${tolerated})`;
}

function partProblem({ what, length, pattern, expected }: Part, found: string): string | null {
  if (pattern.test(found)) return null;
  const size = [...found].length;
  if (size !== length) return `${what} « ${cut(found)} » a ${count(size, 'caractère')} au lieu de ${length}`;
  if (pattern.test(found.toUpperCase())) return `${what} « ${found} » contient des minuscules`;
  const strange = [...found].find((char) => !/[A-Z0-9]/.test(char));
  if (strange !== undefined) return `${what} « ${found} » contient « ${strange} » (attendu : ${expected})`;
  return `${what} « ${found} » n'a pas la bonne forme (attendu : ${expected})`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n > 1 ? 's' : ''}`;
}

function cut(text: string): string {
  const chars = [...text];
  return chars.length <= 40 ? text : `${chars.slice(0, 39).join('')}…`;
}
