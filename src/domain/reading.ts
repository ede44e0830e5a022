import type { Finding, Place } from './finding.js';
import type { Invoice } from './invoice.js';
import type { Occurrences } from './occurrences.js';
import type { PesFacts } from './pes.js';
import type { Syntax } from './syntax.js';

/** Where the content of a piece is: in a working file, or in memory when it is small. */
export type PieceContent =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'memory'; readonly bytes: Uint8Array };

/** A piece: the content of an attachment, cut from the byte stream; the archive gives it a key. */
export interface Piece {
  /** 0-based, in document order over the entry; `Attachment.piece` refers to it. */
  readonly index: number;
  readonly content: PieceContent;
  readonly sizeBytes: number;
}

/** Where a term of an invoice stands, or would have to stand, in the sender's file. */
export type PlaceOf = (term: string) => Place | null;

/** An invoice with the means to say where each of its terms stands. Lives only inside the thread that read it. */
export interface PlacedInvoice {
  readonly invoice: Invoice;
  /** 0-based position within the entry. */
  readonly index: number;
  /**
   * Place of a term named by its path in `Invoice` (`number`, `chorus.cadre`, `vatBreakdown[1].amount`).
   * For an absent term: the path where it is expected, and the line of the nearest element that is there.
   */
  readonly place: PlaceOf;
  /** What the rules of EN 16931 need beside the terms, gathered at the first question; for the syntaxes of the norm. */
  readonly occurrences?: () => Occurrences;
  /**
   * Every currency that the document gives with an amount (`currencyID`), trimmed: what `occurrences` would tell, and
   * perhaps more, without gathering the rest.
   */
  readonly amountCurrencies?: () => ReadonlySet<string>;
  /** What the rules on PES Facture need beside the terms; for that syntax. */
  readonly pes?: PesFacts;
}

/** What reading one entry gave. */
export type Reading =
  | {
      readonly kind: 'invoices';
      readonly syntax: Syntax;
      readonly invoices: readonly PlacedInvoice[];
      /** Every piece, those whose content was left in the document by the cutter too. */
      readonly pieces: readonly Piece[];
      readonly findings: readonly Finding[];
    }
  | { readonly kind: 'refused'; readonly syntax: Syntax; readonly findings: readonly Finding[] };
