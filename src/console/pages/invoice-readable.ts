import { z } from 'zod';
import type { Invoice } from '../../domain/invoice.js';
import { readInvoice, withoutAccounts } from '../invoice-file.js';
import { notFound } from '../problem.js';
import { page } from '../route.js';
import { type ReadInvoice, sourceOf } from '../source.js';
import { unzipOne } from '../unzip-one.js';

const params = z.object({ id: z.string().max(60) });

/** The invoice as people read it: the sender's PDF, else the one that we make of its data. */
export const invoiceReadable = page({
  path: '/factures/:id/lisible',
  role: 'reader',
  schema: { params },
  async handler(call) {
    const { id } = call.params;
    const found = await readInvoice(call, id, 'console, facture lisible', async (read, { row, flow }) => ({
      name: `facture-${row.number ?? row.id}.pdf`,
      receivedAt: flow.receivedAt,
      invoice: read.invoice,
      pdf: await sentPdf(read),
    }));
    const { name, invoice, receivedAt } = found;
    const body = found.pdf ?? (await sourceOf(call.parts).rendered(withoutAccounts(invoice), receivedAt));
    return { kind: 'download', name, type: 'application/pdf', inline: true, body };
  },
});

/** A piece of the invoice as its sender attached it, to be saved. */
export const invoicePiece = page({
  path: '/factures/:id/pieces/:piece',
  role: 'reader',
  schema: { params: params.extend({ piece: z.coerce.number().int().min(0).max(10_000) }) },
  async handler(call) {
    const { id, piece } = call.params;
    const { name, body } = await readInvoice(call, id, 'console, pièce jointe', async (read) => {
      const attachment = read.invoice.attachments.find((one) => one.piece === piece);
      if (attachment === undefined) throw notFound('Cette pièce');
      return {
        name: attachment.filename ?? attachment.name ?? `piece-${piece + 1}`,
        body: await read.piece(piece),
      };
    });
    if (body === null) throw notFound('Cette pièce');
    return { kind: 'download', name, type: 'application/octet-stream', body };
  },
});

const isPdf = (bytes: Buffer | null): bytes is Buffer => bytes?.subarray(0, 1024).includes('%PDF-') ?? false;

/** The main readable piece first (type 01), then any other PDF, then a Factur-X itself. */
async function sentPdf(read: ReadInvoice): Promise<Buffer | null> {
  for (const piece of piecesInOrder(read.invoice)) {
    const bytes = unpacked(await read.piece(piece));
    if (isPdf(bytes)) return bytes;
  }
  if (read.invoice.syntax !== 'facturx') return null;
  const whole = await read.whole();
  return isPdf(whole) ? whole : null;
}

/** Pieces often come as a ZIP that holds one file. */
function unpacked(bytes: Buffer | null): Buffer | null {
  if (bytes === null || bytes.subarray(0, 4).toString('latin1') !== 'PK\x03\x04') return bytes;
  try {
    return unzipOne(bytes);
  } catch {
    return null;
  }
}

function piecesInOrder({ attachments }: Invoice): number[] {
  const main = attachments.filter(({ chorusType }) => chorusType === '01');
  const others = attachments.filter(({ chorusType }) => chorusType !== '01');
  return [...main, ...others].flatMap(({ piece }) => (piece === null ? [] : [piece])).slice(0, 20);
}
