import { z } from 'zod';
import { dayInParis } from '../../domain/dates.js';
import { layers } from '../../domain/finding.js';
import type { Role } from '../../ports/store-console.js';
import { homePaths } from '../../settings/home.js';
import { type ListedRule, rulesInForce } from '../../validate/packs/catalogue.js';
import { defaultChoices, versionFor } from '../../validate/packs/choice.js';
import { installedPacks } from '../../validate/packs/manifest.js';
import type { InstalledPack } from '../../validate/packs/types.js';
import { frenchTextOf } from '../../validate/texts/index.js';
import { folded } from '../directory-search.js';
import { reaches } from '../gate.js';
import type { ConsoleParts } from '../parts.js';
import { page } from '../route.js';
import { Badge } from '../ui/badge.js';
import { Choice, Field, Filters } from '../ui/form.js';
import { PackList, PackRemoval, PackUpload, type PackUse } from '../ui/packs.js';
import { count, Empty } from '../ui/show.js';
import { address, Pager, Table } from '../ui/table.js';
import { layerNames } from '../ui/trial.js';

const text = z.string().trim().max(100).optional().catch(undefined);
const query = z.object({ q: text, jeu: text, couche: text, gravite: text, jours: text, apres: text });
const pageRules = 50;
const periods = { '1': '24 heures', '7': '7 jours', '30': '30 jours', '365': 'un an' } as const;
type Days = keyof typeof periods;
const daysOf = (asked: string | undefined): Days =>
  asked !== undefined && Object.hasOwn(periods, asked) ? (asked as Days) : '7';

const hourMs = 3_600_000;
const refusalsShown = 30;

let listed: { readonly key: string; readonly rules: readonly ListedRule[] } | null = null;

/** The catalogue of a day; reading the packs for it is not free. */
function rulesOf({ loaded }: ConsoleParts, day: string): readonly ListedRule[] {
  const dir = homePaths(loaded.home).rules;
  const key = `${dir} ${day} ${installedPacks(dir)
    .map(({ set, version, installedAt }) => `${set}@${version} ${installedAt}`)
    .join(' ')}`;
  if (listed?.key !== key) listed = { key, rules: rulesInForce(dir, day, frenchTextOf) };
  return listed.rules;
}

/** What is asked of invoices, what refuses most, and what settings change about it. */
export const rulesPage = page({
  path: '/regles',
  role: 'reader',
  schema: { query },
  async handler({ parts, query: asked, visitor }) {
    const day = dayInParis(parts.clock.now());
    const all = rulesOf(parts, day);
    const { q = '', jeu = '', couche = '', gravite = '' } = asked;
    const words = folded(q).split(/\s+/).filter(Boolean);
    const found = all.filter(
      (rule) =>
        (jeu === '' || rule.set === jeu) &&
        (couche === '' || rule.layer === couche) &&
        (gravite === '' || rule.severity.includes(gravite)) &&
        words.every((word) => folded(`${rule.id} ${rule.message} ${rule.fix}`).includes(word)),
    );
    const from = Math.max(0, found.findIndex(({ id, set }) => `${set} ${id}` === asked.apres) + 1);
    const shown = found.slice(from, from + pageRules);
    const last = shown.at(-1);
    const filters = { q, jeu, couche, gravite, jours: asked.jours };
    const active = [q, jeu, couche, gravite].some((value) => value !== '');
    return {
      kind: 'page',
      title: 'Règles',
      body: (
        <>
          <Filters action="/regles" active={active}>
            <Field name="q" type="search" label="Code ou mots" value={q} data-search />
            <Choice
              name="jeu"
              label="Jeu de règles"
              value={jeu}
              options={[
                ['', 'Tous'],
                ...[...new Set(all.map(({ set }) => set))].map((set) => [set, set] as const),
              ]}
            />
            <Choice
              name="couche"
              label="Vérification"
              value={couche}
              options={[['', 'Toutes'], ...layers.map((layer) => [layer, layerNames[layer]] as const)]}
            />
            <Choice
              name="gravite"
              label="Gravité"
              value={gravite}
              options={[
                ['', 'Toutes'],
                ['fatal', 'bloquante'],
                ['warning', 'avertissement'],
              ]}
            />
          </Filters>
          <p>
            {count(found.length)} règle{found.length > 1 ? 's' : ''} sur {count(all.length)}.
            {active || from > 0 ? null : (
              <>
                {' '}
                <a href="#paquets">Paquets de règles installés</a>
              </>
            )}
          </p>
          {shown.length === 0 ? (
            <Empty title="Aucune règle trouvée.">
              <p>Cherchez par son code (G1.05), ou par un mot de son message.</p>
            </Empty>
          ) : (
            <Table
              caption="Règles"
              rows={shown}
              keyOf={({ set, id }) => `${set} ${id}`}
              columns={[
                { head: 'Règle', cell: ({ id }) => <code>{id}</code> },
                { head: 'Jeu', cell: ({ set, version }) => version ?? set },
                { head: 'Gravité', cell: ({ severity }) => <Severity text={severity} /> },
                { head: 'Ce qui est dit', cell: ({ message }) => message },
                { head: 'Remède', cell: ({ fix }) => fix },
                {
                  head: 'Flux',
                  cell: ({ id }) => (
                    <a href={address('/flux', { regle: id })} aria-label={`Flux refusés par ${id}`}>
                      flux
                    </a>
                  ),
                },
              ]}
            />
          )}
          <Pager
            first={from === 0 ? null : address('/regles', filters)}
            next={
              last === undefined || from + pageRules >= found.length
                ? null
                : address('/regles', { ...filters, apres: `${last.set} ${last.id}` })
            }
          />
          {active || from > 0 ? null : (
            <>
              <MostRefused {...(await mostRefused(parts, daysOf(asked.jours)))} rules={all} />
              <Regraded parts={parts} />
              <Packs parts={parts} role={visitor.user.role} />
            </>
          )}
        </>
      ),
    };
  },
});

