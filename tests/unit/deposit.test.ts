import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import { depositModeOf, senderCodeOf } from '../../src/domain/deposit-mode.js';
import { readFlowName } from '../../src/envelope/name.js';
import { Fault } from '../../src/errors.js';
import { depositFile } from '../../src/pipeline/deposit.js';
import { systemClock } from '../../src/ports/clock.js';
import type { Store, StoreTransaction } from '../../src/ports/store.js';

let dir: string;
let store: Store;
const fso = { code: 'FSO1117A', number: '1117' };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  store = await sqliteStore({ path: ':memory:' });
  await store.migrate();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

function ports() {
  const archive = folderArchive({ dir: join(dir, 'archive'), quarantineDir: join(dir, 'quarantine') });
  return {
    run: <T>(work: (tx: StoreTransaction) => Promise<T>) => store.transaction(work),
    archive,
    clock: systemClock,
    engineCode: 'CPP001',
  };
}

function order(text = '<Invoice/>') {
  const path = join(dir, 'given.xml');
  writeFileSync(path, text);
  return {
    partner: 'AAA001',
    interface: fso,
    mode: 'portal',
    path,
    givenName: 'ma facture\u0007.xml',
    by: 'user:marie',
  } as const;
}

describe('a deposit through the portal', () => {
  it('is archived, recorded under a name of ours, and told in the audit trail', async () => {
    const own = ports();
    const made = await depositFile(own, order());
    expect(made.name).toBe('FSO1117A_CPP001_CPP0011117000000000000001');
    const flow = await store.flow(made.flow);
    if (flow === null) throw new Error('not recorded');
    expect(flow).toMatchObject({
      partner: 'AAA001',
      state: 'IN_RECU',
      depositedName: made.name,
      sizeBytes: 10,
    });
    expect(await own.archive.has(flow.archiveKey)).toBe(true);
    expect(depositModeOf(flow)).toBe('portal');
    expect(senderCodeOf(flow, 'CPP001')).toBe('CPP001');
    const [event] = await store.events(made.flow);
    expect(event).toMatchObject({ actor: 'user:marie', kind: 'received' });
    expect(event?.text).toContain('« ma facture_.xml »');
    expect(readFlowName(made.name, [])).toMatchObject({
      kind: 'name',
      name: { partner: 'CPP001', flowId: made.flowId },
    });
  });

  it('never takes a name twice', async () => {
    const own = ports();
    const names = new Set<string>();
    for (let n = 0; n < 5; n++) names.add((await depositFile(own, order(`<a>${n}</a>`))).name);
    expect(names.size).toBe(5);
  });

  it('leaves nothing behind when it cannot be recorded', async () => {
    const own = ports();
    const failing = {
      ...own,
      run: async () => {
        throw new Error('disk full');
      },
    };
    await expect(depositFile(failing, order())).rejects.toThrow('disk full');
    const kept: string[] = [];
    for await (const { key } of own.archive.list('')) kept.push(key);
    expect(kept).toEqual([]);
  });

  it('keeps the bytes when nobody knows whether it was recorded', async () => {
    const own = ports();
    const lost = {
      ...own,
      run: async <T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> => {
        await store.transaction(work);
        throw new Fault('STORE_UNAVAILABLE', 'the connection was lost during the commit');
      },
    };
    await expect(depositFile(lost, order())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const [flow] = await store.listFlows({});
    expect(flow !== undefined && (await own.archive.has(flow.archiveKey))).toBe(true);
  });
});

describe('the sender of a flow', () => {
  it('is the partner for what came through its folder, whatever its name says', () => {
    expect(senderCodeOf({ archiveKey: 'flows/0192a/3f/x', partner: 'AAA001' }, 'CPP001')).toBe('AAA001');
    expect(senderCodeOf({ archiveKey: 'quarantine/x', partner: 'AAA001' }, 'CPP001')).toBe('AAA001');
    expect(senderCodeOf({ archiveKey: 'api/0192a/3f/x', partner: 'AAA001' }, 'CPP001')).toBe('CPP001');
  });
});
