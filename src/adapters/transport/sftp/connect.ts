import { Client, type ConnectConfig } from 'ssh2';
import { asError, Fault } from '../../../errors.js';
import { fingerprintOf, type HostKeyKind, hostKeyAlgorithms, hostKeyKinds, keyTypeOf } from './host-keys.js';
import { openSession, type SftpSession } from './session.js';

export interface SftpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Asked at every connection, so that a secret that was changed counts at the next one. */
  readonly login: () => SftpLogin;
  /** Fingerprints that are trusted, as `ssh-keygen -l` prints them. */
  readonly hostKeys: readonly string[];
  /** From the first packet to a session that answers. */
  readonly connectMsMax: number;
  /** One request. */
  readonly operationMsMax: number;
  /** Silence after which the server is asked for a sign of life; the third unanswered question ends it. 0: never. */
  readonly keepaliveMs: number;
  /** Said in the fault of a host key that is not pinned. */
  readonly hostKeyRemedy?: string;
}

export interface SftpLogin {
  readonly privateKey?: Buffer;
  readonly passphrase?: string;
  readonly password?: string;
}

export interface HostKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  readonly fingerprint: string;
}

const keepaliveCountMax = 3;

export const serverName = ({ user, host, port }: SftpServer): string => `${user}@${host}:${port}`;

/** Makes one connection with a configuration of ssh2, within what is left of the deadline. */
export type Dial<T> = (config: ConnectConfig, leftMs: number) => Promise<T>;

/**
 * Opens a session, until `signal` says that it is not wanted any more.
 * @throws Fault CONNECTION_FAILED, HOST_KEY_REFUSED (names what to do); those of `login`.
 */
export function connect(server: SftpServer, signal?: AbortSignal): Promise<SftpSession> {
  return connectWith(server, (config, leftMs) => dial(server, config, leftMs, signal));
}

/**
 * Connects where a pinned host key is shown. A server has host keys of several kinds and shows the one that is asked
 * for first: all kinds are asked for before a key is refused.
 * @throws Fault HOST_KEY_REFUSED (names what to do); those of `login` and `dial`.
 */
export async function connectWith<T>(server: SftpServer, dialOne: Dial<T>): Promise<T> {
  const seen: HostKey[] = [];
  const login = server.login();
  const deadlineMs = performance.now() + server.connectMsMax;
  for (const kind of hostKeyKinds) {
    const made = await attempt(server, login, kind, deadlineMs, seen, dialOne);
    if (made !== null) return made.value;
  }
  throw hostKeyFault(server, seen);
}

/** Null when the server shows no key of this kind that is pinned. */
async function attempt<T>(
  server: SftpServer,
  login: SftpLogin,
  kind: HostKeyKind,
  deadlineMs: number,
  seen: HostKey[],
  dialOne: Dial<T>,
): Promise<{ readonly value: T } | null> {
  let refused = false;
  const verify = (key: Buffer): boolean => {
    const shown = { type: keyTypeOf(key), fingerprint: fingerprintOf(key) };
    if (server.hostKeys.includes(shown.fingerprint)) return true;
    refused = true;
    seen.push(shown);
    return false;
  };
  try {
    const leftMs = Math.max(1, deadlineMs - performance.now());
    return { value: await dialOne(configOf(server, login, kind, verify), leftMs) };
  } catch (error) {
    // A server that has no key of this kind ends the handshake; whether it has another kind is to be seen.
    if (refused || isWithoutSuchKey(error)) return null;
    throw error;
  }
}

function configOf(
  server: SftpServer,
  login: SftpLogin,
  kind: HostKeyKind,
  verify: (key: Buffer) => boolean,
): ConnectConfig {
  return {
    host: server.host,
    port: server.port,
    username: server.user,
    ...login,
    tryKeyboard: login.password !== undefined,
    hostVerifier: verify,
    algorithms: { serverHostKey: [...hostKeyAlgorithms[kind]] },
    readyTimeout: server.connectMsMax,
    keepaliveInterval: server.keepaliveMs,
    keepaliveCountMax,
  };
}

