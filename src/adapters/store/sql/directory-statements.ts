import { sql } from 'kysely';
import { db, query, updatingUpsertion } from './query.js';
import type { ServiceTable, StructureTable } from './tables.js';

export const structureColumns = [
  'siret',
  'validFrom',
  'validTo',
  'name',
  'active',
  'serviceRequired',
  'engagementRequired',
  'serviceOrEngagementRequired',
  'routedByService',
  'partner',
] as const;

const serviceColumns = [
  'siret',
  'code',
  'validFrom',
  'validTo',
  'name',
  'active',
  'engagementRequired',
  'partner',
] as const;

/** A row valid on a day, both bounds included; of several the one that began last. */
export const structure = query<{ siret: string; asOf: string }, StructureTable>((p) =>
  db
    .selectFrom('structures')
    .select(structureColumns)
    .where('siret', '=', p.siret)
    .where('validFrom', '<=', p.asOf)
    .where((e) => e.or([e('validTo', 'is', null), e('validTo', '>=', p.asOf)]))
    .orderBy('validFrom', 'desc')
    .limit(1),
);

const servicesOn = (p: { siret: string; asOf: string }) =>
  db
    .selectFrom('services')
    .select(serviceColumns)
    .where('siret', '=', p.siret)
    .where('validFrom', '<=', p.asOf)
    .where((e) => e.or([e('validTo', 'is', null), e('validTo', '>=', p.asOf)]))
    .orderBy('code')
    .orderBy('validFrom', 'desc');

export const services = query<{ siret: string; asOf: string }, ServiceTable>(servicesOn);

export const service = query<{ siret: string; code: string; asOf: string }, ServiceTable>((p) =>
  servicesOn(p).where('code', '=', p.code).limit(1),
);

export const supplier = query((p: { idType: string; id: string }) =>
  db
    .selectFrom('suppliers')
    .select(['idType', 'id', 'name', 'active'])
    .where('idType', '=', p.idType)
    .where('id', '=', p.id),
);

/** The newest row of every structure, by SIRET. */
export const listStructures = query<{ after: string; limit: number }, StructureTable>((p) =>
  db
    .selectFrom('structures as s')
    .select(structureColumns.map((column) => `s.${column}` as const))
    .where('s.siret', '>', p.after)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('structures as newer')
            .select('newer.siret')
            .whereRef('newer.siret', '=', 's.siret')
            .whereRef('newer.validFrom', '>', 's.validFrom'),
        ),
      ),
    )
    .orderBy('s.siret')
    .limit(p.limit),
);

const distinctCount = (text: string) =>
  sql<number>`(select count(*) from (select distinct ${sql.raw(text)}) as kinds)`;

/** Structures, services and suppliers, not their periods of validity. */
export const counts = query((_: Record<never, never>) =>
  db.selectNoFrom([
    distinctCount('siret from structures').as('structures'),
    distinctCount('siret, code from services').as('services'),
    distinctCount('"idType", id from suppliers').as('suppliers'),
  ]),
);

export const rowCount = query((_: Record<never, never>) =>
  db.selectNoFrom(
    sql<number>`(select count(*) from structures) + (select count(*) from services) + (select count(*) from suppliers)`.as(
      'rows',
    ),
  ),
);

/** Each adds a row or changes the one with the same key; changes nothing, and counts as nothing, when all is the same. */
export const putStructure = updatingUpsertion(
  'structures',
  ['siret', 'validFrom'],
  [
    'validTo',
    'name',
    'active',
    'serviceRequired',
    'engagementRequired',
    'serviceOrEngagementRequired',
    'routedByService',
    'partner',
  ],
);

export const putService = updatingUpsertion(
  'services',
  ['siret', 'code', 'validFrom'],
  ['validTo', 'name', 'active', 'engagementRequired', 'partner'],
);

export const putSupplier = updatingUpsertion('suppliers', ['idType', 'id'], ['name', 'active']);
