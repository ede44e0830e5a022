import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { asError } from '../errors.js';
import { refusedAsChorus } from './api/chorus/refusal.js';
import { type DispatchParts, sendPage } from './dispatch.js';
import { passwordFirst } from './gate.js';
import { notFound, Problem } from './problem.js';
import { ErrorBody } from './ui/error.js';

const titles: Readonly<Record<number, string>> = {
  400: 'Demande incorrecte',
  401: 'Connexion nécessaire',
  403: 'Accès refusé',
  404: 'Page introuvable',
  409: 'Impossible en l’état',
  413: 'Envoi trop volumineux',
  421: 'Adresse inattendue',
  429: 'Trop de demandes',
  500: 'Erreur de la console',
  503: 'Service indisponible',
};

/** Codes of refusals that have none of their own (docs/api.md). */
const codes: Readonly<Record<number, string>> = {
  400: 'demande-incorrecte',
  401: 'cle-invalide',
  403: 'droit-manquant',
  404: 'introuvable',
  409: 'conflit',
  413: 'trop-volumineux',
  415: 'type-inconnu',
  421: 'hote-inconnu',
  422: 'refuse',
  429: 'trop-de-demandes',
  500: 'erreur-interne',
  503: 'indisponible',
};

/** Every error as an answer in French that says what to do; ours has an id that is in the log. */
export function errorHandler(parts: DispatchParts) {
  return async (error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const problem = problemOf(error);
    if (problem.status >= 500)
      parts.log.error(`console: ${asError(error).message}`, {
        id: request.id,
        route: request.routeOptions.url,
        stack: asError(error).stack,
      });
    return answer(parts, problem, request, reply);
  };
}

export function notFoundHandler(parts: DispatchParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    answer(parts, notFound(), request, reply);
}

function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(({ instancePath }) => instancePath.slice(1)).filter((f) => f !== '');
    const named = fields.length === 0 ? '' : ` (${[...new Set(fields)].slice(0, 5).join(', ')})`;
    return new Problem(
      400,
      `La demande n’a pas la forme attendue${named}.`,
      'Revenez à la page précédente, rechargez-la et recommencez.',
    );
  }
  const status = error.statusCode ?? 500;
  if (status === 413)
    return new Problem(
      413,
      'L’envoi dépasse la taille permise.',
      'Réduisez-le, ou passez par le dossier de dépôt.',
    );
  if (status === 415)
    return new Problem(
      415,
      'Le type du contenu n’est pas reconnu.',
      'Indiquez dans Content-Type ce que vous envoyez (voir la description de l’API).',
    );
  if (status >= 400 && status < 500)
    return new Problem(400, 'La demande n’a pas été comprise.', 'Rechargez la page et recommencez.');
  return new Problem(
    500,
    'La console a rencontré une erreur ; rien n’indique que votre action ait eu lieu.',
    'Recommencez dans un instant. Si l’erreur revient, donnez à votre administrateur l’identifiant ci-dessous : il figure dans le journal du programme.',
  );
}

function answer(
  parts: DispatchParts,
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, retryAfterS } = problem;
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  const { route } = request.routeOptions.config;
  if (route?.chorus === true || /^\/cpro\//.test(request.url))
    return refusedAsChorus(problem, request, reply);
  if (wantsJson(request)) {
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .type('application/problem+json; charset=utf-8')
      .send(
        JSON.stringify({
          type: 'about:blank',
          status,
          title: problem.title,
          detail: problem.remedy,
          code: problem.code ?? codes[status] ?? 'erreur',
          id: request.id,
        }),
      );
  }
  if (status === 401) return toLogin(parts, request, reply);
  if (problem.title === passwordFirst && request.method === 'GET') {
    parts.cookies.flash(reply, { tone: 'warning', text: passwordFirst });
    return reply.redirect('/compte', 303);
  }
  const title = titles[status] ?? 'Erreur';
  const id = status >= 500 ? request.id : null;
  const body = <ErrorBody problem={problem} id={id} back={parts.back(request)} />;
  return sendPage(parts, { kind: 'page', title, status, body }, request, reply);
}

function wantsJson(request: FastifyRequest): boolean {
  if (/^\/(api|cpro)(\/|$)/.test(request.url)) return true;
  return (request.headers.accept ?? '').startsWith('application/json');
}

/** To the page of login and back again; an order is not repeated by itself. */
function toLogin(parts: DispatchParts, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const back = request.method === 'GET' && request.headers['hx-request'] !== 'true' ? request.url : null;
  const login =
    back === null || back === '/' ? '/connexion' : `/connexion?retour=${encodeURIComponent(back)}`;
  if (request.headers['hx-request'] === 'true') return reply.code(401).header('hx-redirect', login).send('');
  if (request.method !== 'GET') {
    const problem = new Problem(
      401,
      'Votre session est terminée.',
      'Connectez-vous, puis recommencez : rien n’a été modifié.',
    );
    const body = <ErrorBody problem={problem} id={null} back={null} />;
    return sendPage(parts, { kind: 'page', title: titles[401] ?? '', status: 401, body }, request, reply);
  }
  // A link in a letter: the browser holds a Strict cookie back, but not from an address that we ourselves lead to.
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  if (site === 'cross-site' && mode === 'navigate') {
    const body = (
      <p>
        <a href={request.url}>Continuer vers la page demandée</a>
      </p>
    );
    return sendPage(
      parts,
      { kind: 'page', title: 'Un instant…', body, refreshTo: request.url },
      request,
      reply,
    );
  }
  return reply.redirect(login, 303);
}
