import { flowStatusTable, statusTable } from '../lifecycle/status-table.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import type { Action } from './wire.js';

/** The table of statuses: of invoices, then of flows. JSON: one row a line, `of` tells which. */
export const statuses: Action<object> = async ({ output }) => {
  for (const row of statusTable) output.json({ of: 'invoice', ...row });
  for (const row of flowStatusTable) output.json({ of: 'flow', ...row });
  const invoiceRows = statusTable.map((row) => [
    row.code,
    row.label,
    row.apiName ?? '-',
    row.setBy.join(', ') || '-',
    row.from.join(' ') || '-',
    [
      ...(row.final ? ['final'] : []),
      ...(row.reason === 'mandatory' ? ['reason'] : []),
      ...(row.kinds === 'works' ? ['works'] : []),
    ].join(' '),
    `${row.confidence}/${row.matrix}`,
  ]);
  const heading = ['CODE', 'LABEL', 'API NAME', 'SET BY', 'AFTER', 'NOTES', 'SURE'];
  for (const line of table([heading, ...invoiceRows])) output.line(line);
  output.line('');
  const flowRows = flowStatusTable.map((row) => [row.code, row.label, row.setBy.join(', '), row.confidence]);
  for (const line of table([['FLOW', 'LABEL', 'SET BY', 'SURE'], ...flowRows])) output.line(line);
  return exitCodes.done;
};
