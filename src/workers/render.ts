import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
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
  const packed = await buffer(zip.outputStream);
  const sizeBytes = packed.length;
  if (sizeBytes <= request.memoryBytesMax) {
    // In a buffer of its own: one of Node's shared pool would be sent with all that is in the pool.
    return { kind: 'rendered', content: { kind: 'memory', bytes: new Uint8Array(packed) }, sizeBytes };
  }
  mkdirSync(dirname(request.target), { recursive: true, mode: 0o700 });
  writeFileSync(request.target, packed, { mode: 0o600 });
  return { kind: 'rendered', content: { kind: 'file', path: request.target }, sizeBytes };
}
