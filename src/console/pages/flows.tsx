import { type Flow, statusInterfaces } from '../../domain/flow.js';
import type { FlowSearchPage } from '../../ports/store-console-reads.js';
import {
  cursorOf,
  cursorText,
  type FlowQuery,
  filterNames,
  flowQuery,
  searchOf,
  sortName,
  sortOf,
  stateChoices,
  understood,
} from '../flow-query.js';
import type { ConsoleParts } from '../parts.js';
import { page } from '../route.js';
import { FlowSelectionSlot } from '../slots.js';
import { FlowBadge } from '../ui/badge.js';
import { Choice, Field, Filters } from '../ui/form.js';
import { count, Empty, Moment, Notice, size } from '../ui/show.js';
import { address, Table } from '../ui/table.js';

const pageFlows = 50;
export const scanMax = 20_000;

/** The list of flows: filters, order and place stand in the address. */
export const flowsPage = page({
  path: '/flux',
  role: 'reader',
  schema: { query: flowQuery },
  async handler({ parts, query, visitor }) {
    const found = await find(parts, query);
    return {
      kind: 'page',
      title: 'Flux',
      body: (
        <>
          <FlowFilters query={query} parts={parts} />
          <Explained query={query} />
          <FlowSelectionSlot query={filtersOf(query)} role={visitor.user.role} flows={found.flows} />
          <Found query={query} found={found} />
        </>
      ),
    };
  },
});

/** A SIRET in the one box is that of a supplier; where no flow has it, that of a recipient. */
export async function find(
  { store }: Pick<ConsoleParts, 'store'>,
  query: FlowQuery,
  limit = pageFlows,
): Promise<FlowSearchPage> {
  const { sort, direction } = sortOf(query.tri);
  const after = cursorOf(query.apres, sort);
  const before = cursorOf(query.avant, sort);
  const cursor =
    after !== null
      ? ({ side: 'after', at: after } as const)
      : before !== null
        ? ({ side: 'before', at: before } as const)
        : null;
  const order = { sort, direction, limit, scanMax, ...(cursor === null ? {} : { cursor }) };
  return store.searchFlows(searchOf(query, await siretOf(store, query)), order);
}

async function siretOf(store: ConsoleParts['store'], { q }: FlowQuery): Promise<'supplier' | 'recipient'> {
  const box = q === undefined ? {} : understood(q);
  if (!('siret' in box)) return 'supplier';
  const [sent] = await store.listInvoices({ supplierId: box.siret, limit: 1 });
  return sent === undefined ? 'recipient' : 'supplier';
}

/** The filters alone, for addresses. */
export function filtersOf(query: FlowQuery): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(filterNames.map((name) => [name, query[name]]));
}

function FlowFilters({ query, parts }: { readonly query: FlowQuery; readonly parts: ConsoleParts }) {
  const active = filterNames.some((name) => (query[name] ?? '') !== '');
  const more = ['regle', 'facture', 'fournisseur', 'destinataire', 'nom'] as const;
  const partners = parts.loaded.settings.partners.map(({ code, name }) => [code, `${code} ${name}`] as const);
  return (
    <Filters action="/flux" active={active}>
      <Field
        name="q"
        label="Rechercher"
        type="search"
        value={query.q}
        data-search
        hint="Facture, SIRET, fichier, identifiant, fournisseur, règle"
      />
      <Choice name="etat" label="État" value={query.etat} options={stateChoices} />
      <Choice
        name="partenaire"
        label="Partenaire"
        value={query.partenaire}
        options={[['', 'Tous les partenaires'], ...partners]}
      />
      <Field name="du" label="Reçu du" type="date" value={query.du} />
      <Field name="au" label="au" type="date" value={query.au} />
      <details class="field" open={more.some((name) => (query[name] ?? '') !== '')}>
        <summary>Plus de critères</summary>
        <Field name="facture" label="Numéro de facture" value={query.facture} />
        <Field name="fournisseur" label="Identifiant du fournisseur" value={query.fournisseur} />
        <Field name="destinataire" label="SIRET du destinataire" value={query.destinataire} />
        <Field name="regle" label="Règle" value={query.regle} />
        <Field name="nom" label="Nom du fichier" value={query.nom} />
      </details>
      {query.tri === undefined ? null : <input type="hidden" name="tri" value={query.tri} />}
    </Filters>
  );
}

