import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { ConsoleParts } from '../parts.js';
import type { Route } from '../route.js';
import { fileTypes } from './intake.js';
import { scopes } from './scopes.js';

const page = '/api/docs';

/** What the page to try the API may load: its own files; it styles itself as it runs. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Describes every route of the API from its schemas: `/api/openapi.json`, and a page to try it. */
export async function describeApi(app: FastifyInstance, { loaded, version }: ConsoleParts): Promise<void> {
  const { api, console: own } = loaded.settings;
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Écluse',
        version,
        description:
          'Dépôt et suivi de flux de factures. Une clé ne voit que ce qui est à son partenaire. Les erreurs sont au format application/problem+json : `title` dit ce qui ne va pas, `detail` ce qu’il faut faire, `code` est stable.',
      },
      ...(own.publicUrl === undefined ? {} : { servers: [{ url: own.publicUrl }] }),
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'Clé donnée par `ecluse keys add`, ou jeton.' },
          token: {
            type: 'oauth2',
            description: 'Jeton demandé avec l’identifiant et le secret de la clé.',
            flows: { clientCredentials: { tokenUrl: '/api/oauth/token', scopes } },
          },
          account: { type: 'apiKey', in: 'header', name: 'cpro-account' },
        },
      },
      tags: [
        { name: 'flux', description: 'Déposer, lister, lire' },
        { name: 'factures', description: 'Factures et leurs statuts' },
        { name: 'retraitement', description: 'Simuler, demander, suivre' },
        { name: 'annuaire', description: 'Structures et services' },
        { name: 'contrôle', description: 'Contrôler un fichier sans le déposer' },
        { name: 'chorus', description: 'La forme de l’API de Chorus Pro' },
      ],
    },
    transform: (document) => {
      const { route } = document;
      const own = (route.config as { readonly route?: Route } | undefined)?.route;
      const told = jsonSchemaTransform(document as Parameters<typeof jsonSchemaTransform>[0]);
      return { ...told, schema: { ...told.schema, ...described(own) } };
    },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(app.swagger()),
  );
  if (!api.docs) return;
  await app.register(async (scope) => {
    scope.addHook(
      'onSend',
      async (_request, reply) => void reply.header('content-security-policy', pagePolicy),
    );
    await scope.register(swaggerUi, {
      routePrefix: page,
      uiConfig: { docExpansion: 'list', persistAuthorization: false, url: '/api/openapi.json' },
      theme: { title: 'API d’Écluse' },
    });
  });
}

/** What the schemas do not say: who may call, and files. */
function described(route: Route | undefined): Record<string, unknown> {
  if (route === undefined) return {};
  const security =
    route.role !== 'key'
      ? []
      : route.chorus === true
        ? [{ token: [route.scope ?? ''], account: [] }]
        : [{ key: [] }, { token: [route.scope ?? ''] }];
  const name = `${route.method.toLowerCase()} ${route.path}`;
  return {
    security,
    operationId: name.replace(/[^A-Za-z0-9]+(.)?/g, (_all, next?: string) => (next ?? '').toUpperCase()),
    ...(route.stream === true ? { consumes: [...fileTypes, 'multipart/form-data'], body: fileSchema } : {}),
  };
}

const fileSchema = { type: 'string', format: 'binary', description: 'Le fichier' };
