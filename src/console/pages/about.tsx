import { open } from '../route.js';
import { Facts } from '../ui/show.js';

/** What this program is; to people who are not signed in it tells no version. */
export const aboutPage = open({
  path: '/a-propos',
  async handler({ parts, visitor }) {
    const rows: (readonly [string, string])[] =
      visitor === null
        ? []
        : [
            ['Version', parts.version],
            ['Code de l’application', parts.loaded.settings.engine.code],
            ['Nom dans les enveloppes', parts.loaded.settings.engine.name],
          ];
    return {
      kind: 'page',
      title: 'À propos',
      body: (
        <>
          <p>
            Écluse reçoit les flux de factures des fournisseurs, les contrôle, les remet aux structures
            publiques et répond à chaque dépôt par un compte rendu.
          </p>
          <Facts rows={rows} />
          <h2>Raccourcis clavier</h2>
          <Facts
            rows={[
              ['/', 'aller au champ de recherche de la page'],
              ['Tab', 'passer d’un élément à l’autre ; le premier mène au contenu'],
            ]}
          />
          <h2>Ce qui est conservé de vos actions</h2>
          <p>
            Chaque action faite dans la console est écrite dans le journal, avec son auteur, l’heure et le
            motif. Le journal ne peut être ni modifié ni effacé.
          </p>
        </>
      ),
    };
  },
});
