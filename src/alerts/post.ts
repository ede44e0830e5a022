import { asError } from '../errors.js';
import type { Log } from '../log.js';
import type { AlertChannel } from '../ports/alert.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { PendingNotice } from '../ports/store-alerts.js';

export interface PostSettings {
  /** Notices in one message. */
  readonly groupMax: number;
  /** First wait after a failure; it doubles. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** Age at which a notice that could not be sent is given up. */
  readonly giveUpMs: number;
}

export interface PostOptions {
  readonly store: Pick<Store, 'pendingNotices' | 'transaction'>;
  readonly channels: readonly AlertChannel[];
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: PostSettings;
}

/**
 * Sends the notices that wait, channel by channel, each channel for itself: one that fails keeps back no other. A
 * notice is marked as sent when the other side has taken it; a crash in between sends it once more, never loses it.
 */
export function createPost(options: PostOptions): { send(): Promise<void> } {
  const { store, clock, log, settings } = options;

  async function sendOver(channel: AlertChannel): Promise<void> {
    for (;;) {
      const now = clock.now();
      const notices = await store.pendingNotices(channel.name, now.toISOString(), settings.groupMax);
      if (notices.length === 0) return;
      try {
        await channel.send(notices);
      } catch (thrown) {
        await failed(channel.name, notices, asError(thrown));
        return;
      }
      const at = clock.now().toISOString();
      await store.transaction(async (tx) => {
        for (const notice of notices) await tx.markNoticeSent(notice, channel.name, at);
      });
    }
  }

  async function failed(channel: string, notices: readonly PendingNotice[], error: Error): Promise<void> {
    const nowMs = clock.now().getTime();
    log.error('alerts could not be sent', { channel, notices: notices.length, error: error.message });
    await store.transaction(async (tx) => {
      for (const notice of notices) {
        const waitMs = Math.min(settings.retryMs * 2 ** notice.attempts, settings.retryMsMax);
        const madeAt = notice.phase === 'begun' ? notice.alert.beganAt : (notice.alert.endedAt ?? '');
        const old = nowMs - Date.parse(madeAt) > settings.giveUpMs;
        const retryAt = old ? null : new Date(nowMs + waitMs).toISOString();
        await tx.markNoticeFailed(notice, channel, error.message, retryAt);
      }
    });
  }

  return {
    async send() {
      await Promise.all(options.channels.map(sendOver));
    },
  };
}
