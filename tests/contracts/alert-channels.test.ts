import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hookChannel } from '../../src/adapters/alert/hook.js';
import { logChannel } from '../../src/adapters/alert/log.js';
import { mailChannel } from '../../src/adapters/alert/mail.js';
import { webhookChannel } from '../../src/adapters/alert/webhook.js';
import type { AlertNotice } from '../../src/domain/alert.js';
import { silentLog } from '../../src/log.js';
import type { AlertChannel } from '../../src/ports/alert.js';

/** What a channel's other side is told to do, and what has reached it. */
interface Side {
  readonly channel: AlertChannel;
  /** Everything that arrived, as one text. */
  arrived(): string;
  behave(how: 'well' | 'refusing' | 'silent'): void;
  close(): Promise<void>;
}

/** That of a side which answers: what it takes is for the machine to say. */
const deadlineMs = 20_000;
/** That of a side which never answers. */
const shortMs = 500;
const alert = {
  id: '0190',
  key: 'flow-late:1',
  kind: 'flow-late',
  partner: 'FRN001',
  flow: '1',
  delivery: null,
  since: '2026-11-21T10:00:00.000Z',
  beganAt: '2026-11-21T10:10:00.000Z',
  endedAt: null,
  text: "Le flux A de FRN001 n'a pas encore de verdict.",
  fix: 'Regardez : ecluse flows show 1.',
} as const;
const begun: AlertNotice = { phase: 'begun', alert };
const ended: AlertNotice = { phase: 'ended', alert: { ...alert, endedAt: '2026-11-21T10:20:00.000Z' } };

async function hookSide(msMax: number): Promise<Side> {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
  const out = join(dir, 'out');
  const how = join(dir, 'how');
  const script = join(dir, 'hook.sh');
  writeFileSync(how, 'well');
  writeFileSync(
    script,
    `#!/bin/sh\ncase $(cat ${how}) in refusing) echo "pager away" >&2; exit 3;; silent) sleep 60;; esac\ncat >> ${out}\n`,
  );
  chmodSync(script, 0o700);
  return {
    channel: hookChannel({ command: [script], deadlineMs: msMax }),
    arrived: () => (existsSync(out) ? readFileSync(out, 'utf8') : ''),
    behave: (wanted) => writeFileSync(how, wanted),
    close: async () => rmSync(dir, { recursive: true }),
  };
}

const secret = 'shared secret';

async function webhookSide(msMax: number): Promise<Side> {
  let how = 'well';
  let text = '';
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (how === 'silent') return;
      const wanted = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const signed = request.headers['x-ecluse-signature'] === wanted;
      if (how === 'well' && signed) text += body;
      response.writeHead(how === 'well' && signed ? 204 : 503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    channel: webhookChannel({ url: `http://127.0.0.1:${port}/alerts`, secret, deadlineMs: msMax }),
    arrived: () => text,
    behave: (wanted) => {
      how = wanted;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Speaks as much of SMTP (RFC 5321) as one message takes. */
async function mailSide(msMax: number, requireTls = false): Promise<Side> {
  let how = 'well';
  let text = '';
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (how === 'silent') return;
    socket.write('220 test ESMTP\r\n');
    let data = false;
    let rest = '';
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString();
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data) {
          if (line === '.') {
            data = false;
            socket.write('250 taken\r\n');
          } else text += `${line}\n`;
        } else if (line.startsWith('MAIL') && how === 'refusing') socket.write('550 not you\r\n');
        else if (line === 'DATA') {
          data = true;
          socket.write('354 go on\r\n');
        } else if (line === 'QUIT') socket.end('221 bye\r\n');
        else if (line === 'STARTTLS') socket.write('502 not here\r\n');
        else socket.write('250 fine\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    channel: mailChannel({
      host: '127.0.0.1',
      port,
      secure: false,
      requireTls,
      login: null,
      from: 'ecluse@example.org',
      to: ['support@example.org'],
      deadlineMs: msMax,
    }),
    arrived: () => decoded(text),
    behave: (wanted) => {
      how = wanted;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The text of a message in quoted-printable. */
function decoded(message: string): string {
  const bytes = message
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

describe.each([
  ['hook', hookSide],
  ['webhook', webhookSide],
  ['mail', (msMax: number) => mailSide(msMax)],
])('the alert channel %s', (name, open) => {
  let side: Side;
  beforeEach(async () => {
    side = await open(deadlineMs);
  });
  afterEach(async () => {
    await side.channel.close();
    await side.close();
  });

  it('has its name', () => expect(side.channel.name).toBe(name));

  it('tells of what has begun, with the remedy, and of what is over', async () => {
    await side.channel.send([begun, ended]);
    const arrived = side.arrived();
    expect(arrived).toContain(alert.text);
    expect(arrived).toContain(alert.fix);
    if (name === 'mail') expect(arrived).toContain('TERMINÉE');
    else expect(arrived).toContain('"phase":"ended"');
  });

  it('fails when the other side refuses, and works again afterwards', async () => {
    side.behave('refusing');
    await expect(side.channel.send([begun])).rejects.toMatchObject({ code: 'ALERT_FAILED' });
    expect(side.arrived()).toBe('');
    side.behave('well');
    await side.channel.send([begun]);
    expect(side.arrived()).toContain(alert.text);
  });

  it('does not wait longer than its deadline', async () => {
    const silent = await open(shortMs);
    silent.behave('silent');
    const startedMs = performance.now();
    await expect(silent.channel.send([begun])).rejects.toMatchObject({ code: 'ALERT_FAILED' });
    expect(performance.now() - startedMs).toBeLessThan(shortMs * 20);
    await silent.channel.close();
    await silent.close();
  });
});

describe('other ends that are not there', () => {
  it('a program that does not exist', async () => {
    const channel = hookChannel({ command: ['/does/not/exist'], deadlineMs });
    await expect(channel.send([begun])).rejects.toMatchObject({ code: 'ALERT_FAILED' });
  });

  it('a port nobody listens on', async () => {
    const options = { host: '127.0.0.1', port: 1, secure: false, requireTls: false, login: null };
    const mail = mailChannel({ ...options, from: 'a@example.org', to: ['b@example.org'], deadlineMs });
    await expect(mail.send([begun])).rejects.toMatchObject({ code: 'ALERT_FAILED' });
    const hook = webhookChannel({ url: 'http://127.0.0.1:1/', secret: null, deadlineMs });
    await expect(hook.send([begun])).rejects.toMatchObject({ code: 'ALERT_FAILED' });
  });

  it('a mail server without STARTTLS, where it is required', async () => {
    const side = await mailSide(deadlineMs, true);
    await expect(side.channel.send([begun])).rejects.toMatchObject({ code: 'ALERT_FAILED' });
    expect(side.arrived()).toBe('');
    await side.channel.close();
    await side.close();
  });
});

describe('the log as a channel', () => {
  it('warns of what begins and mentions what ends', async () => {
    const lines: string[] = [];
    const log = {
      ...silentLog,
      warn: (message: string) => void lines.push(`warn ${message}`),
      info: (message: string) => void lines.push(`info ${message}`),
    };
    await logChannel(log).send([begun, ended]);
    expect(lines).toEqual([`warn alert: ${alert.text}`, `info alert ended: ${alert.text}`]);
  });
});
