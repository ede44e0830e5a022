import { z } from 'zod';
import { replayWords } from '../../domain/replay.js';
import type { Store } from '../../ports/store.js';
import type { ReplayProgress } from '../../ports/store-replay.js';
import { notFound } from '../problem.js';
import { page } from '../route.js';
import { FlowBadge } from '../ui/badge.js';
import { Form } from '../ui/form.js';
import { Live } from '../ui/live.js';
import { count, Empty, Facts, Moment } from '../ui/show.js';
import { Table } from '../ui/table.js';

/** Orders to work flows again, newest first. */
export const replaysPage = page({
  path: '/retraitements',
  role: 'reader',
  async handler({ parts }) {
    const batches = await parts.store.replayBatches(50);
    return {
      kind: 'page',
      title: 'Retraitements',
      body:
        batches.length === 0 ? (
          <Empty title="Aucun retraitement n’a encore été demandé.">
            <p>
              Ouvrez un flux rejeté, ou une recherche de la <a href="/flux">liste des flux</a>, et choisissez
              « Retraiter ».
            </p>
          </Empty>
        ) : (
          <Table
            caption="Retraitements"
            rows={batches}
            keyOf={({ id }) => id}
            columns={[
              {
                head: 'Demandé le',
                cell: ({ id, at }) => (
                  <a href={`/retraitements/${id}`}>
                    <Moment at={at} />
                  </a>
                ),
              },
              { head: 'Par', cell: ({ by }) => by.replace(/^user:/, '') },
              { head: 'Motif', cell: ({ reason }) => reason },
              { head: 'Flux', numeric: true, cell: ({ count: all }) => count(all) },
              { head: 'Terminés', numeric: true, cell: ({ done }) => count(done) },
              { head: 'Encore refusés', numeric: true, cell: ({ refused }) => count(refused) },
            ]}
          />
        ),
    };
  },
});

const params = z.object({ lot: z.string().max(64) });
const liveOf = (batch: string) => ({ id: 'lot', path: `/retraitements/${batch}/etat`, everyS: 2 });

/** One order and how far it is. */
export const batchPage = page({
  path: '/retraitements/:lot',
  role: 'reader',
  schema: { params },
  async handler({ parts, params: { lot }, visitor }) {
    const progress = await parts.store.replayBatch(lot);
    if (progress === null) throw notFound('Ce retraitement');
    return {
      kind: 'page',
      title: 'Avancement du retraitement',
      crumbs: [{ label: 'Retraitements', path: '/retraitements' }],
      body: (
        <>
          <Facts
            rows={[
              ['Demandé le', <Moment key="m" at={progress.at} />],
              ['Par', progress.by.replace(/^user:/, '')],
              ['Motif', progress.reason],
            ]}
          />
          <Live {...liveOf(lot)}>
            <Progress progress={progress} rows={await rowsOf(parts.store, lot)} />
          </Live>
          {visitor.user.role !== 'reader' && progress.waiting > 0 ? (
            <Form action={`/retraitements/${lot}/abandon`}>
              <button class="danger" type="submit">
                Renoncer à ce qui attend encore
              </button>
            </Form>
          ) : null}
        </>
      ),
    };
  },
});

export const batchState = page({
  path: '/retraitements/:lot/etat',
  role: 'reader',
  schema: { params },
  async handler({ parts, params: { lot } }) {
    const progress = await parts.store.replayBatch(lot);
    if (progress === null) throw notFound('Ce retraitement');
    return {
      kind: 'live',
      ...liveOf(lot),
      body: <Progress progress={progress} rows={await rowsOf(parts.store, lot)} />,
    };
  },
});

const shownMax = 100;

async function rowsOf(store: Store, batch: string) {
  const replays = await store.replays({ batch, limit: shownMax });
  return Promise.all(
    replays.map(async (replay) => ({
      replay,
      name: (await store.flow(replay.flow))?.depositedName ?? replay.flow,
    })),
  );
}

function Progress({
  progress,
  rows,
}: {
  readonly progress: ReplayProgress;
  readonly rows: Awaited<ReturnType<typeof rowsOf>>;
}) {
  const { count: all, waiting, taken, done, dropped, refused } = progress;
  const ended = done + dropped;
  return (
    <>
      <p>
        <progress max={all} value={ended} aria-label="Flux retraités" /> {count(ended)} flux sur {count(all)}{' '}
        ; intégrés en entier : {count(done - refused)} ; encore refusés : {count(refused)}
        {dropped === 0 ? '' : ` ; abandonnés : ${count(dropped)}`}.{' '}
        <strong>
          {waiting + taken === 0 ? 'Le retraitement est terminé.' : 'Le retraitement est en cours.'}
        </strong>
      </p>
      <Table
        caption="Flux du retraitement"
        rows={rows}
        keyOf={({ replay }) => replay.id}
        columns={[
          { head: 'Flux', cell: ({ replay, name }) => <a href={`/flux/${replay.flow}`}>{name}</a> },
          { head: 'Avant', cell: ({ replay }) => <FlowBadge state={replay.beforeState} /> },
          {
            head: 'Après',
            cell: ({ replay }) =>
              replay.afterState === null ? (
                replayWords[replay.state]
              ) : (
                <FlowBadge state={replay.afterState} />
              ),
          },
        ]}
      />
      {all > rows.length ? <p>Les {count(rows.length)} premiers flux sont montrés.</p> : null}
    </>
  );
}
