import { Fault } from '../../../errors.js';
import { connect, type SftpServer, serverName } from './connect.js';
import type { SftpSession } from './session.js';

/** One connection to a partner's server, opened when it is asked for, kept, and opened anew once it was lost. */
export interface SftpConnection {
  /** `user@host:port`. */
  readonly name: string;
  /** @throws Fault CONNECTION_FAILED, HOST_KEY_REFUSED, SECRET_UNRESOLVED. Trying again is the caller's business. */
  session(): Promise<SftpSession>;
  /** Runs work with one of the connection's `filesMax` places. */
  withPlace<T>(work: (session: SftpSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface SftpConnectionOptions extends SftpServer {
  /** Files in flight at once. */
  readonly filesMax: number;
}

export function sftpConnection(options: SftpConnectionOptions): SftpConnection {
  const name = serverName(options);
  let current: SftpSession | null = null;
  let opening: Promise<SftpSession> | null = null;
  const closing = new AbortController();
  let taken = 0;
  const queue: (() => void)[] = [];

  async function session(): Promise<SftpSession> {
    if (closing.signal.aborted)
      throw new Fault('CONNECTION_FAILED', `${name}: the connection is closed`, { server: name });
    if (current?.alive()) return current;
    opening ??= connect(options, closing.signal).finally(() => {
      opening = null;
    });
    current = await opening;
    return current;
  }

  return {
    name,
    session,
    async withPlace(work) {
      if (taken >= options.filesMax) await new Promise<void>((resolve) => queue.push(resolve));
      else taken++;
      try {
        return await work(await session());
      } finally {
        const next = queue.shift();
        if (next === undefined) taken--;
        else next();
      }
    },
    async close() {
      closing.abort();
      await opening?.catch(() => undefined);
    },
  };
}
