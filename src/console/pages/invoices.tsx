import type { FoundInvoice, InvoiceSearchPage } from '../../ports/store-console-reads.js';
import { statusLabel } from '../api/status-labels.js';
import {
  type InvoiceQuery,
  invoiceCursorOf,
  invoiceCursorText,
  invoiceFilters,
  invoiceQuery,
  invoiceSearchOf,
  invoiceStates,
} from '../invoice-query.js';
import type { ConsoleParts } from '../parts.js';
import { page } from '../route.js';
import { FateBadge } from '../ui/badge.js';
import { Choice, Field, Filters } from '../ui/form.js';
import { Amount, count, Day, Empty, Moment, Notice } from '../ui/show.js';
import { address, Table } from '../ui/table.js';

const pageInvoices = 50;
const scanMax = 20_000;

/** The list of invoices, each passage on its own: filters and place stand in the address. */
export const invoicesPage = page({
  path: '/factures',
  role: 'reader',
  schema: { query: invoiceQuery },
  async handler({ parts, query }) {
    const after = invoiceCursorOf(query.apres);
    const before = invoiceCursorOf(query.avant);
    const found = await parts.store.searchInvoices(invoiceSearchOf(query), {
      limit: pageInvoices,
      scanMax,
      ...(after !== null
        ? { cursor: { side: 'after', at: after } }
        : before !== null
          ? { cursor: { side: 'before', at: before } }
          : {}),
    });
    return {
      kind: 'page',
      title: 'Factures',
      body: (
        <>
          <InvoiceFilters query={query} parts={parts} />
          <Found query={query} found={found} />
        </>
      ),
    };
  },
});

const isFiltered = (query: InvoiceQuery) => invoiceFilters.some((name) => (query[name] ?? '') !== '');

function InvoiceFilters({ query, parts }: { readonly query: InvoiceQuery; readonly parts: ConsoleParts }) {
  const partners = parts.loaded.settings.partners.map(({ code, name }) => [code, `${code} ${name}`] as const);
  return (
    <Filters action="/factures" active={isFiltered(query)}>
      <Field
        name="numero"
        label="Numéro"
        type="search"
        value={query.numero}
        data-search
        hint="Entier, ou son début"
      />
      <Field name="fournisseur" label="Fournisseur" value={query.fournisseur} hint="Son identifiant" />
      <Field name="destinataire" label="Destinataire" value={query.destinataire} hint="Son SIRET" />
      <Choice name="etat" label="État" value={query.etat} options={invoiceStates} />
      <Choice
        name="partenaire"
        label="Déposée par"
        value={query.partenaire}
        options={[['', 'Tous les partenaires'], ...partners]}
      />
      <Field name="du" label="Reçue du" type="date" value={query.du} />
      <Field name="au" label="au" type="date" value={query.au} />
    </Filters>
  );
}

function Found({ query, found }: { readonly query: InvoiceQuery; readonly found: InvoiceSearchPage }) {
  const filters = Object.fromEntries(invoiceFilters.map((name) => [name, query[name]]));
  const { invoices, next, previous } = found;
  return (
    <>
      {invoices.length === 0 ? (
        <NothingFound filtered={isFiltered(query)} stopped={found.stopped} />
      ) : (
        <InvoiceTable rows={invoices} />
      )}
      {found.stopped && invoices.length > 0 ? (
        <Notice tone="info">
          {(query.numero ?? '') === ''
            ? `recherche arrêtée après ${count(found.scanned)} factures examinées : « Page suivante » la poursuit ; un numéro, un fournisseur ou une période la rendent plus rapide.`
            : 'trop de numéros commencent ainsi pour être tous montrés : donnez-en davantage.'}
        </Notice>
      ) : null}
      <nav class="pager" aria-label="Pages">
        {previous === null ? null : (
          <>
            <a href={address('/factures', filters)}>Début de la liste</a>
            <a href={address('/factures', { ...filters, avant: invoiceCursorText(previous) })} rel="prev">
              Page précédente
            </a>
          </>
        )}
        {next === null ? null : (
          <a href={address('/factures', { ...filters, apres: invoiceCursorText(next) })} rel="next">
            {invoices.length === 0 ? 'Poursuivre la recherche' : 'Page suivante'}
          </a>
        )}
      </nav>
    </>
  );
}

function InvoiceTable({ rows }: { readonly rows: readonly FoundInvoice[] }) {
  return (
    <Table
      caption="Factures"
      rows={rows}
      keyOf={({ invoice }) => invoice.id}
      columns={[
        {
          head: 'Numéro',
          cell: ({ invoice: { id, number } }) => <a href={`/factures/${id}`}>{number ?? '(sans numéro)'}</a>,
        },
        { head: 'Date', cell: ({ invoice }) => <Day day={invoice.issueDate} /> },
        {
          head: 'Fournisseur',
          cell: ({ invoice }) => <Party name={invoice.supplierName} id={invoice.supplierId} />,
        },
        {
          head: 'Destinataire',
          cell: ({ invoice }) => <Party name={invoice.recipientName} id={invoice.recipientSiret} />,
        },
        {
          head: 'À payer',
          numeric: true,
          cell: ({ invoice }) => <Amount value={invoice.payable} currency={invoice.currency} />,
        },
        {
          head: 'État',
          cell: ({ invoice: { fate, status } }) => (
            <>
              <FateBadge fate={fate} />
              {status === null ? '' : ` ${statusLabel(status)}`}
            </>
          ),
        },
        { head: 'Flux', cell: (row) => <FlowOf {...row} /> },
      ]}
    />
  );
}

function Party({ name, id }: { readonly name: string | null; readonly id: string | null }) {
  if (name === null) return <>{id ?? '—'}</>;
  return (
    <>
      {name}
      {id === null ? null : (
        <>
          <br />
          <span class="hint">{id}</span>
        </>
      )}
    </>
  );
}

function FlowOf({ invoice, flow }: FoundInvoice) {
  return (
    <>
      <a href={address(`/flux/${flow.id}`, { tentative: flow.attempt > 1 ? invoice.attempt : undefined })}>
        {flow.depositedName}
      </a>
      <br />
      <span class="hint">
        reçu le <Moment at={flow.receivedAt} />
        {flow.attempt > 1 ? `, tentative ${invoice.attempt} sur ${flow.attempt}` : ''}
      </span>
    </>
  );
}

function NothingFound({ filtered, stopped }: { readonly filtered: boolean; readonly stopped: boolean }) {
  if (!filtered)
    return (
      <Empty title="Aucune facture n’a encore été lue.">
        <p>
          Les factures apparaissent ici dès qu’un flux est traité : déposez-en un par la page{' '}
          <a href="/depot">Dépôt</a> ou voyez les <a href="/flux">flux reçus</a>.
        </p>
      </Empty>
    );
  return (
    <Empty
      title={
        stopped ? 'Rien parmi les factures examinées.' : 'Aucune facture ne correspond à cette recherche.'
      }
    >
      <p>
        {stopped
          ? `La recherche s’est arrêtée après ${count(scanMax)} factures : poursuivez-la, ou resserrez-la par un numéro, un fournisseur, une période.`
          : 'Retirez un critère, élargissez la période, ou ne donnez que le début du numéro.'}{' '}
        Une facture dont le fichier n’a pas pu être lu ne figure pas ici :{' '}
        <a href="/flux">cherchez son flux</a>.
      </p>
    </Empty>
  );
}
