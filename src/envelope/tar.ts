import { createReadStream, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { type Finding, shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Limits } from '../domain/limits.js';
import { asError, Fault, systemCode } from '../errors.js';
import { entryName, entryNameProblem, isArchiveMetadata } from './entry-name.js';
import type { Unpacked, UnpackedEntry } from './unpack.js';

export interface TarQuestion {
  readonly path: string;
  readonly packedBytes: number;
  /** Where the working files go; created. */
  readonly folder: string;
  readonly limits: Limits;
}

/** What tar-stream gives; its own types leave out the options and describe another kind of stream than it passes for. */
interface Entry extends AsyncIterable<Buffer> {
  readonly header: {
    readonly name: string;
    readonly type: string | null;
    readonly size?: number;
    readonly pax?: Readonly<Record<string, string>> | null;
  };
  resume(): unknown;
}
type TarReader = NodeJS.WritableStream & AsyncIterable<Entry> & { destroy(): void };

/** A limit was passed: the archive is read no further. */
class LimitPassed extends Error {
  constructor(readonly finding: Finding) {
    super(finding.message);
  }
}

interface Opened {
  readonly entries: UnpackedEntry[];
  readonly findings: Finding[];
  readonly names: Set<string>;
  headers: number;
}

const chunkBytes = 256 * 1024;
const smallBytes = 256 * 1024;
/** Small archives of much alike invoices pack better than any ratio would allow; below this no bomb does harm. */
const ratioFromBytes = 32 * 1024 * 1024;

/**
 * Reads a tar.gz as a stream, with every limit counted on the real bytes, and writes its regular files out. Folders
 * and what macOS adds are passed over; links and devices are refused (PEERS 6, 12 and 13).
 * @throws Fault FILE_UNREADABLE, FOLDER_UNUSABLE.
 */
export async function openTar(question: TarQuestion): Promise<Unpacked> {
  const { path, folder, limits } = question;
  await writing(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const opened: Opened = { entries: [], findings: [], names: new Set(), headers: 0 };
  const tar = tarReader();
  const stop = new AbortController();
  const deadline = deadlineOf(limits.unpackMsMax);
  const source = createReadStream(path, { highWaterMark: chunkBytes });
  const flow = pipeline(source, createGunzip({ chunkSize: chunkBytes }), meter(question), tar, {
    signal: stop.signal,
  });
  const walk = walkEntries(tar, question, opened);
  try {
    // Whichever fails first tells why; the other one ends by it.
    await Promise.race([Promise.all([flow, walk]), deadline.passed]);
  } catch (error) {
    stop.abort();
    tar.destroy();
    await Promise.allSettled([flow, walk]);
    return verdictOn(error, question, opened);
  } finally {
    deadline.clear();
  }
  return verdict(opened);
}

/** Old tars without a magic word are read too; names come as bytes, to be decoded by `entryName`. */
function tarReader(): TarReader {
  const options: object = { allowUnknownFormat: true, filenameEncoding: 'latin1' };
  return extract(options) as unknown as TarReader;
}

async function walkEntries(tar: AsyncIterable<Entry>, question: TarQuestion, opened: Opened): Promise<void> {
  const { limits } = question;
  for await (const entry of tar) {
    const name = entryName(entry.header.name, entry.header.pax?.path);
    opened.headers++;
    if (opened.headers > headersMax(limits)) throw tooMany(limits);
    const kind = entry.header.type;
    const file = kind === 'file' || kind === 'contiguous-file';
    const passedOver = kind === 'directory' || isArchiveMetadata(name);
    const finding = passedOver ? null : refusalOf(name, kind, file, opened);
    if (finding !== null) opened.findings.push(finding);
    if (!file || passedOver || finding !== null) {
      entry.resume();
      continue;
    }
    if (opened.entries.length >= limits.entriesMax) throw tooMany(limits);
    const path = join(question.folder, `entry-${String(opened.entries.length).padStart(5, '0')}`);
    const sizeBytes = await writing(path, () => writeEntry(entry, path, limits.entryBytesMax));
    opened.entries.push({ name, path, sizeBytes });
  }
}

/** Folders and metadata come on top of the files, but not without end. */
function headersMax(limits: Limits): number {
  return limits.entriesMax * 4 + 1_000;
}

function tooMany(limits: Limits): LimitPassed {
  return new LimitPassed(findingOf('ECL-ENV-ENTRIES', { max: String(limits.entriesMax) }));
}

const linkKinds: Readonly<Record<string, string>> = {
  link: 'lien',
  symlink: 'lien symbolique',
  'character-device': 'périphérique',
  'block-device': 'périphérique',
  fifo: 'tube nommé',
};

function refusalOf(name: string, kind: string | null, file: boolean, opened: Opened): Finding | null {
  const entry = shownValue(name);
  const problem = entryNameProblem(name);
  if (problem !== null) return findingOf('ECL-ENV-ENTRY-NAME', { entry, problem }, { entry });
  if (!file) {
    const found = linkKinds[kind ?? ''] ?? 'inconnu du format tar';
    return findingOf('IRR_TYPE_F', { entry, found }, { entry, value: found });
  }
  const key = name.normalize('NFC');
  if (opened.names.has(key)) return findingOf('IRR_NOM_F', { entry }, { entry });
  opened.names.add(key);
  return null;
}

/** Gives the real size. Past the limit nothing more is written: the file only gets the length it would have. */
async function writeEntry(entry: Entry, path: string, bytesMax: number): Promise<number> {
  if ((entry.header.size ?? Number.POSITIVE_INFINITY) <= smallBytes) {
    const whole = await buffer(entry);
    // In one go, on the main thread: some trips to the thread pool for each of 500 files took longer than all else.
    writeFileSync(path, whole.subarray(0, bytesMax), { flag: 'wx', mode: 0o600 });
    if (whole.length > bytesMax) truncateSync(path, whole.length);
    return whole.length;
  }
  const file = await open(path, 'wx', 0o600);
  try {
    let sizeBytes = 0;
    for await (const chunk of entry) {
      if (sizeBytes + chunk.length <= bytesMax) await writeAll(file, chunk);
      sizeBytes += chunk.length;
    }
    if (sizeBytes > bytesMax) await file.truncate(sizeBytes);
    return sizeBytes;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done);
    done += bytesWritten;
  }
}

/** Counts what the inflater really gives, whatever headers say. */
function meter({ packedBytes, limits }: TarQuestion): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      const problem = excess(bytes, packedBytes, limits);
      if (problem === null) done(null, chunk);
      else done(new LimitPassed(findingOf('ECL-ENV-RATIO', { problem })));
    },
  });
}

