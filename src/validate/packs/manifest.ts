import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asError, Fault, systemCode } from '../../errors.js';
import { compareVersions } from './choice.js';
import { replaceFile } from './files.js';
import type { InstalledPack, PackManifest } from './types.js';

export const manifestName = 'pack.json';

/** Names that sets and versions may have: they are folders and stand in reports. */
const setPattern = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Names of our own layers and sets that no pack may take. */
const reserved: ReadonlySet<string> = new Set(['xsd', 'chorus', 'envelope', 'schema', 'directory']);

/** @throws Fault USAGE for a name that cannot be one. */
export function checkNames(set: string, version: string): void {
  if (!setPattern.test(set) || reserved.has(set)) {
    throw new Fault(
      'USAGE',
      `"${set}" cannot be the name of a rule pack: small letters, digits, points and dashes are expected, and none of ${[...reserved].join(', ')}`,
    );
  }
  if (!versionPattern.test(version)) {
    throw new Fault(
      'USAGE',
      `"${version}" cannot be a version: letters, digits, points and dashes are expected`,
    );
  }
}

/** Names of the sets that have a folder, sorted. */
export function setsInstalled(rulesDir: string): readonly string[] {
  return foldersOf(rulesDir);
}

/**
 * The installed versions of a set, in the order of their versions.
 * @throws Fault RULES_CORRUPT when a `pack.json` cannot be understood.
 */
export function packsOf(rulesDir: string, set: string): readonly InstalledPack[] {
  if (!setPattern.test(set)) return [];
  return foldersOf(join(rulesDir, set))
    .sort(compareVersions)
    .flatMap((version) => readManifest(join(rulesDir, set, version)) ?? []);
}

/** Every pack, set by set. @throws Fault RULES_CORRUPT. */
export function installedPacks(rulesDir: string): readonly InstalledPack[] {
  return setsInstalled(rulesDir).flatMap((set) => packsOf(rulesDir, set));
}

function foldersOf(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw new Fault('FOLDER_UNUSABLE', `${dir}: ${asError(error).message}`, { dir }, error);
  }
}

/** The manifest of a folder; null while there is none. @throws Fault RULES_CORRUPT. */
export function readManifest(dir: string): InstalledPack | null {
  const path = join(dir, manifestName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new Fault('RULES_CORRUPT', `${path}: ${asError(error).message}`, { path }, error);
  }
  const manifest = understood(text);
  if (manifest === null || join(manifest.set, manifest.version) !== dir.split(/[\\/]/).slice(-2).join('/')) {
    throw new Fault(
      'RULES_CORRUPT',
      `${path} is not what \`ecluse rules install\` wrote: install the pack again`,
      {
        path,
      },
    );
  }
  return { ...manifest, dir };
}

function understood(text: string): PackManifest | null {
  try {
    const value = JSON.parse(text) as Partial<PackManifest> | null;
    const known =
      value !== null &&
      typeof value === 'object' &&
      value.format === 1 &&
      typeof value.set === 'string' &&
      typeof value.version === 'string' &&
      Array.isArray(value.files) &&
      value.files.every(
        (file) => typeof file?.sha256 === 'string' && typeof file.compiled?.sha256 === 'string',
      );
    return known ? (value as PackManifest) : null;
  } catch {
    return null;
  }
}

export function writeManifest(dir: string, manifest: PackManifest): void {
  replaceFile(join(dir, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}
