import { join } from 'node:path';
import type { Invoice } from '../domain/invoice.js';
import type { Piece } from '../domain/reading.js';
import type { PieceFacts } from '../domain/rule.js';
import type { Syntax } from '../domain/syntax.js';
import { unwrapPiece } from '../formats/pes/pieces.js';
import { examinePiece, packPiece } from '../formats/pieces.js';
import type { CheckRequest, PackedPiece } from './protocol.js';

export interface Examined {
  readonly facts: ReadonlyMap<number, PieceFacts>;
  readonly pieces: readonly Piece[];
}

/** What the pieces really are; those of PES come out of their gzip first. */
export async function examine(
  request: CheckRequest,
  pieces: readonly Piece[],
  syntax: Syntax,
): Promise<Examined> {
  const facts = new Map<number, PieceFacts>();
  if (syntax !== 'pes-facture') {
    for (const { index, content } of pieces) facts.set(index, await examinePiece(content, request.limits));
    return { facts, pieces };
  }
  const real: Piece[] = [];
  for (const one of pieces) {
    const { piece, wrapping } = await unwrapPiece(one, request.workDir, request.limits);
    facts.set(piece.index, { ...(await examinePiece(piece.content, request.limits)), wrapping });
    real.push(piece);
  }
  return { facts, pieces: real };
}

/** The pieces of a good invoice as ZIPs for its pivot; one that several invoices share is packed once. */
export async function packPieces(
  request: CheckRequest,
  invoice: Invoice,
  pieces: readonly Piece[],
  facts: ReadonlyMap<number, PieceFacts>,
  known: Map<number, PackedPiece>,
): Promise<PackedPiece[]> {
  const packed: PackedPiece[] = [];
  for (const attachment of invoice.attachments) {
    const piece = pieces.find((p) => p.index === attachment.piece);
    const seen = piece === undefined ? undefined : facts.get(piece.index);
    if (piece === undefined || seen === undefined) continue;
    const before = known.get(piece.index);
    if (before === undefined) {
      const target = join(request.workDir, `packed-${piece.index}.zip`);
      const name = attachment.name ?? `piece-${piece.index}`;
      known.set(piece.index, { index: piece.index, ...(await packPiece(piece.content, name, target, seen)) });
    }
    const one = before ?? known.get(piece.index);
    if (one !== undefined) packed.push(one);
  }
  return packed;
}
