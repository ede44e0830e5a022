import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { pseudonymOf } from '../../../domain/pseudonym.js';
import type { LayerVerdict } from '../../../domain/verdict.js';
import type {
  ErasureCounts,
  ErasureInvoice,
  ErasureTarget,
  RetentionReads,
  RetentionWrites,
} from '../../../ports/store-retention.js';
import type { Connection, Reading } from './connection.js';
import { db, once, query } from './query.js';

/** Key of the pseudonyms: made at the first erasure, and kept for as long as numbers are. */
const secretKey = 'erasure.key';

export const secretMeta = query<Record<never, never>, { value: string }>(
  () => db.selectFrom('meta').select('value').where('key', '=', secretKey) as never,
);

const insertSecret = query((p: { value: string }) =>
  db
    .insertInto('meta')
    .values({ key: secretKey, value: p.value })
    .onConflict((conflict) => conflict.doNothing()),
);

const erasedText = 'Texte effacé sur ordre.';

function found(target: ErasureTarget) {
  const all = db
    .selectFrom('invoices')
    .innerJoin('flows', 'flows.id', 'invoices.flow')
    .select([
      'invoices.id as invoice',
      'invoices.flow',
      'flows.interfaceCode',
      'supplierType',
      'supplierId',
      'supplierName',
    ])
    .orderBy('invoices.seq');
  const chosen =
    target.kind === 'invoice'
      ? all.where('invoices.number', '=', target.number)
      : all
          .where('supplierType', '=', target.idType)
          .where(sql<boolean>`upper("supplierId") = ${target.id.toUpperCase()}`);
  return once<ErasureInvoice>(chosen as never);
}

const countOf = query<{ flow: string }, { id: string }>(
  (p) => db.selectFrom('invoices').select('id').where('flow', '=', p.flow) as never,
);

export function erasureReads(read: Reading): Pick<RetentionReads, 'erasureInvoices' | 'otherInvoices'> {
  return {
    erasureInvoices: (target) => read((c) => c.all(found(target), {})),
    otherInvoices: (flow, invoices) =>
      read(async (c) => {
        const own = new Set(invoices);
        return (await c.all(countOf, { flow })).filter(({ id }) => !own.has(id)).length;
      }),
  };
}

const eraseInvoice = query((p: { invoice: string; pseudonym: string | null }) =>
  db.updateTable('invoices').set({ supplierId: p.pseudonym, supplierName: null }).where('id', '=', p.invoice),
);

/** Several numbers of an invoice: one for each year in which it was taken, at most. */
const eraseNumber = query((p: { invoice: string; pseudonym: string }) =>
  db.updateTable('invoiceNumbers').set({ supplierId: p.pseudonym }).where('invoice', '=', p.invoice),
);

const eraseFindings = query((p: { flow: string }) =>
  db
    .updateTable('findings')
    .set({ message: erasedText, fix: erasedText, value: null })
    .where('flow', '=', p.flow)
    .where('message', '<>', erasedText),
);

const eraseStatuses = query((p: { invoice: string }) =>
  db
    .updateTable('statuses')
    .set({ comment: null, complement: null })
    .where('invoice', '=', p.invoice)
    .where(sql<boolean>`("comment" IS NOT NULL OR "complement" IS NOT NULL)`),
);

/** Files about its statuses, which tell of other invoices too: their text goes whole. */
const emptyStatusFiles = query((p: { invoice: string }) =>
  db
    .updateTable('deliveryBodies')
    .set({ body: '', parts: '[]' })
    .where('body', '<>', '')
    .where('delivery', 'in', (e) =>
      e
        .selectFrom('statuses')
        .select('delivery')
        .where('invoice', '=', p.invoice)
        .where('delivery', 'is not', null),
    ),
);

const emptyFlowFiles = query((p: { flow: string }) =>
  db
    .updateTable('deliveryBodies')
    .set({ body: '', parts: '[]' })
    .where('body', '<>', '')
    .where('delivery', 'in', (e) => e.selectFrom('deliveries').select('id').where('flow', '=', p.flow)),
);

/** Files of a day's rejects that name the flow's deposit or the supplier. */
const emptyRejects = query((p: { text: string }) =>
  db
    .updateTable('deliveryBodies')
    .set({ body: '', parts: '[]' })
    .where('delivery', 'in', (e) =>
      e.selectFrom('deliveries').select('id').where('kind', '=', 'daily-rejects'),
    )
    .where(sql<boolean>`replace("body", ${p.text}, '') <> "body"`),
);

