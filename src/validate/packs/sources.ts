import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { asError, Fault } from '../../errors.js';

/** A Schematron file as found: alone, in a folder or in an archive. */
export interface SourceFile {
  /** Path inside the folder or archive, with `/`. */
  readonly path: string;
  readonly bytes: Buffer;
  /** ISO; null when not known. */
  readonly date: string | null;
}

/** Limits on what is read while looking for packs: the official ones are below 1 MB. */
export const sourceLimits = {
  fileBytesMax: 16 * 1024 * 1024,
  totalBytesMax: 128 * 1024 * 1024,
  filesMax: 500,
  depthMax: 12,
  entriesMax: 20_000,
  readMsMax: 60_000,
} as const;

/**
 * Every `.sch` file of a file, a folder or a ZIP archive, in the order of their paths.
 * @param name of the file or archive as published, where the path has another one
 * @throws Fault FILE_UNREADABLE; RULES_INVALID for a broken archive, and where limits are passed.
 */
export async function readSources(path: string, name = path): Promise<readonly SourceFile[]> {
  const found = isFolder(path)
    ? [...walk(path, path, 0)]
    : isZip(path)
      ? await readZip(path, name)
      : [readOne(path, name.split(sep).at(-1) ?? name)];
  if (found.length > sourceLimits.filesMax) {
    throw new Fault('RULES_INVALID', `${name}: more than ${sourceLimits.filesMax} Schematron files`, {
      path,
    });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `${path}: ${asError(error).message}`, { path }, error);
  }
}

function isZip(path: string): boolean {
  try {
    const fd = openSync(path, 'r');
    try {
      const head = Buffer.alloc(4);
      readSync(fd, head, 0, 4, 0);
      return head.toString('latin1') === 'PK\u0003\u0004';
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `${path}: ${asError(error).message}`, { path }, error);
  }
}

function readOne(file: string, path: string): SourceFile {
  try {
    const { size, mtime } = statSync(file);
    if (size > sourceLimits.fileBytesMax) throw tooLarge(path);
    return { path, bytes: readFileSync(file), date: mtime.toISOString() };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('FILE_UNREADABLE', `${file}: ${asError(error).message}`, { path: file }, error);
  }
}

function* walk(root: string, dir: string, depth: number): Generator<SourceFile> {
  if (depth > sourceLimits.depthMax) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* walk(root, path, depth + 1);
    else if (entry.isFile() && isSchematron(entry.name)) {
      yield readOne(path, relative(root, path).split(sep).join(posix.sep));
    }
  }
}

function isSchematron(name: string): boolean {
  return name.toLowerCase().endsWith('.sch') && !name.split('/').at(-1)?.startsWith('.');
}

async function readZip(path: string, name: string): Promise<SourceFile[]> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
  } catch (error) {
    throw broken(name, asError(error).message, error);
  }
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(broken(name, 'it takes too long to read')), sourceLimits.readMsMax);
  });
  try {
    if (zip.entryCount > sourceLimits.entriesMax) throw broken(name, 'it holds too many files');
    return await Promise.race([entriesOf(zip, name), deadline]);
  } finally {
    clearTimeout(timer);
    zip.close();
  }
}

function entriesOf(zip: ZipFile, path: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  let totalBytes = 0;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(broken(path, asError(error).message, error));
    zip.on('error', fail);
    zip.on('end', () => resolve(files));
    zip.on('entry', (entry: Entry) => {
      const wanted = isSchematron(entry.fileName) && files.length <= sourceLimits.filesMax;
      if (!wanted) return zip.readEntry();
      inflate(zip, entry).then((bytes) => {
        totalBytes += bytes.length;
        if (totalBytes > sourceLimits.totalBytesMax) return fail(new Error('it holds too much'));
        files.push({ path: entry.fileName, bytes, date: entry.getLastModDate().toISOString() });
        zip.readEntry();
      }, fail);
    });
    zip.readEntry();
  });
}

async function inflate(zip: ZipFile, entry: Entry): Promise<Buffer> {
  if (entry.uncompressedSize > sourceLimits.fileBytesMax) throw tooLarge(entry.fileName);
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function tooLarge(path: string): Fault {
  return new Fault('RULES_INVALID', `${path}: more than ${sourceLimits.fileBytesMax} bytes`, { path });
}

function broken(path: string, problem: string, cause?: unknown): Fault {
  return new Fault('RULES_INVALID', `${path}: the archive cannot be read: ${problem}`, { path }, cause);
}
