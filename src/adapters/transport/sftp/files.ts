import { asError, Fault, systemCode } from '../../../errors.js';
import type { SftpSession } from './session.js';
import type { Attributes, NamedFile } from './wire.js';

/** What a server tells of one version of a file; it knows no inode, and seconds only. */
export interface FileState {
  readonly sizeBytes: number;
  readonly mtimeS: number;
  readonly regular: boolean;
}

export function sameState(a: FileState, b: FileState): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeS === b.mtimeS && a.regular && b.regular;
}

/** @throws Error when the server leaves out size or time: without them no change can be seen. */
export function stateOf({ sizeBytes, mtimeS, regular }: Attributes): FileState {
  if (sizeBytes === null || mtimeS === null) throw new Error('the server tells no size or time of its files');
  return { sizeBytes, mtimeS, regular: regular ?? true };
}

/** State of what has this name; null when nothing has it. */
export async function stateAt(session: SftpSession, path: Buffer): Promise<FileState | null> {
  try {
    return stateOf(await session.lstat(path));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The count of names in a line of `ls -l`, as OpenSSH writes one. */
const linkCount = /^[-dlbcps][-rwxsStT]{9}\S?\s+(\d+)\s/;

/** State of a listed file. Where the line tells that the file has a second name, it is not regular to us. */
export async function listedState(
  session: SftpSession,
  folder: string,
  { raw, longname, attributes }: NamedFile,
): Promise<FileState | null> {
  const complete = attributes.sizeBytes !== null && attributes.mtimeS !== null && attributes.regular !== null;
  const state = complete ? stateOf(attributes) : await stateAt(session, pathIn(folder, raw));
  if (state === null || !state.regular) return state;
  return { ...state, regular: Number(linkCount.exec(longname)?.[1] ?? 1) <= 1 };
}

export function pathIn(folder: string, name: Uint8Array | string): Buffer {
  return Buffer.concat([
    Buffer.from(folder.endsWith('/') ? folder : `${folder}/`),
    typeof name === 'string' ? Buffer.from(name) : name,
  ]);
}

/** `child` beside `folder`: `/a/in` -> `/a/child`, `in` -> `child`. */
export function beside(folder: string, child: string): string {
  return folder.replace(/\/+$/, '').replace(/[^/]*$/, child);
}

/** Answers in flight while a folder is read. */
const readsAhead = 4;
/** Answers in a row that hold no name that counts; a server that goes on so would be asked for ever. */
const fruitlessMax = 100;

/** Entries of a folder without `.` and `..`, in no order, at most `limit`. */
export async function readFolder(session: SftpSession, folder: string, limit: number): Promise<NamedFile[]> {
  const handle = await session.openFolder(Buffer.from(folder));
  const files: NamedFile[] = [];
  let fruitless = 0;
  try {
    const lane = async (): Promise<void> => {
      while (files.length < limit) {
        const some = await session.readFolder(handle);
        if (some === null) return;
        const before = files.length;
        for (const file of some) if (isName(file.raw)) files.push(file);
        fruitless = files.length > before ? 0 : fruitless + 1;
        if (fruitless > fruitlessMax)
          throw new Error(`read folder ${folder}: answers without a name, no end`);
      }
    };
    await Promise.all(Array.from({ length: readsAhead }, lane));
  } finally {
    session.close(handle).catch(() => undefined);
  }
  return files.length > limit ? files.slice(0, limit) : files;
}

/** A name that a server made up to lead out of its folder, here or at home, is none. */
function isName(raw: Buffer): boolean {
  const dots = raw.length <= 2 && raw.every((byte) => byte === 0x2e);
  return !dots && !raw.includes(0x2f) && !raw.includes(0);
}

/** Makes a folder where there is none; its parent must be there. */
export async function ensureFolder(session: SftpSession, folder: string): Promise<void> {
  const path = Buffer.from(folder);
  if ((await stateAt(session, path)) !== null) return;
  try {
    await session.makeFolder(path);
  } catch (error) {
    // Another engine of the same partner may have been faster.
    if ((await stateAt(session, path)) === null) throw error;
  }
}

/** What to do about refusals of a server, by their code. */
const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'is it there, under the very name that stands in sftp',
  EACCES: 'the login must be able to list, create, rename and delete there (ecluse doctor tries it)',
};

/** What a server refused and what to do about it. */
export function refusalText(thrown: unknown): string {
  const remedy = remedies[systemCode(thrown) ?? ''];
  return `${asError(thrown).message}${remedy === undefined ? '' : `: ${remedy}`}`;
}

/** Any error of a session as a fault of the folder it was about; faults stay what they are. */
export function folderFault(server: string, folder: string, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const details = { server, folder, cause: systemCode(thrown) ?? null };
  const text = `${server}: ${folder} cannot be used: ${refusalText(thrown)}`;
  return new Fault('FOLDER_UNUSABLE', text, details, thrown);
}

export async function inRemoteFolder<T>(server: string, folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw folderFault(server, folder, thrown);
  }
}
