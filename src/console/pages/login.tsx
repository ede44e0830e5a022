import { z } from 'zod';
import { type Answer, type Call, open } from '../route.js';
import { Field, Form } from '../ui/form.js';
import { Notice } from '../ui/show.js';

/** An address of ours to go back to: a path, never another site. */
export function localPath(text: string | undefined): string {
  if (text === undefined || text.length > 2_000) return '/';
  return /^\/(?![/\\])[^\\\s]*$/.test(text) && !text.startsWith('/connexion') ? text : '/';
}

const query = z.object({ retour: z.string().optional().catch(undefined) });

/** Page of login. */
export const loginPage = open({
  path: '/connexion',
  schema: { query },
  async handler(call) {
    if (call.visitor !== null) return { kind: 'redirect', to: localPath(call.query.retour) };
    return loginAnswer(call, { back: localPath(call.query.retour) });
  },
});

/** The form, as it is first shown or with what went wrong. */
export async function loginAnswer(
  { parts }: Call,
  of: { readonly back: string; readonly login?: string; readonly problem?: string; readonly status?: number },
): Promise<Answer> {
  const first = (await parts.store.listUsers()).length === 0;
  const { oidc } = parts.loaded.settings.console;
  return {
    kind: 'page',
    title: 'Connexion',
    status: of.status ?? 200,
    body: (
      <div class="sheet narrow">
        {of.problem === undefined ? null : (
          <div role="alert">
            <Notice tone="error">{of.problem}</Notice>
          </div>
        )}
        {first ? (
          <Notice tone="info">
            aucun compte n’existe encore. Créez le premier sur le serveur :{' '}
            <code>ecluse users add IDENTIFIANT --role administrator</code>
          </Notice>
        ) : null}
        <Form action="/connexion">
          <input type="hidden" name="retour" value={of.back} />
          <Field
            name="login"
            label="Identifiant"
            value={of.login ?? ''}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            autofocus
          />
          <Field
            name="password"
            label="Mot de passe"
            type="password"
            autocomplete="current-password"
            required
          />
          <div class="buttons">
            <button type="submit">Se connecter</button>
          </div>
        </Form>
        {oidc === undefined ? null : (
          <p>
            <a class="button second" href={`/connexion/oidc?retour=${encodeURIComponent(of.back)}`}>
              {oidc.label}
            </a>
          </p>
        )}
        <p class="hint">
          Mot de passe oublié ? Un administrateur peut vous en donner un nouveau depuis la page « Utilisateurs
          ».
        </p>
      </div>
    ),
  };
}
