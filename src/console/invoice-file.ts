import type { Flow } from '../domain/flow.js';
import type { Invoice } from '../domain/invoice.js';
import type { InvoiceRow } from '../ports/store.js';
import { fileOfAttempt, flowOf, isQuarantined, purgeOf } from './flow-file.js';
import { notFound, Problem } from './problem.js';
import type { Call } from './route.js';
import { type ReadInvoice, sourceOf } from './source.js';
import { withoutIbans } from './ui/show.js';

const reasons = {
  absent: 'Le fichier déposé ne peut plus être lu ici.',
  'too-large': 'Le fichier déposé est trop grand pour être lu ici.',
  late: 'La lecture du fichier déposé a pris trop de temps.',
  unreadable: 'La facture n’a pas pu être relue dans le fichier déposé.',
} as const;

/** Reads an invoice again from the file it came in. @throws Problem when that is not possible. */
export async function readInvoice<T>(
  call: Call,
  id: string,
  what: string,
  work: (read: ReadInvoice, facts: { readonly row: InvoiceRow; readonly flow: Flow }) => Promise<T>,
): Promise<T> {
  const { store } = call.parts;
  const row = await store.invoice(id);
  if (row === null) throw notFound('Cette facture');
  const flow = await flowOf(call, row.flow, what, row.id);
  const file = await fileOfAttempt(store, flow, row.attempt);
  const remedy =
    'La page de la facture dit ce qui en est connu ; le fichier déposé se télécharge depuis son flux.';
  if (isQuarantined(file)) throw new Problem(403, 'Le fichier déposé est en quarantaine.', remedy);
  if (purgeOf(await store.purges(flow.id)) !== undefined)
    throw new Problem(404, 'Le fichier déposé n’est plus conservé.', remedy);
  const result = await sourceOf(call.parts).invoice<{ readonly done: T }>(
    {
      archiveKey: file.archiveKey,
      entry: row.entry,
      index: row.entryIndex,
      interfaceCode: flow.interfaceCode,
    },
    async (read) => ({ done: await work(read, { row, flow }) }),
  );
  if (typeof result === 'string') throw new Problem(404, reasons[result], remedy);
  return result.done;
}

/** Without account numbers in full: what we draw ourselves never shows one. */
export function withoutAccounts(invoice: Invoice): Invoice {
  const { payment } = invoice;
  const hide = (text: string | null) => (text === null ? null : withoutIbans(text));
  return {
    ...invoice,
    payment: {
      ...payment,
      accounts: payment.accounts.map((account) => ({ ...account, id: hide(account.id) })),
      cardNumber: payment.cardNumber === null ? null : `…${payment.cardNumber.slice(-4)}`,
      debitedAccount: hide(payment.debitedAccount),
    },
  };
}
