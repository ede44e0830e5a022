import { flowStates, type InvoiceFate } from '../../domain/flow.js';
import type { InvoicePreview, ReplayPreview, RuleChanges, RuleNote } from '../../pipeline/replay-preview.js';
import type { UnseenFlow } from '../desk.js';
import { FateBadge, FlowBadge } from './badge.js';
import { Cause } from './cause.js';
import { counted, withoutIbans } from './show.js';
import { Table } from './table.js';

const invoicesShown = 20;
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** One flow as it is and as it would be, invoice by invoice. */
export function FlowPreview({ seen }: { readonly seen: ReplayPreview | UnseenFlow }) {
  const { id, depositedName, partner } = seen.flow;
  const head = (
    <h3>
      <a href={`/flux/${id}`}>{depositedName}</a> <span class="hint">({partner})</span>
    </h3>
  );
  if ('error' in seen)
    return (
      <article class="sheet">
        {head}
        <p>
          Pas simulé.{' '}
          <Cause
            code={seen.code ?? null}
            detail={seen.passed ? null : seen.error}
            {...(seen.passed ? { text: sentence(seen.error) } : {})}
          />
        </p>
      </article>
    );
  const { before, after, day, ruleSets, invoices, flowLevel } = seen;
  const shown = invoices.slice(0, invoicesShown);
  return (
    <article class="sheet">
      {head}
      <p>
        Avant : <FlowBadge state={before.state} /> ({before.integrated} sur {before.received}) → après :{' '}
        <FlowBadge state={after.state} /> ({after.integrated} sur {after.received})
      </p>
      <p class="hint">
        Règles et annuaire du {day}
        {ruleSets.length === 0 ? '' : ` (${ruleSets.join(', ')})`}
      </p>
      <Changes changes={flowLevel} />
      {shown.length === 0 ? null : (
        <Table
          caption={`Factures de ${depositedName}`}
          rows={shown.map((invoice, order) => ({ ...invoice, order }))}
          keyOf={({ order }) => String(order)}
          columns={[
            { head: 'Facture', cell: ({ number }) => number ?? '(sans numéro)' },
            { head: 'Avant', cell: ({ before: was }) => <Fate fate={was} absent="non lue" /> },
            {
              head: 'Après',
              cell: ({ after: is, kept }) =>
                kept ? 'intégrée, inchangée' : <Fate fate={is} absent="absente du fichier" />,
            },
            { head: 'Ce qui change', cell: (invoice) => <Changes changes={invoice} /> },
          ]}
        />
      )}
      {invoices.length > shown.length ? (
        <p>
          … et {counted(invoices.length - shown.length, 'autre facture', 'autres factures')}, sans les
          montrer.
        </p>
      ) : null}
    </article>
  );
}

function Fate({ fate, absent }: { readonly fate: InvoiceFate | null; readonly absent: string }) {
  return fate === null ? absent : <FateBadge fate={fate} />;
}

function Changes({ changes: { vanish, appear, remain } }: { readonly changes: RuleChanges }) {
  if (vanish.length + appear.length + remain.length === 0) return null;
  const list = (word: string, notes: readonly RuleNote[]) =>
    notes.slice(0, 5).map(({ rule, message }) => (
      <li key={`${word}${rule}`}>
        {word} <code>{rule}</code> : {withoutIbans(message)}
      </li>
    ));
  return (
    <ul>
      {list('levé :', vanish)}
      {list('nouveau :', appear)}
      {list('reste :', remain)}
    </ul>
  );
}

/** Sums over what was looked at. */
export function sumsOf(seen: readonly (ReplayPreview | UnseenFlow)[]) {
  const sums = { flows: seen.length, integrated: 0, refused: 0, changed: 0, unseen: 0, invoices: 0 };
  for (const one of seen) {
    if ('error' in one) {
      sums.unseen += 1;
      continue;
    }
    if (one.after.state === 'IN_INTEGRE') sums.integrated += 1;
    else sums.refused += 1;
    if (one.before.state !== one.after.state || one.before.integrated !== one.after.integrated)
      sums.changed += 1;
    sums.invoices += one.invoices.filter((invoice) => becomesIntegrated(invoice)).length;
  }
  return sums;
}

function becomesIntegrated({ before, after, kept }: InvoicePreview): boolean {
  return !kept && before !== 'integrated' && after === 'integrated';
}

/** A state as people read it. */
export function stateLabel(state: keyof typeof flowStates): string {
  return flowStates[state].label;
}
