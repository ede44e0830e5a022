import { z } from 'zod';
import { dayInParis, momentInParis } from '../../domain/dates.js';
import type { RefusalCount } from '../../ports/store-console-reads.js';
import {
  type Figures,
  figuresOf,
  type Period,
  type PeriodFigures,
  periods,
  refusalsOf,
  startOf,
} from '../figures.js';
import type { ConsoleParts } from '../parts.js';
import { page } from '../route.js';
import { FreshAlerts, SeenAlerts } from '../ui/alerts.js';
import { RankChart, TimeChart } from '../ui/chart.js';
import { Live } from '../ui/live.js';
import { Ago, count, Empty, Notice } from '../ui/show.js';
import { address, Table } from '../ui/table.js';

const query = z.object({ periode: z.enum(['1', '7', '30']).optional().catch(undefined) });
const figuresLive = { id: 'synthese', path: '/synthese/chiffres', everyS: 5 } as const;
const chartsLive = (days: Period) =>
  ({ id: 'graphiques', path: `/synthese/graphiques?periode=${days}`, everyS: 60 }) as const;

const daysOf = (text: string | undefined): Period => periods.find((days) => String(days) === text) ?? 7;
const periodNames: Readonly<Record<Period, string>> = {
  1: 'Aujourd’hui',
  7: '7 derniers jours',
  30: '30 derniers jours',
};

/** What came in, what became of it, what waits: refreshed by itself. */
export const overview = page({
  path: '/',
  role: 'reader',
  schema: { query },
  async handler({ parts, query: { periode } }) {
    const days = daysOf(periode);
    return {
      kind: 'page',
      title: 'Synthèse',
      body: (
        <>
          <QuickSearch />
          <Live {...figuresLive}>
            <FiguresBody figures={await figuresOf(parts)} />
          </Live>
          <Live {...chartsLive(days)}>
            <Charts figures={await figuresOf(parts)} days={days} refusals={await refusalsOf(parts, days)} />
          </Live>
        </>
      ),
    };
  },
});

/** The figures alone. */
export const overviewCounts = page({
  path: '/synthese/chiffres',
  role: 'reader',
  async handler({ parts }) {
    return { kind: 'live', ...figuresLive, body: <FiguresBody figures={await figuresOf(parts)} /> };
  },
});

/** The charts alone. */
export const overviewCharts = page({
  path: '/synthese/graphiques',
  role: 'reader',
  schema: { query },
  async handler({ parts, query: { periode } }) {
    const days = daysOf(periode);
    return { kind: 'live', ...chartsLive(days), body: await chartsOf(parts, days) };
  },
});

async function chartsOf(parts: ConsoleParts, days: Period) {
  return <Charts figures={await figuresOf(parts)} days={days} refusals={await refusalsOf(parts, days)} />;
}

function QuickSearch() {
  return (
    <search>
      <form class="filters" method="get" action="/flux" aria-label="Rechercher un flux ou une facture">
        <div class="field wide">
          <label for="champ-q">Rechercher</label>
          <p class="hint" id="champ-q-aide">
            Numéro de facture, SIRET, nom de fichier, identifiant de flux, fournisseur ou règle
          </p>
          <input
            id="champ-q"
            type="search"
            name="q"
            data-search
            aria-describedby="champ-q-aide"
            autocomplete="off"
          />
        </div>
        <div class="buttons">
          <button type="submit">Rechercher</button>
        </div>
      </form>
    </search>
  );
}

