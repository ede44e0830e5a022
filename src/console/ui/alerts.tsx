import type { AlertSeen, ListedAlert } from '../../domain/alert.js';
import { Ago, count, counted, Notice, withoutIbans } from './show.js';

/** Alerts that the first page names one by one. */
const shownMax = 5;

/** Where an alert leads to. */
export function AlertLinks({ alert: { id, partner, flow, kind } }: { readonly alert: ListedAlert }) {
  const links = [
    ...(flow === null ? [] : [[`/flux/${flow}`, 'flux'] as const]),
    ...(partner === null ? [] : [[`/partenaires/${partner}`, partner] as const]),
    ...(kind === 'job-dead' ? [['/mis-de-cote', 'flux mis de côté'] as const] : []),
  ];
  return (
    <>
      {links.map(([href, label], i) => (
        <span class="number" key={`${id}${href}`}>
          {i === 0 ? '' : ', '}
          <a href={href}>{label}</a>
        </span>
      ))}
    </>
  );
}

/** Who looks after an alert, since when, and what they say about it. */
export function Seen({ seen: { at, by, note }, now }: { readonly seen: AlertSeen; readonly now: Date }) {
  return (
    <p class="hint">
      vue par {by.replace(/^user:/, '')} <Ago at={at} now={now} />
      {note === '' ? '' : ` : ${withoutIbans(note)}`}
    </p>
  );
}

/** What nobody looks after yet, before everything else; nothing where there is none. */
export function FreshAlerts({
  alerts,
  now,
}: {
  readonly alerts: readonly ListedAlert[];
  readonly now: Date;
}) {
  const fresh = alerts.filter(({ seen }) => seen === null);
  if (fresh.length === 0) return null;
  return (
    <Notice tone="warning">
      {counted(fresh.length, 'alerte à prendre', 'alertes à prendre')}.{' '}
      <a href="/alertes">Voir et marquer comme vues</a>
      <ul>
        {fresh.slice(0, shownMax).map((alert) => (
          <li key={alert.id}>
            {withoutIbans(alert.text)} (depuis <Ago at={alert.since} now={now} />){' '}
            <AlertLinks alert={alert} />
          </li>
        ))}
        {fresh.length > shownMax ? <li>… et {count(fresh.length - shownMax)} de plus</li> : null}
      </ul>
    </Notice>
  );
}

/** What somebody looks after: it lasts, and does not stand out. */
export function SeenAlerts({ alerts, now }: { readonly alerts: readonly ListedAlert[]; readonly now: Date }) {
  const seen = alerts.flatMap((alert) => (alert.seen === null ? [] : [{ alert, seen: alert.seen }]));
  if (seen.length === 0) return null;
  return (
    <section class="sheet">
      <h2>{counted(seen.length, 'alerte vue dure encore', 'alertes vues durent encore')}</h2>
      <ul>
        {seen.slice(0, shownMax).map((one) => (
          <li key={one.alert.id}>
            {withoutIbans(one.alert.text)} <AlertLinks alert={one.alert} />
            <Seen seen={one.seen} now={now} />
          </li>
        ))}
      </ul>
      <p>
        <a href="/alertes">Toutes les alertes</a>
      </p>
    </section>
  );
}
