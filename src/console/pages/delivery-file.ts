import { Readable } from 'node:stream';
import { z } from 'zod';
import { bodyChunks } from '../../report/stream.js';
import { flowOf } from '../flow-file.js';
import { notFound, Problem } from '../problem.js';
import { page } from '../route.js';

/** An outbound file as its partner got it, to be saved. */
export const deliveryFile = page({
  path: '/envois/:id/fichier',
  role: 'reader',
  schema: { params: z.object({ id: z.string().max(100) }) },
  async handler(call) {
    const { store, archive } = call.parts;
    const delivery = await store.findDelivery(call.params.id);
    if (delivery === null) throw notFound('Cet envoi');
    if (delivery.flow !== null) await flowOf(call, delivery.flow, `console, envoi ${delivery.name}`);
    if (delivery.body === '')
      throw new Problem(
        404,
        'Le contenu de cet envoi n’est plus conservé.',
        'Le journal du flux dit quand il a été purgé ; le partenaire en a reçu l’exemplaire.',
      );
    const missing = await firstMissing(delivery.parts, archive);
    if (missing)
      throw new Problem(
        404,
        'Les pièces jointes de cet envoi ne sont plus conservées.',
        'La page du flux dit quand elles ont été purgées ; le destinataire en a reçu l’exemplaire.',
      );
    return {
      kind: 'download',
      name: delivery.name,
      type: 'application/octet-stream',
      body: Readable.from(bodyChunks(delivery.body, delivery.parts, (key) => archive.read(key))),
    };
  },
});

async function firstMissing(
  parts: readonly { readonly archiveKey: string }[],
  archive: { has(key: string): Promise<boolean> },
): Promise<boolean> {
  for (const { archiveKey } of parts.slice(0, 50))
    if (!(await archive.has(archiveKey.replace(/@\d+\+\d+$/, '')))) return true;
  return false;
}
