import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../errors.js';
import { outboundName, pivotCode } from '../report/naming.js';
import { pivotPieces, pivotSkeleton } from '../report/pivot.js';
import { writeBody } from '../report/stream.js';
import type { CheckResult, PackedPiece } from '../workers/protocol.js';
import { renderReadable } from '../workers/render.js';
import type { StoredPiece } from './work.js';

/** The recipient named in a preview: nobody has been looked up. */
const previewReceiver = { code: 'DEST00', name: 'Destinataire' };

/**
 * Writes the pivot as a recipient would get it, without an engine: no directory, no sequence (number 0), pieces read
 * from the working files. An invoice that brought no piece gets the PDF that we would render.
 */
export async function pivotPreview(
  result: CheckResult,
  engine: { readonly code: string; readonly name: string },
  workDir: string,
  stream: NodeJS.WritableStream,
): Promise<void> {
  const at = new Date();
  const invoices = [];
  for (const { invoice, index } of result.invoices) {
    const wanted = new Set(invoice.attachments.map((attachment) => attachment.piece));
    const own = result.pieces.filter((piece) => wanted.has(piece.index)).map(toStored);
    const pieces = own.length > 0 ? own : [await rendered(result, index, workDir, at)];
    invoices.push({
      id: `${index}`,
      invoice,
      structure: null,
      service: null,
      receivedAt: at,
      pieces: pivotPieces(invoice, pieces),
    });
  }
  const name = outboundName({
    interfaceCode: pivotCode,
    receiver: previewReceiver.code,
    engineCode: engine.code,
    sequence: 0,
  });
  const { body, parts } = pivotSkeleton({ name, engine, partner: previewReceiver, at, invoices });
  await writeBody(body, parts, (path) => createReadStream(path), stream);
}

/** In a preview the working file stands in the place of the archived one. */
function toStored(piece: Omit<PackedPiece, 'index'> & { readonly index?: number }): StoredPiece {
  const { index = null, content, sizeBytes, type, innerName } = piece;
  if (content.kind !== 'file') throw new Fault('INTERNAL', 'a preview is made of working files');
  return { index, archiveKey: content.path, sizeBytes, type, innerName };
}

async function rendered(result: CheckResult, index: number, workDir: string, at: Date): Promise<StoredPiece> {
  const invoice = result.invoices.find((i) => i.index === index)?.invoice;
  if (invoice === undefined) throw new Fault('INTERNAL', 'an invoice of the preview is gone');
  const innerName = `facture-${index + 1}.pdf`;
  const packed = await renderReadable({
    kind: 'render',
    invoice,
    structureName: null,
    serviceName: null,
    receivedAt: at.toISOString(),
    innerName,
    target: join(workDir, `readable-${index}.zip`),
    memoryBytesMax: 0,
  });
  return toStored({ content: packed.content, sizeBytes: packed.sizeBytes, type: 'pdf', innerName });
}