function Severity({ text: severity }: { readonly text: string }) {
  if (severity === 'fatal') return <Badge tone="bad">bloquante</Badge>;
  if (severity === 'warning') return <Badge tone="half">avertissement</Badge>;
  return <>{severity.replaceAll('fatal', 'bloquante').replaceAll('warning', 'avertissement')}</>;
}

/** From the counts by hour: to go through the flows of a year would hold up whoever shares the database. */
async function mostRefused({ store, clock }: ConsoleParts, days: Days) {
  const now = clock.now().getTime();
  const from = new Date(now - Number(days) * 24 * hourMs);
  const to = new Date(now + hourMs);
  const rows = await store.refusalsByRule(from.toISOString(), to.toISOString(), refusalsShown);
  return { rows, days, since: dayInParis(from) };
}

function MostRefused({
  rows,
  days,
  since,
  rules,
}: Awaited<ReturnType<typeof mostRefused>> & { readonly rules: readonly ListedRule[] }) {
  const messages = new Map(rules.map(({ id, message }) => [id, message]));
  return (
    <section>
      <h2>Ce qui refuse le plus</h2>
      <nav class="pager" aria-label="Période">
        {Object.entries(periods).map(([value, label]) => (
          <a
            key={value}
            href={address('/regles', { jours: value })}
            aria-current={value === days ? 'true' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      {rows.length === 0 ? (
        <Empty title="Rien n’a été refusé pendant cette période." />
      ) : (
        <Table
          caption="Règles qui refusent le plus"
          rows={rows}
          keyOf={({ rule }) => rule}
          columns={[
            {
              head: 'Règle',
              cell: ({ rule }) => (
                <a href={address('/flux', { regle: rule, du: since })}>
                  <code>{rule}</code>
                </a>
              ),
            },
            { head: 'Ce qui est dit', cell: ({ rule }) => messages.get(rule) ?? '—' },
            { head: 'Flux', numeric: true, cell: ({ flows }) => count(flows) },
            { head: 'Factures', numeric: true, cell: ({ invoices }) => count(invoices) },
          ]}
        />
      )}
    </section>
  );
}

function Regraded({ parts }: { readonly parts: ConsoleParts }) {
  const { regrade } = parts.loaded.settings.rules;
  return (
    <section>
      <h2>Gravités changées par les réglages</h2>
      {regrade.length === 0 ? (
        <p>Aucune : chaque règle a la gravité de sa source (réglage rules.regrade).</p>
      ) : (
        <Table
          caption="Gravités changées"
          rows={regrade.map((row, order) => ({ ...row, order }))}
          keyOf={({ order }) => String(order)}
          columns={[
            { head: 'Règle', cell: ({ rule }) => <code>{rule}</code> },
            {
              head: 'Devient',
              cell: ({ severity }) =>
                ({ fatal: 'bloquante', warning: 'avertissement', off: 'éteinte' })[severity],
            },
            { head: 'Motif', cell: ({ reason }) => reason },
          ]}
        />
      )}
    </section>
  );
}

function Packs({ parts, role }: { readonly parts: ConsoleParts; readonly role: Role }) {
  const packs = installedPacks(homePaths(parts.loaded.home).rules);
  const day = dayInParis(parts.clock.now());
  const choices = [...defaultChoices, ...parts.loaded.settings.rules.sets].filter(
    ({ mode }) => mode !== 'off',
  );
  const useOf = ({ set, version }: InstalledPack): PackUse => {
    const asking = choices.filter((choice) => choice.set === set);
    const own = packs.filter((pack) => pack.set === set);
    if (asking.some((choice) => choice.version === version)) return 'pinned';
    if (asking.length === 0) return 'unasked';
    return versionFor(own, day, null)?.version === version ? 'speaks' : 'waits';
  };
  const administrator = reaches(role, 'administrator');
  return (
    <section id="paquets">
      <h2>Paquets de règles installés</h2>
      <PackList packs={packs} useOf={useOf} />
      <p>
        Un paquet installé ou retiré, ici ou avec la commande <code>ecluse rules</code>, vaut une seconde plus
        tard pour les flux que le moteur traite, sans le redémarrer ; les verdicts déjà rendus ne changent
        pas. Les réglages qui disent où un jeu s’applique (rules.sets) ne sont lus, eux, qu’au démarrage. Avec
        plusieurs machines, le dossier <code>rules</code> est dans le dossier partagé : une installation vaut
        pour toutes, dès que le partage la leur montre (une minute au plus).
      </p>
      {administrator ? (
        <>
          <PackUpload bytesMax={parts.loaded.settings.console.packBytesMax} />
          <PackRemoval packs={packs} />
        </>
      ) : (
        <p>Un administrateur en installe et en retire ici.</p>
      )}
    </section>
  );
}
