import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { startMetricsServer, watchOf } from '../../src/app/metrics.js';
import { Fault } from '../../src/errors.js';
import { silentLog } from '../../src/log.js';
import type { Store } from '../../src/ports/store.js';
import { loadSettings } from '../../src/settings/load.js';

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-metrics-'));
  store = await sqliteStore({ path: ':memory:' });
  await store.migrate();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

async function serve(metrics: Record<string, unknown> = {}, failing = false) {
  const loaded = loadSettings({
    env: { ECLUSE_HOME: dir },
    cwd: dir,
    flags: { metrics: { port: 0, freshMs: 0, ...metrics } },
  });
  const watch = watchOf({ loaded, store, log: silentLog });
  if (watch === null) throw new Error('switched off');
  const broken = {
    ...store,
    meta: async () => {
      throw new Fault('STORE_UNAVAILABLE', 'the disk is gone');
    },
  };
  const archive = folderArchive({ dir: join(dir, 'archive') });
  const server = await startMetricsServer({
    loaded,
    store: failing ? broken : store,
    archive,
    metrics: watch.metrics,
    log: silentLog,
    env: { FIGURES: 'a secret of figures' },
  });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  return { watch, server, ask };
}

describe('the port for figures', () => {
  it('serves figures, health and readiness', async () => {
    const { server, ask, watch } = await serve();
    watch.metrics.transportFailed('FRN001', 'intake');
    expect(await ask('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect((await ask('/readyz')).status).toBe(200);
    const { status, text } = await ask('/metrics');
    expect(status).toBe(200);
    expect(text).toContain('ecluse_transport_errors_total{partner="FRN001",side="intake"} 1');
    expect(text).toContain('process_resident_memory_bytes');
    expect((await ask('/other')).status).toBe(404);
    await server.close();
  });

  it('counts open alerts by whether somebody looks after them', async () => {
    const at = '2026-03-02T09:00:00.000Z';
    const about = {
      kind: 'test',
      partner: null,
      flow: null,
      delivery: null,
      since: at,
      text: 't',
      fix: 'f',
    } as const;
    await store.transaction(async (tx) => {
      for (const id of ['a', 'b', 'c'])
        await tx.beginAlert({ ...about, id, key: id, beganAt: at, endedAt: null }, []);
      await tx.markAlertSeen('b', { at, by: 'user:claire', note: 'on regarde' });
      await tx.endAlert('c', at);
    });
    const { server, ask } = await serve();
    const { text } = await ask('/metrics');
    expect(text).toContain('ecluse_alerts_open{seen="no"} 1');
    expect(text).toContain('ecluse_alerts_open{seen="yes"} 1');
    await server.close();
  });

  it('asks for the token of the settings', async () => {
    const { server, ask } = await serve({ token: { env: 'FIGURES' } });
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask('/metrics', { authorization: 'Bearer a secret of figures' })).status).toBe(200);
    await server.close();
  });

  it('tells why it is not ready, and lives all the same', async () => {
    const { server, ask } = await serve({}, true);
    const { status, text } = await ask('/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text).checks).toContainEqual({ name: 'store', ok: false, reason: 'the disk is gone' });
    expect((await ask('/healthz')).status).toBe(200);
    await server.close();
  });

  it('says so when its port is taken', async () => {
    const one = await serve();
    await expect(serve({ port: one.server.port })).rejects.toMatchObject({ code: 'CONSOLE_UNAVAILABLE' });
    await one.server.close();
  });
});

describe('what counts on the way', () => {
  it('counts calls of transports that fail for the folder or the server, and passes everything on', async () => {
    const { watch, server, ask } = await serve();
    const fault = (code: 'CONNECTION_FAILED' | 'DELIVERY_CONFLICT') => new Fault(code, code);
    const transport = {
      names: async () => {
        throw fault('CONNECTION_FAILED');
      },
      has: async () => {
        throw fault('DELIVERY_CONFLICT');
      },
    };
    const watched = watch.transports({
      intakes: () => [],
      delivery: () => transport as never,
      close: async () => undefined,
    });
    await expect(watched.delivery('COL001').names()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    await expect(watched.delivery('COL001').has('x')).rejects.toMatchObject({ code: 'DELIVERY_CONFLICT' });
    const { text } = await ask('/metrics');
    expect(text).toContain('ecluse_transport_errors_total{partner="COL001",side="delivery"} 1');
    await server.close();
  });
});
