import { createWriteStream, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { renderInvoicePdf } from '../readable/pdf.js';
import type { RenderRequest, RenderResult } from './protocol.js';

/** A fixed time stamp inside the ZIP: the same invoice gives the same bytes. */
const zipTime = new Date('1980-01-01T00:00:00Z');

/** Renders the readable PDF of an invoice and zips it, as pivots carry their pieces (DOMAIN 2.4). */
export async function renderReadable(request: RenderRequest): Promise<RenderResult> {
  const pdf = await renderInvoicePdf(request.invoice, {
    structureName: request.structureName,
    serviceName: request.serviceName,
    receivedAt: new Date(request.receivedAt),
  });
  const zip = new ZipFile();
  zip.addBuffer(pdf, request.innerName, { mtime: zipTime, mode: 0o100600 });
  zip.end();
  mkdirSync(dirname(request.target), { recursive: true, mode: 0o700 });
  await pipeline(zip.outputStream, createWriteStream(request.target, { mode: 0o600 }));
  return { kind: 'rendered', path: request.target, sizeBytes: statSync(request.target).size };
}