const giveUp = query((p: { flow: string }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'failed', lastError: 'contenu effacé sur ordre' })
    .where('flow', '=', p.flow)
    .where('state', '=', 'pending'),
);

/** A text that was emptied must never be written. */
const giveUpEmpty = query(() =>
  db
    .updateTable('deliveries')
    .set({ state: 'failed', lastError: 'contenu effacé sur ordre' })
    .where(sql<boolean>`"state" = 'pending'`)
    .where('id', 'in', (e) => e.selectFrom('deliveryBodies').select('delivery').where('body', '=', '')),
);

const nameOf = query<{ flow: string }, { depositedName: string }>(
  (p) => db.selectFrom('flows').select('depositedName').where('id', '=', p.flow) as never,
);

const keptBlock = query((p: { invoice: string }) =>
  db.updateTable('worksRoutes').set({ kept: '' }).where('invoice', '=', p.invoice),
);

const layersOf = query<{ flow: string }, { attempt: number; layers: string }>(
  (p) => db.selectFrom('attempts').select(['attempt', 'layers']).where('flow', '=', p.flow) as never,
);

const setLayers = query((p: { flow: string; attempt: number; layers: string }) =>
  db
    .updateTable('attempts')
    .set({ layers: p.layers })
    .where('flow', '=', p.flow)
    .where('attempt', '=', p.attempt),
);

const dropSupplier = query((p: { idType: string; id: string }) =>
  db.deleteFrom('suppliers').where('idType', '=', p.idType).where(sql<boolean>`upper("id") = ${p.id}`),
);

async function secretOf(c: Connection): Promise<string> {
  await c.run(insertSecret, { value: randomBytes(32).toString('hex') });
  return (await c.one(secretMeta, {}))?.value ?? '';
}

async function eraseSigners(c: Connection, flow: string): Promise<void> {
  for (const { attempt, layers } of await c.all(layersOf, { flow })) {
    const verdicts = JSON.parse(layers) as LayerVerdict[];
    if (!verdicts.some((verdict) => verdict.signatures !== undefined)) continue;
    const without = verdicts.map(({ signatures, ...rest }) =>
      signatures === undefined
        ? rest
        : { ...rest, signatures: signatures.map((one) => ({ ...one, signer: null })) },
    );
    await c.run(setLayers, { flow, attempt, layers: JSON.stringify(without) });
  }
}

export function erasureWrites(
  c: Connection,
): Pick<RetentionWrites, 'eraseInvoices' | 'eraseDirectorySupplier'> {
  return {
    async eraseInvoices(flow, invoices) {
      const secret = await secretOf(c);
      const counts: { -readonly [K in keyof ErasureCounts]: number } = {
        invoices: 0,
        numbers: 0,
        findings: 0,
        bodies: 0,
        statuses: 0,
      };
      const texts = new Set<string>();
      const { depositedName } = (await c.one(nameOf, { flow })) ?? { depositedName: '' };
      if (depositedName !== '') texts.add(depositedName);
      for (const { invoice, supplierType, supplierId } of invoices) {
        const pseudonym = supplierId === null ? null : pseudonymOf(secret, supplierType ?? '', supplierId);
        if (supplierId !== null && supplierId.length >= 5) texts.add(supplierId);
        counts.bodies += await c.run(emptyStatusFiles, { invoice });
        counts.invoices += await c.run(eraseInvoice, { invoice, pseudonym });
        if (pseudonym !== null) counts.numbers += await c.run(eraseNumber, { invoice, pseudonym });
        counts.statuses += await c.run(eraseStatuses, { invoice });
        await c.run(keptBlock, { invoice });
      }
      counts.findings += await c.run(eraseFindings, { flow });
      counts.bodies += await c.run(emptyFlowFiles, { flow });
      for (const text of texts) counts.bodies += await c.run(emptyRejects, { text });
      await eraseSigners(c, flow);
      await c.run(giveUp, { flow });
      await c.run(giveUpEmpty, {});
      return counts;
    },
    eraseDirectorySupplier: async (idType, id) =>
      (await c.run(dropSupplier, { idType, id: id.toUpperCase() })) > 0,
  };
}
