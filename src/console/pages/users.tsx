import { z } from 'zod';
import { type Role, roles, type User } from '../../ports/store-console.js';
import { roleNames } from '../accounts.js';
import { loginKey } from '../login.js';
import { notFound } from '../problem.js';
import { type Answer, type Call, page } from '../route.js';
import { Badge } from '../ui/badge.js';
import { Choice, Field, Form } from '../ui/form.js';
import { Ago, Facts, Moment, Notice } from '../ui/show.js';
import { Table } from '../ui/table.js';

/** What each role may do, in words. */
const roleTexts: Readonly<Record<Role, string>> = {
  reader: 'voit tout, ne peut rien changer',
  support: 'voit tout, rejoue, dépose, met en pause, complète',
  administrator: 'peut tout, comptes et réglages compris',
};
export const roleOptions = roles.map((role) => [role, `${roleNames[role]} : ${roleTexts[role]}`] as const);

const crumb = { label: 'Utilisateurs', path: '/utilisateurs' };

/** Accounts, and the form that adds one. */
export const usersPage = page({
  path: '/utilisateurs',
  role: 'administrator',
  handler: (call) => usersAnswer(call),
});

/** What was typed into the form for a new account, and what is wrong with it. */
export interface AddForm {
  readonly values?: { readonly login: string; readonly name: string; readonly role: string };
  readonly error?: string;
}

export async function usersAnswer({ parts }: Call, form: AddForm = {}): Promise<Answer> {
  const users = await parts.store.listUsers();
  return {
    kind: 'page',
    title: 'Utilisateurs',
    status: form.error === undefined ? 200 : 422,
    body: (
      <>
        <UserTable users={users} now={parts.clock.now()} />
        <section class="sheet narrow">
          <h2>Ajouter un compte</h2>
          <Form action="/utilisateurs">
            <Field
              name="login"
              label="Identifiant"
              hint="Lettres sans accent, chiffres, point ou tiret ; par exemple c.martin."
              value={form.values?.login}
              error={form.error}
              autocomplete="off"
              autocapitalize="none"
              required
            />
            <Field name="name" label="Nom" value={form.values?.name} autocomplete="off" required />
            <Choice name="role" label="Rôle" options={roleOptions} value={form.values?.role ?? 'reader'} />
            <p class="hint">
              Un mot de passe est créé et montré une seule fois ; la personne le change à sa première
              connexion.
            </p>
            <button type="submit">Ajouter le compte</button>
          </Form>
        </section>
      </>
    ),
  };
}

function UserTable({ users, now }: { readonly users: readonly User[]; readonly now: Date }) {
  return (
    <Table
      caption="Comptes de la console"
      keyOf={({ id }) => id}
      rows={users}
      columns={[
        { head: 'Identifiant', cell: ({ id, login }) => <a href={`/utilisateurs/${id}`}>{login}</a> },
        { head: 'Nom', cell: ({ name }) => name },
        { head: 'Rôle', cell: ({ role }) => roleNames[role] },
        { head: 'État', cell: (user) => <UserState user={user} /> },
        {
          head: 'Dernière connexion',
          cell: ({ lastLoginAt }) => (lastLoginAt === null ? 'jamais' : <Ago at={lastLoginAt} now={now} />),
        },
      ]}
    />
  );
}

function UserState({ user }: { readonly user: User }) {
  if (user.disabledAt !== null) return <Badge tone="bad">désactivé</Badge>;
  return user.mustChange ? (
    <Badge tone="half">mot de passe à changer</Badge>
  ) : (
    <Badge tone="good">actif</Badge>
  );
}

