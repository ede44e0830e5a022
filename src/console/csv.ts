/** Byte order mark: spreadsheets then read the file as UTF-8. */
export const csvHead = '\ufeff';

/**
 * A line of a CSV as French spreadsheets open it: `;` between the cells, CRLF at the end. A cell that a spreadsheet
 * would take for a formula begins with an apostrophe (OWASP, CSV Injection); every cell is quoted where it must be.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(';')}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[";\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
