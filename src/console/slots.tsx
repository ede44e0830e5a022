import type { ComponentChildren } from 'preact';
import type { Flow } from '../domain/flow.js';
import type { InvoiceRow } from '../ports/store.js';
import type { Role } from '../ports/store-console.js';
import { FlowOrders, InvoiceOrders, SelectionOrders } from './ui/orders.js';

/**
 * Places in the pages of flows and invoices where orders stand: what may be done with what the page shows. A place
 * with nothing to do shows nothing.
 */

/** What may be done with one flow: worked again, with a corrected file or not. */
export function FlowActionsSlot(of: { readonly flow: Flow; readonly role: Role }): ComponentChildren {
  return <FlowOrders {...of} />;
}

/** What may be done with the flows of a search; `query` holds the filters as they stand in the address. */
export function FlowSelectionSlot(of: {
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly role: Role;
  readonly flows: readonly Flow[];
}): ComponentChildren {
  return <SelectionOrders {...of} />;
}

/** What may be done with one invoice. */
export function InvoiceActionsSlot(of: {
  readonly invoice: InvoiceRow;
  readonly role: Role;
}): ComponentChildren {
  return <InvoiceOrders {...of} />;
}
