import { z } from 'zod';
import type { Flow } from '../../domain/flow.js';
import { roleNames, roles } from '../../lifecycle/roles.js';
import { flowStories, type InvoiceStory, invoiceStory } from '../../pipeline/invoice-story.js';
import type { InvoiceRow, Store } from '../../ports/store.js';
import { flowOf, isQuarantined, purgeOf } from '../flow-file.js';
import { notFound } from '../problem.js';
import { page } from '../route.js';
import { InvoiceActionsSlot } from '../slots.js';
import { FateBadge, FlowBadge } from '../ui/badge.js';
import { Amount, Day, Empty, Facts, Moment, Notice, withoutIbans } from '../ui/show.js';
import { address, Table } from '../ui/table.js';
import { OneFinding } from './flow-findings.js';
import { FlowDeliveries } from './flow-lists.js';

const findingsMax = 20;
const passagesMax = 50;

/** One invoice in one attempt: the readable piece, its data, its life, wherever it appeared. */
export const invoicePage = page({
  path: '/factures/:id',
  role: 'reader',
  schema: { params: z.object({ id: z.string().max(60) }) },
  async handler(call) {
    const { store, loaded, clock } = call.parts;
    const row = await store.invoice(call.params.id);
    if (row === null) throw notFound('Cette facture');
    const flow = await flowOf(call, row.flow, 'console, facture', row.id);
    const story = await invoiceStory(store, row, await flowStories(store)(row.flow));
    const hidden = isQuarantined(flow) || purgeOf(await store.purges(flow.id)) !== undefined;
    const { settings } = loaded;
    const names = new Map(settings.partners.map(({ code, name }) => [code, name]));
    return {
      kind: 'page',
      title: `Facture ${row.number ?? '(sans numéro)'}`,
      crumbs: [
        { label: 'Flux', path: '/flux' },
        { label: flow.depositedName, path: `/flux/${flow.id}` },
      ],
      embeds: true,
      body: (
        <>
          <Head story={story} flow={flow} names={names} />
          <InvoiceActionsSlot invoice={row} role={call.visitor.user.role} />
          <InvoiceFindings story={story} flow={flow} />
          <Life story={story} />
          <Moves story={story} />
          <Works story={story} />
          <Passages rows={await passagesOf(store, row)} own={row.id} />
          <FlowDeliveries
            story={{ deliveries: [...story.deliveries, ...story.reports] }}
            now={clock.now()}
            fetchAlertMs={settings.delivery.fetchAlertMs}
          />
          {hidden ? (
            <Notice tone="info">
              le fichier déposé {isQuarantined(flow) ? 'est en quarantaine' : 'n’est plus conservé'} : ni la
              pièce lisible ni les données de la facture ne peuvent être montrées.
            </Notice>
          ) : (
            <Document id={row.id} number={row.number} />
          )}
        </>
      ),
    };
  },
});

/** The piece that people read, and the data, which come when they are scrolled to. */
function Document({ id, number }: { readonly id: string; readonly number: string | null }) {
  const path = `/factures/${id}/lisible`;
  return (
    <>
      <section>
        <h2>Facture lisible</h2>
        <p>
          <a href={path}>Ouvrir le PDF seul</a>
        </p>
        <iframe class="piece" src={path} title={`Facture ${number ?? ''} lisible (PDF)`} loading="lazy" />
      </section>
      <section>
        <h2>Données de la facture</h2>
        <div hx-get={`/factures/${id}/donnees`} hx-trigger="revealed" hx-swap="outerHTML">
          <a href={`/factures/${id}/donnees`}>Voir les données par terme</a>
        </div>
      </section>
    </>
  );
}

