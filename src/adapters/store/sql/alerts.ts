import { sql } from 'kysely';
import type { Alert, AlertNotice, AlertSeen, ListedAlert } from '../../../domain/alert.js';
import type {
  AlertReads,
  AlertWrites,
  LateDelivery,
  LateFlow,
  RefusedPivot,
} from '../../../ports/store-alerts.js';
import type { Connection, Reading } from './connection.js';
import { db, fewInOrder, insertion, once, query } from './query.js';

const alertColumns = [
  'id',
  'key',
  'kind',
  'partner',
  'flow',
  'delivery',
  'since',
  'text',
  'fix',
  'beganAt',
  'endedAt',
] as const;

type SeenColumns = { readonly [C in 'seenAt' | 'seenBy' | 'seenNote']: string | null };
const seenColumns = ['seenAt', 'seenBy', 'seenNote'] as const;

function toListed({ seenAt, seenBy, seenNote, ...alert }: Alert & SeenColumns): ListedAlert {
  const seen =
    seenAt === null || seenBy === null
      ? null
      : { at: seenAt, by: seenBy as AlertSeen['by'], note: seenNote ?? '' };
  return { ...alert, seen };
}

type NoticeRow = Alert & { readonly phase: AlertNotice['phase']; readonly attempts: number };

const openAlerts = query<Record<never, never>, Alert>(
  () =>
    db
      .selectFrom('alerts')
      .select(alertColumns)
      .where('endedAt', 'is', null)
      .orderBy(fewInOrder('alerts')) as never,
);

const oneAlert = query<{ id: string }, Alert & SeenColumns>(
  (p) =>
    db
      .selectFrom('alerts')
      .select([...alertColumns, ...seenColumns])
      .where('id', '=', p.id) as never,
);

const pendingNotices = query<{ channel: string; now: string; limit: number }, NoticeRow>(
  (p) =>
    db
      .selectFrom('alertNotices')
      .innerJoin('alerts', 'alerts.id', 'alertNotices.alert')
      .select(alertColumns.map((column) => `alerts.${column}` as const))
      .select(['alertNotices.phase', 'alertNotices.attempts'])
      .where('channel', '=', p.channel)
      .where(sql<boolean>`"state" = 'pending'`)
      .where('retryAt', '<=', p.now)
      .orderBy('alertNotices.seq')
      .limit(p.limit) as never,
);

const lateFlows = query<{ before: string; limit: number }, LateFlow>(
  (p) =>
    db
      .selectFrom('flows')
      .select(['id', 'partner', 'depositedName', 'receivedAt'])
      .where('finalAt', 'is', null)
      .where('receivedAt', '<', p.before)
      // A flow that is worked again was answered in its time.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('replays')
              .select('replays.id')
              .whereRef('replays.flow', '=', 'flows.id')
              .where(sql<boolean>`replays."state" = 'taken'`),
          ),
        ),
      )
      .orderBy('seq')
      .limit(p.limit) as never,
);

const deliveryAt = (column: 'createdAt' | 'deliveredAt') =>
  db.selectFrom('deliveries').select(['id', 'partner', 'name', 'flow', 'lastError', `${column} as at`]);

const lateReports = query<{ before: string; limit: number }, LateDelivery>(
  (p) =>
    deliveryAt('createdAt')
      .where(sql<boolean>`"state" = 'pending'`)
      .where('kind', '=', 'integration-report')
      .where('createdAt', '<', p.before)
      .orderBy('createdAt')
      .limit(p.limit) as never,
);

/** The condition as the index `deliveriesLying` has it. */
const lateDeliveries = query<{ before: string; limit: number }, LateDelivery>(
  (p) =>
    deliveryAt('deliveredAt')
      .where(sql<boolean>`"state" = 'delivered' AND "fetchedAt" IS NULL AND "removedAt" IS NULL`)
      .where('deliveredAt', '<', p.before)
      .orderBy('deliveredAt')
      .limit(p.limit) as never,
);

const failedDeliveries = query<{ limit: number }, LateDelivery>(
  (p) =>
    deliveryAt('createdAt').where(sql<boolean>`"state" = 'failed'`).orderBy('seq').limit(p.limit) as never,
);

/** The condition on the code as the index `flowStatusesRefused` has it. */
const refusedPivots = query<{ since: string; limit: number }, RefusedPivot>((p) =>
  db
    .selectFrom('flowStatuses as s')
    .innerJoin('deliveries as d', 'd.id', 's.pivot')
    .innerJoin('flows as f', 'f.id', 's.flow')
    .select([
      'd.id',
      'd.name',
      'd.partner as recipient',
      's.flow',
      'f.partner as issuer',
      's.at',
      's.code',
      's.comment',
    ])
    .where(sql<boolean>`s."code" IN ('93', '94', '96')`)
    .where('s.at', '>=', p.since)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('flowStatuses as later')
            .select('later.id')
            .whereRef('later.pivot', '=', 's.pivot')
            .whereRef('later.seq', '>', 's.seq'),
        ),
      ),
    )
    .orderBy('s.at')
    .limit(p.limit),
);

