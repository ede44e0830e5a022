import { hookChannel } from '../adapters/alert/hook.js';
import { logChannel } from '../adapters/alert/log.js';
import { mailChannel } from '../adapters/alert/mail.js';
import { webhookChannel } from '../adapters/alert/webhook.js';
import { createPost } from '../alerts/post.js';
import { createWatch } from '../alerts/watch.js';
import type { Log } from '../log.js';
import { damageKey } from '../pipeline/archive-verify.js';
import { holdKey } from '../pipeline/hold.js';
import type { AlertChannel } from '../ports/alert.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { AlertSettings } from '../settings/alerts.js';
import type { LoadedSettings } from '../settings/load.js';
import { resolveSecret } from '../settings/secret.js';

/** Looks at deadlines and sends what people must be told. */
export interface Alerts {
  /** One look, and what waits to be sent. */
  turn(): Promise<void>;
  close(): Promise<void>;
}

/** The channels of the settings. @throws Fault SECRET_UNRESOLVED. */
export function channelsOf(settings: AlertSettings, log: Log): AlertChannel[] {
  const { hook, webhook, mail } = settings;
  const channels: AlertChannel[] = [];
  if (settings.log) channels.push(logChannel(log));
  if (hook !== undefined) channels.push(hookChannel(hook));
  if (webhook !== undefined) {
    const secret = webhook.secret === undefined ? null : resolveSecret(webhook.secret);
    channels.push(webhookChannel({ ...webhook, secret }));
  }
  if (mail !== undefined) {
    const { user, password } = mail;
    channels.push(
      mailChannel({
        ...mail,
        secure: mail.tls === 'implicit',
        requireTls: mail.tls === 'starttls',
        login:
          user === undefined || password === undefined ? null : { user, password: resolveSecret(password) },
      }),
    );
  }
  return channels;
}

export function alertsOf(parts: {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): Alerts {
  const { loaded, store, clock, log } = parts;
  const { alerts, delivery } = loaded.settings;
  const channels = channelsOf(alerts, log);
  const watch = createWatch({
    store,
    clock,
    settings: { ...alerts, fetchMs: delivery.fetchAlertMs },
    channels: channels.map(({ name }) => name),
    holdKey,
    damageKey,
  });
  const post = createPost({ store, channels, clock, log, settings: alerts });
  return {
    async turn() {
      await watch.look();
      await post.send();
    },
    async close() {
      await Promise.all(channels.map((channel) => channel.close()));
    },
  };
}
