import { z } from 'zod';
import { dropDead, retryDead } from '../../pipeline/dead-jobs.js';
import { deskOf } from '../desk.js';
import { reasonOf, toldToPeople } from '../faults.js';
import { notFound } from '../problem.js';
import { action, redirect } from '../route.js';

/** Has a flow that was put aside tried again, or gives it up. */
export const orderDeadJob = action({
  path: '/mis-de-cote/:flux',
  role: 'support',
  audited: 'job-order',
  schema: {
    params: z.object({ flux: z.string().max(64) }),
    body: z.object({ ordre: z.enum(['essayer', 'renoncer']), motif: z.string().max(1_000).default('') }),
  },
  async handler(call) {
    const { parts, actor, params, body } = call;
    const { store } = parts;
    const flow = await store.flow(params.flux);
    if (flow === null) throw notFound('Ce flux');
    const order = { by: actor, at: parts.clock.now(), reason: reasonOf(body.motif) };
    await toldToPeople(async () => {
      if (body.ordre === 'essayer') return store.transaction((tx) => retryDead(tx, flow.id, order));
      const drop = await deskOf(parts).dropParts(flow);
      await store.transaction((tx) => dropDead(tx, flow, drop, order));
    });
    return redirect('/mis-de-cote', {
      tone: 'success',
      text:
        body.ordre === 'essayer'
          ? `${flow.depositedName} est essayé de nouveau.`
          : `${flow.depositedName} est abandonné : son déposant reçoit un compte rendu d’incident.`,
    });
  },
});
