import * as client from 'openid-client';
import { newId } from '../domain/ids.js';
import { asError } from '../errors.js';
import { type Role, roles, type User } from '../ports/store-console.js';
import type { ConsoleSettings } from '../settings/console.js';
import { resolveSecret } from '../settings/secret.js';
import { loginProblem, roleNames } from './accounts.js';
import { canonicalLogin } from './login.js';
import type { ConsoleParts } from './parts.js';
import { Problem } from './problem.js';

type OidcSettings = NonNullable<ConsoleSettings['oidc']>;

/** What the browser keeps between the way out and the way back, in a cookie of ten minutes. */
export interface Voyage {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly back: string;
}

/** What a provider says of a person. */
export interface Identity {
  /** Issuer and subject: what never changes. */
  readonly subject: string;
  readonly login: string;
  readonly name: string;
  readonly role: Role | null;
}

/** Providers that were discovered; one that did not answer is asked again. */
const discovered = new WeakMap<OidcSettings, Promise<client.Configuration>>();

function providerOf(
  settings: OidcSettings,
  env: NodeJS.ProcessEnv | undefined,
): Promise<client.Configuration> {
  const known = discovered.get(settings);
  if (known !== undefined) return known;
  const { issuer, clientId, clientSecret, deadlineMs } = settings;
  const execute = [client.enableNonRepudiationChecks];
  if (issuer.startsWith('http:')) execute.push(client.allowInsecureRequests);
  const found = client.discovery(new URL(issuer), clientId, resolveSecret(clientSecret, env), undefined, {
    execute,
    timeout: deadlineMs / 1000,
  });
  discovered.set(settings, found);
  found.catch(() => discovered.delete(settings));
  return found;
}

/** The settings, or 404: without them there is no such way in. */
function settingsOf({ loaded }: ConsoleParts): OidcSettings {
  const { oidc } = loaded.settings.console;
  if (oidc === undefined)
    throw new Problem(
      404,
      'La connexion par un fournisseur d’identité n’est pas configurée.',
      'Connectez-vous avec un mot de passe.',
    );
  return oidc;
}

/** Address at the provider to go to (authorization code, PKCE S256, state, nonce), and what the way back needs. */
export async function departure(
  parts: ConsoleParts,
  redirectUri: string,
  back: string,
): Promise<{ readonly to: string; readonly voyage: Voyage }> {
  const settings = settingsOf(parts);
  const provider = await asked(parts, () => providerOf(settings, parts.env));
  const voyage: Voyage = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
    back,
  };
  const to = client.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: settings.scopes,
    state: voyage.state,
    nonce: voyage.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(voyage.verifier),
    code_challenge_method: 'S256',
  });
  return { to: to.href, voyage };
}

/** Who came back: the code is exchanged, signature, issuer, audience, nonce and times of the ID token are checked. */
export async function arrival(parts: ConsoleParts, url: URL, voyage: Voyage): Promise<Identity> {
  const settings = settingsOf(parts);
  return asked(parts, async () => {
    const provider = await providerOf(settings, parts.env);
    const tokens = await client.authorizationCodeGrant(provider, url, {
      expectedState: voyage.state,
      expectedNonce: voyage.nonce,
      pkceCodeVerifier: voyage.verifier,
      idTokenExpected: true,
    });
    const own = tokens.claims();
    if (own === undefined) throw new Error('the provider gave no ID token');
    const wanted = [settings.roleClaim, settings.loginClaim];
    const more =
      wanted.some((name) => own[name] === undefined) &&
      provider.serverMetadata().userinfo_endpoint !== undefined
        ? await client.fetchUserInfo(provider, tokens.access_token, own.sub)
        : {};
    return identityOf({ ...more, ...own }, settings);
  });
}

function identityOf(claims: Readonly<Record<string, unknown>>, settings: OidcSettings): Identity {
  const text = (name: string) => (typeof claims[name] === 'string' ? String(claims[name]) : null);
  const login = canonicalLogin(text(settings.loginClaim) ?? text('sub') ?? '');
  const held = claims[settings.roleClaim];
  const values = new Set(Array.isArray(held) ? held.map(String) : typeof held === 'string' ? [held] : []);
  const role = roles.toReversed().find((own) => settings.roles[own].some((value) => values.has(value)));
  return {
    subject: `${text('iss')}#${text('sub')}`,
    login,
    name: text(settings.nameClaim) ?? login,
    role: role ?? null,
  };
}

/** What the provider, or the way to it, does wrong is told in the log; people are told to try again. */
async function asked<T>({ log }: ConsoleParts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { message, cause } = asError(error);
    log.warn(`console: identity provider: ${message}`, {
      cause: cause === undefined ? '' : asError(cause).message,
    });
    throw new Problem(
      503,
      'La connexion par le fournisseur d’identité n’a pas abouti.',
      'Recommencez dans un instant. Si cela se répète, prévenez votre administrateur : le journal du programme dit pourquoi.',
    );
  }
}

/**
 * The account of a person whom the provider has named: made at the first sign-in, its role and name as told each time.
 * @throws Problem 403 without a role or for a disabled account, 409 when a local account has the login.
 */
export async function accountFor(parts: ConsoleParts, who: Identity): Promise<User> {
  const { store, clock } = parts;
  const at = clock.now().toISOString();
  if (who.role === null)
    throw new Problem(
      403,
      'Votre compte ne donne aucun rôle dans la console.',
      'Demandez à votre administrateur de vous ajouter à un groupe qui y a accès.',
    );
  const known = await store.userBySubject(who.subject);
  if (known === null) return createAccount(parts, { ...who, role: who.role }, at);
  if (known.disabledAt !== null)
    throw new Problem(403, 'Votre compte est désactivé.', 'Demandez à un administrateur de le réactiver.');
  if (known.role === who.role && known.name === who.name) return known;
  const { role, name } = who;
  await store.transaction(async (tx) => {
    await tx.updateUser(known.id, { role, name });
    if (known.role !== role)
      await tx.insertEvents([
        eventOf(known.login, at, 'user-role', `rôle ${roleNames[role]} donné par le fournisseur d’identité`),
      ]);
  });
  return { ...known, role, name };
}

async function createAccount(
  { store }: ConsoleParts,
  who: Identity & { role: Role },
  at: string,
): Promise<User> {
  const { login, name, role, subject } = who;
  if (loginProblem(login) !== null || (await store.userByLogin(login)) !== null)
    throw new Problem(
      409,
      `L’identifiant « ${login.slice(0, 64)} » donné par le fournisseur d’identité ne peut pas être pris : un compte local le porte, ou sa forme ne convient pas.`,
      'Demandez à un administrateur de renommer l’un des deux, ou de changer le réglage console.oidc.loginClaim.',
    );
  const user: User = {
    id: newId(),
    login,
    name,
    role,
    password: null,
    subject,
    mustChange: false,
    disabledAt: null,
    createdAt: at,
    createdBy: `user:${login}`,
    passwordAt: null,
    lastLoginAt: null,
  };
  await store.transaction(async (tx) => {
    await tx.insertUser(user);
    await tx.insertEvents([
      eventOf(login, at, 'user-added', `compte créé par le fournisseur d’identité, rôle ${roleNames[role]}`),
    ]);
  });
  return user;
}

function eventOf(login: string, at: string, kind: string, text: string) {
  return { at, actor: `user:${login}` as const, kind, flow: null, invoice: null, text };
}
