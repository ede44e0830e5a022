/** Limits on what a deposit may weigh (DOMAIN 2.3); every one is a setting, these are the defaults. */
export interface Limits {
  /** One deposited file. */
  readonly flowBytesMax: number;
  /** One file inside a flow, attachments included. */
  readonly entryBytesMax: number;
  /** One file inside a flow once its attachments have been cut out: what a tree is built of. */
  readonly structureBytesMax: number;
  /** One start tag, its attributes included. */
  readonly tagBytesMax: number;
  /** Files in one archive: as many invoices as there may be, and a signature beside each. */
  readonly entriesMax: number;
  /** Invoices in one flow. */
  readonly invoicesMax: number;
  /** Lines of all the invoices of one flow: what of it stands in memory at once. */
  readonly linesMax: number;
  /** Statuses in one flow (FSO1201A, CEN0036A). */
  readonly statusesMax: number;
  readonly attachmentBytesMax: number;
  /** Attachments of one entry. */
  readonly attachmentsMax: number;
  /** All the files that come out of one archive together. */
  readonly unpackedBytesMax: number;
  /** Unpacked bytes per packed byte. */
  readonly unpackRatioMax: number;
  readonly unpackMsMax: number;
  /** Dictionaries and arrays parsed to find the invoice in one PDF. */
  readonly pdfParsedBytesMax: number;
  /** Objects visited to find it. */
  readonly pdfObjectsMax: number;
  /** Sections of cross-references of one PDF, one for each time it was added to. */
  readonly pdfSectionsMax: number;
  /** Checking and reading one entry. */
  readonly entryMsMax: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  flowBytesMax: 1024 * MiB,
  entryBytesMax: 120 * MiB,
  structureBytesMax: 60 * MiB,
  tagBytesMax: 256 * 1024,
  entriesMax: 1_000,
  invoicesMax: 500,
  linesMax: 200_000,
  statusesMax: 10_000,
  attachmentBytesMax: 10 * MiB,
  attachmentsMax: 200,
  unpackedBytesMax: 4096 * MiB,
  unpackRatioMax: 200,
  unpackMsMax: 120_000,
  pdfParsedBytesMax: MiB,
  pdfObjectsMax: 10_000,
  pdfSectionsMax: 1_000,
  entryMsMax: 60_000,
};
