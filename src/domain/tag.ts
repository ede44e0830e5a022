/**
 * A path in a sender's file as Chorus Pro writes it in its labels (DOMAIN 4.2): local names joined by dots, positions
 * kept.
 */
export function dottedTag(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '')
    .map((step) => step.replace(/^(@?)[^:[\]]*:/, '$1'))
    .join('.');
}

/**
 * A text with its `{balise}` filled in, never shortened, as the end of a tag says most; without a tag,
 * ` (balise : {balise})` goes away.
 */
export function withTag(text: string, path: string | null): string {
  if (path === null) return text.replace(/ \(balise : \{balise\}\)/g, '');
  const tag = dottedTag(path);
  return text.replaceAll('{balise}', () => tag);
}