function excess(bytes: number, packedBytes: number, limits: Limits): string | null {
  if (bytes > limits.unpackedBytesMax) return `plus de ${limits.unpackedBytesMax} octets en tout`;
  if (bytes <= ratioFromBytes || bytes <= packedBytes * limits.unpackRatioMax) return null;
  return `plus de ${limits.unpackRatioMax} fois la taille de l'archive`;
}

function deadlineOf(ms: number): { passed: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    const seconds = String(Math.round(ms / 1000));
    timer = setTimeout(() => reject(new LimitPassed(findingOf('ECL-ENV-TIME', { seconds }))), ms);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

function verdict(opened: Opened): Unpacked {
  const { entries, findings } = opened;
  if (findings.length > 0) {
    const untreated = entries.map(({ name }) =>
      findingOf('ECL-ENV-UNTREATED', { entry: name }, { entry: name }),
    );
    return { kind: 'refused', findings: [...findings, ...untreated] };
  }
  if (entries.length > 0) return { kind: 'entries', entries, findings };
  return {
    kind: 'refused',
    findings: [findingOf('IRR_EXTRAC', { problem: 'elle ne contient aucun fichier' })],
  };
}

function verdictOn(error: unknown, { path }: TarQuestion, opened: Opened): Unpacked {
  if (error instanceof Fault) throw error;
  if (error instanceof LimitPassed) return { kind: 'refused', findings: [...opened.findings, error.finding] };
  const code = systemCode(error) ?? '';
  if (code === 'Z_BUF_ERROR') return { kind: 'unfinished' };
  if (code.startsWith('E')) {
    throw new Fault('FILE_UNREADABLE', `cannot read ${path}: ${asError(error).message}`, { path }, error);
  }
  const problem = problemOf(code, asError(error), opened);
  return { kind: 'refused', findings: [...opened.findings, findingOf('IRR_EXTRAC', { problem })] };
}

function problemOf(code: string, error: Error, opened: Opened): string {
  if (code.startsWith('Z_')) return 'les données compressées sont endommagées';
  if (/unexpected end/i.test(error.message)) return 'l’archive tar s’arrête au milieu d’un fichier';
  if (opened.headers === 0) return 'le contenu décompressé n’est pas une archive tar';
  return `l’en-tête qui suit le fichier n° ${opened.headers} est endommagé`;
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = systemCode(error) ?? '';
    // Errors of the stream pass through here too; those of the file system start with E.
    if (!code.startsWith('E') || code.startsWith('ERR_')) throw error;
    throw new Fault('FOLDER_UNUSABLE', `cannot write ${path}: ${asError(error).message}`, { path }, error);
  }
}
