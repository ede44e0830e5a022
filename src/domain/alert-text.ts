import type { AlertNotice } from './alert.js';
import { momentInParis } from './dates.js';

/** One notice as people read it, in two or three lines. */
export function noticeText({ phase, alert }: AlertNotice): string {
  if (phase === 'ended')
    return `TERMINÉE le ${momentInParis(new Date(alert.endedAt ?? alert.beganAt))} : ${alert.text}`;
  return `${alert.text}\n  Que faire : ${alert.fix}`;
}

/** What a message with these notices is about, on one line. */
export function subjectOf(notices: readonly AlertNotice[]): string {
  const begun = notices.filter(({ phase }) => phase === 'begun').length;
  const ended = notices.length - begun;
  const parts = [
    ...(begun > 0 ? [`${begun} nouvelle${begun > 1 ? 's' : ''} alerte${begun > 1 ? 's' : ''}`] : []),
    ...(ended > 0 ? [`${ended} terminée${ended > 1 ? 's' : ''}`] : []),
  ];
  return `Écluse : ${parts.join(', ')}`;
}

/** A notice as a program reads it: the hook's standard input, the webhook's body. Keys may be added, never renamed. */
export function noticeJson({ phase, alert }: AlertNotice) {
  const { id, key, kind, partner, flow, delivery, since, beganAt, endedAt, text, fix } = alert;
  return { phase, id, key, kind, partner, flow, delivery, since, beganAt, endedAt, text, fix };
}