/** How the one box was understood: what is not found was perhaps looked for as something else. */
function Explained({ query: { q } }: { readonly query: FlowQuery }) {
  if (q === undefined || q === '') return null;
  const box = understood(q);
  const as =
    'siret' in box
      ? 'un SIRET, de fournisseur ou de destinataire'
      : box.name !== undefined
        ? 'un flux : nom de fichier ou identifiant'
        : box.rule !== undefined
          ? 'une règle'
          : box.partner !== undefined
            ? 'un partenaire'
            : 'un début de numéro de facture ou de nom de fichier, ou une partie d’un nom';
  return (
    <p class="hint">
      « {q} » est recherché comme {as}.
    </p>
  );
}

function Found({ query, found }: { readonly query: FlowQuery; readonly found: FlowSearchPage }) {
  const filters = filtersOf(query);
  const hrefOf = (more: Readonly<Record<string, string | undefined>>) =>
    address('/flux', { ...filters, tri: query.tri, ...more });
  const { flows, next, previous } = found;
  return (
    <>
      {flows.length === 0 ? (
        <NothingFound query={query} stopped={found.stopped} />
      ) : (
        <Table
          caption="Flux"
          rows={flows}
          keyOf={({ id }) => id}
          rowHead={1}
          sorting={{
            by: query.tri ?? '-recu',
            hrefOf: (by) => address('/flux', { ...filters, tri: by }),
          }}
          columns={[
            {
              head: 'Reçu',
              sort: sortName('received'),
              cell: ({ receivedAt }) => <Moment at={receivedAt} />,
            },
            {
              head: 'Fichier',
              cell: ({ id, depositedName }) => <a href={`/flux/${id}`}>{depositedName}</a>,
            },
            { head: 'Partenaire', cell: ({ partner }) => partner },
            { head: 'État', cell: (flow) => <StateOf flow={flow} /> },
            { head: 'Factures', sort: sortName('invoices'), numeric: true, cell: contents },
            { head: 'Fin', sort: sortName('ended'), cell: ({ finalAt }) => <Moment at={finalAt} /> },
            {
              head: 'Taille',
              sort: sortName('size'),
              numeric: true,
              cell: ({ sizeBytes }) => size(sizeBytes),
            },
          ]}
        />
      )}
      {found.stopped && flows.length > 0 ? (
        <Notice tone="info">
          recherche arrêtée après {count(found.scanned)} flux examinés : « Page suivante » la poursuit ; une
          période ou un partenaire la rendent plus rapide.
        </Notice>
      ) : null}
      <nav class="pager" aria-label="Pages">
        {previous === null ? null : (
          <>
            <a href={hrefOf({})}>Début de la liste</a>
            <a href={hrefOf({ avant: cursorText(previous) })} rel="prev">
              Page précédente
            </a>
          </>
        )}
        {next === null ? null : (
          <a href={hrefOf({ apres: cursorText(next) })} rel="next">
            {flows.length === 0 ? 'Poursuivre la recherche' : 'Page suivante'}
          </a>
        )}
      </nav>
      {flows.length === 0 ? null : (
        <p>
          <a href={address('/flux.csv', { ...filters, tri: query.tri })}>Exporter cette recherche en CSV</a>{' '}
          (10 000 flux au plus)
        </p>
      )}
    </>
  );
}

function StateOf({ flow }: { readonly flow: Flow }) {
  return (
    <>
      <FlowBadge state={flow.state} />
      {flow.qualification ? ' à l’essai' : ''}
      {flow.demo ? ' démonstration' : ''}
    </>
  );
}

function contents({ invoicesIntegrated, invoicesReceived, interfaceCode }: Flow): string {
  const kind = statusInterfaces.has(interfaceCode ?? '') ? ' statuts' : '';
  return `${count(invoicesIntegrated)}/${count(invoicesReceived)}${kind}`;
}

function NothingFound({ query, stopped }: { readonly query: FlowQuery; readonly stopped: boolean }) {
  const filtered = filterNames.some((name) => (query[name] ?? '') !== '');
  if (!filtered)
    return (
      <Empty title="Aucun flux n’a encore été reçu.">
        <p>
          Déposez un premier fichier dans le dossier d’entrée d’un partenaire, ou par la page{' '}
          <a href="/depot">Dépôt</a>.
        </p>
      </Empty>
    );
  return (
    <Empty title={stopped ? 'Rien parmi les flux examinés.' : 'Aucun flux ne correspond à cette recherche.'}>
      <p>
        {stopped
          ? `La recherche s’est arrêtée après ${count(scanMax)} lignes : poursuivez-la, ou resserrez-la par une période, un partenaire, un numéro.`
          : 'Élargissez la période, retirez un critère, ou cherchez par le numéro de facture ou le nom du fichier. Un fichier illisible n’a pas de numéro de facture : cherchez-le par son nom.'}
      </p>
    </Empty>
  );
}
