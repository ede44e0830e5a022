import { z } from 'zod';
import { dayAfter, instantInParis, isCalendarDay } from '../../domain/dates.js';
import type { Actor } from '../../domain/flow.js';
import type { EventCursor } from '../../ports/store-console.js';
import { page } from '../route.js';
import { Field, Filters } from '../ui/form.js';
import { Empty, Moment, withoutIbans } from '../ui/show.js';
import { address, Pager, Table } from '../ui/table.js';

const pageRows = 50;
const text = z.string().trim().max(200).optional().catch(undefined);
const query = z.object({ acteur: text, nature: text, du: text, au: text, apres: text });

/** Who did what: what people and partners did, by actor, kind and period; the engine's steps stand with each flow. */
export const journalPage = page({
  path: '/journal',
  role: 'reader',
  schema: { query },
  async handler({ parts, query: asked }) {
    const after = cursorOf(asked.apres);
    const rows = await parts.store.listActs({
      ...filterOf(asked),
      ...(after === null ? {} : { after }),
      limit: pageRows + 1,
    });
    const shown = rows.slice(0, pageRows);
    const last = rows.length > pageRows ? shown.at(-1) : undefined;
    const { apres: _apres, ...filters } = asked;
    const active = Object.values(filters).some((value) => value !== undefined && value !== '');
    return {
      kind: 'page',
      title: 'Journal',
      body: (
        <>
          <p>
            Ce que les personnes et les partenaires ont fait, le plus récent d’abord. Rien ne s’y modifie ni
            ne s’efface.
          </p>
          <Filters action="/journal" active={active}>
            <Field
              name="acteur"
              label="Auteur"
              hint="identifiant ou code partenaire"
              value={asked.acteur}
              data-search
            />
            <Field name="nature" label="Nature" hint="par exemple login, user-added" value={asked.nature} />
            <Field name="du" label="Du" hint="premier jour" type="date" value={asked.du} />
            <Field name="au" label="Au" hint="dernier jour, compris" type="date" value={asked.au} />
          </Filters>
          {shown.length === 0 ? <Nothing active={active} /> : <Acts rows={shown} filters={filters} />}
          <Pager
            first={after === null ? null : address('/journal', filters)}
            next={
              last === undefined ? null : address('/journal', { ...filters, apres: `${last.at}~${last.seq}` })
            }
          />
        </>
      ),
    };
  },
});

type Asked = z.output<typeof query>;

function filterOf({ acteur, nature, du, au }: Asked) {
  return {
    ...(acteur ? { actor: actorOf(acteur) } : {}),
    ...(nature ? { kind: nature } : {}),
    ...(du && isCalendarDay(du) ? { since: instantInParis(du).toISOString() } : {}),
    ...(au && isCalendarDay(au) ? { until: instantInParis(dayAfter(au)).toISOString() } : {}),
  };
}

/** A partner's code is six capital letters or digits; anything else is a login. */
function actorOf(typed: string): Actor {
  if (/^(user|partner):/.test(typed)) return typed as Actor;
  return /^[A-Z0-9]{6}$/.test(typed) ? `partner:${typed}` : `user:${typed.toLowerCase()}`;
}

function cursorOf(typed: string | undefined): EventCursor | null {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)~(\d{1,15})$/.exec(typed ?? '');
  return match?.[1] === undefined ? null : { at: match[1], seq: Number(match[2]) };
}

function Nothing({ active }: { readonly active: boolean }) {
  return active ? (
    <Empty title="Aucune action ne répond à ces filtres.">
      <p>
        Élargissez la période, ou <a href="/journal">affichez tout</a>.
      </p>
    </Empty>
  ) : (
    <Empty title="Aucune action n’est encore inscrite.">
      <p>Connexions, dépôts, rejeux et changements de réglages apparaîtront ici.</p>
    </Empty>
  );
}

type Act = Awaited<ReturnType<import('../../ports/store.js').Store['listActs']>>[number];

function Acts({ rows, filters }: { readonly rows: readonly Act[]; readonly filters: Omit<Asked, 'apres'> }) {
  return (
    <Table
      caption="Actions"
      keyOf={({ seq }) => String(seq)}
      rows={rows}
      columns={[
        { head: 'Quand', cell: ({ at }) => <Moment at={at} /> },
        {
          head: 'Auteur',
          cell: ({ actor }) => (
            <a href={address('/journal', { ...filters, acteur: shortActor(actor) })}>{shortActor(actor)}</a>
          ),
        },
        {
          head: 'Nature',
          cell: ({ kind }) => <a href={address('/journal', { ...filters, nature: kind })}>{kind}</a>,
        },
        { head: 'Action', cell: ({ text: told }) => withoutIbans(told) },
        { head: 'Flux', cell: ({ flow }) => (flow === null ? '—' : <a href={`/flux/${flow}`}>voir</a>) },
      ]}
    />
  );
}

function shortActor(actor: Actor): string {
  return actor.replace(/^(user|partner):/, '');
}