export function alertReads(read: Reading): AlertReads {
  return {
    openAlerts: () => read((c) => c.all(openAlerts, {})),
    listAlerts: async ({ open, limit }) => {
      const all = db
        .selectFrom('alerts')
        .select([...alertColumns, ...seenColumns])
        .limit(limit);
      const asked =
        open === true
          ? all.where('endedAt', 'is', null).orderBy(fewInOrder('alerts'), 'desc')
          : all.orderBy('seq', 'desc');
      return (await read((c) => c.all(once<Alert & SeenColumns>(asked), {}))).map(toListed);
    },
    alert: async (id) => {
      const row = await read((c) => c.one(oneAlert, { id }));
      return row === null ? null : toListed(row);
    },
    pendingNotices: async (channel, now, limit) => {
      const rows = await read((c) => c.all(pendingNotices, { channel, now, limit }));
      return rows.map(({ phase, attempts, ...alert }) => ({ phase, attempts, alert }));
    },
    lateFlows: (before, limit) => read((c) => c.all(lateFlows, { before, limit })),
    lateReports: (before, limit) => read((c) => c.all(lateReports, { before, limit })),
    lateDeliveries: (before, limit) => read((c) => c.all(lateDeliveries, { before, limit })),
    refusedPivots: (since, limit) => read((c) => c.all(refusedPivots, { since, limit })),
    failedDeliveries: (limit) => read((c) => c.all(failedDeliveries, { limit })),
  };
}

const insertAlert = query<{ [C in (typeof alertColumns)[number]]: Alert[C] }, never>(
  (p) =>
    db
      .insertInto('alerts')
      .values(Object.fromEntries(alertColumns.map((column) => [column, p[column]])) as never)
      .onConflict((conflict) => conflict.doNothing()) as never,
);

const insertNotice = insertion('alertNotices', ['alert', 'phase', 'channel', 'state']);

const endAlert = query((p: { id: string; at: string }) =>
  db.updateTable('alerts').set({ endedAt: p.at }).where('id', '=', p.id).where('endedAt', 'is', null),
);

const markSeen = query((p: { id: string; at: string; by: string; note: string }) =>
  db
    .updateTable('alerts')
    .set({ seenAt: p.at, seenBy: p.by, seenNote: p.note })
    .where('id', '=', p.id)
    .where('endedAt', 'is', null)
    .where('seenAt', 'is', null),
);

const clearSeen = query((p: { id: string }) =>
  db
    .updateTable('alerts')
    .set({ seenAt: null, seenBy: null, seenNote: null })
    .where('id', '=', p.id)
    .where('endedAt', 'is', null)
    .where('seenAt', 'is not', null),
);

const channelsOf = query((p: { alert: string }) =>
  db.selectFrom('alertNotices').select('channel').where('alert', '=', p.alert).where('phase', '=', 'begun'),
);

interface OneNotice {
  alert: string;
  phase: string;
  channel: string;
}

const sent = query((p: OneNotice & { at: string }) =>
  db
    .updateTable('alertNotices')
    .set({ state: 'sent', sentAt: p.at, lastError: null })
    .where('alert', '=', p.alert)
    .where('phase', '=', p.phase as AlertNotice['phase'])
    .where('channel', '=', p.channel),
);

const failed = query((p: OneNotice & { state: string; error: string; retryAt: string }) =>
  db
    .updateTable('alertNotices')
    .set({
      state: p.state as 'pending' | 'failed',
      attempts: sql<number>`"attempts" + 1`,
      lastError: p.error,
      retryAt: p.retryAt,
    })
    .where('alert', '=', p.alert)
    .where('phase', '=', p.phase as AlertNotice['phase'])
    .where('channel', '=', p.channel),
);

export function alertWrites(c: Connection): AlertWrites {
  const notices = async (
    alert: string,
    phase: AlertNotice['phase'],
    channels: readonly string[],
  ): Promise<void> => {
    await c.runMany(
      insertNotice,
      channels.map((channel) => ({ alert, phase, channel, state: 'pending' as const })),
    );
  };
  return {
    async beginAlert(alert, channels) {
      if ((await c.run(insertAlert, alert)) === 0) return false;
      await notices(alert.id, 'begun', channels);
      return true;
    },
    async endAlert(id, at) {
      if ((await c.run(endAlert, { id, at })) === 0) return false;
      const told = (await c.all(channelsOf, { alert: id })).map(({ channel }) => channel);
      await notices(id, 'ended', told);
      return true;
    },
    markAlertSeen: async (id, seen) => (await c.run(markSeen, { id, ...seen })) > 0,
    clearAlertSeen: async (id) => (await c.run(clearSeen, { id })) > 0,
    async markNoticeSent({ alert, phase }, channel, at) {
      await c.run(sent, { alert: alert.id, phase, channel, at });
    },
    async markNoticeFailed({ alert, phase }, channel, error, retryAt) {
      const state = retryAt === null ? 'failed' : 'pending';
      await c.run(failed, { alert: alert.id, phase, channel, error, state, retryAt: retryAt ?? '' });
    },
  };
}
