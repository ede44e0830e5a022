import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Partner } from '../domain/partner.js';
import { asError, Fault } from '../errors.js';
import { type LoadedSettings, projectRoot } from './load.js';
import type { PartnerSettings } from './schema.js';

/** Where things lie under an engine's home. */
export function homePaths(home: string) {
  return {
    home,
    database: join(home, 'ecluse.sqlite'),
    archive: join(home, 'archive'),
    quarantine: join(home, 'quarantine'),
    rules: join(home, 'rules'),
    work: join(home, 'work', 'run'),
    claims: (partner: string) => join(home, 'work', 'claims', partner),
    inFolder: (partner: string) => join(home, 'partners', partner, 'in'),
    outFolder: (partner: string) => join(home, 'partners', partner, 'out'),
  };
}

/** Local folders of a partner: those of the settings, else those under the home. One with `sftp` has none. */
export function partnerFolders(
  loaded: LoadedSettings,
  partner: PartnerSettings,
): { in: string; out: string; qualification?: string } {
  const paths = homePaths(loaded.home);
  const base = loaded.file === null ? process.cwd() : projectRoot(loaded.file);
  return {
    in: partner.folders.in === undefined ? paths.inFolder(partner.code) : resolve(base, partner.folders.in),
    out:
      partner.folders.out === undefined ? paths.outFolder(partner.code) : resolve(base, partner.folders.out),
    ...(partner.folders.qualification === undefined
      ? {}
      : { qualification: resolve(base, partner.folders.qualification) }),
  };
}

/** A partner of the settings as the rooms know it. */
export function toPartner(settings: PartnerSettings): Partner {
  return {
    code: settings.code,
    name: settings.name,
    interfaces: settings.interfaces,
    receives: settings.receives,
    lifecycle: settings.lifecycle,
    reportWarnings: settings.reports.warnings,
    pesAcquit: settings.reports.pesAcquit,
    active: settings.active,
  };
}

/**
 * Creates the folders of an engine. Ours are for the engine's user alone (0700); a partner's folders get the mode of
 * the settings when they are created, and are left as they are when they exist (docs/operations.md, permissions).
 * @throws Fault FOLDER_UNUSABLE.
 */
export function prepareHome(loaded: LoadedSettings): void {
  const paths = homePaths(loaded.home);
  const mode = Number.parseInt(loaded.settings.folders.mode, 8);
  try {
    for (const dir of [paths.home, paths.archive, paths.quarantine, paths.work])
      mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const partner of loaded.settings.partners) {
      mkdirSync(paths.claims(partner.code), { recursive: true, mode: 0o700 });
      if (partner.sftp !== undefined) continue;
      for (const dir of Object.values(partnerFolders(loaded, partner))) {
        if (existsSync(dir)) continue;
        mkdirSync(dir, { recursive: true, mode });
        chmodSync(dir, mode);
      }
    }
  } catch (error) {
    throw new Fault(
      'FOLDER_UNUSABLE',
      `a folder of the engine cannot be created: ${asError(error).message}`,
      {},
      error,
    );
  }
}
