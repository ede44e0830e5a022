import { isScope, scopeNames } from '../console/api/scopes.js';
import { newToken, tokenHash } from '../console/tokens.js';
import { newId } from '../domain/ids.js';
import { Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import type { ApiKey } from '../ports/store-console.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

interface AddOptions {
  readonly scopes: readonly string[];
  readonly label?: string;
  readonly days?: number;
}

const dayMs = 86_400_000;

/** A key for programs of a partner: its secret is shown once, and only its hash is kept. */
export const addKey: Action<AddOptions> = async ({ options, args, output }) => {
  const partner = args[0] ?? '';
  const unknown = options.scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0 || options.scopes.length === 0)
    throw new Fault(
      'USAGE',
      `--scopes: ${unknown.join(', ') || 'none given'}; allowed: ${scopeNames.join(', ')}`,
    );
  await using context = await openContext(options, true);
  if (!context.loaded.settings.partners.some(({ code }) => code === partner))
    throw new Fault('NOT_FOUND', `no partner has the code ${partner}; see the settings, partners`);
  const now = systemClock.now();
  const secret = newToken();
  const key: ApiKey = {
    id: newId(now.getTime()),
    hash: tokenHash(secret),
    partner,
    scopes: [...new Set(options.scopes)],
    label: options.label ?? partner,
    createdAt: now.toISOString(),
    createdBy: `user:${userName()}`,
    expiresAt:
      options.days === undefined ? null : new Date(now.getTime() + options.days * dayMs).toISOString(),
    lastUsedAt: null,
    revokedAt: null,
  };
  await context.store.transaction(async (tx) => {
    await tx.insertApiKey(key);
    await tx.insertEvents([
      eventOf('api-key-added', `clé ${key.id} créée pour ${partner} : ${key.scopes.join(', ')}`),
    ]);
  });
  output.json({ id: key.id, secret, partner, scopes: key.scopes, expiresAt: key.expiresAt });
  output.line(`Identifiant (client_id)     : ${key.id}`);
  output.line(`Clé (Bearer, client_secret) : ${secret}`);
  output.line(`cpro-account                : ${Buffer.from(`${key.id}:${secret}`).toString('base64')}`);
  output.line(output.paint('yellow', 'La clé n’est montrée que cette fois.'));
  return exitCodes.done;
};

/** The keys, without what they are. */
export const listKeys: Action<object> = async ({ options, output }) => {
  await using context = await openContext(options);
  const keys = await context.store.listApiKeys();
  const now = systemClock.now().toISOString();
  for (const { hash: _hash, ...key } of keys) {
    const state = stateOf(key, now);
    output.json({ ...key, state });
    output.line(
      `${key.id}  ${key.partner}  ${output.paint(state === 'active' ? 'green' : 'grey', words[state])}  ${key.label}  ${key.scopes.join(',')}  ${key.lastUsedAt === null ? 'jamais utilisée' : `utilisée ${key.lastUsedAt}`}`,
    );
  }
  if (keys.length === 0)
    output.line('Aucune clé. `ecluse keys add CODE --scopes flows:write,flows:read` en crée une.');
  return exitCodes.done;
};

const words = { active: 'active', expired: 'expirée', revoked: 'révoquée' } as const;

function stateOf({ revokedAt, expiresAt }: Omit<ApiKey, 'hash'>, now: string): keyof typeof words {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active';
}

/** Ends a key, and every token that was given for it, at once. */
export const revokeKey: Action<object> = async ({ options, args, output }) => {
  const id = args[0] ?? '';
  await using context = await openContext(options);
  const key = (await context.store.listApiKeys()).find((one) => one.id === id);
  if (key === undefined) throw new Fault('NOT_FOUND', `no key has the id ${id}; see \`ecluse keys list\``);
  const done = await context.store.transaction(async (tx) => {
    const revoked = await tx.revokeApiKey(id, systemClock.now().toISOString());
    if (revoked) await tx.insertEvents([eventOf('api-key-revoked', `clé ${id} de ${key.partner} révoquée`)]);
    return revoked;
  });
  output.json({ id, revoked: done });
  output.line(done ? `Clé ${id} révoquée.` : `La clé ${id} était déjà révoquée.`);
  return exitCodes.done;
};

function eventOf(kind: string, text: string) {
  const by = `user:${userName()}` as const;
  return { at: systemClock.now().toISOString(), actor: by, kind, flow: null, invoice: null, text } as const;
}
