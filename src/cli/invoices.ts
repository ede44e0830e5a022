import { timestampInParis } from '../domain/dates.js';
import { Fault } from '../errors.js';
import { roleNames, roles } from '../lifecycle/roles.js';
import { statusOf } from '../lifecycle/status-table.js';
import type { InvoiceRow, StatusRow } from '../ports/store.js';
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

/** One status: when it holds since, its label, who set it, why. */
function lifeLine(status: StatusRow): string[] {
  const by = status.actor?.replace(/^partner:/, '') ?? 'moteur';
  const role = roles.find((one) => one === status.role);
  const why = [status.complement, status.comment, status.mandate && `mandat ${status.mandate}`];
  return [
    timestampInParis(new Date(status.at)),
    `${status.code} ${statusOf(status.code)?.label ?? ''}`,
    role === undefined ? by : `${by}, ${roleNames[role]}`,
    why.filter((text) => text).join(' ; '),
  ];
}

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
    const labelled = statuses.map((one) => ({ ...one, label: statusOf(one.code)?.label ?? null }));
    output.json({ ...row, depositedName: flow?.depositedName ?? null, statuses: labelled, findings });
    output.line(output.paint('bold', `${row.number ?? '(sans numéro)'}  ${fates[row.fate]}`));
    output.line(`  flux ${flow?.depositedName ?? row.flow}, fichier ${row.entry}`);
    output.line(`  fournisseur ${row.supplierId ?? ''} ${row.supplierName ?? ''}`);
    output.line(
      `  destinataire ${row.recipientSiret ?? ''} ${row.recipientName ?? ''} ${row.serviceCode ?? ''}`,
    );
    for (const line of table(statuses.map(lifeLine))) output.line(`  ${line}`);
    for (const f of findings) output.line(`  ${f.rule} ${f.message} Remède : ${f.fix}`);
  }
  return exitCodes.done;
};
