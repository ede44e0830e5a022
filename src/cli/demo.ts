import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importDirectoryFile } from '../directory/import.js';
import type { Store } from '../ports/store.js';
import { homePaths } from '../settings/home.js';
import { type LoadedSettings, projectRoot } from '../settings/load.js';

/** The package's own folder, where `samples/` and `config/` lie. */
export const packageRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** What a sample folder says of itself. */
interface SampleCard {
  readonly title: string;
  /** Part of the demonstration that the first `npm start` writes. */
  readonly demo?: boolean;
}

/** Sample folders of the demonstration, with the files they deposit. */
function demoFiles(): { readonly name: string; readonly path: string }[] {
  const root = join(packageRoot, 'samples');
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'sample.json')))
    .filter(
      (entry) =>
        (JSON.parse(readFileSync(join(root, entry.name, 'sample.json'), 'utf8')) as SampleCard).demo === true,
    )
    .flatMap((entry) =>
      readdirSync(join(root, entry.name, 'in')).map((name) => ({
        name,
        path: join(root, entry.name, 'in', name),
      })),
    );
}

/** Names of the demonstration's flows. */
export function demoNames(): Set<string> {
  return new Set(demoFiles().map((file) => file.name));
}

const demoMeta = 'demo.written';
const directoryMeta = 'directory.imported';

/** Writes the demonstration flows into the issuer's drop folder, once in the life of a home. */
export async function writeDemo(store: Store, loaded: LoadedSettings): Promise<readonly string[]> {
  if ((await store.meta(demoMeta)) !== null) return [];
  const folder = homePaths(loaded.home).inFolder('FRN001');
  const files = demoFiles();
  for (const { name, path } of files) {
    const temporary = join(folder, `.${name}.part`);
    copyFileSync(path, temporary);
    renameSync(temporary, join(folder, name));
  }
  await store.transaction((tx) => tx.setMeta(demoMeta, new Date().toISOString()));
  return files.map((file) => file.name);
}

/** Imports the directory file of the settings when it is new or has changed since it was last imported. */
export async function importDemoDirectory(store: Store, loaded: LoadedSettings): Promise<void> {
  const { file } = loaded.settings.directory;
  if (file === undefined) return;
  const base = loaded.file === null ? process.cwd() : projectRoot(loaded.file);
  const path = file === '@demo' ? join(packageRoot, 'config', 'directory.demo.json') : resolve(base, file);
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
  if ((await store.meta(directoryMeta)) === digest) return;
  await importDirectoryFile(path, store.directory);
  await store.transaction((tx) => tx.setMeta(directoryMeta, digest));
}