function Head({
  story,
  flow,
  names,
}: {
  readonly story: InvoiceStory;
  readonly flow: Flow;
  readonly names: ReadonlyMap<string, string>;
}) {
  const named = (code: string | null) => (code === null ? '' : `${code} ${names.get(code) ?? ''}`.trim());
  const held = story.numberHeldBy;
  return (
    <section class="sheet" aria-label="La facture">
      <Facts
        rows={[
          ['Sort', <FateBadge key="sort" fate={story.fate} />],
          ['Statut', story.status === null ? 'aucun' : `${story.status} ${story.statusLabel ?? ''}`],
          ['Fournisseur', link('fournisseur', story.supplierId, story.supplierName)],
          [
            'Destinataire',
            <>
              {link('destinataire', story.recipientSiret, story.recipientName)}
              {story.serviceCode === null ? '' : `, service ${story.serviceCode}`}
            </>,
          ],
          [
            'Transmise à',
            story.recipientPartner === null ? 'aucun partenaire raccordé' : named(story.recipientPartner),
          ],
          ['Net à payer', <Amount key="montant" value={story.payable} currency={story.currency} />],
          ['Date', <Day key="date" day={story.issueDate} />],
          [
            'Flux',
            <>
              <a href={address(`/flux/${flow.id}`, { tentative: story.attempt })}>{flow.depositedName}</a>,
              déposé par {named(flow.partner)} le <Moment at={flow.receivedAt} />
            </>,
          ],
          ['Fichier', story.entry],
          ...(held === null
            ? []
            : ([
                [
                  'Numéro pris',
                  <>
                    par la <a href={`/factures/${held.invoice}`}>facture du flux {held.depositedName}</a>, le{' '}
                    <Moment at={held.at} />
                  </>,
                ],
              ] as const)),
        ]}
      />
    </section>
  );
}

function link(filter: 'fournisseur' | 'destinataire', id: string | null, name: string | null) {
  if (id === null) return name ?? 'non indiqué';
  return (
    <>
      {name} <a href={address('/flux', { [filter]: id })}>{id}</a>
    </>
  );
}

function InvoiceFindings({ story, flow }: { readonly story: InvoiceStory; readonly flow: Flow }) {
  const fatal = story.findings.filter(({ severity }) => severity === 'fatal');
  const shown = [...fatal, ...story.findings.filter((f) => !fatal.includes(f))].slice(0, findingsMax);
  return (
    <section>
      <h2>{story.fate === 'integrated' ? 'Anomalies' : 'Pourquoi elle n’est pas intégrée'}</h2>
      {shown.length === 0 ? (
        <Empty title="Aucune anomalie sur cette facture." />
      ) : (
        shown.map((finding, i) => <OneFinding key={i} finding={finding} excerpt={null} />)
      )}
      {shown.length === 0 ? null : (
        <p>
          <a href={`${address(`/flux/${flow.id}`, { tentative: story.attempt })}#anomalies`}>
            {story.findings.length > shown.length
              ? `Voir les ${story.findings.length} anomalies avec les extraits du fichier`
              : 'Voir ces anomalies avec les extraits du fichier'}
          </a>
        </p>
      )}
    </section>
  );
}

