import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.js';
import type { Store } from '../../src/ports/store.js';
import type { ApiKey, Session, User } from '../../src/ports/store-console.js';
import type { StorePlace } from './store.contract.js';

const at = '2026-11-21T08:00:00.000Z';
const later = '2026-11-21T09:00:00.000Z';

function userOf(login: string, more: Partial<User> = {}): User {
  return {
    id: newId(),
    login,
    name: login,
    role: 'reader',
    password: 'scrypt$…',
    subject: null,
    mustChange: false,
    disabledAt: null,
    createdAt: at,
    createdBy: 'user:test',
    passwordAt: at,
    lastLoginAt: null,
    ...more,
  };
}

function sessionOf(user: User, more: Partial<Session> = {}): Session {
  const id = newId();
  return {
    hash: `hash-${id}`,
    id,
    user: user.id,
    createdAt: at,
    seenAt: at,
    expiresAt: later,
    ip: '127.0.0.1',
    agent: 'agent',
    ...more,
  };
}

/** Accounts, sessions, keys, links and acts, as every store keeps them. */
export function consoleStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`the console in the ${name} store`, () => {
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

    it('keeps accounts whole; logins and subjects are there once', async () => {
      const [b, a] = [
        userOf('b', { subject: 'iss#1', mustChange: true }),
        userOf('a', { role: 'administrator' }),
      ];
      await store.transaction(async (tx) => {
        await tx.insertUser(b);
        await tx.insertUser(a);
      });
      expect(await store.listUsers()).toEqual([a, b]);
      expect([
        await store.user(b.id),
        await store.userByLogin('b'),
        await store.userBySubject('iss#1'),
      ]).toEqual([b, b, b]);
      expect([await store.user('x'), await store.userByLogin('B'), await store.userBySubject('x')]).toEqual([
        null,
        null,
        null,
      ]);
      await expect(store.transaction((tx) => tx.insertUser(userOf('a')))).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
      await expect(
        store.transaction((tx) => tx.insertUser(userOf('c', { subject: 'iss#1' }))),
      ).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
    });

    it('changes what is named of an account, and counts those who can administer', async () => {
      const [a, b] = [userOf('a', { role: 'administrator' }), userOf('b', { role: 'administrator' })];
      await store.transaction(async (tx) => {
        await tx.insertUser(a);
        await tx.insertUser(b);
        expect(await tx.countAdministrators()).toBe(2);
        await tx.updateUser(a.id, { disabledAt: at, mustChange: true, name: 'Nouveau' });
        expect(await tx.countAdministrators()).toBe(1);
        expect(await tx.user(a.id)).toEqual({ ...a, disabledAt: at, mustChange: true, name: 'Nouveau' });
        await tx.updateUser(b.id, {});
      });
      expect(await store.user(b.id)).toEqual(b);
      await expect(store.transaction((tx) => tx.updateUser('x', { name: 'y' }))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });

    it('keeps sessions, ends one, all but one, and those that are over', async () => {
      const user = userOf('a');
      const sessions = [
        sessionOf(user),
        sessionOf(user, { createdAt: later }),
        sessionOf(user, { expiresAt: at }),
      ];
      const [first, second, old] = sessions as [Session, Session, Session];
      await store.transaction(async (tx) => {
        await tx.insertUser(user);
        for (const session of sessions) await tx.insertSession(session);
        await tx.touchSession(first.hash, later);
      });
      expect(await store.session(first.hash)).toEqual({ session: { ...first, seenAt: later }, user });
      expect(await store.session('x')).toBeNull();
      expect((await store.sessionsOf(user.id))[0]).toEqual(second);
      await store.transaction((tx) => tx.purgeConsole(later));
      expect(await store.session(old.hash)).toBeNull();
      expect(await store.transaction((tx) => tx.endSession('other', first.id))).toBe(false);
      expect(await store.transaction((tx) => tx.endSession(user.id, first.id))).toBe(true);
      await store.transaction((tx) => tx.insertSession(first));
      expect(await store.transaction((tx) => tx.endSessions(user.id, second.hash))).toBe(1);
      expect(await store.sessionsOf(user.id)).toEqual([second]);
    });

    it('counts tries under a key, also when several count at once', async () => {
      const one = { key: 'login:a', tries: 1, since: at, lockedUntil: null };
      await store.transaction((tx) => tx.setLoginCounter(one));
      await Promise.all(
        Array.from({ length: 5 }, () =>
          store.transaction(async (tx) => {
            const known = await tx.loginCounter('login:a');
            await tx.setLoginCounter({ ...one, tries: (known?.tries ?? 0) + 1 });
          }),
        ),
      );
      expect(await store.loginCounter('login:a')).toEqual({ ...one, tries: 6 });
      await store.transaction((tx) =>
        tx.setLoginCounter({ ...one, lockedUntil: '2030-01-01T00:00:00.000Z' }),
      );
      await store.transaction((tx) => tx.purgeConsole(later));
      expect(await store.loginCounter('login:a')).not.toBeNull();
      await store.transaction((tx) => tx.clearLoginCounter('login:a'));
      expect(await store.loginCounter('login:a')).toBeNull();
    });

    it('keeps API keys by their hash, and revokes one once', async () => {
      const key: ApiKey = {
        id: newId(),
        hash: 'h',
        partner: 'FRN001',
        scopes: ['deposit', 'read'],
        label: 'ERP',
        createdAt: at,
        createdBy: 'user:a',
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
      };
      await store.transaction((tx) => tx.insertApiKey(key));
      await store.transaction((tx) => tx.touchApiKey(key.id, later));
      expect(await store.apiKey('h')).toEqual({ ...key, lastUsedAt: later });
      expect(await store.transaction((tx) => tx.revokeApiKey(key.id, later))).toBe(true);
      expect(await store.transaction((tx) => tx.revokeApiKey(key.id, at))).toBe(false);
      expect(await store.listApiKeys()).toEqual([{ ...key, lastUsedAt: later, revokedAt: later }]);
    });

    it('keeps links until they are over, and the answer to a call that is repeated', async () => {
      const link = {
        hash: 'l',
        kind: 'trial',
        target: 't',
        createdAt: at,
        createdBy: 'user:a',
        expiresAt: at,
      } as const;
      const call = { caller: 'FRN001', key: 'k', fingerprint: 'f', at: later };
      await store.transaction((tx) => tx.insertShareLink(link));
      expect(await store.shareLink('l')).toEqual(link);
      const begin = () => store.transaction((tx) => tx.beginIdempotent(call));
      expect(await begin()).toBeNull();
      expect(await begin()).toEqual({ ...call, status: null, answer: null });
      await store.transaction((tx) => tx.endIdempotent('FRN001', 'k', 201, '{}'));
      expect(await store.idempotentCall('FRN001', 'k')).toEqual({ ...call, status: 201, answer: '{}' });
      await store.transaction((tx) => tx.purgeConsole(later));
      expect(await store.shareLink('l')).toBeNull();
      expect(await store.idempotentCall('FRN001', 'k')).not.toBeNull();
      await store.transaction((tx) => tx.dropIdempotent('FRN001', 'k'));
      expect(await begin()).toBeNull();
    });

    it('lists what people and partners did, newest first, by cursor without gap or repeat', async () => {
      const event = (minute: number, actor: 'engine' | `user:${string}`, kind: string) => ({
        at: `2026-11-21T08:${String(minute).padStart(2, '0')}:00.000Z`,
        actor,
        kind,
        flow: null,
        invoice: null,
        text: `${minute}`,
      });
      await store.transaction((tx) =>
        tx.insertEvents([
          ...Array.from({ length: 20 }, (_, i) =>
            event(Math.floor(i / 4), i % 2 ? 'user:a' : 'user:b', 'act'),
          ),
          event(3, 'engine', 'act'),
          event(30, 'user:a', 'other'),
        ]),
      );
      const seen: string[] = [];
      for (let after: { at: string; seq: number } | undefined; ; ) {
        const rows = await store.listActs({ limit: 6, ...(after === undefined ? {} : { after }) });
        seen.push(...rows.map((row) => `${row.at} ${String(row.seq).padStart(9, '0')}`));
        after = rows.at(-1);
        if (rows.length < 6) break;
      }
      expect(new Set(seen).size).toBe(21);
      expect(seen).toEqual([...seen].sort().reverse());
      const of = async (filter: object) => (await store.listActs({ limit: 100, ...filter })).length;
      expect(await of({ actor: 'user:a' })).toBe(11);
      expect(await of({ kind: 'other' })).toBe(1);
      expect(await of({ since: '2026-11-21T08:03:00.000Z', until: '2026-11-21T08:05:00.000Z' })).toBe(8);
      expect(await of({ actor: 'engine' })).toBe(0);
    });
  });
}
