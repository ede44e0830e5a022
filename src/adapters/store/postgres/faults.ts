import { asError, Fault, systemCode } from '../../../errors.js';

/** What to do about it, by SQLSTATE or by the code of the system; a class stands for its codes. */
const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: start the server, or correct postgres.host and postgres.port',
  ENOTFOUND: 'the name is not known: correct postgres.host',
  EAI_AGAIN: 'the name could not be looked up: check the resolver, or postgres.host',
  ETIMEDOUT: 'the server did not answer in time: check the network and postgres.connectMsMax',
  '28': 'the login was refused: correct postgres.user and the secret that postgres.password or postgres.url names',
  '3D000': 'the database does not exist: create it (createdb), or correct postgres.database',
  '42501': 'the account lacks a right: it must own the database, or its schema',
  '53100': 'the disk of the server is full',
  '53300': "the server has no connection left: lower postgres.poolMax, or raise the server's max_connections",
  '57014': 'a statement took too long: see postgres.statementMsMax, and what else works on the server',
  '25P03': 'a transaction stood still for too long and was ended: see postgres.idleMsMax',
  '25P02': 'the transaction had failed before',
  '25006': 'the server takes no writing: it is a standby, or set read-only',
  '57P': 'the server stops or starts: it is tried again',
  '08': 'the connection was lost: it is tried again',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is not trusted: name its authority with postgres.tls.ca',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is not trusted: name its authority with postgres.tls.ca',
};

/** Errors after which a work may be run again from its beginning: nothing of it stands. */
export function isRetryable(error: unknown): boolean {
  const code = error instanceof Fault ? error.details.postgres : undefined;
  return code === '40001' || code === '40P01';
}

/** True when the connection is gone, or was refused for now: another one may serve. */
export function isLost(error: unknown): boolean {
  return error instanceof Fault && error.details.lost === true;
}

const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);

function lost(code: string | undefined, message: string): boolean {
  if (code !== undefined) return lostCodes.has(code) || code.startsWith('08') || code === '25P03';
  return /terminated|timeout|not queryable|closed/i.test(message);
}

/**
 * An error of PostgreSQL or of the way to it as a fault: a broken constraint means that another holder was there
 * first. The message names the server, never the login.
 */
export function toFault(error: unknown, server: string): Fault {
  if (error instanceof Fault) return error;
  const { message } = asError(error);
  const code = systemCode(error);
  const told = { server, postgres: code ?? 'unknown', lost: lost(code, message) };
  if (code?.startsWith('23') === true)
    return new Fault('STORE_CONFLICT', `PostgreSQL at ${server}: ${message}`, told, error);
  const what = message === '' ? (code ?? 'no answer') : message;
  const remedy = code === undefined ? undefined : remedyOf(code);
  const hint = remedy === undefined ? '' : ` (${remedy})`;
  return new Fault('STORE_UNAVAILABLE', `PostgreSQL at ${server}: ${what}${hint}`, told, error);
}

function remedyOf(code: string): string | undefined {
  return remedies[code] ?? remedies[code.slice(0, 3)] ?? remedies[code.slice(0, 2)];
}
