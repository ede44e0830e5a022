import type { AlertSeen, ListedAlert } from '../domain/alert.js';
import type { Actor, AuditEvent } from '../domain/flow.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
}

/** What became of an order about one alert: `over` has ended, `other` was not as the order takes it to be. */
export interface SeenResult {
  readonly alert: ListedAlert;
  readonly outcome: 'done' | 'over' | 'other';
}

/**
 * Notes that somebody looks after open alerts, with a line in the audit trail for each. Who was first stands: an alert
 * that somebody has seen already is left as it is (`other`). Ids that are not known are passed over.
 */
export function markAlertsSeen(
  parts: Parts,
  order: { readonly ids: readonly string[]; readonly by: Actor; readonly note: string },
): Promise<readonly SeenResult[]> {
  const { by, note } = order;
  const seen: AlertSeen = { at: parts.clock.now().toISOString(), by, note };
  return eachAlert(parts, order.ids, async (tx, alert) => {
    if (!(await tx.markAlertSeen(alert.id, seen))) return null;
    return eventOf('alert-seen', alert, seen, `alerte vue : ${alert.text} (${note})`);
  });
}

/** Takes the note of open alerts back, so that they stand out again; `other`: nobody has seen it. */
export function clearAlertsSeen(
  parts: Parts,
  order: { readonly ids: readonly string[]; readonly by: Actor; readonly note: string | null },
): Promise<readonly SeenResult[]> {
  const { by, note } = order;
  const at = parts.clock.now().toISOString();
  const why = note === null ? '' : ` (${note})`;
  return eachAlert(parts, order.ids, async (tx, alert) => {
    if (!(await tx.clearAlertSeen(alert.id))) return null;
    return eventOf('alert-unseen', alert, { at, by }, `alerte de nouveau à prendre : ${alert.text}${why}`);
  });
}

type Transaction = Parameters<Parameters<Store['transaction']>[0]>[0];

/** Does something to each alert, and writes its line, in one transaction for each; then says how it stands. */
async function eachAlert(
  { store }: Parts,
  ids: readonly string[],
  work: (tx: Transaction, alert: ListedAlert) => Promise<AuditEvent | null>,
): Promise<readonly SeenResult[]> {
  const results: SeenResult[] = [];
  for (const id of new Set(ids)) {
    const alert = await store.alert(id);
    if (alert === null) continue;
    const done = await store.transaction(async (tx) => {
      const event = await work(tx, alert);
      if (event !== null) await tx.insertEvents([event]);
      return event !== null;
    });
    const now = (await store.alert(id)) ?? alert;
    results.push({ alert: now, outcome: done ? 'done' : now.endedAt === null ? 'other' : 'over' });
  }
  return results;
}

function eventOf(
  kind: string,
  { flow }: ListedAlert,
  { at, by }: { readonly at: string; readonly by: Actor },
  text: string,
): AuditEvent {
  return { at, actor: by, kind, flow, invoice: null, text };
}
