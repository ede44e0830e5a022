import type { InvoiceRow } from '../ports/store.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { oneFlow } from './flows.js';
import { table } from './output.js';
import type { Action } from './wire.js';

interface ListOptions {
  readonly number?: string;
  readonly supplier?: string;
  readonly flow?: string;
  readonly limit: number;
}

export const fateNames = { integrated: 'intégrée', rejected: 'rejetée', untreated: 'non traitée' } as const;

function columns(row: InvoiceRow): string[] {
  return [
    row.number ?? '(sans numéro)',
    fateNames[row.fate],
    row.status ?? '',
    row.issueDate ?? '',
    `${row.payable ?? ''} ${row.currency ?? ''}`.trim(),
    row.supplierId ?? '',
    row.recipientSiret ?? '',
    row.serviceCode ?? '',
  ];
}

export const listInvoices: Action<ListOptions> = async ({ options, output }) => {
  await using context = await openContext(options);
  const flow = options.flow === undefined ? undefined : await oneFlow(context.store, options.flow);
  const rows = await context.store.listInvoices({
    limit: options.limit,
    ...(options.number === undefined ? {} : { number: options.number }),
    ...(options.supplier === undefined ? {} : { supplierId: options.supplier }),
    ...(flow === undefined ? {} : { flow: flow.id }),
  });
  for (const row of rows) output.json(row);
  const head = ['NUMÉRO', 'SORT', 'STATUT', 'DATE', 'NET À PAYER', 'FOURNISSEUR', 'DESTINATAIRE', 'SERVICE'];
  for (const line of table([head, ...rows.map(columns)])) output.line(line);
  return exitCodes.done;
};
