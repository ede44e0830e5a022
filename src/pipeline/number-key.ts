import type { Invoice } from '../domain/invoice.js';
import type { NumberKey } from '../ports/store.js';

/** The key under which an invoice takes its number. */
export function numberKeyOf(invoice: Invoice, numberPerYear: boolean): NumberKey {
  return {
    supplierType: invoice.chorus.supplier.idType ?? '',
    supplierId: (invoice.chorus.supplier.id ?? '').toUpperCase(),
    number: invoice.number ?? '',
    year: numberPerYear ? (invoice.issueDate ?? '').slice(0, 4) : '',
  };
}
