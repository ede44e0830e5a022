import { createHmac } from 'node:crypto';
import { noticeJson, subjectOf } from '../../domain/alert-text.js';
import { asError, Fault } from '../../errors.js';
import type { AlertChannel } from '../../ports/alert.js';

export interface WebhookOptions {
  /** `https://`, or `http://` for a receiver on this machine. */
  readonly url: string;
  /** Signs each body: `X-Ecluse-Signature: sha256=<hex of HMAC-SHA256>`. */
  readonly secret: string | null;
  readonly deadlineMs: number;
}

/** Posts each message as JSON. Any 2xx answer within the deadline means that the notices are taken over. */
export function webhookChannel({ url, secret, deadlineMs }: WebhookOptions): AlertChannel {
  const { host } = new URL(url);
  return {
    name: 'webhook',
    async send(notices) {
      const body = JSON.stringify({ subject: subjectOf(notices), notices: notices.map(noticeJson) });
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (secret !== null)
        headers['x-ecluse-signature'] = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const answer = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
      }).catch((thrown: unknown) => {
        const { cause } = asError(thrown);
        const why = cause === undefined ? asError(thrown).message : asError(cause).message;
        throw new Fault('ALERT_FAILED', `the webhook at ${host} cannot be reached: ${why}`, { host }, thrown);
      });
      await answer.body?.cancel();
      if (!answer.ok)
        throw new Fault('ALERT_FAILED', `the webhook at ${host} answered ${answer.status}`, {
          host,
          status: answer.status,
        });
    },
    close: async () => undefined,
  };
}
