import { z } from 'zod';
import { Fault } from '../../errors.js';
import { orderReplay, orderReplays, type ReplayOrder } from '../../pipeline/replay-order.js';
import type { ReplayFilter } from '../../ports/store-replay.js';
import { deskOf } from '../desk.js';
import { notFound, Problem } from '../problem.js';
import { type Call, keyed } from '../route.js';
import { once } from './idempotency.js';
import { answers, idParams, keyOf, ownFlow, problemShape, stateShape } from './shapes.js';

const countsShape = z.object({ etat: stateShape, recues: z.int(), integrees: z.int(), rejetees: z.int() });
const notesShape = z.array(z.object({ regle: z.string(), message: z.string() }));
const changesShape = z.object({ disparaissent: notesShape, apparaissent: notesShape, restent: notesShape });

/** What a replay would change: nothing is written. */
export const simulateReplay = keyed({
  method: 'POST',
  path: '/api/v1/flux/:id/simulation',
  scope: 'replay:write',
  schema: {
    params: idParams,
    response: answers(
      z.object({
        flux: z.string(),
        jour: z.string(),
        avant: countsShape,
        apres: countsShape,
        flux_entier: changesShape,
        factures: z.array(
          changesShape.extend({
            numero: z.string().nullable(),
            avant: z.string().nullable(),
            apres: z.string().nullable(),
            inchangee: z.boolean(),
          }),
        ),
      }),
      200,
      { 409: problemShape, 503: problemShape },
    ),
    summary: 'Simuler le retraitement d’un flux, sans aucun effet',
    tags: ['retraitement'],
  },
  async handler(call) {
    const flow = await ownFlow(call, call.params.id);
    const desk = deskOf(call.parts);
    if (desk.bringsStatuses(flow))
      throw refusedReplay('un flux de statuts ne se simule pas', 'retraitement-impossible');
    const preview = await desk.previewReplay(flow, { asOf: null, file: null });
    if ('error' in preview) throw refusedReplay(preview.error, 'retraitement-impossible');
    const counts = ({ state, received, integrated, rejected }: typeof preview.before) => ({
      etat: state,
      recues: received,
      integrees: integrated,
      rejetees: rejected,
    });
    const notes = (list: readonly { readonly rule: string; readonly message: string }[]) =>
      list.map(({ rule, message }) => ({ regle: rule, message }));
    const changes = ({ vanish, appear, remain }: typeof preview.flowLevel) => ({
      disparaissent: notes(vanish),
      apparaissent: notes(appear),
      restent: notes(remain),
    });
    return {
      kind: 'json',
      body: {
        flux: flow.id,
        jour: preview.day,
        avant: counts(preview.before),
        apres: counts(preview.after),
        flux_entier: changes(preview.flowLevel),
        factures: preview.invoices.map(({ number, before, after, kept, ...own }) => ({
          ...changes(own),
          numero: number,
          avant: before,
          apres: after,
          inchangee: kept,
        })),
      },
    };
  },
});

const bodyShape = z
  .object({
    motif: z.string().trim().min(3).max(500).meta({ description: 'Pourquoi : figure dans l’historique' }),
    flux: z.string().min(1).max(100).optional().meta({ description: 'Un seul flux' }),
    filtre: z
      .object({
        etat: stateShape.optional(),
        regle: z.string().min(1).max(60).optional(),
        depuis: z.iso.datetime({ offset: true }).optional(),
        fournisseur: z.string().min(1).max(100).optional(),
      })
      .optional()
      .meta({ description: 'Tous les flux qui répondent à ces conditions' }),
  })
  .refine(
    ({ flux, filtre }) => (flux === undefined) !== (filtre === undefined),
    'flux ou filtre, l’un des deux',
  );

const progressShape = z.object({
  id: z.string(),
  demandeLe: z.string(),
  motif: z.string(),
  flux: z.int(),
  enAttente: z.int(),
  enCours: z.int(),
  termines: z.int(),
  abandonnes: z.int(),
  encoreRefuses: z.int(),
});

