import { join } from 'node:path';
import { Fault } from '../errors.js';
import type { PackedPiece } from '../workers/protocol.js';
import { createPieceBundle, type PieceBundle } from './piece-bundle.js';
import type { InvoiceWork, Stage, StagePorts, StoredPiece, Work } from './work.js';

/** Time a readable PDF may take; a long invoice has thousands of lines. */
const renderMsMax = 60_000;
/** A rendered PDF, zipped, that is larger than this goes through a file. */
const renderedMemoryBytesMax = 256 * 1024;

/**
 * The pieces of every good invoice go to the archive, so that a delivery can be written again at any time. An E1
 * without a readable main piece gets a PDF of ours (DOMAIN 1.1: the pivot needs one; DECISIONS, The pivot).
 */
export const keepPieces: Stage = async (work, ports) => {
  const bundle = createPieceBundle(ports.archive, prefixOf(work));
  const kept = new Map<string, Promise<StoredPiece>>();
  const invoices = await Promise.all(
    work.invoices.map((item) => (item.fatal ? item : withPieces(work, item, bundle, ports, kept))),
  );
  const archived = await bundle.close();
  return { kind: 'next', value: { ...work, invoices, archived } };
};

async function withPieces(
  work: Work,
  item: InvoiceWork,
  bundle: PieceBundle,
  ports: StagePorts,
  known: Map<string, Promise<StoredPiece>>,
): Promise<InvoiceWork> {
  const order = work.checked.findIndex((result) => result.entry === item.entry);
  const packed = work.checked[order]?.pieces ?? [];
  const wanted = new Set(item.checked.invoice.attachments.map((attachment) => attachment.piece));
  const own = packed.filter((piece) => wanted.has(piece.index));
  const kept = await Promise.all(
    own.map((piece) => {
      const name = `${order}-${piece.index}`;
      // Invoices of one PES may share a piece: it is kept once.
      const one = known.get(name) ?? keep(piece, name, bundle);
      known.set(name, one);
      return one;
    }),
  );
  if (!needsReadable(work, item, kept.length)) return { ...item, pieces: kept };
  const rendered = await render(work, item, `${order}-r${item.checked.index}`, bundle, ports);
  return { ...item, pieces: [rendered, ...kept] };
}

/**
 * In an E1 only an attachment that says it is the invoice (type 01) stands for it; elsewhere any piece does, and an
 * invoice without any gets ours, because a pivot without a piece is not valid.
 */
function needsReadable(work: Work, item: InvoiceWork, own: number): boolean {
  if (work.interface?.kind !== 'E1') return own === 0;
  return !item.checked.invoice.attachments.some((a) => a.chorusType === '01' && a.piece !== null);
}

function prefixOf({ flow, piecesKey }: Work): string {
  const prefix = `${keyOf(flow.id)}-${flow.attempt}`;
  return piecesKey === undefined ? prefix : `${prefix}-${piecesKey}`;
}

/** Ids begin with their time (UUID of version 7): pieces of one quarter of an hour share a folder. */
function keyOf(flowId: string): string {
  return `pieces/${flowId.slice(0, 5)}/${flowId.slice(5, 7)}/${flowId}`;
}

async function keep(piece: PackedPiece, name: string, bundle: PieceBundle): Promise<StoredPiece> {
  return {
    index: piece.index,
    archiveKey: await bundle.add(name, piece.content),
    sizeBytes: piece.sizeBytes,
    type: piece.type,
    innerName: piece.innerName,
  };
}

async function render(
  work: Work,
  item: InvoiceWork,
  name: string,
  bundle: PieceBundle,
  { pool }: StagePorts,
): Promise<StoredPiece> {
  const { invoice } = item.checked;
  if (invoice.number === null) throw new Fault('INTERNAL', 'a good invoice has no number');
  const innerName = `FAC${invoice.number.replace(/[^A-Za-z0-9._-]/g, '_')}.pdf`;
  const rendered = await pool.render(
    {
      kind: 'render',
      invoice,
      structureName: item.structure?.name ?? null,
      serviceName: item.service?.name ?? null,
      receivedAt: work.flow.receivedAt,
      innerName,
      target: join(work.workDir, `readable-${item.id}.zip`),
      memoryBytesMax: renderedMemoryBytesMax,
    },
    renderMsMax,
    { bulk: work.invoices.length > 1 },
  );
  const archiveKey = await bundle.add(name, rendered.content);
  return { index: null, archiveKey, sizeBytes: rendered.sizeBytes, type: 'pdf', innerName };
}
