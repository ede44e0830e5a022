import type { DeliveryPart } from '../domain/delivery.js';
import type { Invoice } from '../domain/invoice.js';
import type { Service, Structure } from '../domain/structure.js';
import { Fault } from '../errors.js';
import { type EnvelopeFacts, envelope } from './envelope.js';
import { donneesFacture, type Resend } from './pivot-data.js';
import { debiteur, fournisseur } from './pivot-parties.js';
import { mimeOf, type PivotPiece, pieceNames } from './pivot-pieces.js';
import { unfit } from './pivot-values.js';
import { group, leaf, optionalLeaf, writeDocument, type XmlElement } from './xml.js';

export type { Resend } from './pivot-data.js';
export { type ArchivedPiece, mainPieceOf, type PivotPiece, pivotPieces } from './pivot-pieces.js';

/** An integrated invoice on its way to its recipient. */
export interface PivotInvoice {
  /** Our id of it, for faults. */
  readonly id: string;
  readonly invoice: Invoice;
  /** What the directory knew of the recipient on that day. */
  readonly structure: Structure | null;
  readonly service: Service | null;
  /** When its flow was received. */
  readonly receivedAt: Date;
  /** At least one (`pivotPieces`). */
  readonly pieces: readonly PivotPiece[];
  /** Given when the invoice is sent again. */
  readonly resend?: Resend;
}

export interface PivotInput extends EnvelopeFacts {
  /** At least one, in the order of the flow. */
  readonly invoices: readonly PivotInvoice[];
}

export interface PivotSkeleton {
  /** The whole file, with a token where the base64 of a piece goes. */
  readonly body: string;
  /** The pieces in the order of their tokens, for `writeBody`. */
  readonly parts: readonly DeliveryPart[];
}

/**
 * A pivot without the bytes of its pieces: CPPFacturePivot V2_02 for one recipient (DOMAIN 7.2; DECISIONS, "The
 * pivot").
 * @throws Fault INTERNAL without any invoice, or when one of them cannot be said in a pivot: no piece, no identifier,
 *   a total absent, a number longer than 20 characters. Rules refuse such invoices before.
 */
export function pivotSkeleton(input: PivotInput): PivotSkeleton {
  if (input.invoices.length === 0) throw new Fault('INTERNAL', 'a pivot without any invoice');
  const body = writeDocument(
    group('CPPFacturePivot', [
      envelope(input),
      group('CPPFactures', input.invoices.map(unitaire), { Compteur: String(input.invoices.length) }),
    ]),
  );
  const parts = input.invoices.flatMap(({ pieces }) =>
    pieces.map(({ token, archiveKey }) => ({ token, archiveKey })),
  );
  return { body, parts };
}

/** The block of one invoice. @param index 0-based position in the file */
export function unitaire(item: PivotInvoice, index: number): XmlElement {
  const { id, invoice, structure, service, receivedAt, resend = null } = item;
  return group(
    'CPPFacturePivotUnitaire',
    [
      fournisseur(invoice, id),
      debiteur(invoice, structure, service, id),
      donneesFacture(invoice, { id, receivedAt, resend }),
      ...piecesOf(item),
    ],
    { NumOrdre: String(index + 1) },
  );
}

function piecesOf({ id, invoice, pieces }: PivotInvoice): XmlElement[] {
  if (pieces.length === 0) throw unfit('no piece', id);
  const names = pieceNames(pieces, invoice.chorus.supplier.id ?? '', invoice.number ?? '');
  return pieces.map((piece, index) =>
    group(
      'PJ',
      [
        leaf('Contenu', piece.token),
        leaf('NomPJ', names[index] ?? piece.innerName, 50),
        piece.main ? null : optionalLeaf('NomPJOrigine', piece.declaredName, 50),
        piece.main ? null : optionalLeaf('CategoriePJ', piece.category, 50),
        leaf('TypePJ', piece.main ? '01' : '02'),
        leaf('MimeTypePJ', mimeOf(piece)),
      ],
      { NumOrdre: String(index + 1) },
    ),
  );
}

/** Rough weight of the text about an invoice, and about each of its lines and recaps. */
const invoiceBytes = 3000;
const rowBytes = 300;

/**
 * Invoices for one recipient as groups that fit one pivot file each, in their order: at most `invoicesMax` invoices
 * and about `bytesMax` bytes; an invoice that is larger by itself goes alone.
 */
export function splitForPivot<
  I extends Pick<PivotInvoice, 'invoice'> & { readonly pieces: readonly Pick<PivotPiece, 'sizeBytes'>[] },
>(
  invoices: readonly I[],
  limits: { readonly invoicesMax: number; readonly bytesMax: number },
): readonly (readonly I[])[] {
  const groups: I[][] = [];
  let weight = 0;
  for (const item of invoices) {
    const bytes = weightOf(item);
    const current = groups.at(-1);
    if (current === undefined || current.length >= limits.invoicesMax || weight + bytes > limits.bytesMax) {
      groups.push([item]);
      weight = bytes;
    } else {
      current.push(item);
      weight += bytes;
    }
  }
  return groups;
}

function weightOf(item: {
  readonly invoice: Pick<Invoice, 'lines' | 'vatBreakdown'>;
  readonly pieces: readonly Pick<PivotPiece, 'sizeBytes'>[];
}): number {
  const base64 = item.pieces.reduce((total, { sizeBytes }) => total + 4 * Math.ceil(sizeBytes / 3), 0);
  return base64 + invoiceBytes + rowBytes * (item.invoice.lines.length + item.invoice.vatBreakdown.length);
}