function FiguresBody({ figures }: { readonly figures: Figures }) {
  const today = figures.periods[0];
  return (
    <>
      <FreshAlerts alerts={figures.alerts} now={figures.at} />
      <h2>Aujourd’hui</h2>
      {today === undefined ? null : <Tiles figures={today} now={figures.at} />}
      <Table
        caption="Flux et factures par période"
        rows={figures.periods}
        keyOf={({ days }) => String(days)}
        columns={[
          { head: 'Période', cell: ({ days }) => periodNames[days] },
          { head: 'Flux reçus', numeric: true, cell: (p) => listed(p, figures.at, null, p.flows) },
          { head: 'Intégrés', numeric: true, cell: (p) => listed(p, figures.at, 'integre', p.integrated) },
          { head: 'Partiels', numeric: true, cell: (p) => listed(p, figures.at, 'partiel', p.partial) },
          { head: 'Rejetés', numeric: true, cell: (p) => listed(p, figures.at, 'rejete', p.rejected) },
          {
            head: 'Irrecevables',
            numeric: true,
            cell: (p) => listed(p, figures.at, 'irrecevable', p.unreceivable),
          },
          { head: 'Incidents', numeric: true, cell: (p) => listed(p, figures.at, 'incident', p.incident) },
          {
            head: 'Sans réponse',
            numeric: true,
            cell: (p) => listed(p, figures.at, 'en-attente', p.waiting),
          },
          { head: 'Factures lues', numeric: true, cell: (p) => count(p.invoices) },
          { head: 'Intégrées', numeric: true, cell: (p) => count(p.invoicesIntegrated) },
          { head: 'Rejetées', numeric: true, cell: (p) => count(p.invoicesRejected) },
        ]}
      />
      {figures.open.more ? (
        <Notice tone="info">
          plus de {count(figures.open.counted)} flux attendent : les chiffres « sans réponse » comptent les
          plus anciens.
        </Notice>
      ) : null}
      <Watch figures={figures} />
      <SeenAlerts alerts={figures.alerts} now={figures.at} />
    </>
  );
}

function listed(period: PeriodFigures, now: Date, etat: string | null, value: number) {
  if (value === 0) return '0';
  return <a href={address('/flux', { etat, du: dayInParis(startOf(now, period.days)) })}>{count(value)}</a>;
}

