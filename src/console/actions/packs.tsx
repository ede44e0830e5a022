import { z } from 'zod';
import { dayInParis } from '../../domain/dates.js';
import { homePaths } from '../../settings/home.js';
import { neededBy } from '../../validate/packs/in-use.js';
import { installedText, removedText } from '../../validate/packs/told.js';
import { deskOf, type GivenFile, type PackAsked } from '../desk.js';
import { reasonOf, toldToPeople } from '../faults.js';
import { packsOf } from '../imports.js';
import { packProblem, packTooLarge } from '../pack-faults.js';
import { packLookAnswer, packRefusal } from '../pages/pack-look.js';
import { Problem } from '../problem.js';
import { type Answer, action, redirect, type SignedCall } from '../route.js';
import { choiceText } from '../ui/packs.js';
import { readUpload } from '../upload.js';

const params = z.object({ id: z.string().max(64) });
const text = z.string().trim().max(100).default('');
const values = z.object({
  'paquet-jeu': text,
  'paquet-version': text,
  'paquet-du': text,
  'paquet-au': text,
});

function askedOf(fields: Readonly<Record<string, string>>): PackAsked {
  const of = (name: string): string | undefined => fields[name]?.trim().slice(0, 100) || undefined;
  return {
    set: of('paquet-jeu'),
    version: of('paquet-version'),
    validFrom: of('paquet-du'),
    validTo: of('paquet-au'),
  };
}

type AnyCall = SignedCall<unknown, unknown, unknown>;

/** Shows what a file holds and keeps it for a yes; what is wrong with it is told on the page, with the form again. */
async function look(call: AnyCall, file: GivenFile, asked: PackAsked, kept: string | null): Promise<Answer> {
  const desk = deskOf(call.parts);
  try {
    const found = await desk.lookAtPacks(file, asked);
    const id = await packsOf(desk).keep({ ...file, asked, sha256: found.sha256 });
    if (kept !== null) await packsOf(desk).drop(kept);
    const told = `paquet de règles regardé : ${file.name} (SHA-256 ${found.sha256})`;
    await call.parts.store.transaction((tx) => tx.insertEvents([call.event('rules-previewed', told)]));
    return packLookAnswer(call, { look: found, file, asked, id });
  } catch (thrown) {
    const problem = packProblem(thrown, call.parts.loaded.settings.console.packMsMax);
    return packRefusal(call, { problem, file, asked, id: kept });
  }
}

/** Looks at an archive of rules: what it holds, and what in it the engine does not speak. */
export const previewPacks = action({
  path: '/regles/paquets',
  role: 'administrator',
  audited: 'rules-previewed',
  upload: true,
  async handler(call) {
    const desk = deskOf(call.parts);
    const { packBytesMax: fileBytesMax } = call.parts.loaded.settings.console;
    const upload = await readUpload(call.request, desk.folder, { fileBytesMax, filesMax: 1 }).catch(
      (thrown: unknown) => {
        throw packTooLarge(thrown, fileBytesMax);
      },
    );
    try {
      const [file] = upload.files;
      if (file === undefined || file.sizeBytes === 0)
        throw new Problem(
          400,
          'Aucun fichier n’est joint.',
          'Choisissez une archive ZIP ou un fichier .sch.',
        );
      if (!/[^.].*\.(zip|sch)$/i.test(file.name))
        throw new Problem(
          415,
          'Ce n’est ni une archive ZIP ni un fichier .sch.',
          'Déposez l’archive officielle telle qu’elle est publiée.',
        );
      return await look(call, file, askedOf(upload.fields), null);
    } finally {
      await upload.dispose();
    }
  },
});

/** Looks again at a file that waits, under another name, version or dates. */
export const lookAgain = action({
  path: '/regles/paquets/:id/apercu',
  role: 'administrator',
  audited: 'rules-previewed',
  schema: { params, body: values },
  handler: (call) => look(call, waiting(call, call.params.id), askedOf(call.body), call.params.id),
});

/** @throws Problem 404. */
function waiting(call: AnyCall, id: string) {
  const file = packsOf(deskOf(call.parts)).get(id);
  if (file !== null) return file;
  throw new Problem(404, 'Ce paquet n’attend plus.', 'Déposez-le de nouveau pour voir ce qu’il contient.');
}

/** Installs a file that was looked at, as it was looked at. */
export const installPack = action({
  path: '/regles/paquets/:id/installer',
  role: 'administrator',
  audited: 'rules-installed',
  schema: { params, body: z.object({ motif: z.string().max(1_000).default('') }) },
  async handler(call) {
    const { parts, params: asked, body } = call;
    const desk = deskOf(parts);
    const file = waiting(call, asked.id);
    const reason = body.motif.replace(/\s+/g, ' ').trim().slice(0, 500);
    const installed = await orTold(parts, () => desk.installPacks(file, file.asked));
    const why = reason === '' ? '' : ` (${reason})`;
    await parts.store.transaction((tx) =>
      tx.insertEvents(
        installed.map((one) =>
          call.event('rules-installed', `${installedText(one, file.name)} (SHA-256 ${file.sha256})${why}`),
        ),
      ),
    );
    await packsOf(desk).drop(asked.id);
    const names = installed.map(({ set, version }) => `${set} ${version}`).join(', ');
    const fresh = installed.some(({ state }) => state !== 'unchanged');
    return redirect('/regles#paquets', {
      tone: fresh ? 'success' : 'warning',
      text: fresh
        ? `Installé : ${names}. Les flux traités à partir de maintenant sont jugés avec.`
        : `Rien n’a changé : ${names} était déjà là.`,
    });
  },
});

/** Takes one version of a set away, unless the settings ask for it and nothing else could speak. */
export const removePack = action({
  path: '/regles/paquets/retrait',
  role: 'administrator',
  audited: 'rules-removed',
  schema: {
    body: z.object({ 'paquet-retire': z.string().max(140), motif: z.string().max(1_000).default('') }),
  },
  async handler(call) {
    const { parts, body } = call;
    const { loaded, clock, store } = parts;
    const [set = '', version = ''] = body['paquet-retire'].split('@');
    const reason = reasonOf(body.motif);
    const day = dayInParis(clock.now());
    const choice = neededBy(homePaths(loaded.home).rules, loaded.settings.rules.sets, { set, version }, day);
    if (choice !== null)
      throw new Problem(
        409,
        `Les réglages demandent ${set} : ${choiceText(choice)}. Sans ${version}, plus rien ne pourrait y répondre.`,
        'Installez d’abord une autre version, ou retirez ce jeu du réglage rules.sets et redémarrez le moteur.',
      );
    await orTold(parts, () => toldToPeople(() => deskOf(parts).removePack(set, version)));
    await store.transaction((tx) =>
      tx.insertEvents([call.event('rules-removed', `${removedText(set, version)} (${reason})`)]),
    );
    return redirect('/regles#paquets', {
      tone: 'success',
      text: `Retiré : ${set} ${version}. Les flux traités à partir de maintenant sont jugés sans.`,
    });
  },
});

/** What an order of the desk is refused for, as a page. */
async function orTold<T>(parts: AnyCall['parts'], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const { text, remedy, code } = packProblem(thrown, parts.loaded.settings.console.packMsMax);
    throw new Problem(code === 'WORKER_TIMEOUT' || code === 'WORKER_FAILED' ? 503 : 409, text, remedy);
  }
}
