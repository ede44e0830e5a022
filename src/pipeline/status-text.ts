/** DOMAIN 2.3: a comment on a status. */
export const commentLengthMax = 2_000;

/** At most so many characters, never half of a surrogate pair. */
export function cut(text: string, lengthMax: number): string;
export function cut(text: string | null, lengthMax: number): string | null;
export function cut(text: string | null, lengthMax: number): string | null {
  if (text === null || text.length <= lengthMax) return text;
  return text.slice(0, lengthMax).replace(/[\ud800-\udbff]$/, '');
}
