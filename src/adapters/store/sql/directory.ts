import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Service, Structure, Supplier } from '../../../domain/structure.js';
import type { DirectoryRow, DirectoryStore, ImportCounts } from '../../../ports/store.js';
import type { Connection, Reading, Writing } from './connection.js';
import * as sql from './directory-statements.js';
import type { ServiceTable, StructureTable, Tables } from './tables.js';

type SupplierTable = Tables['suppliers'];

/** Rows of one statement, after which other work of the process gets its turn. */
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
  let batch = newBatch();
  const write = async (): Promise<void> => {
    touched += await putAll(c, batch);
    batch = newBatch();
    await nextTurn();
  };
  for (const row of rows) {
    // One statement changes a row once: the second word on a key waits for the next one.
    if (batch.size === rowsPerTurn || !take(batch, row)) {
      await write();
      take(batch, row);
    }
    read[`${row.kind}s`] += 1;
    total += 1;
  }
  await write();
  const added = ((await c.one(sql.rowCount, {}))?.rows ?? 0) - before;
  return { ...read, added, changed: touched - added, unchanged: total - touched };
}

interface Batch {
  size: number;
  readonly structures: Map<string, StructureTable>;
  readonly services: Map<string, ServiceTable>;
  readonly suppliers: Map<string, SupplierTable>;
}

const newBatch = (): Batch => ({ size: 0, structures: new Map(), services: new Map(), suppliers: new Map() });

/** False, and nothing is taken, when the batch has a row of the same key. */
function take(batch: Batch, row: DirectoryRow): boolean {
  const put = <Row>(map: Map<string, Row>, key: readonly string[], value: Row): boolean => {
    const name = key.join('\n');
    if (map.has(name)) return false;
    map.set(name, value);
    batch.size += 1;
    return true;
  };
  switch (row.kind) {
    case 'structure': {
      const value = fromStructure(row.structure);
      return put(batch.structures, [value.siret, value.validFrom], value);
    }
    case 'service': {
      const value = fromService(row.service);
      return put(batch.services, [value.siret, value.code, value.validFrom], value);
    }
    case 'supplier': {
      const value = { ...row.supplier, active: bit(row.supplier.active) };
      return put(batch.suppliers, [value.idType, value.id], value);
    }
  }
}

/** How many rows were added or changed. */
async function putAll(c: Connection, { structures, services, suppliers }: Batch): Promise<number> {
  return (
    (await c.runMany(sql.putStructure, [...structures.values()])) +
    (await c.runMany(sql.putService, [...services.values()])) +
    (await c.runMany(sql.putSupplier, [...suppliers.values()]))
  );
}

function fromStructure(s: Structure): StructureTable {
  return {
    ...s,
    validFrom: s.validFrom ?? '',
    active: bit(s.active),
    serviceRequired: bit(s.serviceRequired),
    engagementRequired: bit(s.engagementRequired),
    serviceOrEngagementRequired: bit(s.serviceOrEngagementRequired),
    routedByService: bit(s.routedByService),
  };
}

function fromService(s: Service): ServiceTable {
  return {
    ...s,
    validFrom: s.validFrom ?? '',
    active: bit(s.active),
    engagementRequired: bit(s.engagementRequired),
  };
}

function bit(truth: boolean): number {
  return truth ? 1 : 0;
}

export function toStructure(row: StructureTable): Structure {
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
