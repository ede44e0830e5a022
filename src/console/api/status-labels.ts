import { statusTable } from '../../lifecycle/status-table.js';

const labels: ReadonlyMap<string, string> = new Map(statusTable.map(({ code, label }) => [code, label]));

/** What people read for the code of a status (DOMAIN 6.2). */
export function statusLabel(code: string): string {
  return labels.get(code) ?? code;
}
