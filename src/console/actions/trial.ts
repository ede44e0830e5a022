import { z } from 'zod';
import { deskOf } from '../desk.js';
import { toldToPeople } from '../faults.js';
import { triable } from '../interfaces.js';
import { depositAnswer, uploadBytesMax } from '../pages/deposit.js';
import { sharedAnswer } from '../pages/trial.js';
import { notFound } from '../problem.js';
import { action, redirect } from '../route.js';
import { keepTrial, keptTrial, linkDays, revokeTrial, shareTrial, usualDays } from '../trials.js';
import { readUpload } from '../upload.js';

/** Puts a file on the banc d'essai: same stages, no effect. */
export const startTrial = action({
  path: '/depot/essais',
  role: 'support',
  audited: 'trial',
  upload: true,
  async handler(call) {
    const { parts, actor } = call;
    const { settings } = parts.loaded;
    const desk = deskOf(parts);
    const upload = await readUpload(call.request, desk.folder, {
      fileBytesMax: uploadBytesMax(call),
      filesMax: 1,
    });
    try {
      const [file] = upload.files;
      if (file === undefined)
        return depositAnswer(call, {
          problem: 'aucun fichier n’est joint. Choisissez-en un, puis recommencez.',
        });
      const row = triable(settings).find(({ code }) => code === upload.fields.interface);
      const partner = settings.partners.find(({ code }) => code === upload.fields.partenaire);
      const report = await toldToPeople(() =>
        desk.tryFile(file, { interfaceCode: row?.code ?? null, partner: partner?.code ?? null }),
      );
      const { store, clock } = parts;
      const id = await keepTrial({ store, clock, keptMs: settings.console.trialKeptMs }, report, actor);
      return redirect(`/depot/essais/${id}`);
    } finally {
      await upload.dispose();
    }
  },
});

const params = z.object({ id: z.string().max(64) });

/** Makes a link that shows the report without an account; shown once. */
export const shareTrialReport = action({
  path: '/depot/essais/:id/partage',
  role: 'support',
  audited: 'trial-shared',
  schema: { params, body: z.object({ jours: z.coerce.number().int().catch(7) }) },
  async handler(call) {
    const trial = await keptTrial(call.parts, call.params.id);
    if (trial === null) throw notFound('Ce rapport d’essai');
    const choices = linkDays(call.parts.loaded.settings.console.linkDaysMax);
    const days = choices.find((one) => one === call.body.jours) ?? usualDays(choices);
    const made = await shareTrial(call.parts, trial, call.actor, days);
    return sharedAnswer(call, trial.id, made);
  },
});

/** Ends all links to a report. */
export const revokeTrialLinks = action({
  path: '/depot/essais/:id/revocation',
  role: 'support',
  audited: 'trial-revoked',
  schema: { params },
  async handler(call) {
    const trial = await keptTrial(call.parts, call.params.id);
    if (trial === null) throw notFound('Ce rapport d’essai');
    const count = await revokeTrial(call.parts, trial, call.actor);
    return redirect(`/depot/essais/${trial.id}`, {
      tone: 'success',
      text:
        count === 0 ? 'Aucun lien n’était ouvert.' : `Liens révoqués : ${count}. Ils ne mènent plus à rien.`,
    });
  },
});
