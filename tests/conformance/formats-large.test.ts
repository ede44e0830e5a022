import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/domain/limits.js';
import { namespaces } from '../../src/formats/recognise.js';
import { readEntry } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';

let base = '';
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ecluse-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const MiB = 1024 * 1024;
const line = (id: number) => `<cac:InvoiceLine>
  <cbc:ID>${id}</cbc:ID>
  <cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount>
  <cac:Item><cbc:Description>Pose comprise</cbc:Description><cbc:Name>Table ${id}</cbc:Name>
    <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>20</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">10.00</cbc:PriceAmount></cac:Price>
</cac:InvoiceLine>
`;

describe('a large document', () => {
  it('of 20 MiB is read within bounded memory, and its last line still has its place', () => {
    const head = `<Invoice xmlns="${namespaces.invoice}" xmlns:cac="${namespaces.cac}" xmlns:cbc="${namespaces.cbc}">\n<cbc:ID>G1</cbc:ID>\n`;
    const count = Math.ceil((20 * MiB) / line(10_000).length);
    const path = join(base, 'large.xml');
    writeFileSync(path, `${head}${Array.from({ length: count }, (_, i) => line(i + 1)).join('')}</Invoice>`);
    const before = process.memoryUsage().heapUsed;
    const cut = cutPieces(path, mkdtempSync(join(base, 'w-')), defaultLimits);
    const reading = readEntry(cut.bytes, 'ubl-invoice', cut);
    const grown = process.memoryUsage().heapUsed - before;
    const [one] = reading.kind === 'invoices' ? reading.invoices : [];
    expect(one?.invoice.lines).toHaveLength(count);
    expect(one?.place(`lines[${count - 1}].name`)).toEqual({
      path: `/Invoice/cac:InvoiceLine[${count}]/cac:Item/cbc:Name`,
      line: 2 + (count - 1) * 8 + 5,
    });
    expect(grown / MiB).toBeLessThan(600);
  }, 300_000);
});
