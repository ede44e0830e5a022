import { timestampInParis } from '../domain/dates.js';
import { Fault } from '../errors.js';
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

const fates = { integrated: 'intégrée', rejected: 'rejetée', untreated: 'non traitée' } as const;

function columns(row: InvoiceRow): string[] {
  return [
    row.number ?? '(sans numéro)',
    fates[row.fate],
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

export const showInvoice: Action<object> = async ({ options, args, output }) => {
  await using context = await openContext(options);
  const { store } = context;
  const wanted = args[0] ?? '';
  const byId = await store.invoice(wanted);
  const rows = byId === null ? await store.listInvoices({ number: wanted, limit: 100 }) : [byId];
  if (rows.length === 0) throw new Fault('NOT_FOUND', `no invoice has the number or id ${wanted}`);
  for (const row of rows) {
    const flow = await store.flow(row.flow);
    const statuses = await store.statuses(row.id);
    const findings = (await store.findings(row.flow)).filter(
      (f) => f.entry === row.entry && f.invoiceIndex === row.entryIndex,
    );
    output.json({ ...row, depositedName: flow?.depositedName ?? null, statuses, findings });
    output.line(output.paint('bold', `${row.number ?? '(sans numéro)'}  ${fates[row.fate]}`));
    output.line(`  flux ${flow?.depositedName ?? row.flow}, fichier ${row.entry}`);
    output.line(`  fournisseur ${row.supplierId ?? ''} ${row.supplierName ?? ''}`);
    output.line(
      `  destinataire ${row.recipientSiret ?? ''} ${row.recipientName ?? ''} ${row.serviceCode ?? ''}`,
    );
    for (const status of statuses)
      output.line(
        `  ${timestampInParis(new Date(status.at))}  statut ${status.code} ${status.comment ?? ''}`,
      );
    for (const f of findings) output.line(`  ${f.rule} ${f.message} Remède : ${f.fix}`);
  }
  return exitCodes.done;
};
