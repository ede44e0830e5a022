import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the provider says of the person who signs in, and what it does wrong on purpose. */
export interface Faults {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs with a key that is not published. */
  readonly foreignKey?: boolean;
  readonly nonce?: string;
  readonly audience?: string;
  readonly expired?: boolean;
}

export interface TestProvider {
  readonly issuer: string;
  /** What the next sign-in gets. */
  next(of: Faults): void;
  /** What the authorization and token endpoints were asked. */
  readonly asked: { authorization?: URLSearchParams; token?: URLSearchParams };
  close(): Promise<void>;
}

const keys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const text64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A small OpenID Connect provider: discovery, keys, code with PKCE, ID token by RS256. */
export async function startProvider(clientId: string, clientSecret: string): Promise<TestProvider> {
  const [own, foreign] = [keys(), keys()];
  const asked: TestProvider['asked'] = {};
  let faults: Faults = {};
  let issuer = '';

  function idToken(): string {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: issuer,
      sub: 'subject-1',
      aud: faults.audience ?? clientId,
      iat: faults.expired === true ? now - 7_200 : now,
      exp: faults.expired === true ? now - 3_600 : now + 300,
      nonce: faults.nonce ?? asked.authorization?.get('nonce'),
      ...faults.claims,
    };
    const signed = `${text64({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${text64(payload)}`;
    const key = faults.foreignKey === true ? foreign.privateKey : own.privateKey;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
  }

  function token(form: URLSearchParams, authorization: string | undefined): [number, unknown] {
    asked.token = form;
    const basic = Buffer.from(authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    const secret = form.get('client_secret') ?? decodeURIComponent(basic.split(':')[1] ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (secret !== clientSecret) return [401, { error: 'invalid_client' }];
    if (form.get('code') !== 'code-1' || challenge !== asked.authorization?.get('code_challenge'))
      return [400, { error: 'invalid_grant' }];
    return [200, { access_token: 'access-1', token_type: 'Bearer', expires_in: 300, id_token: idToken() }];
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (url.pathname === '/.well-known/openid-configuration')
      json(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      });
    else if (url.pathname === '/keys')
      json(200, {
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
      });
    else if (url.pathname === '/authorize') {
      asked.authorization = url.searchParams;
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'code-1');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      response.writeHead(302, { location: back.href }).end();
    } else if (url.pathname === '/token') {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => json(...token(new URLSearchParams(body), request.headers.authorization)));
    } else json(404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    asked,
    next(of) {
      faults = of;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
