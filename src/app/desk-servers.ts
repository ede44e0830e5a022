import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostKeysOf, probeServer } from '../adapters/transport/sftp.js';
import { foldersOf } from '../cli/doctor-sftp.js';
import type { ProbeLine, ServerKeys } from '../console/desk.js';
import { faultText } from '../console/fault-texts.js';
import type { Alert } from '../domain/alert.js';
import type { Delivery } from '../domain/delivery.js';
import { newId } from '../domain/ids.js';
import { asError, Fault, systemCode } from '../errors.js';
import type { Log } from '../log.js';
import { systemClock } from '../ports/clock.js';
import type { AlertSettings } from '../settings/alerts.js';
import { partnerFolders } from '../settings/home.js';
import type { LoadedSettings } from '../settings/load.js';
import { pinHostKeys } from '../settings/pin.js';
import type { PartnerSettings } from '../settings/schema.js';
import type { SftpSettings } from '../settings/sftp.js';
import { channelsOf } from './alerts.js';
import { createTransports, sftpServerOf } from './transports.js';

/** @throws Fault NOT_FOUND. */
function partnerOf({ settings }: LoadedSettings, code: string): PartnerSettings {
  const partner = settings.partners.find((one) => one.code === code);
  if (partner !== undefined) return partner;
  throw new Fault('NOT_FOUND', `no partner has the code ${code}`);
}

/** Whether a file stands in a partner's folder; null when it does not answer in time. */
export async function standsThere(
  loaded: LoadedSettings,
  delivery: Delivery,
  msMax: number,
): Promise<boolean | null> {
  const transports = createTransports(loaded);
  try {
    return await within(transports.delivery(delivery.partner).has(delivery.name), msMax);
  } catch {
    return null;
  } finally {
    await transports.close();
  }
}

/** Lists, creates, renames and deletes in each folder of a partner, on its server or here. */
export async function probePartner(
  loaded: LoadedSettings,
  code: string,
  msMax: number,
): Promise<readonly ProbeLine[]> {
  const partner = partnerOf(loaded, code);
  const { sftp } = partner;
  try {
    return await within(
      sftp === undefined ? probeLocal(loaded, partner) : probeRemote(loaded, code, sftp),
      msMax,
    );
  } catch (thrown) {
    const what = sftp === undefined ? 'Dossiers' : `Serveur ${sftp.user}@${sftp.host}:${sftp.port}`;
    const fault = faultText(thrown instanceof Fault ? thrown.code : null);
    return [{ what, fault, detail: asError(thrown).message, remedy: remedyOf(thrown) }];
  }
}

async function probeRemote(
  loaded: LoadedSettings,
  code: string,
  sftp: SftpSettings,
): Promise<readonly ProbeLine[]> {
  const wanted = foldersOf(sftp);
  const probes = await probeServer(sftpServerOf(loaded, code, sftp), wanted);
  return [
    { what: `Connexion à ${sftp.user}@${sftp.host}:${sftp.port}`, fault: null, detail: null, remedy: '' },
    ...probes.map(({ folder, fault, missing }) => ({
      what: `Dossier ${folder} (${wanted.find((one) => one.folder === folder)?.name ?? folder})`,
      fault:
        fault === null ? null : missing ? 'Ce dossier n’existe pas.' : 'Le serveur y refuse une opération.',
      detail: fault,
      remedy: missing ? missingRemedy : rightsRemedy,
    })),
  ];
}

const missingRemedy = 'Créez ce dossier sur le serveur, ou nommez-en un autre dans les réglages sftp.';
const rightsRemedy =
  'Le compte doit pouvoir y lister, créer, renommer et supprimer ; sans droit de renommer, le réglage sftp.claims: false convient.';

async function probeLocal(loaded: LoadedSettings, partner: PartnerSettings): Promise<readonly ProbeLine[]> {
  const folders = Object.entries(partnerFolders(loaded, partner)) as readonly (readonly [string, string])[];
  return Promise.all(
    folders.map(async ([name, dir]) => {
      const what = `Dossier ${dir} (${name})`;
      const probe = join(dir, `.ecluse-essai-${randomBytes(6).toString('hex')}`);
      try {
        await readdir(dir);
        await writeFile(probe, 'essai', { flag: 'wx' });
        await rename(probe, `${probe}.2`);
        await rm(`${probe}.2`);
        return { what, fault: null, detail: null, remedy: '' };
      } catch (thrown) {
        await rm(probe, { force: true });
        return {
          what,
          fault: systemFault(thrown),
          detail: asError(thrown).message,
          remedy: 'Créez ce dossier, ou donnez au compte du moteur le droit d’y écrire.',
        };
      }
    }),
  );
}

