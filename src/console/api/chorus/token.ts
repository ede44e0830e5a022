import { z } from 'zod';
import type { ConsoleParts } from '../../parts.js';
import { type Answer, type Call, program } from '../../route.js';
import { newToken, tokenHash } from '../../tokens.js';
import { clientOf, createFailures, tokenKind } from '../auth.js';

const body = z.object({
  grant_type: z.string().max(100).optional(),
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(500).optional(),
  scope: z.string().max(1_000).optional(),
});

/** OAuth 2.0 client credentials (RFC 6749, 4.4): the key's id and secret for a token that expires. */
export const token = program({
  method: 'POST',
  path: '/api/oauth/token',
  schema: {
    body,
    summary: 'Demander un jeton',
    description:
      'application/x-www-form-urlencoded, grant_type=client_credentials ; identifiant et secret de la clé dans le corps (client_id, client_secret) ou en Authorization: Basic.',
    tags: ['chorus'],
    response: {
      200: z.object({
        access_token: z.string(),
        token_type: z.string(),
        expires_in: z.int(),
        scope: z.string(),
      }),
      400: z.object({ error: z.string(), error_description: z.string() }),
      401: z.object({ error: z.string(), error_description: z.string() }),
    },
  },
  handler: give,
});

const failuresOf = new WeakMap<object, ReturnType<typeof createFailures>>();

/** One count for all that is asked of one store. */
function failures(parts: ConsoleParts): ReturnType<typeof createFailures> {
  const known = failuresOf.get(parts.loaded) ?? createFailures(parts);
  failuresOf.set(parts.loaded, known);
  return known;
}

async function give(call: Call<unknown, unknown, z.output<typeof body>>): Promise<Answer> {
  failures(call.parts).check(call.ip);
  if (call.body.grant_type !== 'client_credentials')
    return refused(400, 'unsupported_grant_type', 'grant_type doit être client_credentials');
  const credentials = credentialsOf(call);
  if (credentials === null)
    return refused(400, 'invalid_request', 'client_id et client_secret sont attendus');
  const key = await clientOf(call.parts, credentials.text);
  if (key === null) {
    failures(call.parts).count(call.ip);
    return refused(401, 'invalid_client', 'identifiant ou secret inconnu, clé révoquée ou expirée', {
      'www-authenticate': 'Basic realm="ecluse"',
    });
  }
  const { clock, loaded, store } = call.parts;
  const now = clock.now();
  const { tokenMs } = loaded.settings.api;
  const text = newToken();
  await store.transaction((tx) =>
    tx.insertShareLink({
      hash: tokenHash(text),
      kind: tokenKind,
      target: key.hash,
      createdAt: now.toISOString(),
      createdBy: `partner:${key.partner}`,
      expiresAt: new Date(now.getTime() + tokenMs).toISOString(),
    }),
  );
  return {
    kind: 'json',
    body: {
      access_token: text,
      token_type: 'Bearer',
      expires_in: Math.floor(tokenMs / 1000),
      scope: call.body.scope ?? key.scopes.join(' '),
    },
    headers: { pragma: 'no-cache' },
  };
}

function credentialsOf({ request, body: form }: Call<unknown, unknown, z.output<typeof body>>) {
  const basic = /^Basic +([A-Za-z0-9+/=]{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [id = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { text: `${decoded(id)}:${decoded(secret.join(':'))}` };
  }
  const { client_id: id, client_secret: secret } = form;
  return id === undefined || secret === undefined ? null : { text: `${id}:${secret}` };
}

/** RFC 6749, 2.3.1: both are form-encoded before they are joined; clients that leave it out send nothing that differs. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function refused(
  status: 400 | 401,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { kind: 'json', status, body: { error, error_description: description }, headers };
}
