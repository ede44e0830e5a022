import type { Store } from '../../ports/store.js';
import { page } from '../route.js';
import { Live } from '../ui/live.js';
import { count } from '../ui/show.js';

const dayMs = 86_400_000;
const live = { id: 'synthese', path: '/synthese/chiffres', everyS: 5 } as const;

/** What came in during the last 24 hours, refreshed by itself. */
export const overview = page({
  path: '/',
  role: 'reader',
  async handler({ parts }) {
    const counts = await countsOf(parts.store, parts.clock.now());
    return {
      kind: 'page',
      title: 'Synthèse',
      body: (
        <Live {...live}>
          <Counts counts={counts} />
        </Live>
      ),
    };
  },
});

/** The figures alone. */
export const overviewCounts = page({
  path: '/synthese/chiffres',
  role: 'reader',
  async handler({ parts }) {
    const counts = await countsOf(parts.store, parts.clock.now());
    return { kind: 'live', ...live, body: <Counts counts={counts} /> };
  },
});

type Summary = Awaited<ReturnType<Store['summary']>>;

function countsOf(store: Store, now: Date): Promise<Summary> {
  return store.summary(new Date(now.getTime() - dayMs).toISOString());
}

function Counts({ counts }: { readonly counts: Summary }) {
  const tiles: readonly (readonly [string, number])[] = [
    ['flux reçus', counts.flows],
    ['intégrés', counts.integrated],
    ['partiels', counts.partial],
    ['rejetés', counts.rejected],
    ['en incident', counts.incidents],
    ['factures lues', counts.invoices],
    ['envois', counts.deliveries],
  ];
  return (
    <>
      <h2>Depuis 24 heures</h2>
      <ul class="tiles">
        {tiles.map(([label, value]) => (
          <li class="tile" key={label}>
            <strong>{count(value)}</strong>
            <span>{label}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