function systemFault(thrown: unknown): string {
  const code = systemCode(thrown);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'Ce dossier n’existe pas.';
  if (code === 'EACCES' || code === 'EPERM') return 'Le moteur n’a pas les droits voulus sur ce dossier.';
  if (code === 'EROFS') return 'Ce dossier est en lecture seule.';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Le disque est plein.';
  return faultText('FOLDER_UNUSABLE');
}

function remedyOf(thrown: unknown): string {
  const code = thrown instanceof Fault ? thrown.code : null;
  if (code === 'HOST_KEY_REFUSED')
    return 'Comparez l’empreinte avec celle que donne le partenaire, puis épinglez-la : « Montrer les clés du serveur », sur la page du partenaire.';
  if (code === 'SECRET_UNRESOLVED')
    return 'Définissez la variable ou le fichier que nomme sftp.key ou sftp.password.';
  return 'Vérifiez avec le partenaire l’hôte, le port, le compte et le passage des pare-feu.';
}

/** @throws Fault NOT_FOUND for a partner without a server; CONNECTION_FAILED. */
export async function serverKeys(loaded: LoadedSettings, code: string): Promise<ServerKeys> {
  const { sftp } = partnerOf(loaded, code);
  if (sftp === undefined) throw new Fault('NOT_FOUND', `${code} is not reached over SFTP`);
  const shown = await hostKeysOf(sftpServerOf(loaded, code, sftp));
  const keys = shown.map(({ type, fingerprint }) => ({
    type,
    fingerprint,
    pinned: sftp.hostKeys.includes(fingerprint),
  }));
  const stale = sftp.hostKeys.filter((pinned) => !keys.some(({ fingerprint }) => fingerprint === pinned));
  return { server: `${sftp.host}:${sftp.port}`, keys, stale };
}

/**
 * Pins fingerprints that the server shows right now: none that it does not show can be pinned.
 * @returns the configuration file
 * @throws Fault HOST_KEY_REFUSED when the server shows another key than was confirmed.
 */
export async function pinKeys(
  loaded: LoadedSettings,
  code: string,
  fingerprints: readonly string[],
  replace: boolean,
): Promise<string> {
  if (loaded.file === null) throw new Fault('NOT_FOUND', 'there is no configuration file to write to');
  const { keys } = await serverKeys(loaded, code);
  const confirmed = keys.filter(({ fingerprint }) => fingerprints.includes(fingerprint));
  if (confirmed.length !== fingerprints.length)
    throw new Fault('HOST_KEY_REFUSED', 'the server shows another key than the one that was confirmed');
  const day = systemClock.now().toISOString().slice(0, 10);
  const pins = confirmed.map(({ type, fingerprint }) => ({ fingerprint, comment: `${type}, ${day}` }));
  pinHostKeys(loaded.file, code, pins, { replace });
  return loaded.file;
}

/** One notice over each channel of the settings, to see that it arrives. */
export async function testAlerts(settings: AlertSettings, log: Log) {
  const at = systemClock.now().toISOString();
  const alert: Alert = {
    id: newId(),
    key: 'test',
    kind: 'test',
    partner: null,
    flow: null,
    delivery: null,
    since: at,
    beganAt: at,
    endedAt: null,
    text: "Ceci est un essai : les alertes d'Écluse arrivent ici.",
    fix: "Il n'y a rien à faire.",
  };
  const results: { channel: string; error: string | null }[] = [];
  for (const channel of channelsOf(settings, log)) {
    let error: string | null = null;
    try {
      await channel.send([{ phase: 'begun', alert }]);
    } catch (thrown) {
      error = asError(thrown).message;
    } finally {
      await channel.close();
    }
    results.push({ channel: channel.name, error });
  }
  return results;
}

async function within<T>(work: Promise<T>, msMax: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Fault('CONNECTION_FAILED', `no answer within ${Math.round(msMax / 1_000)} s`)),
      msMax,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
