import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { createPost } from '../../src/alerts/post.js';
import { createWatch } from '../../src/alerts/watch.js';
import type { AlertNotice } from '../../src/domain/alert.js';
import { silentLog } from '../../src/log.js';
import type { AlertChannel } from '../../src/ports/alert.js';
import type { Store } from '../../src/ports/store.js';
import { delivery, newFlow, outcome } from '../contracts/store.contract.js';

const startMs = Date.parse('2026-03-02T09:00:00.000Z');
const minuteMs = 60_000;

describe('alerts', () => {
  let store: Store;
  let nowMs: number;
  const clock = { now: () => new Date(nowMs) };
  const told: string[] = [];
  let away = false;

  const channel: AlertChannel = {
    name: 'log',
    async send(notices: readonly AlertNotice[]) {
      if (away) throw new Error('away');
      for (const { phase, alert } of notices) told.push(`${phase} ${alert.kind} ${alert.partner}`);
    },
    close: async () => undefined,
  };

  beforeEach(async () => {
    store = await sqliteStore({ path: ':memory:' });
    await store.migrate();
    nowMs = startMs;
    told.length = 0;
    away = false;
  });
  afterEach(() => store.close());

  function engine(openMax = 10) {
    const watch = createWatch({
      store,
      clock,
      settings: { flowMs: 10 * minuteMs, fetchMs: 60 * minuteMs, refusedMs: 600 * minuteMs, openMax },
      channels: ['log'],
      holdKey: 'intake.hold',
    });
    const settings = { groupMax: 3, retryMs: minuteMs, retryMsMax: 4 * minuteMs, giveUpMs: 30 * minuteMs };
    const post = createPost({ store, channels: [channel], clock, log: silentLog, settings });
    return async () => {
      const looked = await watch.look();
      await post.send();
      return looked;
    };
  }

  const deposit = async (partner = 'FRN001') => {
    const flow = newFlow({ partner, receivedAt: clock.now().toISOString() });
    await store.transaction((tx) => tx.insertFlow(flow));
    return flow.id;
  };
  const answer = (flow: string) =>
    store.transaction(async (tx) => {
      await tx.beginAttempt(flow, clock.now().toISOString());
      await tx.finishAttempt(outcome(flow));
    });

  it('tells once that a flow is late, and once that it is answered', async () => {
    const turn = engine();
    const flow = await deposit();
    nowMs += 9 * minuteMs;
    expect(await turn()).toEqual({ begun: 0, ended: 0 });
    nowMs += 2 * minuteMs;
    expect(await turn()).toEqual({ begun: 1, ended: 0 });
    await turn();
    expect(told).toEqual(['begun flow-late FRN001']);
    await answer(flow);
    expect(await turn()).toEqual({ begun: 0, ended: 1 });
    await turn();
    expect(told).toEqual(['begun flow-late FRN001', 'ended flow-late FRN001']);
    const events = await store.events(flow);
    expect(events.map(({ kind }) => kind)).toEqual(['alert', 'alert-ended']);
  });

  it('does not tell again after a restart what was told before it', async () => {
    await deposit();
    nowMs += 11 * minuteMs;
    await engine()();
    await engine()();
    expect(told).toEqual(['begun flow-late FRN001']);
  });

  it('tells of files not fetched, of deliveries given up, of partners out of reach and of a full disk', async () => {
    const turn = engine();
    const at = clock.now().toISOString();
    const [lying, failed] = [delivery({ partner: 'COL001' }), delivery({ partner: 'COL002' })];
    await store.transaction(async (tx) => {
      await tx.insertDeliveries([lying, failed]);
      await tx.markDelivered(lying.id, 'a'.repeat(64), 1, at);
      await tx.markDeliveryFailed(failed.id, 'disk', true);
      await tx.setPartnerHealth({
        partner: 'COL003',
        side: 'delivery',
        circuit: 'open',
        faults: 3,
        since: at,
        retryAt: null,
        error: 'connection refused',
      });
      await tx.setMeta('intake.hold', 'Prise en charge des dépôts suspendue');
    });
    nowMs += 61 * minuteMs;
    await turn();
    expect([...told].sort()).toEqual([
      'begun delivery-failed COL002',
      'begun intake-held null',
      'begun not-fetched COL001',
      'begun partner-unreachable COL003',
    ]);
    told.length = 0;
    await store.transaction(async (tx) => {
      await tx.noteStay({ id: lying.id, deliveredAt: at }, 'fetched', clock.now().toISOString());
      await tx.setMeta('intake.hold', '');
    });
    await turn();
    expect([...told].sort()).toEqual(['ended intake-held null', 'ended not-fetched COL001']);
  });

  it('tells a crowd of the same kind up to a limit, and then of the rest together', async () => {
    for (let i = 0; i < 5; i += 1) await deposit(`FRN00${i}`);
    nowMs += 11 * minuteMs;
    expect(await engine(3)()).toEqual({ begun: 4, ended: 0 });
    expect(told.slice(0, 3)).toEqual([0, 1, 2].map((i) => `begun flow-late FRN00${i}`));
    expect(told[3]).toBe('begun more null');
  });

  it('sends later what could not be sent, with growing waits, and gives up in the end', async () => {
    const turn = engine();
    await deposit();
    nowMs += 11 * minuteMs;
    away = true;
    await turn();
    nowMs += minuteMs / 2;
    away = false;
    await turn();
    expect(told).toEqual([]);
    nowMs += minuteMs;
    await turn();
    expect(told).toEqual(['begun flow-late FRN001']);
    await deposit('FRN002');
    nowMs += 11 * minuteMs;
    away = true;
    for (let i = 0; i < 20; i += 1) {
      await turn();
      nowMs += 4 * minuteMs;
    }
    away = false;
    await turn();
    expect(told).toEqual(['begun flow-late FRN001']);
  });
});
