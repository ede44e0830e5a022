import { copyFile } from 'node:fs/promises';
import { z } from 'zod';
import { isCalendarDay } from '../../domain/dates.js';
import type { Flow } from '../../domain/flow.js';
import { replayRefusal } from '../../domain/replay.js';
import {
  keepCorrection,
  orderReplay,
  orderReplaysOf,
  type ReplayOrder,
} from '../../pipeline/replay-order.js';
import { deskOf, type GivenFile } from '../desk.js';
import { reasonOf, toldToPeople } from '../faults.js';
import { filterNames, flowQuery } from '../flow-query.js';
import { uploadBytesMax } from '../pages/deposit.js';
import { simulationOf } from '../pages/replay.js';
import { notFound, Problem } from '../problem.js';
import { replayableOf } from '../replayable.js';
import { action, redirect, type SignedCall } from '../route.js';
import { simulationsOf } from '../simulations.js';
import { readUpload, type Upload } from '../upload.js';

/** Begins to look at what a replay would change. */
export const startSimulation = action({
  path: '/retraitement/simulation',
  role: 'support',
  audited: 'replay-simulated',
  upload: true,
  async handler(call) {
    const desk = deskOf(call.parts);
    const upload = await readUpload(call.request, desk.folder, {
      fileBytesMax: uploadBytesMax(call),
      filesMax: 1,
    });
    try {
      const flows = await flowsOf(call, upload);
      const [given] = upload.files;
      const file = given === undefined ? null : await keptFor(given, flows);
      const asked = Object.fromEntries(
        filterNames.flatMap((name) => {
          const value = upload.fields[name] ?? '';
          return value === '' ? [] : [[name, value]];
        }),
      );
      const id = simulationsOf(call.parts).start({
        by: call.actor,
        at: call.parts.clock.now().toISOString(),
        flows,
        asOf: dayOf(upload.fields.jour),
        file,
        asked,
      });
      return redirect(`/retraitement/simulation/${id}`);
    } finally {
      await upload.dispose();
    }
  },
});

/** The flows that were ticked, or those of the search. @throws Problem 400 when there is none. */
async function flowsOf(
  { parts }: SignedCall<unknown, unknown, unknown>,
  upload: Upload,
): Promise<readonly Flow[]> {
  const ticked = upload.all('flux');
  const flows: Flow[] = [];
  for (const id of ticked) {
    const flow = await parts.store.flow(id);
    if (flow !== null && replayRefusal(flow) === null) flows.push(flow);
  }
  if (ticked.length === 0 && filterNames.some((name) => (upload.fields[name] ?? '') !== ''))
    flows.push(...(await replayableOf(parts, flowQuery.parse(upload.fields))).flows);
  if (flows.length > 0) return flows;
  throw new Problem(400, 'Aucun flux n’est choisi.', 'Cochez au moins un flux, puis simulez de nouveau.');
}

/** A corrected file lives as long as its simulation. @throws Problem 400 for more than one flow. */
async function keptFor(given: GivenFile, flows: readonly Flow[]): Promise<GivenFile> {
  if (flows.length !== 1)
    throw new Problem(
      400,
      'Un fichier corrigé remplace celui d’un seul flux.',
      'Retraitez ce flux depuis sa fiche.',
    );
  const path = `${given.path}.corrige`;
  await copyFile(given.path, path);
  return { ...given, path };
}

/** @throws Problem 400. */
function dayOf(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (isCalendarDay(text)) return text;
  throw new Problem(
    400,
    `« ${text.slice(0, 20)} » n’est pas un jour.`,
    'Écrivez-le AAAA-MM-JJ, ou laissez vide.',
  );
}

/** Orders what was simulated, with the reason. */
export const orderSimulated = action({
  path: '/retraitement/simulation/:id/ordre',
  role: 'support',
  audited: 'replay-ordered',
  schema: {
    params: z.object({ id: z.string().max(64) }),
    body: z.object({ motif: z.string().max(1_000).default('') }),
  },
  async handler(call) {
    const { parts, actor } = call;
    const { store, archive, clock, loaded } = parts;
    const simulation = simulationOf(call, call.params.id);
    if (simulation.batch !== null) return redirect(`/retraitements/${simulation.batch}`);
    if (simulation.state !== 'done')
      throw new Problem(409, 'La simulation n’est pas terminée.', 'Attendez sa fin, puis confirmez.');
    const reason = reasonOf(call.body.motif);
    const { flows, file, asOf, asked } = simulation;
    const order: ReplayOrder = {
      by: actor,
      at: clock.now().toISOString(),
      reason,
      asOf,
      file: null,
      partners: new Set(loaded.settings.partners.map(({ code }) => code)),
    };
    const [first] = flows;
    if (first === undefined) throw notFound('Ce flux');
    const { batch, count } = await toldToPeople(async () => {
      if (flows.length > 1) {
        const ids = flows.map(({ id }) => id);
        return orderReplaysOf(store, ids, { ...asked, flows: ids.length }, order);
      }
      const kept = file === null ? null : await keepCorrection(archive, file.path, file.name);
      return { batch: await orderReplay(store, first, { ...order, file: kept }), count: 1 };
    });
    simulationsOf(parts).ordered(simulation.id, batch);
    return redirect(`/retraitements/${batch}`, {
      tone: count > 0 ? 'success' : 'warning',
      text:
        count > 0
          ? `Retraitement ordonné : ${count} flux. Le moteur s’en occupe ; cette page suit l’avancement.`
          : 'Aucun flux ne peut plus être retraité : ils ont changé depuis la simulation.',
    });
  },
});

/** Gives up what waits of a batch. */
export const dropBatch = action({
  path: '/retraitements/:lot/abandon',
  role: 'support',
  audited: 'replay-dropped',
  schema: { params: z.object({ lot: z.string().max(64) }) },
  async handler(call) {
    const { lot } = call.params;
    if ((await call.parts.store.replayBatch(lot)) === null) throw notFound('Ce retraitement');
    const at = call.parts.clock.now().toISOString();
    const count = await call.parts.store.transaction(async (tx) => {
      const dropped = await tx.dropReplays(lot, at);
      await tx.insertEvents([
        call.event('replay-dropped', `retraitement abandonné, lot ${lot} : ${dropped} flux qui attendaient`),
      ]);
      return dropped;
    });
    return redirect(`/retraitements/${lot}`, {
      tone: 'success',
      text: `${count} flux qui attendaient ne seront pas retraités.`,
    });
  },
});
