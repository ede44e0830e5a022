import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.js';
import { newId } from '../../src/domain/ids.js';
import type { Store } from '../../src/ports/store.js';
import { delivery, newFlow, outcome, type StorePlace } from './store.contract.js';

const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T10:00:00.000Z';

function newAlert(key: string): Alert {
  return {
    id: newId(),
    key,
    kind: 'flow-late',
    partner: 'FRN001',
    flow: null,
    delivery: null,
    since: at,
    text: `texte ${key}`,
    fix: 'remède',
    beganAt: at,
    endedAt: null,
  };
}

/** Alerts and their notices, as every store keeps them. */
export function alertStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`alerts in the ${name} store`, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await createPlace();
      store = await place.open();
      await store.migrate();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    it('opens one alert a key, and another one when the first has ended', async () => {
      const [first, twin, next] = [newAlert('a'), newAlert('a'), newAlert('a')];
      await store.transaction(async (tx) => {
        expect(await tx.beginAlert(first, ['log'])).toBe(true);
        expect(await tx.beginAlert(twin, ['log'])).toBe(false);
      });
      expect(await store.openAlerts()).toEqual([first]);
      await store.transaction(async (tx) => {
        expect(await tx.endAlert(first.id, later)).toBe(true);
        expect(await tx.endAlert(first.id, later)).toBe(false);
        expect(await tx.beginAlert(next, ['log'])).toBe(true);
      });
      expect(await store.openAlerts()).toEqual([next]);
      const all = await store.listAlerts({ limit: 10 });
      expect(all).toEqual([
        { ...next, seen: null },
        { ...first, endedAt: later, seen: null },
      ]);
      expect(await store.listAlerts({ open: true, limit: 10 })).toEqual([{ ...next, seen: null }]);
    });

    it('keeps who looks after an open alert; one that begins again is new', async () => {
      const [first, next] = [newAlert('a'), newAlert('a')];
      const seen = { at: later, by: 'user:c.martin', note: 'partenaire appelé' } as const;
      await store.transaction(async (tx) => {
        await tx.beginAlert(first, []);
        expect(await tx.clearAlertSeen(first.id)).toBe(false);
        expect(await tx.markAlertSeen(first.id, seen)).toBe(true);
        expect(await tx.markAlertSeen(first.id, { ...seen, by: 'user:l.petit' })).toBe(false);
        expect(await tx.markAlertSeen(newId(), seen)).toBe(false);
      });
      expect(await store.alert(first.id)).toEqual({ ...first, seen });
      expect(await store.alert(newId())).toBeNull();
      expect(await store.openAlerts()).toEqual([first]);
      await store.transaction(async (tx) => {
        expect(await tx.clearAlertSeen(first.id)).toBe(true);
        expect(await tx.markAlertSeen(first.id, { ...seen, note: '' })).toBe(true);
        expect(await tx.endAlert(first.id, later)).toBe(true);
        expect(await tx.clearAlertSeen(first.id)).toBe(false);
        expect(await tx.beginAlert(next, [])).toBe(true);
      });
      expect(await store.listAlerts({ limit: 10 })).toEqual([
        { ...next, seen: null },
        { ...first, endedAt: later, seen: { ...seen, note: '' } },
      ]);
    });

    it('keeps a notice for each channel and phase until it is sent, in order', async () => {
      const [a, b] = [newAlert('a'), newAlert('b')];
      await store.transaction(async (tx) => {
        await tx.beginAlert(a, ['log', 'mail']);
        await tx.beginAlert(b, ['log']);
        await tx.endAlert(a.id, later);
      });
      const log = await store.pendingNotices('log', later, 10);
      expect(log.map(({ phase, alert }) => `${phase} ${alert.key}`)).toEqual([
        'begun a',
        'begun b',
        'ended a',
      ]);
      const mail = await store.pendingNotices('mail', later, 1);
      expect(mail).toEqual([{ phase: 'begun', attempts: 0, alert: { ...a, endedAt: later } }]);
      await store.transaction(async (tx) => {
        for (const notice of mail) await tx.markNoticeSent(notice, 'mail', later);
      });
      expect((await store.pendingNotices('mail', later, 10)).map(({ phase }) => phase)).toEqual(['ended']);
      expect(await store.pendingNotices('log', later, 10)).toHaveLength(3);
    });

    it('gives a failed notice again when its time has come, and never when it was given up', async () => {
      const alert = newAlert('a');
      await store.transaction((tx) => tx.beginAlert(alert, ['mail']));
      const fail = (retryAt: string | null) =>
        store.transaction((tx) => tx.markNoticeFailed({ phase: 'begun', alert }, 'mail', 'away', retryAt));
      await fail('2026-03-02T09:30:00.000Z');
      expect(await store.pendingNotices('mail', at, 10)).toEqual([]);
      expect((await store.pendingNotices('mail', later, 10))[0]?.attempts).toBe(1);
      await fail(null);
      expect(await store.pendingNotices('mail', later, 10)).toEqual([]);
    });

    it('finds flows without a verdict, reports not written, files not fetched and deliveries given up', async () => {
      const open = newFlow({ receivedAt: '2026-03-02T08:00:00.000Z' });
      const done = newFlow({ receivedAt: '2026-03-02T08:00:00.000Z' });
      const young = newFlow({ receivedAt: later });
      const report = delivery({ kind: 'integration-report', createdAt: '2026-03-02T08:00:00.000Z' });
      const lying = delivery({ createdAt: at });
      const failed = delivery({ createdAt: at });
      await store.transaction(async (tx) => {
        for (const flow of [open, done, young]) await tx.insertFlow(flow);
        await tx.beginAttempt(done.id, at);
        await tx.finishAttempt(outcome(done.id));
        await tx.insertDeliveries([report, lying, failed]);
        await tx.markDelivered(lying.id, 'a'.repeat(64), 1, '2026-03-02T08:30:00.000Z');
        await tx.markDeliveryFailed(failed.id, 'disk', true);
      });
      const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
      expect(ids(await store.lateFlows(at, 10))).toEqual([open.id]);
      expect(ids(await store.lateReports(at, 10))).toEqual([report.id]);
      expect(await store.lateDeliveries(at, 10)).toMatchObject([
        { id: lying.id, at: '2026-03-02T08:30:00.000Z', name: lying.name },
      ]);
      expect(await store.failedDeliveries(10)).toMatchObject([{ id: failed.id, lastError: 'disk' }]);
    });

    it('finds pivots that their recipient refused, until it says better or time has passed', async () => {
      const flow = newFlow();
      const pivot = delivery({ kind: 'pivot', flow: flow.id });
      const word = (code: string, when: string, sourceFlow: string) =>
        store.transaction((tx) =>
          tx.noteFlowStatuses([
            {
              id: newId(),
              flow: flow.id,
              pivot: pivot.id,
              partner: flow.partner,
              code,
              at: when,
              statedAt: null,
              actor: 'partner:COL001',
              complement: null,
              comment: 'PJ illisible',
              details: [],
              sourceFlow,
              delivery: null,
            },
          ]),
        );
      await store.transaction(async (tx) => {
        await tx.insertFlow(flow);
        await tx.insertDeliveries([pivot]);
      });
      await word('91', at, '');
      expect(await store.refusedPivots(at, 10)).toEqual([]);
      await word('94', at, 'report-1');
      expect(await store.refusedPivots(at, 10)).toEqual([
        {
          id: pivot.id,
          name: pivot.name,
          recipient: pivot.partner,
          flow: flow.id,
          issuer: flow.partner,
          at,
          code: '94',
          comment: 'PJ illisible',
        },
      ]);
      expect(await store.refusedPivots(later, 10)).toEqual([]);
      await word('92', later, 'report-2');
      expect(await store.refusedPivots(at, 10)).toEqual([]);
    });
  });
}
