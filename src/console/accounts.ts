import type { Actor, AuditEvent } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import { Fault } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { Role, User } from '../ports/store-console.js';
import { canonicalLogin, loginKey } from './login.js';
import { generatedPassword, type Passwords } from './passwords.js';

/** What orders on accounts need; the console and the command line give the same orders. */
export interface AccountParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly passwords: Passwords;
}

/** Names of the roles, as people read them. */
export const roleNames: Readonly<Record<Role, string>> = {
  reader: 'lecture',
  support: 'support',
  administrator: 'administration',
};

/** What may stand in a login: what is easy to type and to tell on the telephone. */
const loginShape = /^[a-z0-9][a-z0-9._@-]{1,63}$/;

/** Why a login cannot be taken, in French; null when it can. */
export function loginProblem(login: string): string | null {
  return loginShape.test(login)
    ? null
    : 'L’identifiant compte 2 à 64 caractères : lettres sans accent, chiffres, point, tiret, souligné ou arobase, et commence par une lettre ou un chiffre.';
}

export interface NewAccount {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  /** Chosen by its owner; without it one is generated, to be changed at the first sign-in. */
  readonly password?: string;
}

/**
 * Adds an account. Gives the generated password, to be shown once, or null when one was given.
 * @throws Fault USAGE for a login of a wrong shape, STORE_CONFLICT when it is taken.
 */
export async function addAccount(
  { store, clock, passwords }: AccountParts,
  wanted: NewAccount,
  by: Actor,
): Promise<{ readonly user: User; readonly generated: string | null }> {
  const login = canonicalLogin(wanted.login);
  const problem = loginProblem(login);
  if (problem !== null) throw new Fault('USAGE', problem, { login });
  if ((await store.userByLogin(login)) !== null)
    throw new Fault('STORE_CONFLICT', `L’identifiant « ${login} » est déjà pris.`, { login });
  const generated = wanted.password === undefined ? generatedPassword() : null;
  const at = clock.now().toISOString();
  const user: User = {
    id: newId(clock.now().getTime()),
    login,
    name: wanted.name.trim() || login,
    role: wanted.role,
    password: await passwords.hash(wanted.password ?? generated ?? ''),
    subject: null,
    mustChange: generated !== null,
    disabledAt: null,
    createdAt: at,
    createdBy: by,
    passwordAt: at,
    lastLoginAt: null,
  };
  const text = `compte ${login} créé, rôle ${roleNames[user.role]}`;
  await store.transaction(async (tx) => {
    await tx.insertUser(user);
    await tx.insertEvents([eventOf(at, by, 'user-added', text)]);
  });
  return { user, generated };
}

function eventOf(at: string, actor: Actor, kind: string, text: string): AuditEvent {
  return { at, actor, kind, flow: null, invoice: null, text };
}

/** The account with this login. @throws Fault NOT_FOUND. */
export async function accountOf(store: Store, login: string): Promise<User> {
  const user = await store.userByLogin(canonicalLogin(login));
  if (user === null) throw new Fault('NOT_FOUND', `Aucun compte n’a l’identifiant « ${login} ».`, { login });
  return user;
}

/** @throws Fault STORE_CONFLICT when nobody could administer the console any more. */
export async function changeRole(
  { store, clock }: AccountParts,
  id: string,
  role: Role,
  by: Actor,
): Promise<void> {
  const at = clock.now().toISOString();
  await store.transaction(async (tx) => {
    const user = await tx.user(id);
    if (user === null) throw noAccount(id);
    if (user.role === role) return;
    await tx.updateUser(id, { role });
    await mustHaveAdministrator(tx, user);
    const text = `compte ${user.login} : rôle ${roleNames[user.role]} remplacé par ${roleNames[role]}`;
    await tx.insertEvents([eventOf(at, by, 'user-role', text)]);
  });
}

/** Disables an account and ends its sessions, or enables it again. @throws Fault STORE_CONFLICT as `changeRole`. */
export async function enableAccount(
  { store, clock }: AccountParts,
  id: string,
  enabled: boolean,
  by: Actor,
): Promise<void> {
  const at = clock.now().toISOString();
  await store.transaction(async (tx) => {
    const user = await tx.user(id);
    if (user === null) throw noAccount(id);
    if ((user.disabledAt === null) === enabled) return;
    await tx.updateUser(id, { disabledAt: enabled ? null : at });
    if (enabled) await tx.clearLoginCounter(loginKey(user.login));
    else await tx.endSessions(id);
    await mustHaveAdministrator(tx, user);
    const [kind, word] = enabled
      ? ['user-enabled', 'réactivé']
      : ['user-disabled', 'désactivé, sessions fermées'];
    await tx.insertEvents([eventOf(at, by, kind ?? '', `compte ${user.login} ${word}`)]);
  });
}

/**
 * Gives an account a new password and ends its sessions; a login that is held is free again. Without `password` one is
 * generated, which must be changed at the next sign-in. Gives the generated one.
 */
export async function resetPassword(
  { store, clock, passwords }: AccountParts,
  id: string,
  by: Actor,
  password?: string,
): Promise<string | null> {
  const generated = password === undefined ? generatedPassword() : null;
  const hash = await passwords.hash(password ?? generated ?? '');
  const at = clock.now().toISOString();
  await store.transaction(async (tx) => {
    const user = await tx.user(id);
    if (user === null) throw noAccount(id);
    await tx.updateUser(id, { password: hash, passwordAt: at, mustChange: generated !== null });
    await tx.endSessions(id);
    await tx.clearLoginCounter(loginKey(user.login));
    await tx.insertEvents([
      eventOf(at, by, 'user-password', `compte ${user.login} : nouveau mot de passe, sessions fermées`),
    ]);
  });
  return generated;
}

function noAccount(id: string): Fault {
  return new Fault('NOT_FOUND', 'Ce compte n’existe pas.', { id });
}

/** An administrator that is about to go must leave another behind. */
async function mustHaveAdministrator(
  tx: { countAdministrators(): Promise<number> },
  before: User,
): Promise<void> {
  if (before.role !== 'administrator' || before.disabledAt !== null) return;
  if ((await tx.countAdministrators()) > 0) return;
  throw new Fault(
    'STORE_CONFLICT',
    `« ${before.login} » est le dernier compte d’administration actif : donnez d’abord ce rôle à un autre compte.`,
    { login: before.login },
  );
}
