import { flowStatusOf } from '../../lifecycle/status-table.js';
import type { Role } from '../../ports/store-console.js';
import type { ToldFlowStatus } from '../../ports/store-life.js';
import type { DeliveryFacts } from '../../ports/store-questions.js';
import { isQuarantined, purgeOf } from '../flow-file.js';
import { deliveryKindLabels, deliveryStateLabels } from '../labels.js';
import { Badge, FateBadge, type Tone } from '../ui/badge.js';
import { Cause } from '../ui/cause.js';
import { DeliveryOrders } from '../ui/orders.js';
import { Amount, count, Empty, Moment, Notice, size, withoutIbans } from '../ui/show.js';
import { address, Table } from '../ui/table.js';
import type { FlowStory } from './flow.js';

const deliveriesShown = 50;
const statusesShown = 50;
const eventsShown = 40;
const eventsMax = 200;

/** The invoices of the attempt with their fate, a part of them. */
export function FlowInvoices({ story, more }: { readonly story: FlowStory; readonly more: number }) {
  const { flow, attempt, invoices, sizes } = story;
  if (attempt === null) return null;
  const last = invoices.at(-1);
  return (
    <section id="factures">
      <h2>Factures{story.attempts.length > 1 ? ` de la tentative ${attempt}` : ''}</h2>
      {invoices.length === 0 ? (
        <Empty title="Aucune facture n’a pu être lue.">
          <p>Les anomalies ci-dessus disent pourquoi ; un fichier de statuts n’en porte pas.</p>
        </Empty>
      ) : (
        <Table
          caption={`Factures, ${count(sizes.invoices)} en tout`}
          rows={invoices}
          keyOf={({ id }) => id}
          columns={[
            {
              head: 'Numéro',
              cell: ({ id, number }) => <a href={`/factures/${id}`}>{number ?? '(sans numéro)'}</a>,
            },
            { head: 'Sort', cell: ({ fate }) => <FateBadge fate={fate} /> },
            {
              head: 'Fournisseur',
              cell: (row) => `${row.supplierName ?? ''} ${row.supplierId ?? ''}`.trim(),
            },
            {
              head: 'Destinataire',
              cell: (row) =>
                `${row.recipientName ?? ''} ${row.recipientSiret ?? ''} ${row.serviceCode ?? ''}`.trim(),
            },
            {
              head: 'Montant',
              numeric: true,
              cell: ({ payable, currency }) => <Amount value={payable} currency={currency} />,
            },
            { head: 'Fichier', cell: ({ entry }) => entry },
          ]}
        />
      )}
      {invoices.length < more || last === undefined ? null : (
        <nav class="pager" aria-label="Pages des factures">
          <a href={`${address(`/flux/${flow.id}`, { tentative: attempt })}#factures`}>Premières factures</a>
          <a href={`${address(`/flux/${flow.id}`, { tentative: attempt, factures: last.id })}#factures`}>
            Factures suivantes
          </a>
        </nav>
      )}
    </section>
  );
}

const deliveryTones: Readonly<Record<DeliveryFacts['state'], Tone>> = {
  pending: 'busy',
  delivered: 'good',
  failed: 'bad',
  withdrawn: 'plain',
};

/** Outbound files of a flow, with whether their partners have fetched them. */
export function FlowDeliveries({
  story: { deliveries },
  now,
  fetchAlertMs,
  role = 'reader',
}: {
  readonly story: Pick<FlowStory, 'deliveries'>;
  readonly role?: Role;
  readonly now: Date;
  readonly fetchAlertMs: number;
}) {
  const shown = deliveries.slice(-deliveriesShown);
  return (
    <section id="envois">
      <h2>Envois</h2>
      {shown.length === 0 ? (
        <Empty title="Aucun envoi.">
          <p>Le compte rendu est écrit dès que le flux a son verdict.</p>
        </Empty>
      ) : (
        <Table
          caption="Envois"
          rows={shown}
          keyOf={({ id }) => id}
          columns={[
            { head: 'Fichier', cell: ({ id, name }) => <a href={`/envois/${id}/fichier`}>{name}</a> },
            { head: 'Nature', cell: ({ kind }) => deliveryKindLabels[kind] },
            { head: 'Partenaire', cell: ({ partner }) => partner },
            {
              head: 'État',
              cell: ({ state }) => <Badge tone={deliveryTones[state]}>{deliveryStateLabels[state]}</Badge>,
            },
            { head: 'Remis', cell: ({ deliveredAt }) => <Moment at={deliveredAt} /> },
            {
              head: 'Relevé',
              cell: (one) => <Fetched delivery={one} now={now} fetchAlertMs={fetchAlertMs} />,
            },
            ...(role === 'reader'
              ? []
              : [
                  {
                    head: 'Ordre',
                    cell: (one: DeliveryFacts) => <DeliveryOrders delivery={one} role={role} />,
                  },
                ]),
          ]}
        />
      )}
      {deliveries.length > shown.length ? (
        <p class="hint">
          Les {shown.length} derniers envois sur {count(deliveries.length)} sont montrés.
        </p>
      ) : null}
    </section>
  );
}

