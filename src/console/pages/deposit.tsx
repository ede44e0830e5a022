import { z } from 'zod';
import { depositable, triable } from '../interfaces.js';
import { type Answer, page, type SignedCall } from '../route.js';
import { DropField } from '../ui/drop.js';
import { Choice, Form } from '../ui/form.js';
import { Empty, Notice, size } from '../ui/show.js';

/** The greatest file that is taken here; larger ones come through a folder or a server. */
export function uploadBytesMax(call: { readonly parts: SignedCall['parts'] }): number {
  return call.parts.loaded.settings.limits.flowBytesMax;
}

const query = z.object({ partenaire: z.string().max(20).optional().catch(undefined) });

/** Where people drop files: for a partner, or on the banc d'essai. */
export const depositPage = page({
  path: '/depot',
  role: 'support',
  schema: { query },
  handler: async (call) => depositAnswer(call, { partner: call.query.partenaire }),
});

export function depositAnswer(
  call: SignedCall<unknown, unknown, unknown>,
  of: { readonly partner?: string | undefined; readonly problem?: string },
): Answer {
  const { settings } = call.parts.loaded;
  const partners = settings.partners.filter(({ active, interfaces }) => active && interfaces.length > 0);
  const hint = `XML, PDF Factur-X ou archive tar.gz, ${size(uploadBytesMax(call))} au plus. Choisissez un fichier ou posez-le ici.`;
  const named = (rows: ReturnType<typeof depositable>) =>
    rows.map(({ code, label }) => [code, `${code}, ${label}`] as const);
  const partnerChoice = partners.map(({ code, name }) => [code, `${code}, ${name}`] as const);
  return {
    kind: 'page',
    title: 'Dépôt',
    status: of.problem === undefined ? 200 : 422,
    body: (
      <>
        {of.problem === undefined ? null : (
          <div role="alert">
            <Notice tone="error">{of.problem}</Notice>
          </div>
        )}
        <div class="columns">
          <section class="sheet">
            <h2>Banc d’essai</h2>
            <p>
              Le fichier passe par toutes les vérifications d’un dépôt, et vous lisez le rapport. Rien n’est
              transmis, rien n’est enregistré.
            </p>
            <Form action="/depot/essais" upload>
              <DropField name="essai" label="Fichier à essayer" hint={hint} required />
              <Choice
                name="interface"
                label="Interface"
                options={[['', 'Reconnaître d’après le fichier'], ...named(triable(settings))]}
              />
              <Choice
                name="partenaire"
                label="Au nom du partenaire"
                options={[['', 'Personne en particulier'], ...partnerChoice]}
              />
              <button type="submit">Essayer le fichier</button>
            </Form>
          </section>
          <section class="sheet">
            <h2>Dépôt réel</h2>
            {partners.length === 0 ? (
              <Empty title="Aucun partenaire actif ne dépose de flux.">
                <p>Déclarez-en un dans les réglages (partners), avec ses interfaces.</p>
              </Empty>
            ) : (
              <>
                <p>
                  Le fichier suit le même chemin que s’il venait du dossier du partenaire : il est conservé
                  avant toute réponse, et le compte rendu lui est remis.
                </p>
                <Form action="/depot" upload>
                  <DropField name="depot" label="Fichier à déposer" hint={hint} required />
                  <Choice
                    name="depot-partenaire"
                    label="Pour le partenaire"
                    options={partnerChoice}
                    value={of.partner}
                    required
                  />
                  <Choice
                    name="depot-interface"
                    label="Interface"
                    options={named(depositable(settings))}
                    required
                  />
                  <div class="field">
                    <label>
                      <input type="checkbox" name="qualification" value="oui" /> Dépôt de qualification :
                      traité et répondu, mais rien n’est transmis aux destinataires
                    </label>
                  </div>
                  <button type="submit">Déposer pour de bon</button>
                </Form>
              </>
            )}
          </section>
        </div>
      </>
    ),
  };
}
