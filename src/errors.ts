/**
 * Coded faults: something of ours or of the surroundings failed. Faults are thrown; findings (what is wrong
 * with a deposited file) are values and never pass through here. Every code stands in `docs/errors.md`;
 * a test holds both lists equal.
 */
export const faultCodes = {
  CONFIG_UNREADABLE: 'the configuration file cannot be read',
  CONFIG_INVALID: 'the configuration has a value that is not allowed',
  SECRET_UNRESOLVED: 'a secret named by reference cannot be found',
  SCHEMA_MISSING: 'a schema file is missing or does not compile',
  RULES_UNSUPPORTED: 'a Schematron file uses a construct that the compiler does not speak, or is not correct',
  RULES_INVALID: 'a rule pack cannot be installed or compiled',
  RULES_CORRUPT: 'an installed rule pack does not have the bytes it was installed with',
  RULES_MISSING: 'a rule set that the settings ask for is not installed, or not valid on the day',
  STORE_UNAVAILABLE: 'the database cannot be opened or written',
  STORE_MIGRATION: 'the database has a version that this program does not know',
  STORE_CONFLICT: 'another holder has taken what this transaction needed',
  ENGINE_RUNNING: 'another engine works on the same folder',
  LEASE_LOST: 'what a process was about to do may be done by another one now',
  FOLDER_UNUSABLE: 'a folder cannot be read, written or created',
  CONNECTION_FAILED: 'an SFTP server cannot be reached, refuses the login or stopped answering',
  HOST_KEY_REFUSED:
    'an SFTP server shows no host key that is pinned: it was not sent anything, no login either',
  ANTIVIRUS_UNREACHABLE: 'the antivirus cannot be reached or does not answer in time: flows wait',
  ANTIVIRUS_FAILED: 'the antivirus could not look into a flow: the flow waits',
  FILE_CHANGED: 'a file changed while it was being taken over',
  FILE_UNREADABLE: 'a file cannot be read',
  ARCHIVE_CORRUPT: 'an archived file does not have the bytes it was recorded with',
  DELIVERY_CONFLICT: 'another file already has the name of a delivery',
  DELIVERY_FAILED: 'a delivery could not be written',
  ALERT_FAILED: 'an alert could not be sent over one of its channels: it is sent again later',
  WORKER_FAILED: 'a worker thread ended unexpectedly',
  WORKER_UNAVAILABLE: 'a worker thread cannot start, or the engine is stopping',
  WORKER_TIMEOUT: 'a worker thread did not answer within its deadline',
  DIRECTORY_IMPORT: 'a directory file cannot be imported',
  BACKUP_FAILED: 'a backup or restore could not be completed',
  REPLAY_REFUSED: 'a flow cannot be worked again as it is now',
  MOVE_REFUSED: 'an invoice cannot be completed, re-addressed or recalled as it is now',
  CONTENT_PURGED: 'content was purged or erased: its row, hashes and audit trail remain',
  ERASE_REFUSED: 'personal data cannot be erased as things are now',
  CONSOLE_UNAVAILABLE: 'the console cannot listen on its address',
  NOT_FOUND: 'what was asked for does not exist',
  USAGE: 'the command was not understood',
  INTERNAL: 'a state that should not be possible',
} as const;

export type FaultCode = keyof typeof faultCodes;

/** A fault with its code, the facts needed to act on it, and the error that caused it. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly code: FaultCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** Any thrown value as an Error, so that `catch` blocks can rely on `message`. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The `code` of a Node system error (`ENOENT`, `EXDEV`, ...), or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
