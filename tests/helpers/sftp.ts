import { readFileSync } from 'node:fs';
import { type SftpConnectionOptions, sftpConnection } from '../../src/adapters/transport/sftp.js';
import type { Sshd } from './sshd.js';

/** A connection to a test's server, with deadlines short enough for a test. */
export function connectionOptions(
  server: Sshd,
  more: Partial<SftpConnectionOptions> = {},
): SftpConnectionOptions {
  return {
    host: server.host,
    port: server.port,
    user: server.user,
    login: () => ({ privateKey: readFileSync(server.keyFile) }),
    hostKeys: server.fingerprints,
    connectMsMax: 10_000,
    operationMsMax: 10_000,
    keepaliveMs: 5_000,
    filesMax: 8,
    ...more,
  };
}

export const connectTo = (server: Sshd, more: Partial<SftpConnectionOptions> = {}) =>
  sftpConnection(connectionOptions(server, more));
