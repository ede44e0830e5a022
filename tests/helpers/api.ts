import { scopeNames } from '../../src/console/api/scopes.js';
import type { ConsoleParts } from '../../src/console/parts.js';
import { newToken, tokenHash } from '../../src/console/tokens.js';
import { newId } from '../../src/domain/ids.js';
import type { ApiKey } from '../../src/ports/store-console.js';

export const apiPartners = [
  {
    code: 'FRN001',
    name: 'Fournisseur Un',
    interfaces: ['FSO1100A', 'FSO1110A', 'FSO1106A', 'FSO1113A', 'FSO1116A', 'FSO1117A'],
  },
  { code: 'FRN002', name: 'Fournisseur Deux', interfaces: ['FSO1110A'] },
];

/** A key in the store, and its secret. */
export async function addApiKey(
  { store }: Pick<ConsoleParts, 'store'>,
  change: Partial<ApiKey> = {},
): Promise<{
  readonly key: ApiKey;
  readonly secret: string;
  readonly headers: { readonly authorization: string };
}> {
  const secret = newToken();
  const key: ApiKey = {
    id: newId(),
    hash: tokenHash(secret),
    partner: 'FRN001',
    scopes: scopeNames,
    label: 'essai',
    createdAt: new Date().toISOString(),
    createdBy: 'user:test',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    ...change,
  };
  await store.transaction((tx) => tx.insertApiKey(key));
  return { key, secret, headers: { authorization: `Bearer ${secret}` } };
}

/** What a client of Chorus Pro's API sends: a token of the application, and the technical account. */
export async function chorusHeaders(
  ask: (form: string) => Promise<{ readonly access_token: string }>,
  { key, secret }: { readonly key: ApiKey; readonly secret: string },
): Promise<Record<string, string>> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: key.id,
    client_secret: secret,
    scope: 'openid',
  });
  const { access_token: token } = await ask(form.toString());
  return {
    authorization: `Bearer ${token}`,
    'cpro-account': Buffer.from(`${key.id}:${secret}`).toString('base64'),
  };
}
