import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { filesOf, flowOf, isQuarantined, purgeOf } from '../flow-file.js';
import { reaches } from '../gate.js';
import { notFound, Problem } from '../problem.js';
import { page } from '../route.js';

/** The deposited file, or a corrected one, to be saved: never shown by the browser, whatever it holds. */
export const flowOriginal = page({
  path: '/flux/:id/original',
  role: 'reader',
  schema: {
    params: z.object({ id: z.string().max(60) }),
    query: z.object({ tentative: z.coerce.number().int().min(1).optional().catch(undefined) }),
  },
  async handler(call) {
    const { store, archive } = call.parts;
    const flow = await flowOf(call, call.params.id, 'console, fichier déposé');
    const files = await filesOf(store, flow);
    const file = files.find(({ attempt }) => attempt === (call.query.tentative ?? null));
    if (file === undefined) throw notFound('Ce fichier');
    const infected = isQuarantined(file);
    if (infected && !reaches(call.visitor.user.role, 'support'))
      throw new Problem(
        403,
        'Ce fichier est en quarantaine : l’antivirus l’a refusé.',
        'Demandez-le au support : votre rôle ne permet pas de le télécharger.',
      );
    if (purgeOf(await store.purges(flow.id)) !== undefined || !(await archive.has(file.archiveKey)))
      throw new Problem(
        404,
        'Ce fichier n’est plus conservé.',
        'La page du flux dit quand et pourquoi il a été purgé ; son empreinte y reste.',
      );
    return {
      kind: 'download',
      name: infected ? `${file.name}.quarantaine` : file.name,
      type: 'application/octet-stream',
      body: createReadStream(archive.pathOf(file.archiveKey)),
    };
  },
});
