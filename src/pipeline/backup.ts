import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asError, Fault } from '../errors.js';
import type { Store } from '../ports/store.js';

/** Sequence numbers passed over at a restore: what was sent after the backup must never be sent under another content. */
export const sequenceGap = 1_000_000;

const manifestName = 'manifest.json';
const databaseName = 'ecluse.sqlite';

interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Folders of a home that a backup holds beside the database, each under its own name. */
const parts = ['archive', 'quarantine', 'rules'] as const;
export type BackupFolders = Readonly<Record<(typeof parts)[number], string>>;

interface Manifest {
  readonly format: 1;
  /** What the backup covers, also where it is empty; those of before this was told hold the archive alone. */
  readonly parts?: readonly string[];
  readonly writtenAt: string;
  readonly flows: number;
  readonly files: readonly ManifestFile[];
}

/**
 * A consistent copy of store, archive, quarantine and installed rule packs, also while the engine runs: the database
 * first, as one snapshot, then every file. A row is only ever committed after its bytes are in the archive, and
 * archived files never change, so whatever the snapshot refers to is copied. What is infected moves from the archive
 * to the quarantine, which is copied after it for that reason.
 * @throws Fault BACKUP_FAILED.
 */
export async function backupHome(options: {
  store: Store;
  folders: BackupFolders;
  target: string;
  openCopy: (path: string) => Promise<Store>;
}): Promise<{ flows: number; files: number; bytes: number }> {
  const { target } = options;
  if (existsSync(target) && (await readdir(target)).length > 0) {
    throw new Fault('BACKUP_FAILED', `${target} is not empty: name a new folder`);
  }
  await mkdir(target, { recursive: true, mode: 0o700 });
  await options.store.copyTo(join(target, databaseName));
  const files: ManifestFile[] = [await describeFile(target, join(target, databaseName))];
  for (const part of parts) {
    const from = options.folders[part];
    for await (const path of filesBelow(from)) {
      const copy = join(target, part, relative(from, path));
      const copied = await copyUnlessGone(path, copy);
      if (copied !== null) files.push({ path: relative(target, copy), ...copied });
    }
  }
  const flows = await countFlows(join(target, databaseName), options.openCopy);
  const manifest: Manifest = { format: 1, parts, writtenAt: new Date().toISOString(), flows, files };
  await writeDurably(join(target, manifestName), JSON.stringify(manifest, null, 1));
  return { flows, files: files.length - 1, bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0) };
}

/**
 * Puts a backup back. Every file is checked against the manifest before anything is moved; what stands in the home
 * is set aside, never deleted. Outbound sequences go on with a gap.
 * @throws Fault BACKUP_FAILED, ARCHIVE_CORRUPT.
 */
export async function restoreHome(options: {
  source: string;
  database: string;
  folders: BackupFolders;
  force: boolean;
  openStore: (path: string) => Promise<Store>;
}): Promise<{ flows: number; files: number; setAside: string | null }> {
  const manifest = await readManifest(options.source);
  const home = dirname(options.database);
  const staging = join(home, `restore-${process.pid}-${Date.now()}`);
  const occupied = existsSync(options.database);
  if (occupied && !options.force) {
    throw new Fault('BACKUP_FAILED', `${home} already holds a database: --force sets it aside and restores`);
  }
  await mkdir(staging, { recursive: true, mode: 0o700 });
  for (const file of manifest.files) {
    const copied = await copyFile(join(options.source, file.path), join(staging, file.path));
    if (copied.sha256 !== file.sha256) {
      throw new Fault(
        'ARCHIVE_CORRUPT',
        `${join(options.source, file.path)} does not have the bytes it was backed up with`,
      );
    }
  }
  await makeOwn(join(staging, databaseName), options.openStore);
  const covered = parts.filter((part) => (manifest.parts ?? ['archive']).includes(part));
  const inPlace = covered.map((part) => options.folders[part]);
  const setAside = occupied ? await setHomeAside(options.database, inPlace) : null;
  for (const part of covered) {
    const dir = options.folders[part];
    await mkdir(join(staging, part), { recursive: true, mode: 0o700 });
    if (existsSync(dir)) await rename(dir, join(staging, `${part}-before`));
    await rename(join(staging, part), dir);
  }
  await rename(join(staging, databaseName), options.database);
  return { flows: manifest.flows, files: manifest.files.length - 1, setAside };
}

async function readManifest(source: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(join(source, manifestName), 'utf8')) as Manifest;
    if (manifest.format !== 1) throw new Error(`format ${String(manifest.format)} is not known`);
    return manifest;
  } catch (error) {
    throw new Fault('BACKUP_FAILED', `${source} is not a whole backup: ${asError(error).message}`, {}, error);
  }
}

/**
 * Numbers that may have been used since the backup are passed over, and the processes that worked on the database it
 * is a copy of do not work on this one: their leases would keep the engine from starting.
 */
async function makeOwn(database: string, openStore: (path: string) => Promise<Store>): Promise<void> {
  const store = await openStore(database);
  try {
    await store.migrate();
    await store.transaction((tx) => tx.skipSequences(sequenceGap));
    for (const { name, holder } of await store.leases()) await store.releaseLeases([name], holder);
    for (const { id } of await store.members()) await store.forgetMember(id);
  } finally {
    await store.close();
  }
}

async function countFlows(database: string, openCopy: (path: string) => Promise<Store>): Promise<number> {
  const copy = await openCopy(database);
  try {
    return (await copy.summary('0000')).flows;
  } finally {
    await copy.close();
  }
}

async function setHomeAside(database: string, folders: readonly string[]): Promise<string> {
  const aside = join(dirname(database), `before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  await mkdir(aside, { mode: 0o700 });
  for (const name of [database, `${database}-wal`, `${database}-shm`, ...folders]) {
    if (existsSync(name)) await rename(name, join(aside, relative(dirname(database), name)));
  }
  return aside;
}

async function* filesBelow(dir: string): AsyncGenerator<string> {
  if (!existsSync(dir)) return;
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    // Names with a leading point are still being written: nothing refers to them yet.
    if (entry.name.startsWith('.')) continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** Null for a file that went while the backup ran: to the quarantine, or with a pack that was removed. */
async function copyUnlessGone(
  from: string,
  to: string,
): Promise<{ sha256: string; sizeBytes: number } | null> {
  try {
    return await copyFile(from, to);
  } catch (error) {
    if (existsSync(from)) throw error;
    await rm(to, { force: true });
    return null;
  }
}

async function copyFile(from: string, to: string): Promise<{ sha256: string; sizeBytes: number }> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(from), measure, createWriteStream(to, { mode: 0o600, flush: true }));
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function describeFile(base: string, path: string): Promise<ManifestFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { path: relative(base, path), sha256: hash.digest('hex'), sizeBytes };
}

async function writeDurably(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
