import { z } from 'zod';
import { clearAlertsSeen, markAlertsSeen, type SeenResult } from '../../pipeline/alert-order.js';
import { deskOf } from '../desk.js';
import { noteOf } from '../faults.js';
import { forgetFigures } from '../figures.js';
import { alertsAnswer } from '../pages/alerts.js';
import { notFound, Problem } from '../problem.js';
import { action, type Flash, redirect } from '../route.js';
import { counted } from '../ui/show.js';

/** Sends a test over each channel and shows what became of it. */
export const testAlerts = action({
  path: '/alertes/essai',
  role: 'support',
  audited: 'alerts-tested',
  async handler(call) {
    return alertsAnswer(call, 'ouvertes', await deskOf(call.parts).testAlerts());
  },
});

const id = z.string().max(64);

/** Says that somebody looks after the alerts that were ticked. */
export const markSeen = action({
  path: '/alertes/vues',
  role: 'support',
  audited: 'alert-seen',
  schema: {
    body: z.object({
      alerte: z.union([id, z.array(id).max(500)]).optional(),
      note: z.string().max(1_000).default(''),
    }),
  },
  async handler({ parts, actor, body: { alerte = [], note } }) {
    const ids = [alerte].flat();
    if (ids.length === 0)
      throw new Problem(
        400,
        'Aucune alerte n’est cochée.',
        'Revenez à la liste et cochez celles que vous prenez.',
      );
    const results = await markAlertsSeen(parts, { ids, by: actor, note: noteOf(note) });
    forgetFigures(parts);
    return redirect('/alertes', marked(results));
  },
});

function marked(results: readonly SeenResult[]): Flash {
  const of = (outcome: SeenResult['outcome']) => results.filter((one) => one.outcome === outcome);
  const [done, over, others] = [of('done'), of('over'), of('other')];
  const first = others[0]?.alert.seen?.by.replace(/^user:/, '');
  const parts = [
    done.length === 0
      ? 'Aucune alerte n’est marquée.'
      : `${counted(done.length, 'alerte marquée vue', 'alertes marquées vues')}.`,
    ...(others.length === 0
      ? []
      : [
          `${counted(others.length, 'l’était déjà', 'l’étaient déjà')}${first === undefined ? '' : ` (par ${first})`}.`,
        ]),
    ...(over.length === 0
      ? []
      : [`${counted(over.length, 's’est terminée', 'se sont terminées')} entre-temps.`]),
  ];
  return { tone: done.length === 0 ? 'warning' : 'success', text: parts.join(' ') };
}

/** Takes it back: the alert stands out again, and somebody else can take it. */
export const clearSeen = action({
  path: '/alertes/:id/non-vue',
  role: 'support',
  audited: 'alert-unseen',
  schema: { params: z.object({ id }) },
  async handler({ parts, actor, params }) {
    const [result] = await clearAlertsSeen(parts, { ids: [params.id], by: actor, note: null });
    if (result === undefined) throw notFound('Cette alerte');
    forgetFigures(parts);
    const texts = {
      done: 'L’alerte est de nouveau à prendre.',
      other: 'Cette alerte était déjà à prendre.',
      over: 'Cette alerte s’est terminée entre-temps.',
    };
    return redirect('/alertes', {
      tone: result.outcome === 'done' ? 'success' : 'warning',
      text: texts[result.outcome],
    });
  },
});
