import { z } from 'zod';
import { Fault } from '../../errors.js';
import { roles } from '../../ports/store-console.js';
import {
  type AccountParts,
  addAccount,
  changeRole,
  enableAccount,
  resetPassword,
  roleNames,
} from '../accounts.js';
import { passwordAnswer, usersAnswer } from '../pages/users.js';
import type { ConsoleParts } from '../parts.js';
import { passwordsOf } from '../passwords.js';
import { notFound, Problem } from '../problem.js';
import { type Answer, action, redirect, type SignedCall } from '../route.js';

const params = z.object({ id: z.string().max(64) });
const role = z.enum(roles);

function accountParts(parts: ConsoleParts): AccountParts {
  return { store: parts.store, clock: parts.clock, passwords: passwordsOf(parts) };
}

/** Adds an account and shows its password once. */
export const addUser = action({
  path: '/utilisateurs',
  role: 'administrator',
  audited: 'user-added',
  schema: { body: z.object({ login: z.string().max(200), name: z.string().max(200), role }) },
  async handler(call) {
    const { body } = call;
    try {
      const { user, generated } = await addAccount(accountParts(call.parts), body, call.actor);
      return passwordAnswer(user, generated ?? '', 'Le compte est créé');
    } catch (error) {
      if (error instanceof Fault && (error.code === 'USAGE' || error.code === 'STORE_CONFLICT'))
        return usersAnswer(call, { values: body, error: error.message });
      throw error;
    }
  },
});

/** Changes the role of another account. */
export const setUserRole = action({
  path: '/utilisateurs/:id/role',
  role: 'administrator',
  audited: 'user-role',
  schema: { params, body: z.object({ role }) },
  handler: (call) =>
    onOther(call, async (parts, id) => {
      await changeRole(parts, id, call.body.role, call.actor);
      return done(id, `Le rôle est maintenant : ${roleNames[call.body.role]}.`);
    }),
});

export const disableUser = action({
  path: '/utilisateurs/:id/desactivation',
  role: 'administrator',
  audited: 'user-disabled',
  schema: { params },
  handler: (call) =>
    onOther(call, async (parts, id) => {
      await enableAccount(parts, id, false, call.actor);
      return done(id, 'Le compte est désactivé et ses sessions sont fermées.');
    }),
});

export const enableUser = action({
  path: '/utilisateurs/:id/activation',
  role: 'administrator',
  audited: 'user-enabled',
  schema: { params },
  handler: (call) =>
    onOther(call, async (parts, id) => {
      await enableAccount(parts, id, true, call.actor);
      return done(id, 'Le compte est réactivé.');
    }),
});

/** Gives another account a generated password, shown once. */
export const resetUserPassword = action({
  path: '/utilisateurs/:id/mot-de-passe',
  role: 'administrator',
  audited: 'user-password',
  schema: { params },
  handler: (call) =>
    onOther(call, async (parts, id) => {
      const user = await parts.store.user(id);
      if (user === null) throw notFound('Ce compte');
      if (user.subject !== null)
        throw new Problem(
          409,
          'Ce compte se connecte par le fournisseur d’identité.',
          'Changez son mot de passe là-bas.',
        );
      const generated = await resetPassword(parts, id, call.actor);
      return passwordAnswer(user, generated ?? '', 'Nouveau mot de passe');
    }),
});

function done(id: string, text: string): Answer {
  return redirect(`/utilisateurs/${id}`, { tone: 'success', text });
}

/** Orders on accounts are for those of others; what the rules refuse is told on the page of the account. */
async function onOther(
  call: SignedCall<{ readonly id: string }>,
  work: (parts: AccountParts, id: string) => Promise<Answer>,
): Promise<Answer> {
  const { id } = call.params;
  if (id === call.visitor.user.id)
    throw new Problem(
      409,
      'C’est votre propre compte.',
      'Un autre administrateur peut en changer le rôle ou l’état ; le mot de passe se change dans « Mon compte ».',
    );
  try {
    return await work(accountParts(call.parts), id);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'NOT_FOUND') throw notFound('Ce compte');
    if (error.code === 'STORE_CONFLICT')
      return redirect(`/utilisateurs/${id}`, { tone: 'error', text: error.message });
    throw error;
  }
}
