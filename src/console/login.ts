import type { AuditEvent } from '../domain/flow.js';
import type { LoginCounter, User } from '../ports/store-console.js';
import type { ConsoleParts } from './parts.js';
import type { Passwords } from './passwords.js';
import { createSessions } from './sessions.js';

export type LoginOutcome =
  | { readonly kind: 'in'; readonly user: User; readonly token: string }
  | { readonly kind: 'refused' }
  /** Too many tries: nobody is let in before, whatever the password. */
  | { readonly kind: 'held'; readonly retryAfterS: number };

export interface LoginTry {
  readonly login: string;
  readonly password: string;
  readonly ip: string;
  readonly agent: string;
}

/** Logins are compared in lower case, without the spaces around. */
export function canonicalLogin(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** Key under which tries at a login are counted; it exists for logins that do not, so that nobody learns which do. */
export const loginKey = (login: string): string => `login:${login.slice(0, 100)}`;
const addressKey = (ip: string): string => `address:${ip}`;

/**
 * Signs in with a password. A try is counted before the password is looked at, in the store: several consoles and
 * many requests at once share the count. Unknown login, wrong password, disabled account: the same answer, as late.
 */
export async function signIn(
  parts: ConsoleParts & { readonly passwords: Passwords },
  tried: LoginTry,
): Promise<LoginOutcome> {
  const { store, passwords } = parts;
  const login = canonicalLogin(tried.login);
  const retryAfterS = await takeTry(parts, login, tried.ip);
  if (retryAfterS !== null) return { kind: 'held', retryAfterS };
  const user = await store.userByLogin(login);
  const right = await passwords.verify(tried.password, user?.password ?? null);
  if (!right || user === null || user.disabledAt !== null) {
    const known =
      user === null
        ? 'compte inconnu'
        : user.disabledAt === null
          ? 'mot de passe erroné'
          : 'compte désactivé';
    await store.transaction((tx) =>
      tx.insertEvents([
        eventOf(parts, user, 'login-refused', `connexion refusée depuis ${tried.ip} : ${known}`),
      ]),
    );
    return { kind: 'refused' };
  }
  return { kind: 'in', user, token: await enter(parts, user, tried) };
}

/** Opens a session for somebody whose identity is proven, and says so in the audit trail. */
export async function enter(
  parts: ConsoleParts,
  user: User,
  from: { readonly ip: string; readonly agent: string },
  how = 'mot de passe',
): Promise<string> {
  const { token, session } = createSessions(parts).prepare(user, from);
  await parts.store.transaction(async (tx) => {
    await tx.clearLoginCounter(loginKey(user.login));
    await tx.insertSession(session);
    await tx.updateUser(user.id, { lastLoginAt: session.createdAt });
    await tx.insertEvents([eventOf(parts, user, 'login', `connexion depuis ${from.ip} (${how})`)]);
  });
  return token;
}

/** What was typed as a login may be a password: of an unknown account nothing is kept. */
function eventOf({ clock }: ConsoleParts, user: User | null, kind: string, text: string): AuditEvent {
  const actor = `user:${user?.login ?? '?'}` as const;
  return { at: clock.now().toISOString(), actor, kind, flow: null, invoice: null, text };
}

/** Counts a try at a login from an address; the seconds to wait when there were too many, else null. */
export async function takeTry(
  { store, clock, loaded }: ConsoleParts,
  login: string,
  ip: string,
): Promise<number | null> {
  const { loginTriesMax, loginAddressTriesMax } = loaded.settings.console;
  const now = clock.now();
  return store.transaction(async (tx) => {
    const waits: number[] = [];
    for (const [key, triesMax] of [
      [loginKey(login), loginTriesMax],
      [addressKey(ip), loginAddressTriesMax],
    ] as const) {
      const { counter, waitMs } = counted(
        await tx.loginCounter(key),
        key,
        triesMax,
        now,
        loaded.settings.console,
      );
      if (waitMs > 0) waits.push(waitMs);
      else await tx.setLoginCounter(counter);
    }
    return waits.length === 0 ? null : Math.ceil(Math.max(...waits) / 1000);
  });
}

interface LockSettings {
  readonly loginWindowMs: number;
  readonly lockMs: number;
  readonly lockMsMax: number;
}

/**
 * A counter after one more try, and how long to wait now. When the tries of a period are used up, the key is held for
 * `lockMs`, and after that for twice as long with every further try, up to `lockMsMax`.
 */
export function counted(
  known: LoginCounter | null,
  key: string,
  triesMax: number,
  now: Date,
  { loginWindowMs, lockMs, lockMsMax }: LockSettings,
): { readonly counter: LoginCounter; readonly waitMs: number } {
  const nowMs = now.getTime();
  const heldMs = known?.lockedUntil == null ? 0 : Date.parse(known.lockedUntil) - nowMs;
  if (known !== null && heldMs > 0) return { counter: known, waitMs: heldMs };
  const lastMs = Math.max(
    Date.parse(known?.since ?? ''),
    Date.parse(known?.lockedUntil ?? known?.since ?? ''),
  );
  const fresh = known === null || !(nowMs - lastMs < loginWindowMs);
  const tries = fresh ? 1 : known.tries + 1;
  const over = tries - triesMax;
  const lockedUntil =
    over < 0 ? null : new Date(nowMs + Math.min(lockMs * 2 ** Math.min(over, 30), lockMsMax)).toISOString();
  return {
    counter: { key, tries, since: fresh ? now.toISOString() : known.since, lockedUntil },
    waitMs: 0,
  };
}
