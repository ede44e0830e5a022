import { randomBytes } from 'node:crypto';
import SftpClient from 'ssh2-sftp-client';
import { asError, Fault } from '../../../errors.js';
import { connect, connectWith, type SftpServer, serverName } from './connect.js';

export interface FolderProbe {
  readonly folder: string;
  /** What went wrong and at which step; null: list, create, rename and delete all work. */
  readonly fault: string | null;
  /** The folder is not there. */
  readonly missing: boolean;
}

export interface FolderToProbe {
  readonly folder: string;
  readonly claims?: readonly string[] | false;
}

type Run = <T>(work: Promise<T>) => Promise<T>;

/**
 * Tries a server as a person would, with a client that is not the engine's own: in each folder it lists, creates a
 * file, renames it and deletes it. Where `claims` are given the rename goes into the first of these folders that is
 * there or can be made, as a claim does; nothing is renamed where they are `false`.
 * @throws Fault CONNECTION_FAILED, HOST_KEY_REFUSED, SECRET_UNRESOLVED.
 */
export async function probeServer(
  server: SftpServer,
  folders: readonly FolderToProbe[],
): Promise<readonly FolderProbe[]> {
  const name = serverName(server);
  // As the engine itself does: what fails there is told in the engine's own words.
  (await connect(server)).end('tried');
  const quiet = () => undefined;
  const client = await connectWith(server, async (config, leftMs) => {
    // Without listeners of our own the library writes to the console.
    const one = new SftpClient('ecluse', { error: quiet, end: quiet, close: quiet });
    try {
      await within(one.connect(config), leftMs);
      return one;
    } catch (error) {
      one.end().catch(quiet);
      throw new Fault('CONNECTION_FAILED', `${name}: ${asError(error).message}`, { server: name }, error);
    }
  });
  const run: Run = (work) => within(work, server.operationMsMax);
  try {
    const probes: FolderProbe[] = [];
    for (const folder of folders) probes.push(await probe(client, run, folder));
    return probes;
  } finally {
    await within(client.end(), server.operationMsMax).catch(quiet);
  }
}

async function probe(client: SftpClient, run: Run, { folder, claims }: FolderToProbe): Promise<FolderProbe> {
  const file = `.ecluse-probe-${randomBytes(6).toString('hex')}.tmp`;
  const path = `${folder}/${file}`;
  let step = 'list';
  let stands: string | null = null;
  try {
    if ((await run(client.exists(folder))) === false)
      return { folder, fault: 'the folder is not there', missing: true };
    await run(client.list(folder));
    step = 'create';
    await run(client.put(Buffer.from('probe'), path));
    stands = path;
    if (claims !== false) {
      step = 'make a folder for claims';
      const target = claims === undefined ? folder : await usable(client, run, claims);
      step = `rename${claims === undefined ? '' : ` into ${target}`}`;
      const moved = `${target}/${file}.moved`;
      await run(client.rename(path, moved));
      stands = moved;
    }
    step = 'delete';
    await run(client.delete(stands));
    return { folder, fault: null, missing: false };
  } catch (error) {
    if (stands !== null) await run(client.delete(stands)).catch(() => undefined);
    return { folder, fault: `cannot ${step}: ${asError(error).message}`, missing: false };
  }
}

async function usable(client: SftpClient, run: Run, folders: readonly string[]): Promise<string> {
  let refusal: unknown = new Error('none is named');
  for (const folder of folders) {
    try {
      if ((await run(client.exists(folder))) === false) await run(client.mkdir(folder));
      return folder;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

async function within<T>(work: Promise<T>, msMax: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${msMax} ms`)), msMax);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
