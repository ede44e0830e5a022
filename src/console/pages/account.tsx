import type { Session } from '../../ports/store-console.js';
import { roleNames } from '../accounts.js';
import { type Answer, page, type SignedCall } from '../route.js';
import { Badge } from '../ui/badge.js';
import { Field, Form } from '../ui/form.js';
import { Ago, Facts, Moment, Notice } from '../ui/show.js';
import { Table } from '../ui/table.js';

/** One's own account: who one is, the password, the browsers that are signed in. */
export const accountPage = page({
  path: '/compte',
  role: 'reader',
  beforePassword: true,
  handler: (call) => accountAnswer(call),
});

/** What was wrong with a change of the password. */
export interface PasswordErrors {
  readonly current?: string;
  readonly password?: string;
  readonly again?: string;
}

/** The page, as it is or with what was wrong with a form. */
export async function accountAnswer(call: SignedCall, errors: PasswordErrors = {}): Promise<Answer> {
  const { parts, visitor } = call;
  const { user } = visitor;
  const sessions = await parts.store.sessionsOf(user.id);
  const wrong = Object.keys(errors).length > 0;
  return {
    kind: 'page',
    title: 'Mon compte',
    status: wrong ? 422 : 200,
    body: (
      <>
        {user.mustChange ? (
          <Notice tone="warning">
            votre mot de passe vous a été donné par une autre personne. Choisissez le vôtre pour accéder à la
            console.
          </Notice>
        ) : null}
        <section class="sheet">
          <h2>Identité</h2>
          <Facts
            rows={[
              ['Identifiant', user.login],
              ['Nom', user.name],
              ['Rôle', roleNames[user.role]],
              ['Mot de passe changé', <Moment key="p" at={user.passwordAt} />],
            ]}
          />
        </section>
        {user.password === null ? (
          <Notice tone="info">
            vous vous connectez avec le compte de votre organisation : il n’y a pas de mot de passe ici.
          </Notice>
        ) : (
          <PasswordForm
            errors={errors}
            lengthMin={parts.loaded.settings.console.passwordLengthMin}
            login={user.login}
          />
        )}
        {user.mustChange ? null : (
          <Sessions sessions={sessions} own={visitor.session} now={parts.clock.now()} />
        )}
      </>
    ),
  };
}

function PasswordForm({
  errors,
  lengthMin,
  login,
}: {
  readonly errors: PasswordErrors;
  readonly lengthMin: number;
  readonly login: string;
}) {
  return (
    <section class="sheet narrow">
      <h2>Changer le mot de passe</h2>
      <Form action="/compte/mot-de-passe">
        <input type="text" name="login" value={login} autocomplete="username" readOnly hidden />
        <Field
          name="current"
          label="Mot de passe actuel"
          type="password"
          autocomplete="current-password"
          required
          error={errors.current}
        />
        <Field
          name="password"
          label="Nouveau mot de passe"
          hint={`Au moins ${lengthMin} caractères. Une suite de mots est plus sûre qu’un mot compliqué.`}
          type="password"
          autocomplete="new-password"
          required
          error={errors.password}
        />
        <Field
          name="again"
          label="Nouveau mot de passe, une seconde fois"
          type="password"
          autocomplete="new-password"
          required
          error={errors.again}
        />
        <button type="submit">Changer le mot de passe</button>
      </Form>
    </section>
  );
}

/** Name of a browser and system, as far as what it says of itself tells. */
export function agentName(agent: string): string {
  const browser = (
    [
      ['Edg/', 'Edge'],
      ['OPR/', 'Opera'],
      ['Firefox/', 'Firefox'],
      ['Chrome/', 'Chrome'],
      ['Safari/', 'Safari'],
    ] as const
  ).find(([sign]) => agent.includes(sign));
  const system = (
    [
      ['Windows', 'Windows'],
      ['Android', 'Android'],
      ['iPhone', 'iPhone'],
      ['Mac OS', 'macOS'],
      ['Linux', 'Linux'],
    ] as const
  ).find(([sign]) => agent.includes(sign));
  return [browser?.[1] ?? 'Navigateur inconnu', system?.[1]].filter((part) => part !== undefined).join(', ');
}

function Sessions({
  sessions,
  own,
  now,
}: {
  readonly sessions: readonly Session[];
  readonly own: Session;
  readonly now: Date;
}) {
  const others = sessions.filter(({ id }) => id !== own.id);
  return (
    <section>
      <h2>Mes sessions</h2>
      <p>Une session que vous ne reconnaissez pas ? Fermez-la, puis changez votre mot de passe.</p>
      <Table
        caption="Sessions ouvertes"
        keyOf={({ id }) => id}
        rows={sessions}
        columns={[
          { head: 'Navigateur', cell: ({ agent }) => agentName(agent) },
          { head: 'Adresse', cell: ({ ip }) => ip },
          { head: 'Ouverte', cell: ({ createdAt }) => <Moment at={createdAt} /> },
          { head: 'Dernière activité', cell: ({ seenAt }) => <Ago at={seenAt} now={now} /> },
          {
            head: 'Action',
            cell: ({ id, agent, ip }) =>
              id === own.id ? (
                <Badge tone="good">cette session</Badge>
              ) : (
                <Form action={`/compte/sessions/${id}/fin`} class="inline">
                  <button
                    class="second"
                    type="submit"
                    aria-label={`Fermer la session ${agentName(agent)}, ${ip}`}
                  >
                    Fermer
                  </button>
                </Form>
              ),
          },
        ]}
      />
      {others.length === 0 ? null : (
        <Form action="/compte/sessions/fin">
          <button class="second" type="submit">
            Fermer toutes les autres sessions
          </button>
        </Form>
      )}
    </section>
  );
}
