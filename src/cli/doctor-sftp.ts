import { claimsFolders, probeServer } from '../adapters/transport/sftp.js';
import { sftpServerOf } from '../app/transports.js';
import { asError, Fault } from '../errors.js';
import type { LoadedSettings } from '../settings/load.js';
import type { SftpSettings } from '../settings/sftp.js';

/** One thing looked at on a partner's server. */
export interface SftpCheck {
  readonly what: string;
  readonly fault: string | null;
  readonly detail: string;
  readonly remedy: string;
}

const permissions =
  'the login must be able to list, create, rename and delete there (docs/operations.md); claims: false is for accounts that may not rename';

/** Logs in at every partner's server and tries list, create, rename and delete in each of its folders. */
export async function checkServers(loaded: LoadedSettings): Promise<readonly SftpCheck[]> {
  const checks = loaded.settings.partners
    .filter((partner) => partner.active)
    .map(({ code, sftp }) => (sftp === undefined ? [] : checkServer(loaded, code, sftp)));
  return (await Promise.all(checks)).flat();
}

async function checkServer(loaded: LoadedSettings, code: string, sftp: SftpSettings): Promise<SftpCheck[]> {
  const server = sftpServerOf(loaded, code, sftp);
  const place = `${sftp.user}@${sftp.host}:${sftp.port}`;
  try {
    const wanted = foldersOf(sftp);
    const probes = await probeServer(server, wanted);
    const reached: SftpCheck = { what: `sftp ${code}`, fault: null, detail: place, remedy: '' };
    return [
      reached,
      ...probes.map(({ folder, fault, missing }) => ({
        what: `folder ${code}/${wanted.find((one) => one.folder === folder)?.name ?? folder}`,
        fault,
        detail: `${place}:${folder}${fault === null ? '' : `: ${fault}`}`,
        remedy: missing ? 'create it on the server, or name another one in sftp' : permissions,
      })),
    ];
  } catch (thrown) {
    const fault = asError(thrown).message;
    return [{ what: `sftp ${code}`, fault, detail: fault, remedy: remedyOf(code, thrown) }];
  }
}

/** The folders of a partner on its server, with what is tried in each. */
export function foldersOf({ in: drop, out, qualification, claims, afterPickup }: SftpSettings) {
  const claimsOf = (dir: string): readonly string[] | false =>
    claims === false ? false : claimsFolders(dir, claims);
  const named = (name: string, folder: string | undefined, taken = false) =>
    folder === undefined ? [] : [{ name, folder, ...(taken ? { claims: claimsOf(folder) } : {}) }];
  return [
    ...named('in', drop, true),
    ...named('out', out),
    ...named('qualification', qualification, true),
    ...named('afterPickup', afterPickup === 'delete' ? undefined : afterPickup.move),
  ];
}

function remedyOf(code: string, thrown: unknown): string {
  const fault = thrown instanceof Fault ? thrown.code : null;
  if (fault === 'HOST_KEY_REFUSED') return `ecluse partners hostkey ${code}`;
  if (fault === 'SECRET_UNRESOLVED')
    return 'set the variable or the file that sftp.key or sftp.password names';
  return 'check host, port, user and login with the partner, and the way through the firewalls';
}
