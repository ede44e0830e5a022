import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Service, Structure, Supplier } from '../../../domain/structure.js';
import type { DirectoryRow, DirectoryStore, ImportCounts } from '../../../ports/store.js';
import type { Connection, Reading, Writing } from './connection.js';
import * as sql from './directory-statements.js';
import type { ServiceTable, StructureTable } from './tables.js';

/** Rows written before other work of the process gets its turn. */
const rowsPerTurn = 1_000;

/** The directory of structures, services and suppliers. `write` runs a work in a transaction. */
export function sqlDirectory(read: Reading, write: Writing): DirectoryStore {
  return {
    structure: (siret, asOf) =>
      read(async (c) => {
        const row = await c.one(sql.structure, { siret, asOf });
        return row === null ? null : toStructure(row);
      }),
    service: (siret, code, asOf) =>
      read(async (c) => {
        const row = await c.one(sql.service, { siret, code, asOf });
        return row === null ? null : toService(row);
      }),
    services: (siret, asOf) =>
      read(async (c) => newestOfEach(await c.all(sql.services, { siret, asOf })).map(toService)),
    supplier: (idType, id) =>
      read(async (c): Promise<Supplier | null> => {
        const row = await c.one(sql.supplier, { idType, id });
        return row === null ? null : { ...row, active: row.active === 1 };
      }),
    importRows: (rows) => write((c) => importRows(c, rows)),
    listStructures: (limit, after = '') =>
      read(async (c) => (await c.all(sql.listStructures, { after, limit })).map(toStructure)),
    counts: () =>
      read(async (c) => (await c.one(sql.counts, {})) ?? { structures: 0, services: 0, suppliers: 0 }),
  };
}

async function importRows(c: Connection, rows: Iterable<DirectoryRow>): Promise<ImportCounts> {
  const before = (await c.one(sql.rowCount, {}))?.rows ?? 0;
  const read = { structures: 0, services: 0, suppliers: 0 };
  let touched = 0;
  let total = 0;
  for (const row of rows) {
    touched += await put(c, row);
    read[`${row.kind}s`] += 1;
    total += 1;
    if (total % rowsPerTurn === 0) await nextTurn();
  }
  const added = ((await c.one(sql.rowCount, {}))?.rows ?? 0) - before;
  return { ...read, added, changed: touched - added, unchanged: total - touched };
}

/** 1 when the row was added or changed, 0 when it already stood there as it is. */
async function put(c: Connection, row: DirectoryRow): Promise<number> {
  switch (row.kind) {
    case 'structure': {
      const s = row.structure;
      return c.run(sql.putStructure, {
        ...s,
        validFrom: s.validFrom ?? '',
        active: bit(s.active),
        serviceRequired: bit(s.serviceRequired),
        engagementRequired: bit(s.engagementRequired),
        serviceOrEngagementRequired: bit(s.serviceOrEngagementRequired),
        routedByService: bit(s.routedByService),
      });
    }
    case 'service': {
      const s = row.service;
      return c.run(sql.putService, {
        ...s,
        validFrom: s.validFrom ?? '',
        active: bit(s.active),
        engagementRequired: bit(s.engagementRequired),
      });
    }
    case 'supplier':
      return c.run(sql.putSupplier, { ...row.supplier, active: bit(row.supplier.active) });
  }
}

function bit(truth: boolean): number {
  return truth ? 1 : 0;
}

function toStructure(row: StructureTable): Structure {
  return {
    ...row,
    validFrom: row.validFrom === '' ? null : row.validFrom,
    active: row.active === 1,
    serviceRequired: row.serviceRequired === 1,
    engagementRequired: row.engagementRequired === 1,
    serviceOrEngagementRequired: row.serviceOrEngagementRequired === 1,
    routedByService: row.routedByService === 1,
  };
}

function toService(row: ServiceTable): Service {
  return {
    ...row,
    validFrom: row.validFrom === '' ? null : row.validFrom,
    active: row.active === 1,
    engagementRequired: row.engagementRequired === 1,
  };
}

/** Rows come newest first within a code. */
function newestOfEach(rows: readonly ServiceTable[]): ServiceTable[] {
  return rows.filter((row, i) => rows[i - 1]?.code !== row.code);
}
