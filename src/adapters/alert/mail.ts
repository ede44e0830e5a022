import { createTransport } from 'nodemailer';
import { noticeText, subjectOf } from '../../domain/alert-text.js';
import { asError, Fault } from '../../errors.js';
import type { AlertChannel } from '../../ports/alert.js';

export interface MailOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (port 465). Else STARTTLS is used where the server has it. */
  readonly secure: boolean;
  /** Refuses a server without STARTTLS. */
  readonly requireTls: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly deadlineMs: number;
}

const foot = '--\nCe message vient du moteur Écluse. Les alertes ouvertes : ecluse alerts list --open.\n';

/** Sends each message as one mail, in French. The SMTP server's acceptance means that the notices are taken over. */
export function mailChannel(options: MailOptions): AlertChannel {
  const { host, port, login, deadlineMs } = options;
  const transport = createTransport({
    host,
    port,
    secure: options.secure,
    requireTLS: options.requireTls,
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    dnsTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'mail',
    async send(notices) {
      try {
        await transport.sendMail({
          from: options.from,
          to: [...options.to],
          subject: subjectOf(notices),
          text: `${notices.map(noticeText).join('\n\n')}\n\n${foot}`,
        });
      } catch (thrown) {
        const why = asError(thrown).message;
        throw new Fault('ALERT_FAILED', `the mail server ${host}:${port} refused: ${why}`, { host }, thrown);
      }
    },
    close: async () => transport.close(),
  };
}
