import { sql } from 'kysely';
import type { AuditEvent } from '../../../domain/flow.js';
import { Fault } from '../../../errors.js';
import type {
  ApiKey,
  ConsoleReads,
  ConsoleWrites,
  EventCursor,
  EventFilter,
  IdempotentCall,
  LoginCounter,
  Session,
  ShareLink,
  User,
} from '../../../ports/store-console.js';
import { eventColumns } from './columns.js';
import type { Connection, Reading } from './connection.js';
import { db, insertion, once, query, upsertion } from './query.js';

const userColumns = [
  'id',
  'login',
  'name',
  'role',
  'password',
  'subject',
  'mustChange',
  'disabledAt',
  'createdAt',
  'createdBy',
  'passwordAt',
  'lastLoginAt',
] as const;
const sessionColumns = ['hash', 'id', 'user', 'createdAt', 'seenAt', 'expiresAt', 'ip', 'agent'] as const;
const keyColumns = [
  'id',
  'hash',
  'partner',
  'scopes',
  'label',
  'createdAt',
  'createdBy',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
] as const;
const linkColumns = ['hash', 'kind', 'target', 'createdAt', 'createdBy', 'expiresAt'] as const;
const callColumns = ['caller', 'key', 'fingerprint', 'at', 'status', 'answer'] as const;
const counterColumns = ['key', 'tries', 'since', 'lockedUntil'] as const;

type UserRow = Omit<User, 'mustChange'> & { readonly mustChange: number };
type KeyRow = Omit<ApiKey, 'scopes'> & { readonly scopes: string };

const toUser = (row: UserRow): User => ({ ...row, mustChange: row.mustChange === 1 });
const toKey = (row: KeyRow): ApiKey => ({ ...row, scopes: JSON.parse(row.scopes) as string[] });

const userBy = (column: 'id' | 'login' | 'subject') =>
  query<{ value: string }, UserRow>(
    (p) => db.selectFrom('users').select(userColumns).where(column, '=', p.value) as never,
  );
const userById = userBy('id');
const userByLogin = userBy('login');
const userBySubject = userBy('subject');
const users = query<Record<never, never>, UserRow>(
  () => db.selectFrom('users').select(userColumns).orderBy('login') as never,
);
const administrators = query<Record<never, never>, { count: number }>(
  () =>
    db
      .selectFrom('users')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where(sql<boolean>`"role" = 'administrator' AND "disabledAt" IS NULL`) as never,
);
const sessionByHash = query<{ hash: string }, Session>((p) =>
  db.selectFrom('sessions').select(sessionColumns).where('hash', '=', p.hash),
);
const sessionsOf = query<{ user: string }, Session>((p) =>
  db
    .selectFrom('sessions')
    .select(sessionColumns)
    .where('user', '=', p.user)
    .orderBy('createdAt', 'desc')
    .orderBy('hash'),
);
const touchSession = query((p: { hash: string; seenAt: string }) =>
  db.updateTable('sessions').set({ seenAt: p.seenAt }).where('hash', '=', p.hash),
);
const endSession = query((p: { user: string; id: string }) =>
  db.deleteFrom('sessions').where('user', '=', p.user).where('id', '=', p.id),
);
const endSessions = query((p: { user: string; except: string }) =>
  db.deleteFrom('sessions').where('user', '=', p.user).where('hash', '<>', p.except),
);
const counterOf = query<{ key: string }, LoginCounter>((p) =>
  db.selectFrom('loginCounters').select(counterColumns).where('key', '=', p.key),
);
const clearCounter = query((p: { key: string }) => db.deleteFrom('loginCounters').where('key', '=', p.key));
const keyByHash = query<{ hash: string }, KeyRow>(
  (p) => db.selectFrom('apiKeys').select(keyColumns).where('hash', '=', p.hash) as never,
);
const keys = query<Record<never, never>, KeyRow>(
  () => db.selectFrom('apiKeys').select(keyColumns).orderBy('id') as never,
);
const revokeKey = query((p: { id: string; at: string }) =>
  db.updateTable('apiKeys').set({ revokedAt: p.at }).where('id', '=', p.id).where('revokedAt', 'is', null),
);
const touchKey = query((p: { id: string; at: string }) =>
  db.updateTable('apiKeys').set({ lastUsedAt: p.at }).where('id', '=', p.id),
);
const linkByHash = query<{ hash: string }, ShareLink>(
  (p) => db.selectFrom('shareLinks').select(linkColumns).where('hash', '=', p.hash) as never,
);
const dropLink = query((p: { hash: string }) => db.deleteFrom('shareLinks').where('hash', '=', p.hash));
const callBy = query<{ caller: string; key: string }, IdempotentCall>((p) =>
  db
    .selectFrom('idempotentCalls')
    .select(callColumns)
    .where('caller', '=', p.caller)
    .where('key', '=', p.key),
);
const endCall = query((p: { caller: string; key: string; status: number; answer: string }) =>
  db
    .updateTable('idempotentCalls')
    .set({ status: p.status, answer: p.answer })
    .where('caller', '=', p.caller)
    .where('key', '=', p.key),
);
const dropCall = query((p: { caller: string; key: string }) =>
  db.deleteFrom('idempotentCalls').where('caller', '=', p.caller).where('key', '=', p.key),
);
const purges = [
  query((p: { before: string }) => db.deleteFrom('sessions').where('expiresAt', '<', p.before)),
  query((p: { before: string }) => db.deleteFrom('shareLinks').where('expiresAt', '<', p.before)),
  query((p: { before: string }) => db.deleteFrom('idempotentCalls').where('at', '<', p.before)),
  query((p: { before: string }) =>
    db
      .deleteFrom('loginCounters')
      .where('since', '<', p.before)
      .where((e) => e.or([e('lockedUntil', 'is', null), e('lockedUntil', '<', p.before)])),
  ),
] as const;

