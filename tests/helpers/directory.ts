import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Invoice } from '../../src/domain/invoice.js';
import { demoDirectory } from './home.js';

interface Rows {
  structures: Record<string, unknown>[];
  services: Record<string, unknown>[];
  suppliers: Record<string, unknown>[];
}

/** The demonstration's directory, with the parties of these invoices added, as a file; `done` removes it. */
export function directoryFor(invoices: readonly Invoice[], partner = 'COL001') {
  const rows = JSON.parse(readFileSync(demoDirectory, 'utf8')) as Rows;
  for (const { chorus } of invoices) {
    const siret = chorus.recipient.id;
    const supplier = chorus.supplier.id;
    if (!rows.structures.some((row) => row.siret === siret))
      rows.structures.push({ siret, name: chorus.recipient.name ?? 'Destinataire', partner });
    const code = chorus.serviceCode;
    if (code !== null && !rows.services.some((row) => row.siret === siret && row.code === code))
      rows.services.push({ siret, code, name: `Service ${code}` });
    const idType = chorus.supplier.idType ?? '1';
    if (!rows.suppliers.some((row) => row.id === supplier && row.id_type === idType))
      rows.suppliers.push({ id_type: idType, id: supplier, name: chorus.supplier.name ?? 'Fournisseur' });
  }
  const folder = mkdtempSync(join(tmpdir(), 'ecluse-directory-'));
  const path = join(folder, 'directory.json');
  writeFileSync(path, JSON.stringify(rows));
  return { path, done: () => rmSync(folder, { recursive: true, force: true }) };
}