/** One account and the orders on it. */
export const userPage = page({
  path: '/utilisateurs/:id',
  role: 'administrator',
  schema: { params: z.object({ id: z.string().max(64) }) },
  async handler(call) {
    const { parts, params, visitor } = call;
    const user = await parts.store.user(params.id);
    if (user === null) throw notFound('Ce compte');
    const now = parts.clock.now();
    const sessions = await parts.store.sessionsOf(user.id);
    const counter = await parts.store.loginCounter(loginKey(user.login));
    const heldUntil =
      counter?.lockedUntil != null && counter.lockedUntil > now.toISOString() ? counter.lockedUntil : null;
    return {
      kind: 'page',
      title: user.name,
      crumbs: [crumb],
      body: (
        <>
          {heldUntil === null ? null : (
            <Notice tone="warning">
              trop d’essais de connexion : ce compte est bloqué jusqu’au <Moment at={heldUntil} />. Un nouveau
              mot de passe le débloque.
            </Notice>
          )}
          <section class="sheet">
            <h2>Compte</h2>
            <Facts
              rows={[
                ['Identifiant', user.login],
                ['État', <UserState key="s" user={user} />],
                ['Rôle', roleNames[user.role]],
                ['Créé', <Moment key="c" at={user.createdAt} />],
                ['Créé par', user.createdBy.replace(/^user:/, '')],
                ['Dernière connexion', <Moment key="l" at={user.lastLoginAt} absent="jamais" />],
                ['Sessions ouvertes', String(sessions.length)],
              ]}
            />
            <p>
              <a href={`/journal?acteur=${encodeURIComponent(user.login)}`}>Ses actions dans le journal</a>
            </p>
          </section>
          {user.id === visitor.user.id ? (
            <Notice tone="info">
              c’est votre propre compte : un autre administrateur peut en changer le rôle ou l’état.
            </Notice>
          ) : (
            <UserOrders user={user} />
          )}
        </>
      ),
    };
  },
});

function UserOrders({ user }: { readonly user: User }) {
  const base = `/utilisateurs/${user.id}`;
  const disabled = user.disabledAt !== null;
  return (
    <div class="columns">
      <section class="sheet">
        <h2>Rôle</h2>
        <Form action={`${base}/role`}>
          <Choice name="role" label="Rôle" options={roleOptions} value={user.role} />
          <button type="submit">Changer le rôle</button>
        </Form>
      </section>
      {user.subject !== null ? null : (
        <section class="sheet">
          <h2>Mot de passe</h2>
          <p>
            Un nouveau mot de passe est créé et montré une seule fois ; les sessions de ce compte sont
            fermées.
          </p>
          <Form
            action={`${base}/mot-de-passe`}
            data-confirm={`Donner un nouveau mot de passe à ${user.login} ?`}
          >
            <button class="second" type="submit">
              Créer un nouveau mot de passe
            </button>
          </Form>
        </section>
      )}
      <section class="sheet">
        <h2>{disabled ? 'Réactiver' : 'Désactiver'}</h2>
        <p>
          {disabled
            ? 'La personne pourra se connecter de nouveau.'
            : 'La personne ne pourra plus se connecter ; ses sessions sont fermées.'}
        </p>
        <Form
          action={`${base}/${disabled ? 'activation' : 'desactivation'}`}
          data-confirm={disabled ? undefined : `Désactiver ${user.login} ?`}
        >
          <button class={disabled ? '' : 'danger'} type="submit">
            {disabled ? 'Réactiver le compte' : 'Désactiver le compte'}
          </button>
        </Form>
      </section>
    </div>
  );
}

/** The page that shows a generated password, once. */
export function passwordAnswer(user: User, password: string, done: string): Answer {
  return {
    kind: 'page',
    title: done,
    crumbs: [crumb],
    body: (
      <div class="sheet narrow">
        <p>
          Mot de passe de <strong>{user.login}</strong>, à transmettre par un autre moyen que l’identifiant :
        </p>
        <p>
          <code class="secret">{password}</code>
        </p>
        <Notice tone="warning">
          il n’est montré qu’ici et maintenant. La personne devra le changer à sa première connexion.
        </Notice>
        <p>
          <a href="/utilisateurs">Revenir aux utilisateurs</a>
        </p>
      </div>
    ),
  };
}
