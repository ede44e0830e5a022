import type { Flow } from '../../../domain/flow.js';
import type { Structure, Supplier } from '../../../domain/structure.js';
import { flowColumns, toFlow } from './columns.js';
import type { Connection } from './connection.js';
import { toStructure } from './directory.js';
import { structureColumns } from './directory-statements.js';
import { listed } from './query.js';
import type { StructureTable, Tables } from './tables.js';

/** What every flow is looked up by, for several flows in one statement; the answers in the order of the keys. */

const names = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

const flowsById = listed<Parameters<typeof toFlow>[0]>(
  `SELECT ${names(flowColumns)} FROM "flows" WHERE "id" IN`,
  '',
);

/** Valid on a day, both bounds included; of several the one that began last comes first. */
const structuresOn = listed<StructureTable>(
  `SELECT ${names(structureColumns)} FROM "structures" WHERE "validFrom" <= ? AND ("validTo" IS NULL OR "validTo" >= ?) AND "siret" IN`,
  'ORDER BY "validFrom" DESC',
);

const suppliersOf = listed<Tables['suppliers']>(
  'SELECT "idType", "id", "name", "active" FROM "suppliers" WHERE "idType" = ? AND "id" IN',
  '',
);

export async function flowsOf(c: Connection, ids: readonly string[]): Promise<(Flow | null)[]> {
  const found = new Map<string, Flow>();
  for (const one of flowsById(ids)) for (const row of await c.all(one, {})) found.set(row.id, toFlow(row));
  return ids.map((id) => found.get(id) ?? null);
}

export interface StructureKey {
  readonly siret: string;
  /** Day, `YYYY-MM-DD`. */
  readonly asOf: string;
}

export async function structuresOf(
  c: Connection,
  keys: readonly StructureKey[],
): Promise<(Structure | null)[]> {
  const found = new Map<string, Structure>();
  for (const asOf of new Set(keys.map((key) => key.asOf))) {
    const sirets = keys.filter((key) => key.asOf === asOf).map(({ siret }) => siret);
    for (const one of structuresOn(sirets, asOf, asOf))
      for (const row of await c.all(one, {}))
        if (!found.has(`${row.siret} ${asOf}`)) found.set(`${row.siret} ${asOf}`, toStructure(row));
  }
  return keys.map(({ siret, asOf }) => found.get(`${siret} ${asOf}`) ?? null);
}

export interface SupplierKey {
  readonly idType: Supplier['idType'];
  readonly id: string;
}

export async function suppliersNamed(
  c: Connection,
  keys: readonly SupplierKey[],
): Promise<(Supplier | null)[]> {
  const found = new Map<string, Supplier>();
  for (const idType of new Set(keys.map((key) => key.idType))) {
    const ids = keys.filter((key) => key.idType === idType).map(({ id }) => id);
    for (const one of suppliersOf(ids, idType))
      for (const row of await c.all(one, {}))
        found.set(`${row.idType} ${row.id}`, { ...row, active: row.active === 1 });
  }
  return keys.map(({ idType, id }) => found.get(`${idType} ${id}`) ?? null);
}
