import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import {
  type AccountParts,
  accountOf,
  addAccount,
  changeRole,
  enableAccount,
  resetPassword,
  roleNames,
} from '../console/accounts.js';
import { passwordProblem, passwordsOf } from '../console/passwords.js';
import { Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import { type Role, roles, type User } from '../ports/store-console.js';
import { type Context, openContext } from './context.js';
import { exitCodes } from './exit.js';
import { type Output, table } from './output.js';
import { userName } from './user.js';
import type { Action, Call } from './wire.js';

interface UserOptions {
  readonly name?: string;
  readonly role?: string;
  readonly passwordStdin?: boolean;
}

const by = () => `user:${userName()}` as const;

/** Runs an order on accounts of the store; accounts may be made before an engine has ever run. */
function onAccounts(
  work: (call: Call<UserOptions>, parts: AccountParts, context: Context) => Promise<void>,
): Action<UserOptions> {
  return async (call) => {
    await using context = await openContext(call.options, true);
    await work(call, { store: context.store, clock: systemClock, passwords: passwordsOf({}) }, context);
    return exitCodes.done;
  };
}

/** `users add LOGIN`: the first administrator of the console is made so. */
export const addUser = onAccounts(async ({ options, args: [login = ''], output }, parts, context) => {
  const role = roleNamed(options.role ?? 'reader');
  const password = options.passwordStdin === true ? await passwordFrom(login, context) : undefined;
  const { user, generated } = await addAccount(
    parts,
    { login, name: options.name ?? login, role, ...(password === undefined ? {} : { password }) },
    by(),
  );
  output.json({ ...shown(user), ...(generated === null ? {} : { password: generated }) });
  output.line(`Compte ${user.login} créé, rôle ${roleNames[role]}.`);
  tellPassword(output, generated);
});

/** `users list`: every account, without its hash. */
export const listUsers = onAccounts(async ({ output }, { store }) => {
  const users = await store.listUsers();
  for (const user of users) output.json(shown(user));
  if (users.length === 0)
    output.line('Aucun compte. Créez le premier : ecluse users add LOGIN --role administrator');
  const rows = users.map((user) => [
    user.login,
    user.name,
    roleNames[user.role],
    user.disabledAt === null ? (user.mustChange ? 'mot de passe à changer' : 'actif') : 'désactivé',
    user.lastLoginAt ?? 'jamais connecté',
  ]);
  for (const line of table(rows)) output.line(line);
});

/** `users disable|enable LOGIN`. */
export function enableUser(enabled: boolean): Action<UserOptions> {
  return onAccounts(async ({ args: [login = ''], output }, parts) => {
    const user = await accountOf(parts.store, login);
    await enableAccount(parts, user.id, enabled, by());
    output.json({ ...shown(user), disabled: !enabled });
    output.line(
      enabled ? `Compte ${user.login} réactivé.` : `Compte ${user.login} désactivé, sessions fermées.`,
    );
  });
}

/** `users password LOGIN`: a new password; sessions end, and a login that was held is free. */
export const setPassword = onAccounts(async ({ options, args: [login = ''], output }, parts, context) => {
  const user = await accountOf(parts.store, login);
  if (user.subject !== null)
    throw new Fault(
      'USAGE',
      `${user.login} se connecte par le fournisseur d’identité : changez son mot de passe là-bas`,
    );
  const password = options.passwordStdin === true ? await passwordFrom(user.login, context) : undefined;
  const generated = await resetPassword(parts, user.id, by(), password);
  output.json({ ...shown(user), ...(generated === null ? {} : { password: generated }) });
  output.line(`Mot de passe de ${user.login} changé, sessions fermées.`);
  tellPassword(output, generated);
});

/** `users role LOGIN ROLE`. */
export const setRole = onAccounts(async ({ args: [login = '', wanted = ''], output }, parts) => {
  const role = roleNamed(wanted);
  const user = await accountOf(parts.store, login);
  await changeRole(parts, user.id, role, by());
  output.json({ ...shown(user), role });
  output.line(`Compte ${user.login} : rôle ${roleNames[role]}.`);
});

function roleNamed(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw new Fault('USAGE', `role ${text}: one of ${roles.join(', ')} is expected`);
  return role;
}

function shown({ id, login, name, role, mustChange, disabledAt, createdAt, lastLoginAt, subject }: User) {
  return {
    ...{ id, login, name, role, mustChange, disabled: disabledAt !== null, createdAt, lastLoginAt },
    oidc: subject !== null,
  };
}

function tellPassword(output: Output, generated: string | null): void {
  if (generated === null) return;
  output.line(`Mot de passe : ${generated}`);
  output.line('Il n’est montré qu’ici ; il devra être changé à la première connexion.');
}

/** From a terminal without echo, else the first line of standard input: never an argument, which others could see. */
async function passwordFrom(login: string, { loaded }: Context): Promise<string> {
  const password =
    process.stdin.isTTY === true ? await asked() : ((await readText(process.stdin)).split(/\r?\n/)[0] ?? '');
  const problem = passwordProblem(password, loaded.settings.console.passwordLengthMin, login);
  if (problem !== null) throw new Fault('USAGE', problem);
  return password;
}

async function asked(): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    process.stderr.write('Mot de passe : ');
    const first = await terminal.question('');
    process.stderr.write('\nUne seconde fois : ');
    const second = await terminal.question('');
    process.stderr.write('\n');
    if (first !== second) throw new Fault('USAGE', 'Les deux saisies diffèrent : rien n’a été changé.');
    return first;
  } finally {
    terminal.close();
  }
}
