export interface PesInvoice {
  readonly number: string;
  readonly [option: string]: unknown;
}
export interface PesOptions {
  readonly name?: string;
  readonly type?: string;
  readonly invoices: readonly PesInvoice[];
  readonly pieces?: readonly (readonly [name: string, description: string, bytes: Buffer])[];
  readonly wrap?: (bytes: Buffer) => Buffer;
  readonly encoding?: string;
}
export function gzip(bytes: Buffer): Buffer;
export function pes(options: PesOptions): Buffer;
