/**
 * The text of a statement with its places numbered: `?` becomes `$1`, `$2`... What stands between quotes is left alone.
 */
export function numbered(sql: string): string {
  let place = 0;
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (found) => (found === '?' ? `$${++place}` : found));
}

/** PostgreSQL takes no NUL in a text, and JSON no half of a surrogate pair: each becomes the replacement character. */
export function storable(text: string): string {
  const whole = /[\0\ud800-\udfff]/.test(text) ? wellFormed(text) : text;
  return whole;
}

function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\ufffd');
}
