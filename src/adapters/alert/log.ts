import { noticeJson } from '../../domain/alert-text.js';
import type { Log } from '../../log.js';
import type { AlertChannel } from '../../ports/alert.js';

/** Alerts as lines of the engine's own log. */
export function logChannel(log: Log): AlertChannel {
  return {
    name: 'log',
    async send(notices) {
      for (const notice of notices) {
        const { text, phase, ...facts } = noticeJson(notice);
        if (phase === 'begun') log.warn(`alert: ${text}`, facts);
        else log.info(`alert ended: ${text}`, facts);
      }
    },
    close: async () => undefined,
  };
}
