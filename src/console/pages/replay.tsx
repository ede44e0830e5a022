import { z } from 'zod';
import type { Flow } from '../../domain/flow.js';
import { replayRefusal } from '../../domain/replay.js';
import { deskOf } from '../desk.js';
import { type FlowQuery, filterNames, flowQuery } from '../flow-query.js';
import { notFound } from '../problem.js';
import { type Replayable, replayableOf } from '../replayable.js';
import { page, type SignedCall } from '../route.js';
import { type Simulation, simulationsOf } from '../simulations.js';
import { FlowBadge } from '../ui/badge.js';
import { DropField, ReasonField } from '../ui/drop.js';
import { Field, Form } from '../ui/form.js';
import { Live } from '../ui/live.js';
import { FlowPreview, sumsOf } from '../ui/preview.js';
import { count, Empty, Moment, Notice } from '../ui/show.js';
import { address } from '../ui/table.js';

const crumbs = [{ label: 'Retraitements', path: '/retraitements' }];
const shownFlows = 60;

/** Begins a replay: one flow (`flux`), or the flows of a search as the list has it in its address. */
export const replayPage = page({
  path: '/retraitement',
  role: 'support',
  schema: { query: flowQuery.extend({ flux: z.string().max(64).optional().catch(undefined) }) },
  async handler(call) {
    const { query, parts } = call;
    const one = query.flux === undefined ? null : await parts.store.flow(query.flux);
    if (query.flux !== undefined && one === null) throw notFound('Ce flux');
    const found: Replayable =
      one === null
        ? await replayableOf(parts, query)
        : { flows: replayRefusal(one) === null ? [one] : [], others: 0, more: false };
    return {
      kind: 'page',
      title: 'Retraiter des flux',
      crumbs,
      body:
        found.flows.length === 0 ? (
          <Nothing one={one} others={found.others} query={query} />
        ) : (
          <Ask found={found} one={one} query={query} call={call} />
        ),
    };
  },
});

function Nothing({
  one,
  others,
  query,
}: {
  readonly one: Flow | null;
  readonly others: number;
  readonly query: FlowQuery;
}) {
  return (
    <Empty
      title={
        one === null
          ? 'Aucun flux de cette recherche ne peut être retraité.'
          : 'Ce flux ne peut pas être retraité.'
      }
    >
      <p>
        On retraite ce qui a été rejeté, partiellement intégré ou mis en incident ; ce qui est intégré ne
        l’est jamais une seconde fois, et un flux en cours finit d’abord.
        {others === 0 ? '' : ` La recherche trouve ${count(others)} flux qui ne sont pas dans ce cas.`}
      </p>
      <p>
        <a href={one === null ? address('/flux', filtersOf(query)) : `/flux/${one.id}`}>Revenir</a>
      </p>
    </Empty>
  );
}

function filtersOf(query: FlowQuery): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(filterNames.map((name) => [name, query[name]]));
}

function Ask({
  found,
  one,
  query,
  call,
}: {
  readonly found: Replayable;
  readonly one: Flow | null;
  readonly query: FlowQuery;
  readonly call: SignedCall<unknown, unknown, unknown>;
}) {
  const { flows, others, more } = found;
  const whole = flows.length > shownFlows;
  const correctable = one !== null && !deskOf(call.parts).bringsStatuses(one);
  return (
    <Form action="/retraitement/simulation" upload>
      <p>
        {count(flows.length)} flux {flows.length > 1 ? 'peuvent' : 'peut'} être retraité
        {flows.length > 1 ? 's' : ''}
        {more ? ' (au moins : précisez la recherche pour les avoir tous)' : ''}
        {others === 0 ? '' : ` ; ${count(others)} autres flux de la recherche sont laissés de côté`}. La
        simulation montre d’abord ce qui changerait, sans rien modifier.
      </p>
      {filterNames.map((name) =>
        query[name] === undefined ? null : <input key={name} type="hidden" name={name} value={query[name]} />,
      )}
      {whole ? (
        <Notice tone="info">
          toute la recherche sera retraitée ({count(flows.length)} flux). Pour n’en choisir que quelques-uns,
          précisez la recherche.
        </Notice>
      ) : (
        <fieldset class="sheet">
          <legend>Flux</legend>
          {flows.map((flow) => (
            <div key={flow.id}>
              <label>
                <input type="checkbox" name="flux" value={flow.id} checked /> {flow.depositedName}
              </label>{' '}
              <FlowBadge state={flow.state} /> <Moment at={flow.receivedAt} />
            </div>
          ))}
        </fieldset>
      )}
      <section class="sheet">
        <h2>Comment</h2>
        <Field
          name="jour"
          type="date"
          label="Règles et annuaire du (facultatif)"
          hint="Vide : ceux d’aujourd’hui. Un jour passé rejoue avec les règles et l’annuaire de ce jour."
        />
        {correctable ? (
          <DropField
            name="corrige"
            label="Fichier corrigé (facultatif)"
            hint="Travaillé à la place du fichier déposé ; les deux sont conservés."
          />
        ) : null}
        <button type="submit">Simuler</button>
      </section>
    </Form>
  );
}