function Tiles({ figures, now }: { readonly figures: PeriodFigures; readonly now: Date }) {
  const tiles: readonly (readonly [string, number, string | null])[] = [
    ['flux reçus', figures.flows, ''],
    ['intégrés', figures.integrated, 'integre'],
    ['partiels', figures.partial, 'partiel'],
    ['rejetés', figures.rejected, 'rejete'],
    ['irrecevables', figures.unreceivable, 'irrecevable'],
    ['sans réponse', figures.waiting, 'en-attente'],
    ['factures lues', figures.invoices, null],
  ];
  return (
    <ul class="tiles">
      {tiles.map(([label, value, etat]) => (
        <li class="tile" key={label}>
          <strong>{count(value)}</strong>
          {etat === null ? (
            <span>{label}</span>
          ) : (
            <a href={address('/flux', { etat, du: dayInParis(now) })}>{label}</a>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What somebody should look at. */
function Watch({ figures: { open, late, unfetched, at } }: { readonly figures: Figures }) {
  const { oldest } = open;
  if (oldest === null && late.length === 0 && unfetched.length === 0)
    return (
      <Empty title="Rien n’attend.">
        <p>Chaque flux reçu a sa réponse, et chaque fichier a été relevé à temps.</p>
      </Empty>
    );
  return (
    <section class="sheet">
      <h2>À surveiller</h2>
      <ul>
        {oldest === null ? null : (
          <li>
            Flux sans réponse le plus ancien : <a href={`/flux/${oldest.id}`}>{oldest.depositedName}</a>, de{' '}
            {oldest.partner}, reçu <Ago at={oldest.receivedAt} now={at} />
          </li>
        )}
        {late.map(({ flow, why }) => (
          <li key={flow.id}>
            {why === 'report' ? 'Compte rendu pas encore remis' : 'En retard'} :{' '}
            <a href={`/flux/${flow.id}`}>{flow.depositedName}</a>, de {flow.partner}, reçu{' '}
            <Ago at={flow.receivedAt} now={at} />
          </li>
        ))}
        {unfetched.map(({ partner, late: files, oldestAt }) => (
          <li key={partner}>
            {partner} n’a pas relevé {count(files)} {files > 1 ? 'fichiers' : 'fichier'} à temps, le plus
            ancien <Ago at={oldestAt} now={at} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Charts({
  figures,
  days,
  refusals,
}: {
  readonly figures: Figures;
  readonly days: Period;
  readonly refusals: readonly RefusalCount[];
}) {
  return (
    <div class="columns wide">
      <section class="sheet">
        <h2>Flux reçus par heure, 48 dernières heures</h2>
        <Volume figures={figures} />
      </section>
      <section class="sheet">
        <h2>Motifs de rejet, {days === 1 ? 'aujourd’hui' : periodNames[days]}</h2>
        <nav class="buttons" aria-label="Période des motifs de rejet">
          {periods.map((one) => (
            <a
              key={one}
              href={address('/', { periode: one })}
              aria-current={one === days ? 'true' : undefined}
            >
              {periodNames[one]}
            </a>
          ))}
        </nav>
        <Refusals refusals={refusals} days={days} now={figures.at} />
      </section>
    </div>
  );
}

const hourText = (hour: string): string => momentInParis(new Date(`${hour}:00:00Z`));

function Volume({ figures: { hours } }: { readonly figures: Figures }) {
  const all = hours.reduce((sum, { flows }) => sum + flows, 0);
  const most = hours.reduce((a, b) => (b.flows > a.flows ? b : a), { hour: '', flows: 0, refused: 0 });
  if (all === 0)
    return (
      <Empty title="Aucun flux reçu depuis 48 heures.">
        <p>
          Si un partenaire dépose d’ordinaire à cette heure, voyez sur la page{' '}
          <a href="/partenaires">Partenaires</a> si son dossier est lu.
        </p>
      </Empty>
    );
  return (
    <>
      <TimeChart
        id="volume"
        title="Flux reçus par heure"
        summary={`${count(all)} flux en 48 heures ; l’heure la plus chargée, le ${hourText(most.hour).slice(0, 18)}, en compte ${count(most.flows)}.`}
        bars={hours.map(({ hour, flows, refused }) => ({
          label: hourText(hour).slice(13, 15).concat(' h'),
          value: flows,
          part: refused,
        }))}
        labelEvery={6}
      />
      <p class="hint">En couleur foncée : flux rejetés, partiels ou en incident.</p>
      <details>
        <summary>Données du graphique</summary>
        <Table
          caption="Flux reçus par heure"
          rows={hours.filter(({ flows }) => flows > 0)}
          keyOf={({ hour }) => hour}
          columns={[
            { head: 'Heure', cell: ({ hour }) => hourText(hour).slice(0, 18) },
            { head: 'Flux reçus', numeric: true, cell: ({ flows }) => count(flows) },
            { head: 'Avec refus', numeric: true, cell: ({ refused }) => count(refused) },
          ]}
        />
      </details>
    </>
  );
}

function Refusals({
  refusals,
  days,
  now,
}: {
  readonly refusals: readonly RefusalCount[];
  readonly days: Period;
  readonly now: Date;
}) {
  const [first] = refusals;
  if (first === undefined)
    return (
      <Empty title="Aucun rejet sur cette période.">
        <p>Choisissez une période plus longue, ou voyez tous les flux dans la liste.</p>
      </Empty>
    );
  const du = dayInParis(startOf(now, days));
  return (
    <>
      <RankChart
        id="motifs"
        title="Flux refusés par règle"
        summary={`${first.rule} refuse le plus : ${count(first.flows)} flux. Quinze règles au plus sont montrées.`}
        bars={refusals.map(({ rule, flows }) => ({ label: rule, value: flows }))}
      />
      <Table
        caption="Flux et factures refusés par règle"
        rows={refusals}
        keyOf={({ rule }) => rule}
        columns={[
          { head: 'Règle', cell: ({ rule }) => <a href={address('/flux', { regle: rule, du })}>{rule}</a> },
          { head: 'Flux', numeric: true, cell: ({ flows }) => count(flows) },
          { head: 'Factures', numeric: true, cell: ({ invoices }) => count(invoices) },
        ]}
      />
    </>
  );
}
