import type { Flow, FlowState } from '../../../domain/flow.js';
import { Fault } from '../../../errors.js';
import type { FlowIdAnswer, FlowIdClaim, NumberHolder, StoreTransaction } from '../../../ports/store.js';
import { flowColumns, toFlow } from './columns.js';
import type { Connection } from './connection.js';
import { inTurn } from './in-turn.js';
import { insertion, listed } from './query.js';
import { erasedHolder, erasureSecret } from './retention.js';
import { flowById, flowIdHolder, insertAttempt, numberHolder } from './statements.js';

/** What an attempt asks at its beginning and takes for ever, for many at once: few statements, however many they are. */

type FlowRow = Parameters<typeof toFlow>[0];

const columns = flowColumns.map((column) => `"${column}"`).join(', ');
const begun: FlowState = 'IN_EN_COURS_TRAITEMENT_CPP';

/** The flows as they are with their new attempts; no row of those that are final. */
const beginFlows = listed<FlowRow>(
  `UPDATE "flows" SET "state" = '${begun}', "attempt" = "attempt" + 1 WHERE "finalAt" IS NULL AND "id" IN`,
  `RETURNING ${columns}`,
);

/** In the order of commit, as an expression: `fewInOrder`. */
const sameBytes = listed<FlowRow>(
  `SELECT ${columns} FROM "flows" WHERE "invoicesIntegrated" > 0 AND "qualification" = 0 AND "partner" = ? AND "sha256" IN`,
  'ORDER BY "seq" + 0',
);

const takeIds = insertion('flowIds', ['flowId', 'flow'], 'skip');

const takeNumbers = insertion(
  'invoiceNumbers',
  ['supplierType', 'supplierId', 'number', 'year', 'invoice', 'flow', 'at'],
  'skip',
);

interface Start {
  readonly flow: string;
  readonly at: string;
}

/** Begins flows of which none is named twice; gives those that are not final. */
async function beginSome(c: Connection, starts: readonly Start[]): Promise<Map<string, FlowRow>> {
  const rows = new Map<string, FlowRow>();
  for (const one of beginFlows(starts.map(({ flow }) => flow)))
    for (const row of await c.all(one, {})) rows.set(row.id, row);
  const attempts = starts.flatMap(({ flow, at }) => {
    const row = rows.get(flow);
    return row === undefined
      ? []
      : [{ flow, attempt: row.attempt, startedAt: at, state: begun, layers: '[]' }];
  });
  await c.later(insertAttempt, attempts);
  return rows;
}

async function begin(c: Connection, starts: readonly Start[]): Promise<(Flow | null)[]> {
  const first = new Map(starts.toReversed().map((start) => [start.flow, start]));
  const rows = await beginSome(c, [...first.values()]);
  return inTurn(starts, async (start) => {
    const { flow } = start;
    // One that is named twice begins twice.
    const row = first.get(flow) === start ? rows.get(flow) : (await beginSome(c, [start])).get(flow);
    if (row !== undefined) return toFlow(row);
    if ((await c.one(flowById, { id: flow })) === null)
      throw new Fault('NOT_FOUND', `no flow has the id ${flow}`);
    return null;
  });
}

function openingWrites(c: Connection) {
  return {
    beginAttempt: async (flow, at) => (await begin(c, [{ flow, at }]))[0] ?? null,
    beginAttempts: (starts) => begin(c, starts),
  } satisfies Partial<StoreTransaction>;
}

/** Of each the first flow of its partner with the same bytes that integrated at least one invoice. */
export async function sameBytesOf(
  c: Connection,
  flows: readonly Pick<Flow, 'id' | 'partner' | 'sha256'>[],
): Promise<(Flow | null)[]> {
  const rows: FlowRow[] = [];
  for (const partner of new Set(flows.map((flow) => flow.partner))) {
    const hashes = flows.filter((flow) => flow.partner === partner).map(({ sha256 }) => sha256);
    for (const one of sameBytes(hashes, partner)) rows.push(...(await c.all(one, {})));
  }
  return flows.map(({ id, partner, sha256 }) => {
    const same = rows.find((row) => row.partner === partner && row.sha256 === sha256 && row.id !== id);
    return same === undefined ? null : toFlow(same);
  });
}

export function uniquenessWrites(c: Connection) {
  // Asked once: nobody erases between two numbers of one transaction.
  let erasures: Promise<string | null> | undefined;

  async function holderOf({ flowId, flow }: FlowIdClaim): Promise<FlowIdAnswer> {
    const by = await c.one(flowIdHolder, { flowId });
    if (by === null) throw new Fault('INTERNAL', `flow id ${flowId} is taken by a flow that does not exist`);
    return by.id === flow ? { taken: true } : { taken: false, by: toFlow(by) };
  }

  return {
    ...openingWrites(c),
    async takeFlowIds(claims) {
      if ((await c.runMany(takeIds, claims)) === claims.length) return claims.map(() => ({ taken: true }));
      return inTurn(claims, holderOf);
    },
    integratedSameBytes: (flows) => sameBytesOf(c, flows),
    async takeInvoiceNumbers(flow, claims, at) {
      erasures ??= erasureSecret(c);
      const erased =
        (await erasures) === null
          ? claims.map(() => null)
          : await inTurn(claims, ({ key }) => erasedHolder(c, key, erasures));
      const rows = claims
        .filter((_claim, i) => erased[i] === null)
        .map(({ key, invoice }) => ({ ...key, invoice, flow, at }));
      const free = (await c.runMany(takeNumbers, rows)) === rows.length;
      return inTurn([...claims.entries()], async ([i, { key, invoice }]): Promise<NumberHolder | null> => {
        const before = erased[i] ?? null;
        const holder = free || before !== null ? before : await c.one(numberHolder, { ...key });
        if (!free && holder === null)
          throw new Fault('INTERNAL', `invoice number ${key.number} is taken by nobody`);
        return holder === null || holder.invoice === invoice ? null : holder;
      });
    },
  } satisfies Partial<StoreTransaction>;
}
