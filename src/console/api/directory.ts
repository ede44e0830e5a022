import { z } from 'zod';
import { dayInParis } from '../../domain/dates.js';
import { notFound } from '../problem.js';
import { keyed } from '../route.js';
import { answers } from './shapes.js';

const structureShape = z.object({
  siret: z.string(),
  nom: z.string(),
  active: z.boolean(),
  serviceObligatoire: z.boolean(),
  engagementObligatoire: z.boolean(),
  serviceOuEngagementObligatoire: z.boolean(),
  raccordee: z.boolean(),
  services: z.array(
    z.object({ code: z.string(), nom: z.string(), actif: z.boolean(), engagementObligatoire: z.boolean() }),
  ),
});

export const showStructure = keyed({
  method: 'GET',
  path: '/api/v1/annuaire/:siret',
  scope: 'directory:read',
  schema: {
    params: z.object({ siret: z.string().regex(/^\d{14}$/, 'un SIRET : 14 chiffres') }),
    query: z.object({
      le: z.iso.date().optional().meta({ description: 'Jour de validité ; aujourd’hui sans cela' }),
    }),
    response: answers(structureShape),
    summary: 'Lire une structure, ses obligations et ses services',
    tags: ['annuaire'],
  },
  async handler(call) {
    const { store, clock } = call.parts;
    const day = call.query.le ?? dayInParis(clock.now());
    const { siret } = call.params;
    const [found, services] = await Promise.all([
      store.directory.structure(siret, day),
      store.directory.services(siret, day),
    ]);
    if (found === null) throw notFound('Cette structure');
    return {
      kind: 'json',
      body: {
        siret,
        nom: found.name,
        active: found.active,
        serviceObligatoire: found.serviceRequired,
        engagementObligatoire: found.engagementRequired,
        serviceOuEngagementObligatoire: found.serviceOrEngagementRequired,
        raccordee: found.partner !== null,
        services: services.map(({ code, name, active, engagementRequired }) => ({
          code,
          nom: name,
          actif: active,
          engagementObligatoire: engagementRequired,
        })),
      },
    };
  },
});
