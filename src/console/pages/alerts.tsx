import { z } from 'zod';
import type { Alert } from '../../domain/alert.js';
import { type Answer, page, type SignedCall } from '../route.js';
import { Badge } from '../ui/badge.js';
import { Cause } from '../ui/cause.js';
import { Choice, Filters, Form } from '../ui/form.js';
import { Ago, Empty, Moment, withoutIbans } from '../ui/show.js';
import { Table } from '../ui/table.js';

const query = z.object({ etat: z.enum(['ouvertes', 'toutes']).optional().catch(undefined) });
const listMax = 200;

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
  const alerts = await parts.store.listAlerts({ open: state === 'ouvertes', limit: listMax });
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
              { head: 'Alerte', cell: ({ text }) => withoutIbans(text) },
              { head: 'Depuis', cell: ({ since }) => <Ago at={since} now={now} /> },
              {
                head: 'État',
                cell: ({ endedAt }) =>
                  endedAt === null ? (
                    <Badge tone="bad">ouverte</Badge>
                  ) : (
                    <>
                      <Badge tone="good">terminée</Badge> <Moment at={endedAt} />
                    </>
                  ),
              },
              { head: 'Que faire', cell: ({ fix }) => withoutIbans(fix) },
              { head: 'Voir', cell: (alert) => <Links alert={alert} /> },
            ]}
          />
        )}
        {alerts.length === listMax ? <p>Les {listMax} plus récentes sont montrées.</p> : null}
        {visitor.user.role === 'reader' ? null : (
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

function Links({ alert: { id, partner, flow, kind } }: { readonly alert: Alert }) {
  const links = [
    ...(flow === null ? [] : [[`/flux/${flow}`, 'flux'] as const]),
    ...(partner === null ? [] : [[`/partenaires/${partner}`, partner] as const]),
    ...(kind === 'job-dead' ? [['/mis-de-cote', 'flux mis de côté'] as const] : []),
  ];
  return (
    <>
      {links.map(([href, label], i) => (
        <span key={`${id}${href}`}>
          {i === 0 ? '' : ', '}
          <a href={href}>{label}</a>
        </span>
      ))}
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