/** @throws Fault CONNECTION_FAILED. */
function dial(
  server: SftpServer,
  config: ConnectConfig,
  leftMs: number,
  signal?: AbortSignal,
): Promise<SftpSession> {
  const name = serverName(server);
  return new Promise((resolve, reject) => {
    const client = new Client();
    let session: SftpSession | null = null;
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(late);
      signal?.removeEventListener('abort', closed);
      session?.end(reason);
      reject(new Fault('CONNECTION_FAILED', `${name}: ${reason}`, { server: name }, cause));
      client.destroy();
    };
    const tell = (error: unknown): void => fail(explained(asError(error), config), error);
    const closed = (): void => fail('the connection is closed');
    const late = setTimeout(() => fail(`no session within ${server.connectMsMax} ms`), leftMs);
    if (signal?.aborted) return closed();
    signal?.addEventListener('abort', closed);
    // A listener stays for as long as the client lives: an error that nobody hears would end the process.
    client.on('error', (error) => tell(error));
    client.on('close', () => fail('the connection was closed'));
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => config.password ?? '')),
    );
    const greet = (): void => {
      client.setNoDelay(true);
      client.subsys('sftp', (error, channel) => {
        if (error) return fail(`it opens no SFTP session: ${error.message}`, error);
        const { operationMsMax } = server;
        openSession(channel, { server: name, operationMsMax, destroy: () => client.destroy() }).then(
          (opened) => {
            clearTimeout(late);
            session = opened;
            resolve(opened);
          },
          (thrown: unknown) => fail(asError(thrown).message, thrown),
        );
      });
    };
    const orFail = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        tell(error);
      }
    };
    // The connection may be gone by then, which the client tells by throwing.
    client.on('ready', () => orFail(greet));
    orFail(() => client.connect(config));
  });
}

/** What system errors of a connection mean, and what to look at. */
const systemErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is the server up, are sftp.host and sftp.port right',
  ENOTFOUND: 'no machine is known by this name: is sftp.host right, does name resolution work here',
  EAI_AGAIN: 'no machine is known by this name: is sftp.host right, does name resolution work here',
  EHOSTUNREACH: 'no way leads there: routes and firewalls',
  ENETUNREACH: 'no way leads there: routes and firewalls',
  ETIMEDOUT: 'nobody answers there: is the server up, does a firewall stand between',
  ECONNRESET: 'the other side, or a firewall, cut the connection',
};

/** An error of the client in words that say what to do. */
function explained(error: Error & { level?: string; code?: string }, config: ConnectConfig): string {
  const { level, code, message } = error;
  if (level === 'client-authentication') {
    const by = [config.privateKey && 'key', config.password !== undefined && 'password'].filter(Boolean);
    const remedy = 'ask its operator whether the account is open and knows our public key or password';
    return `the server refuses the login of ${config.username} by ${by.join(' and by ')}: ${remedy}`;
  }
  if (level === 'client-timeout' && !/handshake/.test(message)) return 'it gives no sign of life any more';
  if (/privateKey|passphrase/i.test(message))
    return `our own key is of no use (sftp.key and its passphrase): ${message}`;
  const meaning = systemErrors[code ?? ''];
  return meaning === undefined ? message : `${meaning} (${code})`;
}

function isWithoutSuchKey(error: unknown): boolean {
  return /no matching host key/i.test(asError(error).message);
}

function hostKeyFault(server: SftpServer, seen: readonly HostKey[]): Fault {
  const name = serverName(server);
  const shown = seen.map(({ type, fingerprint }) => `${fingerprint} (${type})`).join(', ');
  const what =
    server.hostKeys.length === 0
      ? 'no host key is pinned for this server'
      : `the server shows none of its ${server.hostKeys.length} pinned host keys: it was set up anew, or another machine answers in its place`;
  const remedy = server.hostKeyRemedy ?? 'compare the fingerprint with its owner and pin it (sftp.hostKeys)';
  const details = { server: name, shown: seen, pinned: server.hostKeys };
  return new Fault('HOST_KEY_REFUSED', `${name}: ${what}; shown: ${shown || 'none'}; ${remedy}`, details);
}

/**
 * The host keys that a server shows, one of each kind it has; nobody logs in.
 * @throws Fault CONNECTION_FAILED when it shows none.
 */
export async function hostKeysOf(server: SftpServer): Promise<readonly HostKey[]> {
  const seen: HostKey[] = [];
  const deadlineMs = performance.now() + server.connectMsMax;
  const unpinned = { ...server, hostKeys: [] };
  for (const kind of hostKeyKinds)
    await attempt(unpinned, {}, kind, deadlineMs, seen, (config, leftMs) => dial(server, config, leftMs));
  if (seen.length > 0) return seen;
  const name = serverName(server);
  throw new Fault('CONNECTION_FAILED', `${name}: it shows no host key`, { server: name });
}