/** Whether a partner has taken its file, or should have. */
export function Fetched({
  delivery: { state, deliveredAt, fetchedAt, removedAt, lastError },
  now,
  fetchAlertMs,
}: {
  readonly delivery: DeliveryFacts;
  readonly now: Date;
  readonly fetchAlertMs: number;
}) {
  if (fetchedAt !== null) return <Moment at={fetchedAt} />;
  if (removedAt !== null) return <Badge tone="bad">jamais relevé, retiré du dossier</Badge>;
  if (state !== 'delivered')
    return lastError === null ? <>—</> : <Cause code="DELIVERY_FAILED" detail={lastError} />;
  const late =
    fetchAlertMs > 0 && deliveredAt !== null && now.getTime() - Date.parse(deliveredAt) > fetchAlertMs;
  return late ? <Badge tone="bad">en retard</Badge> : <Badge tone="busy">pas encore</Badge>;
}

/** The deposited file and the corrected ones, to be saved; what is infected is kept from readers. */
export function FlowFiles({
  story: { flow, files, purges },
  role,
}: {
  readonly story: FlowStory;
  readonly role: Role;
}) {
  const purge = purgeOf(purges);
  return (
    <section id="fichiers">
      <h2>Fichiers déposés</h2>
      {purge === undefined ? null : (
        <Notice tone="warning">
          le fichier déposé a été {purge.cause === 'erasure' ? 'effacé' : 'purgé'} le <Moment at={purge.at} />{' '}
          : son empreinte et son journal restent.
        </Notice>
      )}
      <ul>
        {files.map((file) => (
          <li key={file.archiveKey}>
            {purge !== undefined ? (
              file.name
            ) : isQuarantined(file) && role === 'reader' ? (
              <>
                {file.name} : en quarantaine, car l’antivirus l’a refusé. Votre rôle ne permet pas de le
                télécharger ; demandez-le au support.
              </>
            ) : (
              <>
                <a href={address(`/flux/${flow.id}/original`, { tentative: file.attempt })} download>
                  {file.attempt === null ? 'Fichier déposé' : `Fichier corrigé, tentative ${file.attempt}`} :{' '}
                  {file.name}
                </a>{' '}
                ({size(file.sizeBytes)})
                {isQuarantined(file) ? (
                  <strong>
                    {' '}
                    Attention : ce fichier est infecté, ne l’ouvrez pas sur un poste de travail.
                  </strong>
                ) : null}
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Statuses of pivots, with the error lines of their recipients. */
export function PivotStatuses({
  title,
  statuses,
}: {
  readonly title: string;
  readonly statuses: readonly ToldFlowStatus[];
}) {
  if (statuses.length === 0) return null;
  const shown = statuses.slice(-statusesShown);
  return (
    <section>
      <h2>{title}</h2>
      <Table
        caption={title}
        rows={shown}
        keyOf={({ id }) => id}
        columns={[
          { head: 'Quand', cell: ({ at }) => <Moment at={at} /> },
          { head: 'Envoi', cell: ({ pivotName }) => pivotName },
          { head: 'Destinataire', cell: ({ recipient }) => recipient },
          { head: 'Statut', cell: ({ code }) => `${code} ${flowStatusOf(code)?.label ?? ''}`.trim() },
          {
            head: 'Commentaire',
            cell: ({ comment, details }) =>
              withoutIbans(
                [comment ?? '', ...details.slice(0, 5).map(({ code, label }) => `${code} ${label}`)]
                  .filter((part) => part !== '')
                  .join(' ; ')
                  .slice(0, 500),
              ),
          },
        ]}
      />
      {statuses.length > shown.length ? (
        <p class="hint">
          Les {shown.length} derniers sur {count(statuses.length)} sont montrés.
        </p>
      ) : null}
    </section>
  );
}

/** The audit trail of a flow; a long one is cut in its middle. */
export function Events({
  story: { flow, events, attempt },
  all,
}: {
  readonly story: FlowStory;
  readonly all: boolean;
}) {
  const max = all ? eventsMax : eventsShown;
  const first = events.slice(0, Math.min(events.length, Math.floor(max / 4)));
  const last = events.slice(Math.max(first.length, events.length - (max - first.length)));
  const left = events.length - first.length - last.length;
  const shown = [...first, ...last];
  return (
    <section id="journal">
      <h2>Journal du flux</h2>
      <ol class="timeline">
        {shown.map(({ at, actor, kind, text }, i) => (
          <li key={i}>
            <Moment at={at} /> ·{' '}
            {actor === 'engine' ? 'moteur' : actor.replace(/^user:/, '').replace(/^partner:/, 'partenaire ')}
            {' · '}
            <strong>{kind}</strong>
            <br />
            {withoutIbans(text.slice(0, 500))}
            {left > 0 && i === first.length - 1 ? (
              <p class="hint">… {count(left)} lignes ne sont pas montrées …</p>
            ) : null}
          </li>
        ))}
      </ol>
      {left > 0 && !all ? (
        <p>
          <a href={`${address(`/flux/${flow.id}`, { tentative: attempt, journal: 'tout' })}#journal`}>
            Voir davantage de lignes
          </a>
        </p>
      ) : null}
    </section>
  );
}