const insertUser = insertion('users', userColumns);
const insertSession = insertion('sessions', sessionColumns);
const insertKey = insertion('apiKeys', keyColumns);
const insertLink = insertion('shareLinks', linkColumns);
const insertCall = insertion('idempotentCalls', callColumns);
const setCounter = upsertion('loginCounters', counterColumns, ['key']);

export function consoleReads(read: Reading): ConsoleReads {
  const userWhere = async (by: typeof userById, value: string): Promise<User | null> => {
    const row = await read(async (c) => await c.one(by, { value }));
    return row === null ? null : toUser(row);
  };
  return {
    listUsers: async () => (await read(async (c) => await c.all(users, {}))).map(toUser),
    user: (id) => userWhere(userById, id),
    userByLogin: (login) => userWhere(userByLogin, login),
    userBySubject: (subject) => userWhere(userBySubject, subject),
    async session(hash) {
      return await read(async (c) => {
        const session = await c.one(sessionByHash, { hash });
        if (session === null) return null;
        const user = await c.one(userById, { value: session.user });
        return user === null ? null : { session, user: toUser(user) };
      });
    },
    sessionsOf: async (user) => await read(async (c) => await c.all(sessionsOf, { user })),
    loginCounter: async (key) => await read(async (c) => await c.one(counterOf, { key })),
    async apiKey(hash) {
      const row = await read(async (c) => await c.one(keyByHash, { hash }));
      return row === null ? null : toKey(row);
    },
    listApiKeys: async () => (await read(async (c) => await c.all(keys, {}))).map(toKey),
    shareLink: async (hash) => await read(async (c) => await c.one(linkByHash, { hash })),
    idempotentCall: async (caller, key) => await read(async (c) => await c.one(callBy, { caller, key })),
    listActs: async (filter) => await read(async (c) => await c.all(actsQuery(filter), {})),
  };
}

/** The condition on the actor as the indexes `eventsActs…` have it. */
function actsQuery({ actor, kind, since, until, after, limit }: EventFilter) {
  let built = db
    .selectFrom('events')
    .select([...eventColumns, 'seq'])
    .where(sql<boolean>`"actor" <> 'engine'`);
  if (actor !== undefined) built = built.where('actor', '=', actor);
  if (kind !== undefined) built = built.where('kind', '=', kind);
  if (since !== undefined) built = built.where('at', '>=', since);
  if (until !== undefined) built = built.where('at', '<', until);
  if (after !== undefined) built = built.where(sql<boolean>`("at", "seq") < (${after.at}, ${after.seq})`);
  return once<AuditEvent & EventCursor>(
    built.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit) as never,
  );
}

export function consoleWrites(c: Connection): ConsoleWrites {
  return { ...userWrites(c), ...sessionWrites(c), ...apiWrites(c) };
}

function userWrites(c: Connection) {
  return {
    async insertUser(user) {
      await c.run(insertUser, { ...user, mustChange: user.mustChange ? 1 : 0 });
    },
    async user(id) {
      const row = await c.one(userById, { value: id });
      return row === null ? null : toUser(row);
    },
    async updateUser(id, { mustChange, ...change }) {
      const set = mustChange === undefined ? change : { ...change, mustChange: mustChange ? 1 : 0 };
      if (Object.keys(set).length === 0) return;
      const changed = await c.run(once(db.updateTable('users').set(set).where('id', '=', id)), {});
      if (changed !== 1) throw new Fault('NOT_FOUND', `no account has the id ${id}`);
    },
    async countAdministrators() {
      return Number((await c.one(administrators, {}))?.count ?? 0);
    },
    loginCounter: async (key) => await c.one(counterOf, { key }),
    async setLoginCounter(counter) {
      await c.run(setCounter, counter);
    },
    async clearLoginCounter(key) {
      await c.run(clearCounter, { key });
    },
  } satisfies Partial<ConsoleWrites>;
}

function sessionWrites(c: Connection) {
  return {
    async insertSession(session) {
      await c.run(insertSession, session);
    },
    async touchSession(hash, seenAt) {
      await c.run(touchSession, { hash, seenAt });
    },
    endSession: async (user, id) => (await c.run(endSession, { user, id })) === 1,
    endSessions: async (user, exceptHash = '') => await c.run(endSessions, { user, except: exceptHash }),
    async purgeConsole(before) {
      for (const purge of purges) await c.run(purge, { before });
    },
  } satisfies Partial<ConsoleWrites>;
}

function apiWrites(c: Connection) {
  return {
    async insertApiKey(key) {
      await c.run(insertKey, { ...key, scopes: JSON.stringify(key.scopes) });
    },
    revokeApiKey: async (id, at) => (await c.run(revokeKey, { id, at })) === 1,
    async touchApiKey(id, at) {
      await c.run(touchKey, { id, at });
    },
    async dropShareLink(hash) {
      return (await c.run(dropLink, { hash })) > 0;
    },
    async insertShareLink(link) {
      await c.run(insertLink, link);
    },
    async beginIdempotent(call) {
      const held = await c.one(callBy, { caller: call.caller, key: call.key });
      if (held !== null) return held;
      await c.run(insertCall, { ...call, status: null, answer: null });
      return null;
    },
    async endIdempotent(caller, key, status, answer) {
      await c.run(endCall, { caller, key, status, answer });
    },
    async dropIdempotent(caller, key) {
      await c.run(dropCall, { caller, key });
    },
  } satisfies Partial<ConsoleWrites>;
}
