import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { localDelivery, localIntake } from '../adapters/transport/local.js';
import {
  type SftpConnection,
  type SftpConnectionOptions,
  type SftpLogin,
  sftpConnection,
  sftpDelivery,
  sftpIntake,
} from '../adapters/transport/sftp.js';
import { asError, Fault } from '../errors.js';
import type { DeliveryTransport, IntakeTransport } from '../ports/transport.js';
import { homePaths, partnerFolders } from '../settings/home.js';
import { type LoadedSettings, projectRoot } from '../settings/load.js';
import type { PartnerSettings } from '../settings/schema.js';
import { resolveSecret, type SecretReference } from '../settings/secret.js';
import type { SftpSettings } from '../settings/sftp.js';

/** The ways to and from the partners; those of one partner's server share one connection. */
export interface Transports {
  /** The drop folders of a partner: its own and, where it has one, the one for what is only tried. */
  intakes(partner: PartnerSettings): readonly DropFolder[];
  delivery(code: string): DeliveryTransport;
  close(): Promise<void>;
}

export interface DropFolder {
  /** A new look at the folder: knows nothing of what was claimed before. */
  readonly open: () => IntakeTransport;
  readonly qualification: boolean;
}

/** @param mark of this process, where several may write to one folder (`temporaryNameOf`) */
export function createTransports(loaded: LoadedSettings, mark: string | null = null): Transports {
  const paths = homePaths(loaded.home);
  const fileMode = Number.parseInt(loaded.settings.folders.fileMode, 8);
  const partners = new Map(loaded.settings.partners.map((partner) => [partner.code, partner]));
  const connections = new Map<string, SftpConnection>();

  const connectionTo = (code: string, sftp: SftpSettings): SftpConnection => {
    const known = connections.get(code) ?? sftpConnection(sftpServerOf(loaded, code, sftp));
    connections.set(code, known);
    return known;
  };
  const claimDirOf = (code: string, qualification: boolean): string =>
    paths.claims(qualification ? `${code}-qualification` : code);

  function remote(code: string, sftp: SftpSettings, dir: string, qualification: boolean): DropFolder {
    const open = () =>
      sftpIntake({
        connection: connectionTo(code, sftp),
        dir,
        claimDir: claimDirOf(code, qualification),
        afterPickup: sftp.afterPickup,
        ...claimsSetting(sftp, qualification),
      });
    return { open, qualification };
  }

  return {
    intakes(partner) {
      const { code, sftp } = partner;
      if (sftp !== undefined) {
        const main = remote(code, sftp, sftp.in, false);
        return sftp.qualification === undefined
          ? [main]
          : [main, remote(code, sftp, sftp.qualification, true)];
      }
      const folders = partnerFolders(loaded, partner);
      const local = (dir: string, qualification: boolean): DropFolder => ({
        open: () => localIntake({ dir, claimDir: claimDirOf(code, qualification) }),
        qualification,
      });
      const main = local(folders.in, false);
      return folders.qualification === undefined ? [main] : [main, local(folders.qualification, true)];
    },
    delivery(code) {
      const partner = partners.get(code);
      if (partner?.sftp !== undefined)
        return sftpDelivery({
          connection: connectionTo(code, partner.sftp),
          dir: partner.sftp.out,
          ...(mark === null ? {} : { mark }),
        });
      const dir = partner === undefined ? paths.outFolder(code) : partnerFolders(loaded, partner).out;
      return localDelivery({ dir, fileMode, notes: true, ...(mark === null ? {} : { mark }) });
    },
    async close() {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
}

/** Claims of two drop folders must not be taken for one another's: the second folder has claims of its own. */
function claimsSetting(sftp: SftpSettings, qualification: boolean): { claims?: string | false } {
  if (!qualification) return sftp.claims === undefined ? {} : { claims: sftp.claims };
  if (sftp.claims === false) return { claims: false };
  const base = sftp.claims ?? `${sftp.qualification ?? ''}/.ecluse`;
  return { claims: sftp.claims === undefined ? base : `${base}-qualification` };
}

/** A partner's server as the adapter takes it. Secrets are read when a connection is opened. */
export function sftpServerOf(
  loaded: LoadedSettings,
  code: string,
  sftp: SftpSettings,
): SftpConnectionOptions {
  const base = loaded.file === null ? process.cwd() : projectRoot(loaded.file);
  return {
    host: sftp.host,
    port: sftp.port,
    user: sftp.user,
    login: () => loginOf(base, sftp),
    hostKeys: sftp.hostKeys,
    connectMsMax: sftp.deadlines.connectMs,
    operationMsMax: sftp.deadlines.operationMs,
    keepaliveMs: sftp.keepaliveMs,
    filesMax: sftp.concurrency,
    hostKeyRemedy: `compare the fingerprint with the one its operator tells you, then pin it: ecluse partners hostkey ${code}`,
  };
}

/** @throws Fault SECRET_UNRESOLVED. */
function loginOf(base: string, { key, password }: SftpSettings): SftpLogin {
  const secret = (reference: SecretReference): string =>
    resolveSecret('file' in reference ? { file: resolve(base, reference.file) } : reference);
  return {
    ...(key === undefined ? {} : { privateKey: readKey(resolve(base, key.file)) }),
    ...(key?.passphrase === undefined ? {} : { passphrase: secret(key.passphrase) }),
    ...(password === undefined ? {} : { password: secret(password) }),
  };
}

function readKey(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const text = `key file ${file} cannot be read: ${asError(error).message}`;
    throw new Fault('SECRET_UNRESOLVED', text, { file }, error);
  }
}
