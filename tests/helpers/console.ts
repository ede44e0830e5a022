import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { folderArchive } from '../../src/adapters/archive/folder.js';
import { sqliteStore } from '../../src/adapters/store/sqlite.js';
import type { ConsoleParts } from '../../src/console/parts.js';
import { scryptPasswords } from '../../src/console/passwords.js';
import type { Route } from '../../src/console/route.js';
import { createConsole } from '../../src/console/server.js';
import { createSessions } from '../../src/console/sessions.js';
import { csrfOf } from '../../src/console/tokens.js';
import { newId } from '../../src/domain/ids.js';
import { silentLog } from '../../src/log.js';
import { type Clock, systemClock } from '../../src/ports/clock.js';
import type { Role, User } from '../../src/ports/store-console.js';
import { loadSettings } from '../../src/settings/load.js';

/** Hashing that costs nothing, for tests only. */
export const quickPasswords = scryptPasswords({ n: 16, r: 1, p: 1 });

export interface TestConsole {
  readonly parts: ConsoleParts;
  readonly app: FastifyInstance;
  readonly dir: string;
  /** An account, and what its browser would send. */
  signedIn(role: Role, change?: Partial<User>): Promise<Browser>;
  close(): Promise<void>;
}

/** What a signed-in browser sends with its requests. */
export interface Browser {
  readonly user: User;
  readonly cookie: string;
  readonly csrf: string;
  get(url: string, headers?: Record<string, string>): ReturnType<typeof inject>;
  /** A form of ours: urlencoded, with the token. */
  post(
    url: string,
    fields?: Record<string, string>,
    headers?: Record<string, string>,
  ): ReturnType<typeof inject>;
}

export interface TestConsoleOptions {
  readonly console?: Record<string, unknown>;
  readonly flags?: Record<string, unknown>;
  readonly routes?: readonly Route[];
  readonly clock?: Clock;
  readonly parts?: Partial<ConsoleParts>;
}

/** A console on a store in memory, or on the one of `parts`, asked without a socket. */
export async function openConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-console-'));
  const store = options.parts?.store ?? (await sqliteStore({ path: ':memory:' }));
  await store.migrate();
  const parts: ConsoleParts = {
    loaded: loadSettings({
      env: { ECLUSE_HOME: dir },
      cwd: dir,
      flags: { ...options.flags, console: { port: 0, ...options.console } },
    }),
    store,
    archive: folderArchive({ dir: join(dir, 'archive'), quarantineDir: join(dir, 'quarantine') }),
    clock: options.clock ?? systemClock,
    log: silentLog,
    version: '0.0.0',
    passwords: quickPasswords,
    ...options.parts,
  };
  const app = await createConsole(parts, options.routes);
  const sessions = createSessions(parts);
  return {
    parts,
    app,
    dir,
    async signedIn(role, change = {}) {
      const user = await addUser(parts, role, change);
      const { token, session } = sessions.prepare(user, { ip: '127.0.0.1', agent: 'test' });
      await store.transaction((tx) => tx.insertSession(session));
      return browserOf(app, user, token);
    },
    async close() {
      await app.close();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** An account with the password `mot de passe de essai`. */
export async function addUser(parts: ConsoleParts, role: Role, change: Partial<User> = {}): Promise<User> {
  const at = parts.clock.now().toISOString();
  const user: User = {
    id: newId(),
    login: `${role}-${newId().slice(-6)}`,
    name: `Compte ${role}`,
    role,
    password: await quickPasswords.hash(testPassword),
    subject: null,
    mustChange: false,
    disabledAt: null,
    createdAt: at,
    createdBy: 'user:test',
    passwordAt: at,
    lastLoginAt: null,
    ...change,
  };
  await parts.store.transaction((tx) => tx.insertUser(user));
  return user;
}

export const testPassword = 'mot de passe de essai';

function inject(app: FastifyInstance, options: InjectOptions) {
  return app.inject(options);
}

function browserOf(app: FastifyInstance, user: User, token: string): Browser {
  const cookie = `ecluse-session=${token}`;
  const csrf = csrfOf(token);
  return {
    user,
    cookie,
    csrf,
    get: (url, headers = {}) => inject(app, { method: 'GET', url, headers: { cookie, ...headers } }),
    post: (url, fields = {}, headers = {}) =>
      inject(app, {
        method: 'POST',
        url,
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: new URLSearchParams({ _csrf: csrf, ...fields }).toString(),
      }),
  };
}
