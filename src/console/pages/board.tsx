import { type Flow, type FlowState, flowStates, statusInterfaces } from '../../domain/flow.js';
import { stateSlug } from '../flow-query.js';
import type { ConsoleParts } from '../parts.js';
import { page } from '../route.js';
import { FlowBadge } from '../ui/badge.js';
import { Live } from '../ui/live.js';
import { Ago, count, Empty } from '../ui/show.js';
import { address } from '../ui/table.js';

const live = { id: 'tableau', path: '/tableau-de-bord/colonnes', everyS: 10 } as const;
const shownFlows = 5;
const openMax = 20_000;

/** Flows by state: a column each, with the newest of them. */
export const board = page({
  path: '/tableau-de-bord',
  role: 'reader',
  async handler({ parts }) {
    return {
      kind: 'page',
      title: 'Tableau de bord',
      body: <Live {...live}>{await columnsOf(parts)}</Live>,
    };
  },
});

/** The columns alone. */
export const boardColumns = page({
  path: '/tableau-de-bord/colonnes',
  role: 'reader',
  async handler({ parts }) {
    return { kind: 'live', ...live, body: await columnsOf(parts) };
  },
});

interface StateColumn {
  readonly state: FlowState;
  readonly flows: number;
  readonly newest: readonly Flow[];
}

async function columnsOf({ store, clock }: ConsoleParts) {
  const final = new Map((await store.countsByState()).map(({ state, flows }) => [state, flows]));
  const open = await store.openFlows(openMax);
  const waiting = new Map(open.states.map(({ state, flows }) => [state, flows]));
  const columns: StateColumn[] = [];
  for (const state of Object.keys(flowStates) as FlowState[]) {
    const flows = (flowStates[state].final ? final : waiting).get(state) ?? 0;
    if (flows <= 0) continue;
    const { flows: newest } = await store.searchFlows(
      { state },
      { sort: 'received', direction: 'desc', limit: shownFlows, scanMax: 1_000 },
    );
    columns.push({ state, flows, newest });
  }
  return <Columns columns={columns} now={clock.now()} more={open.more} />;
}

function Columns({
  columns,
  now,
  more,
}: {
  readonly columns: readonly StateColumn[];
  readonly now: Date;
  readonly more: boolean;
}) {
  if (columns.length === 0)
    return (
      <Empty title="Aucun flux n’a encore été reçu.">
        <p>
          Déposez un premier fichier dans le dossier d’entrée d’un partenaire, ou par la page{' '}
          <a href="/depot">Dépôt</a> : il apparaîtra ici dans la seconde.
        </p>
      </Empty>
    );
  return (
    <div class="board">
      {columns.map(({ state, flows, newest }) => (
        <section class="sheet" key={state} aria-label={`Flux ${flowStates[state].label}`}>
          <h2>
            <a href={address('/flux', { etat: stateSlug(state) })}>
              <FlowBadge state={state} /> <strong>{count(flows)}</strong>
              {more && !flowStates[state].final ? ' au moins' : ''}
            </a>
          </h2>
          <ul class="plain">
            {newest.map((flow) => (
              <li key={flow.id}>
                <a href={`/flux/${flow.id}`}>{flow.depositedName}</a>
                <br />
                <span class="hint">
                  {flow.partner}, <Ago at={flow.receivedAt} now={now} />, {contentOf(flow)}
                </span>
              </li>
            ))}
          </ul>
          {flows > newest.length ? (
            <p>
              <a href={address('/flux', { etat: stateSlug(state) })}>Voir les {count(flows)} flux</a>
            </p>
          ) : null}
        </section>
      ))}
    </div>
  );
}

function contentOf({ interfaceCode, invoicesReceived, invoicesIntegrated }: Flow): string {
  const statuses = statusInterfaces.has(interfaceCode ?? '');
  return `${count(invoicesIntegrated)}/${count(invoicesReceived)} ${statuses ? 'statuts' : 'factures'}`;
}
