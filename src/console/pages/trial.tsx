import { z } from 'zod';
import { notFound } from '../problem.js';
import { type Answer, open, page, type SignedCall } from '../route.js';
import { pdfName, trialPdf } from '../trial-pdf.js';
import { keptTrial, linkDays, sharedTrial, usualDays } from '../trials.js';
import { Choice, Form } from '../ui/form.js';
import { Moment, Notice } from '../ui/show.js';
import { TrialView } from '../ui/trial.js';

const params = z.object({ id: z.string().max(64) });
const crumbs = [{ label: 'Dépôt', path: '/depot' }];

/** The report of a file that was tried. */
export const trialPage = page({
  path: '/depot/essais/:id',
  role: 'reader',
  schema: { params },
  async handler({ parts, params: { id }, visitor }) {
    const trial = await keptTrial(parts, id);
    if (trial === null) throw notFound('Ce rapport d’essai');
    const now = parts.clock.now().toISOString();
    const choices = linkDays(parts.loaded.settings.console.linkDaysMax);
    const links = trial.links.filter(({ expiresAt }) => expiresAt > now);
    return {
      kind: 'page',
      title: 'Rapport d’essai',
      crumbs,
      body: (
        <>
          <TrialView report={trial.report} open />
          <section class="sheet">
            <h2>Donner ce rapport au fournisseur</h2>
            <p>
              <a class="button second" href={`/depot/essais/${id}/rapport.pdf`}>
                Télécharger en PDF
              </a>
            </p>
            {visitor.user.role === 'reader' ? null : (
              <Form action={`/depot/essais/${id}/partage`}>
                <Choice
                  name="jours"
                  label="Lien valable"
                  value={String(usualDays(choices))}
                  options={choices.map((days) => [String(days), days === 1 ? '1 jour' : `${days} jours`])}
                  hint="Qui a le lien voit ce rapport, sans compte, et rien d’autre."
                />
                <button type="submit">Créer un lien</button>
              </Form>
            )}
            {links.length === 0 ? null : (
              <>
                <h3>Liens ouverts</h3>
                <ul>
                  {links.map(({ hash, by, expiresAt }) => (
                    <li key={hash}>
                      créé par {by.replace(/^user:/, '')}, valable jusqu’au <Moment at={expiresAt} />
                    </li>
                  ))}
                </ul>
                {visitor.user.role === 'reader' ? null : (
                  <Form action={`/depot/essais/${id}/revocation`}>
                    <button class="danger" type="submit">
                      Révoquer tous les liens
                    </button>
                  </Form>
                )}
              </>
            )}
          </section>
          <p>
            <a href="/depot">Essayer un autre fichier</a>
          </p>
        </>
      ),
    };
  },
});

/** The report as a PDF. */
export const trialReportPdf = page({
  path: '/depot/essais/:id/rapport.pdf',
  role: 'reader',
  schema: { params },
  async handler({ parts, params: { id } }) {
    const trial = await keptTrial(parts, id);
    if (trial === null) throw notFound('Ce rapport d’essai');
    const body = await trialPdf(trial.report);
    return { kind: 'download', name: pdfName(trial.report), type: 'application/pdf', body };
  },
});

/** The link, once. */
export function sharedAnswer(
  { parts, request }: SignedCall<unknown, unknown, unknown>,
  id: string,
  { token, expiresAt }: { readonly token: string; readonly expiresAt: string },
): Answer {
  const { publicUrl } = parts.loaded.settings.console;
  const address = `${publicUrl ?? `${request.protocol}://${request.host}`}/partage/${token}`;
  return {
    kind: 'page',
    title: 'Lien de partage',
    crumbs: [...crumbs, { label: 'Rapport d’essai', path: `/depot/essais/${id}` }],
    body: (
      <section class="sheet">
        <Notice tone="success">
          le lien est créé. Copiez-le maintenant : il n’est montré qu’une fois et n’est conservé nulle part.
        </Notice>
        <p class="secret">
          <a id="lien" href={`/partage/${token}`}>
            {address}
          </a>
        </p>
        <p>
          Il mène au rapport jusqu’au <Moment at={expiresAt} />, sans compte. Il peut être révoqué avant
          depuis le rapport.
        </p>
        <p>
          <a href={`/depot/essais/${id}`}>Revenir au rapport</a>
        </p>
      </section>
    ),
  };
}

const token = z.object({ jeton: z.string().max(100) });

function gone() {
  return notFound('Ce lien');
}

/** The report for whoever has its address: no account, nothing else of the console. */
export const sharedTrialPage = open({
  path: '/partage/:jeton',
  schema: { params: token },
  async handler({ parts, params: { jeton } }) {
    const report = await sharedTrial(parts, jeton);
    if (report === null) throw gone();
    return {
      kind: 'page',
      title: 'Rapport d’essai',
      body: (
        <>
          <p>Ce rapport dit ce que donnerait le dépôt de votre fichier, et comment le corriger.</p>
          <TrialView report={report} open={false} />
          <p>
            <a class="button second" href={`/partage/${jeton}/rapport.pdf`}>
              Télécharger ce rapport en PDF
            </a>
          </p>
        </>
      ),
    };
  },
});

export const sharedTrialPdf = open({
  path: '/partage/:jeton/rapport.pdf',
  schema: { params: token },
  async handler({ parts, params: { jeton } }) {
    const report = await sharedTrial(parts, jeton);
    if (report === null) throw gone();
    return { kind: 'download', name: pdfName(report), type: 'application/pdf', body: await trialPdf(report) };
  },
});
