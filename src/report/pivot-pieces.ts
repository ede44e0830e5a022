import { randomUUID } from 'node:crypto';
import type { Attachment, Invoice } from '../domain/invoice.js';
import { clip } from './xml.js';

/** A piece of an invoice as the archive keeps it: a ZIP that holds one file. */
export interface ArchivedPiece {
  /** Number of the piece in its entry (`Attachment.piece`); null for the readable PDF that we rendered. */
  readonly index: number | null;
  readonly archiveKey: string;
  /** Size of the ZIP. */
  readonly sizeBytes: number;
  /** Type of the file inside, as sniffed (`PieceFacts.type`). */
  readonly type: string;
  /** Name of the file inside. */
  readonly innerName: string;
}

/** A piece with its place in a pivot. */
export interface PivotPiece extends ArchivedPiece {
  /** Stands in the skeleton where the base64 goes. */
  readonly token: string;
  /** True for the readable invoice itself (TypePJ 01). */
  readonly main: boolean;
  /** The sender's name for it, null when there was none. */
  readonly declaredName: string | null;
  /** What the sender calls it (`Bon de livraison`), null when that is but a type code. */
  readonly category: string | null;
}

const nameLengthMax = 50;

/**
 * The readable invoice among the pieces (DECISIONS, "From deposit to verdict"): the PDF that we rendered; else the
 * attachment of type 01; else the first of type ZZZ or of none; one of type 02 never. Null when there is none.
 */
export function mainPieceOf<P extends Pick<ArchivedPiece, 'index'>>(
  invoice: Pick<Invoice, 'attachments'>,
  pieces: readonly P[],
): P | null {
  const rendered = pieces.find((piece) => piece.index === null);
  if (rendered !== undefined) return rendered;
  const candidates = invoice.attachments.flatMap((attachment) => {
    const piece = attachment.piece === null ? undefined : pieces.find((p) => p.index === attachment.piece);
    return piece === undefined ? [] : [{ type: attachment.chorusType, piece }];
  });
  const main =
    candidates.find(({ type }) => type === '01') ??
    candidates.find(({ type }) => type !== '02' && type !== '2');
  return main?.piece ?? null;
}

/** The pieces of an invoice made ready for its pivot: the main one first, each with a token of its own. */
export function pivotPieces(
  invoice: Pick<Invoice, 'attachments'>,
  pieces: readonly ArchivedPiece[],
): readonly PivotPiece[] {
  const main = mainPieceOf(invoice, pieces);
  const ordered = main === null ? pieces : [main, ...pieces.filter((piece) => piece !== main)];
  return ordered.map((piece) => {
    const attachment = invoice.attachments.find((a) => a.piece !== null && a.piece === piece.index);
    return {
      ...piece,
      // Nobody can guess it, so no text of a sender can stand in its place.
      token: `@@${randomUUID()}@@`,
      main: piece === main,
      declaredName: attachment?.filename ?? attachment?.name ?? null,
      category: categoryOf(attachment),
    };
  });
}

/** The description of an attachment; Chorus' CII and UBL put its type there (`01`, `02`, `ZZZ`). */
function categoryOf(attachment: Attachment | undefined): string | null {
  const text = attachment?.description ?? null;
  return text === null || text === attachment?.chorusType || /^(\d+|ZZZ)$/i.test(text) ? null : text;
}

/**
 * Names of the pieces in a pivot, all different: `FAC` + supplier + invoice number for the main one (DOMAIN 2.4), the
 * sender's for the others; letters, digits, `.`, `_`, `-` only, at most 50, with the extension of the file inside.
 */
export function pieceNames(
  pieces: readonly Pick<PivotPiece, 'main' | 'declaredName' | 'innerName' | 'type'>[],
  supplierId: string,
  number: string,
): readonly string[] {
  const taken = new Set<string>();
  return pieces.map((piece) => {
    const stem = piece.main ? `FAC${supplierId}${number}` : stemOf(piece.declaredName ?? piece.innerName);
    for (let count = 1; ; count++) {
      const name = fittingName(stem, count === 1 ? '' : `_${count}`, extensionOf(piece));
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  });
}

function fittingName(stem: string, suffix: string, extension: string): string {
  const end = `${suffix}${extension}`;
  return `${clip(safe(stem), nameLengthMax - end.length)}${end}`;
}

function stemOf(name: string): string {
  const stem = (name.split(/[\\/]/).at(-1) ?? '').replace(/\.[A-Za-z0-9]{1,5}$/, '');
  return stem === '' ? 'PJ' : stem;
}

function safe(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]/gu, '_');
}

/** By the sniffed type where that says it, else by the name of the file inside. */
function extensionOf({ type, innerName }: Pick<PivotPiece, 'type' | 'innerName'>): string {
  const named = /\.([A-Za-z0-9]{1,5})$/.exec(innerName)?.[1]?.toLowerCase();
  if (named !== undefined && (mimeByExtension[named] !== undefined || mimeByType[type] === undefined))
    return `.${named}`;
  return `.${extensionByType[type] ?? named ?? 'bin'}`;
}

/** MIME type of the file inside: its bytes are trusted before its name, and its name before nothing. */
export function mimeOf({ type, innerName }: Pick<PivotPiece, 'type' | 'innerName'>): string {
  const sure = mimeByType[type];
  if (sure !== undefined) return sure;
  const extension = /\.([A-Za-z0-9]{1,5})$/.exec(innerName)?.[1]?.toLowerCase() ?? '';
  return mimeByExtension[extension] ?? mimeOfKind[type] ?? 'application/octet-stream';
}

const mimeByType: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  gzip: 'application/gzip',
  bzip2: 'application/x-bzip2',
  rtf: 'application/rtf',
};

const extensionByType: Readonly<Record<string, string>> = {
  pdf: 'pdf',
  png: 'png',
  jpeg: 'jpg',
  gif: 'gif',
  tiff: 'tif',
  bmp: 'bmp',
  gzip: 'gz',
  bzip2: 'bz2',
  rtf: 'rtf',
  zip: 'zip',
  xml: 'xml',
  text: 'txt',
};

/** Types that only the name tells apart: office files are ZIPs or OLE containers. */
const mimeOfKind: Readonly<Record<string, string>> = {
  zip: 'application/zip',
  xml: 'application/xml',
  text: 'text/plain',
};

const mimeByExtension: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  fax: 'image/g3fax',
  xml: 'application/xml',
  html: 'text/html',
  htm: 'text/html',
  xhtml: 'application/xhtml+xml',
  txt: 'text/plain',
  csv: 'text/csv',
  rtf: 'application/rtf',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  xlc: 'application/vnd.ms-excel',
  xlm: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  pps: 'application/vnd.ms-powerpoint',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  zip: 'application/zip',
  gz: 'application/gzip',
  gzip: 'application/gzip',
  tgz: 'application/gzip',
  bz2: 'application/x-bzip2',
  p7s: 'application/pkcs7-signature',
};
