import { z } from 'zod';
import { enter } from '../login.js';
import { accountFor, arrival, departure, type Voyage } from '../oidc.js';
import { Problem } from '../problem.js';
import { type Call, open } from '../route.js';
import { localPath } from './login.js';

const landing = '/connexion/oidc/retour';

function redirectUri({ parts, request }: Call): string {
  const { publicUrl } = parts.loaded.settings.console;
  return `${publicUrl ?? `${request.protocol}://${request.host}`}${landing}`;
}

/** The way out to the identity provider. */
export const oidcDeparture = open({
  path: '/connexion/oidc',
  schema: { query: z.object({ retour: z.string().optional().catch(undefined) }) },
  async handler(call) {
    const { to, voyage } = await departure(call.parts, redirectUri(call), localPath(call.query.retour));
    const value = Buffer.from(JSON.stringify(voyage)).toString('base64url');
    return { kind: 'redirect', to, cookies: [{ cookie: 'oidc', value }] };
  },
});

const voyageShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  back: z.string(),
});

/** The way back. The page that follows is asked for from here, so that the browser sends the session along. */
export const oidcArrival = open({
  path: landing,
  async handler(call) {
    const voyage = voyageOf(call);
    const query = call.address.includes('?') ? call.address.slice(call.address.indexOf('?')) : '';
    const who = await arrival(call.parts, new URL(`${redirectUri(call)}${query}`), voyage);
    const user = await accountFor(call.parts, who);
    const token = await enter(call.parts, user, call, 'fournisseur d’identité');
    const back = localPath(voyage.back);
    return {
      kind: 'page',
      title: 'Connexion réussie',
      refreshTo: back,
      cookies: [
        { cookie: 'session', value: token },
        { cookie: 'oidc', value: null },
        { cookie: 'form', value: null },
      ],
      body: (
        <p>
          <a href={back}>Continuer</a>
        </p>
      ),
    };
  },
});

function voyageOf(call: Call): Voyage {
  try {
    const text = Buffer.from(call.cookies.read(call.request, 'oidc') ?? '', 'base64url').toString('utf8');
    return voyageShape.parse(JSON.parse(text));
  } catch {
    throw new Problem(
      400,
      'Cette connexion a commencé ailleurs, ou il y a trop longtemps.',
      'Revenez à la page de connexion et recommencez.',
    );
  }
}
