import { z } from 'zod';
import type { ListedAlert } from '../../domain/alert.js';
import { openAlertsMax } from '../figures.js';
import { reaches } from '../gate.js';
import { type Answer, page, type SignedCall } from '../route.js';
import { AlertLinks, Seen } from '../ui/alerts.js';
import { Badge } from '../ui/badge.js';
import { Cause } from '../ui/cause.js';
import { Choice, Field, Filters, Form } from '../ui/form.js';
import { Ago, counted, Empty, Moment, withoutIbans } from '../ui/show.js';
import { Table } from '../ui/table.js';

const query = z.object({ etat: z.enum(['ouvertes', 'toutes']).optional().catch(undefined) });

/** What is wrong now, and what was. */
export const alertsPage = page({
  path: '/alertes',
  role: 'reader',
  schema: { query },
  handler: (call) => alertsAnswer(call, call.query.etat ?? 'ouvertes'),
});

interface TestResult {
  readonly channel: string;
  readonly error: string | null;
}

export async function alertsAnswer(
  { parts, visitor }: SignedCall<unknown, unknown, unknown>,
  state: 'ouvertes' | 'toutes',
  tested: readonly TestResult[] | null = null,
): Promise<Answer> {
  const open = state === 'ouvertes';
  const listed = await parts.store.listAlerts({ open, limit: openAlertsMax });
  // Among those that last, what nobody looks after comes first.
  const alerts = open
    ? [...listed].sort((a, b) => Number(a.seen !== null) - Number(b.seen !== null))
    : listed;
  const support = reaches(visitor.user.role, 'support');
  const fresh = alerts.filter(isFresh);
  const now = parts.clock.now();
  return {
    kind: 'page',
    title: 'Alertes',
    body: (
      <>
        {tested === null ? null : <Tested results={tested} />}
        <Filters action="/alertes" active={state !== 'ouvertes'}>
          <Choice
            name="etat"
            label="Montrer"
            value={state}
            options={[
              ['ouvertes', 'ce qui dure encore'],
              ['toutes', 'tout, terminé compris'],
            ]}
          />
        </Filters>
        {alerts.some(({ endedAt }) => endedAt === null) ? (
          <p>
            {counted(fresh.length, 'alerte à prendre', 'alertes à prendre')},{' '}
            {counted(alerts.filter(({ endedAt, seen }) => endedAt === null && seen !== null).length, 'vue')}.
            Une alerte vue ne se signale plus, mais reste ici jusqu’à sa fin ; si sa cause revient après, elle
            est de nouveau à prendre.
          </p>
        ) : null}
        {alerts.length === 0 ? (
          <Empty title={state === 'ouvertes' ? 'Rien ne demande votre attention.' : 'Aucune alerte.'}>
            <p>Une alerte s’ouvre d’elle-même, et se ferme quand sa cause a disparu.</p>
          </Empty>
        ) : (
          <Table
            caption="Alertes"
            rows={alerts}
            keyOf={({ id }) => id}
            columns={[
              {
                head: 'Alerte',
                cell: (alert) => (
                  <>
                    {support && isFresh(alert) ? <Tick alert={alert} /> : null}
                    {withoutIbans(alert.text)}
                  </>
                ),
              },
              { head: 'Depuis', cell: ({ since }) => <Ago at={since} now={now} /> },
              {
                head: 'État',
                cell: (alert) => <State alert={alert} support={support} now={now} />,
              },
              { head: 'Que faire', cell: ({ fix }) => withoutIbans(fix) },
              { head: 'Voir', cell: (alert) => <AlertLinks alert={alert} /> },
            ]}
          />
        )}
        {listed.length === openAlertsMax ? <p>Les {openAlertsMax} plus récentes sont montrées.</p> : null}
        {support && fresh.length > 0 ? <TakeForm /> : null}
        {!support ? null : (
          <section class="sheet">
            <h2>Essayer les envois d’alertes</h2>
            <p>
              Un message d’essai part par chaque voie des réglages (journal, courriel, appel web, commande).
            </p>
            <Form action="/alertes/essai">
              <button class="second" type="submit">
                Envoyer un essai
              </button>
            </Form>
          </section>
        )}
      </>
    ),
  };
}

const isFresh = ({ endedAt, seen }: ListedAlert): boolean => endedAt === null && seen === null;
const takeForm = 'alertes-vues';

/** Ticks an alert for the form below the list. */
function Tick({ alert: { id, text } }: { readonly alert: ListedAlert }) {
  return (
    <>
      <input
        type="checkbox"
        name="alerte"
        value={id}
        form={takeForm}
        aria-label={`Cocher : ${withoutIbans(text).slice(0, 150)}`}
      />{' '}
    </>
  );
}

function TakeForm() {
  return (
    <Form action="/alertes/vues" class="sheet" id={takeForm}>
      <h2>Marquer comme vues les alertes cochées</h2>
      <Field
        name="note"
        label="Ce que vous faites"
        hint="Par exemple : partenaire appelé, il relance sa relève à 14 h. Montré à tous avec votre nom et l’heure, et gardé dans le journal."
        required
        maxLength={500}
        autocomplete="off"
      />
      <button type="submit">Marquer comme vues</button>
    </Form>
  );
}

function State({
  alert,
  support,
  now,
}: {
  readonly alert: ListedAlert;
  readonly support: boolean;
  readonly now: Date;
}) {
  const { id, endedAt, seen, text } = alert;
  return (
    <>
      {endedAt !== null ? (
        <>
          <Badge tone="good">terminée</Badge> <Moment at={endedAt} />
        </>
      ) : seen === null ? (
        <Badge tone="bad">à prendre</Badge>
      ) : (
        <Badge tone="plain">vue</Badge>
      )}
      {seen === null ? null : <Seen seen={seen} now={now} />}
      {seen === null || endedAt !== null || !support ? null : (
        <Form action={`/alertes/${id}/non-vue`}>
          <button
            class="second"
            type="submit"
            aria-label={`Remettre à prendre : ${withoutIbans(text).slice(0, 150)}`}
          >
            Remettre à prendre
          </button>
        </Form>
      )}
    </>
  );
}

function Tested({ results }: { readonly results: readonly TestResult[] }) {
  const names: Readonly<Record<string, string>> = {
    log: 'journal du programme',
    hook: 'commande',
    webhook: 'appel web',
    mail: 'courriel',
  };
  if (results.length === 0)
    return (
      <Empty title="Aucune voie d’envoi n’est réglée.">
        <p>Réglez alerts.mail, alerts.webhook ou alerts.hook, puis redémarrez le moteur.</p>
      </Empty>
    );
  return (
    <Table
      caption="Résultat de l’essai"
      rows={results}
      keyOf={({ channel }) => channel}
      columns={[
        { head: 'Voie', cell: ({ channel }) => names[channel] ?? channel },
        {
          head: 'Résultat',
          cell: ({ error }) =>
            error === null ? <Badge tone="good">envoyé</Badge> : <Badge tone="bad">échec</Badge>,
        },
        {
          head: 'Cause',
          cell: ({ error }) => (error === null ? '' : <Cause code="ALERT_FAILED" detail={error} />),
        },
      ]}
    />
  );
}
