/** The first three statuses of an invoice (DOMAIN 6.2), those that the engine sets by itself. */
export type InvoiceStatusCode = string;

export interface InvoiceStatus {
  readonly invoice: string;
  readonly code: InvoiceStatusCode;
  readonly at: string;
  readonly comment: string | null;
}