export const orderReplayRoute = keyed({
  method: 'POST',
  path: '/api/v1/retraitements',
  scope: 'replay:write',
  schema: {
    body: bodyShape,
    response: answers(progressShape, 202, { 409: problemShape }),
    summary: 'Demander le retraitement d’un flux ou de flux choisis par un filtre',
    description: 'Une facture intégrée ne l’est jamais une seconde fois. En-tête facultatif Idempotency-Key.',
    tags: ['retraitement'],
  },
  async handler(call) {
    const { store } = call.parts;
    const { partner } = keyOf(call);
    const order: ReplayOrder = {
      by: call.actor,
      at: call.parts.clock.now().toISOString(),
      reason: call.body.motif,
      asOf: null,
      file: null,
      partners: new Set(call.parts.loaded.settings.partners.map(({ code }) => code)),
    };
    return once(
      call,
      ['retraitements', JSON.stringify(call.body)],
      async (kept) => {
        // The first transaction of the order is the one that keeps the key with it.
        let first = true;
        let batch = '';
        const own = {
          ...store,
          transaction: <T>(work: Parameters<typeof store.transaction<T>>[0]): Promise<T> => {
            if (!first) return store.transaction(work);
            first = false;
            const run = kept.within(
              (inner) =>
                store.transaction((tx) =>
                  inner({
                    ...tx,
                    async insertReplayBatch(row) {
                      batch = row.id;
                      await tx.insertReplayBatch(row);
                    },
                  }),
                ),
              () => batch,
            );
            return run(work);
          },
        };
        const { flux, filtre } = call.body;
        if (flux !== undefined) {
          const flow = await ownFlow(call, flux);
          return progress(call, await ordered(() => orderReplay(own, flow, order)));
        }
        const done = await orderReplays(own, filterOf(partner, filtre ?? {}), order);
        return progress(call, done.batch);
      },
      (batch) => progress(call, batch),
    );
  },
});

function filterOf(
  partner: string,
  { etat, regle, depuis, fournisseur }: NonNullable<z.output<typeof bodyShape>['filtre']>,
): ReplayFilter {
  return {
    partner,
    ...(etat === undefined ? {} : { state: etat }),
    ...(regle === undefined ? {} : { rule: regle }),
    ...(depuis === undefined ? {} : { since: new Date(depuis).toISOString() }),
    ...(fournisseur === undefined ? {} : { supplier: fournisseur }),
  };
}

const refusals: Readonly<Record<string, string>> = {
  'in-progress': 'il est en cours de traitement',
  open: 'un retraitement est déjà demandé',
  integrated: 'toutes ses factures sont intégrées',
  partner: 'son partenaire n’est plus raccordé',
  purged: 'son contenu a été purgé',
  qualification: 'il a été déposé à blanc : déposez le fichier à nouveau',
};

async function ordered(order: () => Promise<string>): Promise<string> {
  try {
    return await order();
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'REPLAY_REFUSED') throw thrown;
    throw refusedReplay(
      refusals[String(thrown.details.why)] ?? 'son état ne le permet pas',
      'retraitement-impossible',
    );
  }
}

function refusedReplay(why: string, code: string): Problem {
  return new Problem(
    409,
    `Ce flux ne peut pas être retraité : ${why}.`,
    'Relisez son état, puis décidez.',
    undefined,
    code,
  );
}

async function progress(call: Pick<Call, 'parts'>, id: string) {
  const batch = await call.parts.store.replayBatch(id);
  if (batch === null) throw notFound('Ce lot');
  const { at, reason, count, waiting, taken, done, dropped, refused } = batch;
  const body = {
    id,
    demandeLe: at,
    motif: reason,
    flux: count,
    enAttente: waiting,
    enCours: taken,
    termines: done,
    abandonnes: dropped,
    encoreRefuses: refused,
  };
  return { kind: 'json', status: 202, body, headers: { location: `/api/v1/retraitements/${id}` } } as const;
}

export const showReplay = keyed({
  method: 'GET',
  path: '/api/v1/retraitements/:id',
  scope: 'replay:write',
  schema: {
    params: idParams,
    response: answers(progressShape),
    summary: 'Suivre l’avancement d’un lot de retraitements',
    tags: ['retraitement'],
  },
  async handler(call) {
    const { store } = call.parts;
    const { id } = call.params;
    const batch = await store.replayBatch(id);
    if (batch === null || !(await isOwn(call, batch))) throw notFound('Ce lot');
    const { status: _status, headers: _headers, ...answer } = await progress(call, id);
    return answer;
  },
});

/** A batch is of the partner that its filter names, or whose flow it is about. */
async function isOwn(
  call: Pick<Call, 'apiKey' | 'parts'>,
  batch: { readonly filter: string },
): Promise<boolean> {
  const { partner, flow } = JSON.parse(batch.filter) as { readonly partner?: string; readonly flow?: string };
  const own = keyOf(call).partner;
  if (partner !== undefined) return partner === own;
  return flow !== undefined && (await call.parts.store.flow(flow))?.partner === own;
}