const params = z.object({ id: z.string().max(64) });

/** What the replay would change, while it is found out and after. */
export const simulationPage = page({
  path: '/retraitement/simulation/:id',
  role: 'support',
  schema: { params },
  async handler(call) {
    const simulation = simulationOf(call, call.params.id);
    const { id } = simulation;
    return {
      kind: 'page',
      title: 'Simulation du retraitement',
      crumbs,
      body: (
        <Live {...liveOf(id)}>
          <Shown simulation={simulation} />
        </Live>
      ),
    };
  },
});

const liveOf = (id: string) => ({
  id: 'simulation',
  path: `/retraitement/simulation/${id}/etat`,
  everyS: 1,
});

export const simulationState = page({
  path: '/retraitement/simulation/:id/etat',
  role: 'support',
  schema: { params },
  async handler(call) {
    const simulation = simulationOf(call, call.params.id);
    return { kind: 'live', ...liveOf(simulation.id), body: <Shown simulation={simulation} /> };
  },
});

/** @throws Problem 404. */
export function simulationOf(call: SignedCall<unknown, unknown, unknown>, id: string): Simulation {
  const found = simulationsOf(call.parts).get(id);
  if (found === null) throw notFound('Cette simulation');
  return found;
}

const shownMax = 25;

function Shown({ simulation }: { readonly simulation: Simulation }) {
  const { seen, looks, flows, state, batch, asOf, file } = simulation;
  if (state === 'running')
    return (
      <section class="sheet">
        <h2>Simulation en cours</h2>
        <p>
          <progress max={looks} value={seen.length} aria-label="Flux simulés" /> {count(seen.length)} flux
          simulés sur {count(looks)}.
        </p>
        <p class="hint">La page se met à jour d’elle-même. Rien n’est modifié.</p>
      </section>
    );
  const sums = sumsOf(seen);
  return (
    <>
      <section class="sheet">
        <h2>Ce qui changerait</h2>
        <ul class="tiles">
          {(
            [
              ['flux simulés', sums.flows],
              ['seraient intégrés', sums.integrated],
              ['encore refusés', sums.refused],
              ['factures récupérées', sums.invoices],
              ['pas simulés', sums.unseen],
            ] as const
          ).map(([label, value]) => (
            <li class="tile" key={label}>
              <strong>{count(value)}</strong>
              <span>{label}</span>
            </li>
          ))}
        </ul>
        {flows.length > looks ? (
          <Notice tone="info">
            les {count(looks)} premiers flux ont été simulés, sur {count(flows.length)} qui seraient
            retraités.
          </Notice>
        ) : null}
        {asOf === null ? null : <p>Règles et annuaire du {asOf}.</p>}
        {file === null ? null : <p>Avec le fichier corrigé « {file.name} ».</p>}
      </section>
      {batch === null ? (
        <Form action={`/retraitement/simulation/${simulation.id}/ordre`} class="sheet">
          <h2>Retraiter pour de bon</h2>
          <ReasonField />
          <button type="submit">Retraiter {count(flows.length)} flux</button>
        </Form>
      ) : (
        <Notice tone="success">
          ce retraitement est ordonné : <a href={`/retraitements/${batch}`}>suivre son avancement</a>.
        </Notice>
      )}
      <section>
        <h2>Flux par flux</h2>
        {seen.slice(0, shownMax).map((one) => (
          <FlowPreview key={one.flow.id} seen={one} />
        ))}
        {seen.length > shownMax ? <p>… et {count(seen.length - shownMax)} autres flux simulés.</p> : null}
      </section>
    </>
  );
}