/** Every status with its date, who set it and what the supplier was told. */
function Life({ story: { statuses, pivotStatuses } }: { readonly story: InvoiceStory }) {
  return (
    <section>
      <h2>Vie de la facture</h2>
      {statuses.length === 0 ? (
        <Empty title="Aucun statut.">
          <p>Seule une facture intégrée a une vie : elle va de la mise à disposition au paiement.</p>
        </Empty>
      ) : (
        <ol class="timeline">
          {statuses.map((status) => {
            const role = roles.find((one) => one === status.role);
            const why = [status.complement, status.comment, status.mandate && `mandat ${status.mandate}`];
            return (
              <li key={status.id}>
                <Moment at={status.at} /> · <strong>{`${status.code} ${status.label ?? ''}`.trim()}</strong>,
                par {(status.actor ?? 'moteur').replace(/^(partner|user):/, '')}
                {role === undefined ? '' : `, ${roleNames[role]}`}
                <br />
                {withoutIbans(why.filter((text) => text).join(' ; '))}{' '}
                <span class="hint">
                  {status.delivery === null
                    ? 'pas encore transmis'
                    : status.delivery === '-'
                      ? 'non transmis'
                      : `transmis par ${status.sent ?? '—'}`}
                </span>
              </li>
            );
          })}
        </ol>
      )}
      {pivotStatuses.length === 0 ? null : (
        <ul>
          {pivotStatuses.map((one) => (
            <li key={one.id}>
              <Moment at={one.at} /> : {one.sourceFlow === '' ? 'le moteur note' : 'le destinataire dit'} de
              l’envoi {one.pivotName} : {one.code} {one.codeLabel} {withoutIbans(one.comment ?? '')}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const moveWords = { completed: 'complétée', readdressed: 'réadressée', recalled: 'rappelée' } as const;
const moveStates = { asked: 'demandé, pas encore fait', done: 'fait', refused: 'refusé' } as const;

function Moves({ story: { moves } }: { readonly story: InvoiceStory }) {
  if (moves.length === 0) return null;
  return (
    <section>
      <h2>Interventions</h2>
      <ul>
        {moves.map(({ id, kind, state, by, at, reason, outcome }) => (
          <li key={id}>
            <Moment at={at} /> : {moveWords[kind]} par {by.replace(/^user:/, '')}, {moveStates[state]}
            {[reason, outcome]
              .filter((text) => text !== null)
              .map((text) => ` ; ${text}`)
              .join('')}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Works({ story: { worksRoute } }: { readonly story: InvoiceStory }) {
  if (worksRoute === null) return null;
  const { steps, at, acts } = worksRoute;
  return (
    <section>
      <h2>Circuit de validation des travaux</h2>
      <ol>
        {steps.map((step, i) => {
          const act = acts.find((one) => one.step.role === step.role);
          return (
            <li key={step.role} aria-current={i === at ? 'step' : undefined}>
              {roleNames[step.role]}, {step.name ?? step.id}
              {step.partner === null ? ', non raccordé' : ` (${step.partner})`} :{' '}
              {act === undefined ? (
                i === at ? (
                  'en cours'
                ) : (
                  'à venir'
                )
              ) : (
                <>
                  {act.code} le <Moment at={act.at} /> {act.comment ?? act.reason ?? ''}
                </>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface Passage {
  readonly row: InvoiceRow;
  readonly flow: Flow | null;
}

/** Everywhere the number of this supplier was seen. */
async function passagesOf(store: Store, row: InvoiceRow): Promise<readonly Passage[]> {
  const rows = row.number === null ? [row] : await store.passages(row.supplierId, row.number, passagesMax);
  const flows = new Map<string, Flow | null>();
  for (const { flow } of rows) if (!flows.has(flow)) flows.set(flow, await store.flow(flow));
  return rows.map((one) => ({ row: one, flow: flows.get(one.flow) ?? null }));
}

function Passages({ rows, own }: { readonly rows: readonly Passage[]; readonly own: string }) {
  return (
    <section>
      <h2>Flux et tentatives où elle apparaît</h2>
      <Table
        caption="Passages de la facture"
        rows={rows}
        keyOf={({ row }) => row.id}
        columns={[
          {
            head: 'Flux',
            cell: ({ row, flow }) => (
              <a href={address(`/flux/${row.flow}`, { tentative: row.attempt })}>
                {flow?.depositedName ?? row.flow}
              </a>
            ),
          },
          { head: 'Reçu', cell: ({ flow }) => <Moment at={flow?.receivedAt ?? null} /> },
          { head: 'Tentative', numeric: true, cell: ({ row }) => row.attempt },
          { head: 'Sort', cell: ({ row }) => <FateBadge fate={row.fate} /> },
          {
            head: 'État du flux',
            cell: ({ flow }) => (flow === null ? '—' : <FlowBadge state={flow.state} />),
          },
          {
            head: 'Facture',
            cell: ({ row }) =>
              row.id === own ? 'celle-ci' : <a href={`/factures/${row.id}`}>voir ce passage</a>,
          },
        ]}
      />
    </section>
  );
}
