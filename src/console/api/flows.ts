import { Readable } from 'node:stream';
import { z } from 'zod';
import { bodyChunks } from '../../report/stream.js';
import { notFound, Problem } from '../problem.js';
import { type Answer, type Call, keyed } from '../route.js';
import { findingAnswer, findingShape } from './findings.js';
import {
  answers,
  cursorText,
  flowAnswer,
  flowShape,
  idParams,
  keyOf,
  ownFlow,
  readCursor,
  stateShape,
} from './shapes.js';

/** Rows that a search may look at before it answers with what it has. */
const scanMax = 20_000;
const findingsMax = 1_000;

const query = z.object({
  etat: z.union([stateShape, z.literal('waiting')]).optional(),
  depuis: z.iso.datetime({ offset: true }).optional().meta({ description: 'Reçus à partir de cet instant' }),
  jusqua: z.iso.datetime({ offset: true }).optional().meta({ description: 'Reçus avant cet instant' }),
  facture: z.string().min(1).max(100).optional().meta({ description: 'Numéro de facture, ou son début' }),
  regle: z.string().min(1).max(60).optional().meta({ description: 'Règle qui a refusé' }),
  suite: z.string().max(500).optional().meta({ description: 'Curseur de la page précédente' }),
  nombre: z.coerce.number().int().min(1).max(1_000).default(50),
});

const cursorShape = z.object({ value: z.union([z.string(), z.number()]), id: z.string() });

export const listFlows = keyed({
  method: 'GET',
  path: '/api/v1/flux',
  scope: 'flows:read',
  schema: {
    query,
    response: answers(z.object({ flux: z.array(flowShape), suite: z.string().nullable() })),
    summary: 'Lister les flux, du plus récent au plus ancien',
    tags: ['flux'],
  },
  async handler(call) {
    const { etat, depuis, jusqua, facture, regle, suite, nombre } = call.query;
    const cursor = readCursor(suite, cursorShape);
    const { flows, next } = await call.parts.store.searchFlows(
      {
        partner: keyOf(call).partner,
        ...(etat === undefined ? {} : { state: etat }),
        ...(depuis === undefined ? {} : { from: new Date(depuis).toISOString() }),
        ...(jusqua === undefined ? {} : { to: new Date(jusqua).toISOString() }),
        ...(facture === undefined ? {} : { invoiceNumber: facture }),
        ...(regle === undefined ? {} : { rule: regle }),
      },
      {
        sort: 'received',
        direction: 'desc',
        limit: Math.min(nombre, call.parts.loaded.settings.api.pageMax),
        scanMax,
        ...(cursor === undefined ? {} : { cursor: { side: 'after', at: cursor } }),
      },
    );
    return {
      kind: 'json',
      body: { flux: flows.map(flowAnswer), suite: next === null ? null : cursorText(next) },
    };
  },
});

const reportShape = z.object({
  id: z.string(),
  nom: z.string(),
  genre: z.string(),
  etat: z.string(),
  envoyeLe: z.string().nullable(),
  taille: z.int().nullable(),
});

export const showFlow = keyed({
  method: 'GET',
  path: '/api/v1/flux/:id',
  scope: 'flows:read',
  schema: {
    params: idParams,
    response: answers(
      flowShape.extend({
        anomalies: z.array(findingShape),
        anomaliesEnPlus: z.boolean(),
        comptesRendus: z.array(reportShape),
        essais: z.array(
          z.object({
            numero: z.int(),
            debut: z.string(),
            fin: z.string().nullable(),
            dureeMs: z.number().nullable(),
            etat: stateShape,
          }),
        ),
      }),
    ),
    summary: 'Lire un flux, ses anomalies et ses comptes rendus',
    tags: ['flux'],
  },
  async handler(call) {
    const { store } = call.parts;
    const flow = await ownFlow(call, call.params.id);
    const [found, deliveries, attempts] = await Promise.all([
      flow.attempt === 0 ? [] : store.findingsFrom(flow.id, flow.attempt, 0, findingsMax + 1),
      reportsOf(call, flow.id),
      store.attempts(flow.id),
    ]);
    return {
      kind: 'json',
      body: {
        ...flowAnswer(flow),
        anomalies: found.slice(0, findingsMax).map(findingAnswer),
        anomaliesEnPlus: found.length > findingsMax,
        comptesRendus: deliveries.map((one) => ({
          id: one.id,
          nom: one.name,
          genre: one.kind,
          etat: one.state,
          envoyeLe: one.deliveredAt,
          taille: one.sizeBytes,
        })),
        essais: attempts.map((one) => ({
          numero: one.attempt,
          debut: one.startedAt,
          fin: one.endedAt,
          dureeMs: one.durationMs,
          etat: one.state,
        })),
      },
    };
  },
});

/** What of a flow goes back to its sender; pivots are their recipients'. */
async function reportsOf(call: Call<{ readonly id: string }>, flow: string) {
  const own = keyOf(call).partner;
  const deliveries = await call.parts.store.listDeliveries({ flow, partner: own, limit: 1_000 });
  return deliveries.filter(({ kind }) => kind !== 'pivot');
}

export const readOriginal = keyed({
  method: 'GET',
  path: '/api/v1/flux/:id/original',
  scope: 'flows:read',
  schema: {
    params: idParams,
    summary: 'Télécharger le fichier déposé, octet pour octet',
    tags: ['flux'],
    description: 'La réponse est le fichier lui-même (application/octet-stream).',
  },
  async handler(call): Promise<Answer> {
    const { store, archive } = call.parts;
    const flow = await ownFlow(call, call.params.id);
    const gone = (await store.purges(flow.id)).some(({ kind }) => kind === 'originals');
    if (gone || flow.archiveKey.startsWith('quarantine/') || !(await archive.has(flow.archiveKey)))
      throw new Problem(
        404,
        'L’original de ce flux n’est plus à disposition.',
        'Son contenu a été purgé ou mis à l’écart ; ses anomalies et comptes rendus restent lisibles.',
        undefined,
        'original-absent',
      );
    return {
      kind: 'download',
      name: flow.depositedName,
      type: 'application/octet-stream',
      body: Readable.from(archive.read(flow.archiveKey)),
    };
  },
});

export const readReport = keyed({
  method: 'GET',
  path: '/api/v1/flux/:id/comptes-rendus/:delivery',
  scope: 'flows:read',
  schema: {
    params: idParams.extend({ delivery: z.string().min(1).max(100) }),
    summary: 'Télécharger un compte rendu (CPPStatut)',
    tags: ['flux'],
    description: 'La réponse est le fichier XML tel qu’il est déposé dans le dossier de sortie.',
  },
  async handler(call): Promise<Answer> {
    const flow = await ownFlow(call, call.params.id);
    const one = (await reportsOf(call, flow.id)).find(({ id }) => id === call.params.delivery);
    if (one === undefined) throw notFound('Ce compte rendu');
    const { archive } = call.parts;
    if (one.body === '') throw gone();
    const chunks = bodyChunks(one.body, one.parts, (key) => archive.read(key));
    return {
      kind: 'download',
      name: `${one.name}.xml`,
      type: 'application/xml',
      body: Readable.from(chunks),
    };
  },
});

function gone(): Problem {
  return new Problem(
    404,
    'Ce compte rendu n’est plus à disposition.',
    'Son contenu a été purgé.',
    undefined,
    'compte-rendu-absent',
  );
}
