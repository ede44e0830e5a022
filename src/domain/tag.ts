/**
 * A path in a sender's file as Chorus Pro writes it in its labels (DOMAIN 4.2): local names joined by dots, positions
 * kept.
 */
export function dottedTag(path: string): string {
  let tag = '';
  for (let at = 0; at < path.length; ) {
    const slash = path.indexOf('/', at);
    const end = slash < 0 ? path.length : slash;
    if (end > at) tag += (tag === '' ? '' : '.') + localStep(path.slice(at, end));
    at = end + 1;
  }
  return tag;
}

/** A step without its prefix, which ends before any position. */
function localStep(step: string): string {
  const colon = step.indexOf(':');
  if (colon < 0) return step;
  const attribute = step.startsWith('@');
  const prefix = step.slice(attribute ? 1 : 0, colon);
  if (prefix.includes('[') || prefix.includes(']')) return step;
  return (attribute ? '@' : '') + step.slice(colon + 1);
}

/** A text without its ` (balise : {balise})`. */
export function withoutTag(text: string): string {
  return text.replaceAll(' (balise : {balise})', '');
}
