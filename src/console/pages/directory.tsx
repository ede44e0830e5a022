import { z } from 'zod';
import { dayInParis } from '../../domain/dates.js';
import { searchStructures } from '../directory-search.js';
import { notFound } from '../problem.js';
import { page } from '../route.js';
import { Badge } from '../ui/badge.js';
import { DropField } from '../ui/drop.js';
import { Field, Filters, Form } from '../ui/form.js';
import { count, Empty, Facts, Notice } from '../ui/show.js';
import { address, Pager, Table } from '../ui/table.js';

const query = z.object({
  q: z.string().trim().max(100).optional().catch(undefined),
  apres: z.string().max(20).optional().catch(undefined),
});

/** The structures that receive invoices. */
export const directoryPage = page({
  path: '/annuaire',
  role: 'reader',
  schema: { query },
  async handler({ parts, query: { q = '', apres }, visitor }) {
    const { directory } = parts.store;
    const [found, counts] = await Promise.all([
      searchStructures(directory, q, apres === undefined ? {} : { after: apres }),
      directory.counts(),
    ]);
    return {
      kind: 'page',
      title: 'Annuaire',
      body: (
        <>
          <p>
            {count(counts.structures)} structures, {count(counts.services)} services,{' '}
            {count(counts.suppliers)} fournisseurs.
          </p>
          <Filters action="/annuaire" active={q !== ''}>
            <Field
              name="q"
              type="search"
              label="SIRET ou nom"
              value={q}
              data-search
              hint="Début du SIRET, ou mots du nom"
            />
          </Filters>
          {found.structures.length === 0 ? (
            <Empty title={counts.structures === 0 ? 'L’annuaire est vide.' : 'Aucune structure trouvée.'}>
              <p>
                {counts.structures === 0
                  ? 'Un administrateur peut importer un fichier ci-dessous ; sans annuaire, aucune facture ne trouve son destinataire.'
                  : found.next === null
                    ? 'Vérifiez le SIRET, ou cherchez un seul mot du nom.'
                    : `${count(found.scanned)} structures ont été examinées : la suite reste à chercher.`}
              </p>
            </Empty>
          ) : (
            <Table
              caption="Structures"
              rows={found.structures}
              keyOf={({ siret }) => siret}
              columns={[
                { head: 'SIRET', cell: ({ siret }) => <a href={`/annuaire/${siret}`}>{siret}</a> },
                { head: 'Nom', cell: ({ name }) => name },
                { head: 'État', cell: ({ active }) => <Active active={active} /> },
                { head: 'Reçoit par', cell: ({ partner }) => partner ?? 'non raccordée' },
              ]}
            />
          )}
          <Pager
            first={apres === undefined ? null : address('/annuaire', { q })}
            next={found.next === null ? null : address('/annuaire', { q, apres: found.next })}
          />
          {visitor.user.role === 'administrator' ? (
            <section class="sheet">
              <h2>Importer un fichier</h2>
              <p>Vous verrez d’abord ce qui changerait ; rien n’est modifié avant votre confirmation.</p>
              <Form action="/annuaire/import" upload>
                <DropField
                  name="annuaire"
                  label="Fichier CSV ou JSON"
                  hint="Colonnes décrites dans docs/directory.md. Les lignes absentes du fichier restent."
                  accept=".csv,.json"
                  required
                />
                <button type="submit">Voir ce qui changerait</button>
              </Form>
            </section>
          ) : null}
        </>
      ),
    };
  },
});

function Active({ active }: { readonly active: boolean }) {
  return active ? <Badge tone="good">active</Badge> : <Badge tone="plain">inactive</Badge>;
}

/** One structure: what it asks for, and its services. */
export const structurePage = page({
  path: '/annuaire/:siret',
  role: 'reader',
  schema: { params: z.object({ siret: z.string().max(20) }) },
  async handler({ parts, params: { siret } }) {
    const { directory } = parts.store;
    const today = dayInParis(parts.clock.now());
    const structure = await directory.structure(siret, today);
    if (structure === null) throw notFound('Cette structure');
    const services = await directory.services(siret, today);
    const duties = [
      structure.serviceRequired ? 'code service obligatoire' : null,
      structure.engagementRequired ? 'numéro d’engagement obligatoire' : null,
      structure.serviceOrEngagementRequired ? 'code service ou numéro d’engagement obligatoire' : null,
      structure.routedByService ? 'acheminement par code service (État)' : null,
    ].filter((duty) => duty !== null);
    return {
      kind: 'page',
      title: structure.name,
      crumbs: [{ label: 'Annuaire', path: '/annuaire' }],
      body: (
        <>
          <section class="sheet">
            <h2>Structure</h2>
            <Facts
              rows={[
                ['SIRET', structure.siret],
                ['État', <Active key="a" active={structure.active} />],
                ['Obligations', duties.length === 0 ? 'aucune en particulier' : duties.join(' ; ')],
                ['Reçoit par', structure.partner ?? 'non raccordée : ses factures se lisent dans la console'],
                [
                  'Valable',
                  `${structure.validFrom ?? 'depuis toujours'} → ${structure.validTo ?? 'sans fin'}`,
                ],
                [
                  'Flux reçus pour elle',
                  <a key="f" href={address('/flux', { destinataire: siret })}>
                    voir
                  </a>,
                ],
              ]}
            />
          </section>
          <h2>Services</h2>
          {services.length === 0 ? (
            <Empty title="Aucun service n’est déclaré." />
          ) : (
            <>
              <Table
                caption="Services"
                rows={services.slice(0, 200)}
                keyOf={({ code }) => code}
                columns={[
                  { head: 'Code', cell: ({ code }) => code },
                  { head: 'Nom', cell: ({ name }) => name },
                  { head: 'État', cell: ({ active }) => <Active active={active} /> },
                  {
                    head: 'Engagement',
                    cell: ({ engagementRequired }) => (engagementRequired ? 'obligatoire' : 'facultatif'),
                  },
                  { head: 'Reçoit par', cell: ({ partner }) => partner ?? 'comme la structure' },
                ]}
              />
              {services.length > 200 ? (
                <Notice tone="info">
                  200 services sont montrés sur {count(services.length)} ; `ecluse directory show {siret}` les
                  donne tous.
                </Notice>
              ) : null}
            </>
          )}
        </>
      ),
    };
  },
});
