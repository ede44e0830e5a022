import { type Order, takeIn } from '../api/take-in.js';
import { deskOf } from '../desk.js';
import { depositable } from '../interfaces.js';
import { depositAnswer, uploadBytesMax } from '../pages/deposit.js';
import type { ConsoleParts } from '../parts.js';
import { Problem } from '../problem.js';
import { action, redirect } from '../route.js';
import { readUpload } from '../upload.js';

/** A real deposit for a partner: durable before it is answered. */
export const deposit = action({
  path: '/depot',
  role: 'support',
  audited: 'received',
  upload: true,
  async handler(call) {
    const { parts, actor } = call;
    const { settings } = parts.loaded;
    const limits = { fileBytesMax: uploadBytesMax(call), filesMax: 1 };
    const upload = await readUpload(call.request, deskOf(parts).folder, limits);
    try {
      const [file] = upload.files;
      const code = upload.fields['depot-partenaire'] ?? '';
      const partner = settings.partners.find((one) => one.code === code && one.active);
      const row = depositable(settings).find((one) => one.code === upload.fields['depot-interface']);
      const problem =
        file === undefined
          ? 'aucun fichier n’est joint. Choisissez-en un, puis recommencez.'
          : partner === undefined
            ? 'choisissez le partenaire pour lequel vous déposez.'
            : row === undefined
              ? 'choisissez l’interface du fichier.'
              : null;
      if (problem !== null || file === undefined || partner === undefined || row === undefined)
        return depositAnswer(call, { partner: code, problem: problem ?? '' });
      const made = await takenOrTold(parts, {
        partner: partner.code,
        interface: row,
        mode: 'portal',
        content: { path: file.path },
        givenName: file.name,
        by: actor,
        qualification: upload.fields.qualification === 'oui',
      });
      if (made instanceof Problem)
        return depositAnswer(call, { partner: code, problem: `${lowered(made.title)} ${made.remedy}` });
      return redirect(`/flux/${made.flow}`, {
        tone: 'success',
        text: `Déposé sous le nom ${made.name}. Le fichier est conservé ; son traitement commence.`,
      });
    } finally {
      await upload.dispose();
    }
  },
});

/** What keeps a deposit from being taken now is told on the page it came from. */
async function takenOrTold(parts: ConsoleParts, order: Order) {
  try {
    return await takeIn(parts, order);
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
}

const lowered = (text: string) => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
