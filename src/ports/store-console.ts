import type { Actor, AuditEvent } from '../domain/flow.js';

/** What a person may do in the console: each role may do all that the one before it may. */
export const roles = ['reader', 'support', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** An account of the console. */
export interface User {
  readonly id: string;
  /** Lower case, unique. */
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  /** Hash with its parameters; null for an account that signs in by OpenID Connect only. */
  readonly password: string | null;
  /** Issuer and subject of OpenID Connect, `issuer#subject`; null for a local account. */
  readonly subject: string | null;
  /** The password was set by somebody else: it must be changed before anything else. */
  readonly mustChange: boolean;
  readonly disabledAt: string | null;
  readonly createdAt: string;
  readonly createdBy: Actor;
  readonly passwordAt: string | null;
  readonly lastLoginAt: string | null;
}

/** A signed-in browser. The token itself is nowhere in the store, only its SHA-256. */
export interface Session {
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  /** What may be shown and named in an order to end it. */
  readonly id: string;
  readonly user: string;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly expiresAt: string;
  readonly ip: string;
  readonly agent: string;
}

/** A key with which a partner's program calls the API; only its SHA-256 is kept. */
export interface ApiKey {
  readonly id: string;
  readonly hash: string;
  readonly partner: string;
  readonly scopes: readonly string[];
  readonly label: string;
  readonly createdAt: string;
  readonly createdBy: Actor;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** An address that shows one thing to whoever holds it, for a time. */
export interface ShareLink {
  readonly hash: string;
  readonly kind: string;
  readonly target: string;
  readonly createdAt: string;
  readonly createdBy: Actor;
  readonly expiresAt: string;
}

/** The answer that a call with an idempotency key was given; `status` null while the first call is at work. */
export interface IdempotentCall {
  readonly caller: string;
  readonly key: string;
  /** SHA-256 of what was asked: the same key with another question is an error of the caller. */
  readonly fingerprint: string;
  readonly at: string;
  readonly status: number | null;
  readonly answer: string | null;
}

/** Tries to sign in that count against a login or an address. */
export interface LoginCounter {
  /** `login:…` or `address:…`. */
  readonly key: string;
  readonly tries: number;
  /** Begin of the period that is counted. */
  readonly since: string;
  /** Nobody is let in under this key before; null when nothing holds it. */
  readonly lockedUntil: string | null;
}

/** Place in a listing of events, newest first. */
export interface EventCursor {
  readonly at: string;
  readonly seq: number;
}

export interface EventFilter {
  readonly actor?: Actor;
  readonly kind?: string;
  /** ISO instants: from (included) and until (excluded). */
  readonly since?: string;
  readonly until?: string;
  readonly after?: EventCursor;
  readonly limit: number;
}

export interface ConsoleReads {
  /** By login. */
  listUsers(): Promise<readonly User[]>;
  user(id: string): Promise<User | null>;
  userByLogin(login: string): Promise<User | null>;
  userBySubject(subject: string): Promise<User | null>;
  /** The session and its account, expired or not, disabled or not: the caller judges. */
  session(hash: string): Promise<{ readonly session: Session; readonly user: User } | null>;
  /** Newest first. */
  sessionsOf(user: string): Promise<readonly Session[]>;
  loginCounter(key: string): Promise<LoginCounter | null>;
  apiKey(hash: string): Promise<ApiKey | null>;
  listApiKeys(): Promise<readonly ApiKey[]>;
  shareLink(hash: string): Promise<ShareLink | null>;
  idempotentCall(caller: string, key: string): Promise<IdempotentCall | null>;
  /** What people and partners did, newest first; the engine's own steps stand in the story of each flow. */
  listActs(filter: EventFilter): Promise<readonly (AuditEvent & EventCursor)[]>;
}

export interface ConsoleWrites {
  /** @throws Fault STORE_CONFLICT when the login or the subject is taken. */
  insertUser(user: User): Promise<void>;
  user(id: string): Promise<User | null>;
  /** Changes what may change of an account. */
  updateUser(
    id: string,
    change: Partial<
      Pick<User, 'name' | 'role' | 'password' | 'mustChange' | 'disabledAt' | 'passwordAt' | 'lastLoginAt'>
    >,
  ): Promise<void>;
  /** Administrators that are not disabled. */
  countAdministrators(): Promise<number>;
  insertSession(session: Session): Promise<void>;
  touchSession(hash: string, seenAt: string): Promise<void>;
  /** Ends one session of an account; false when it has none with this id. */
  endSession(user: string, id: string): Promise<boolean>;
  /** Ends every session of an account, but the one that is named. */
  endSessions(user: string, exceptHash?: string): Promise<number>;
  /** Removes what has expired before an instant: sessions, counters, links, idempotency keys. */
  purgeConsole(before: string): Promise<void>;
  loginCounter(key: string): Promise<LoginCounter | null>;
  setLoginCounter(counter: LoginCounter): Promise<void>;
  clearLoginCounter(key: string): Promise<void>;
  insertApiKey(key: ApiKey): Promise<void>;
  revokeApiKey(id: string, at: string): Promise<boolean>;
  touchApiKey(id: string, at: string): Promise<void>;
  insertShareLink(link: ShareLink): Promise<void>;
  /** Takes a link away; false when there is none. */
  dropShareLink(hash: string): Promise<boolean>;
  /** Takes a key for a call; the call that holds it already, when there is one. */
  beginIdempotent(call: Omit<IdempotentCall, 'status' | 'answer'>): Promise<IdempotentCall | null>;
  endIdempotent(caller: string, key: string, status: number, answer: string): Promise<void>;
  /** Frees a key whose call failed for a reason of ours. */
  dropIdempotent(caller: string, key: string): Promise<void>;
}
