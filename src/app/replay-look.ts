import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Flow } from '../domain/flow.js';
import type { ReplayFile } from '../domain/replay.js';
import { asError, Fault, type FaultCode } from '../errors.js';
import { holdsStatuses, previewReplay, type ReplayPreview } from '../pipeline/replay-preview.js';
import type { StagePorts } from '../pipeline/work.js';
import type { Archive } from '../ports/archive.js';
import type { Bench } from './bench.js';

/** A flow that could not be looked at. */
export interface Unseen {
  readonly flow: Flow;
  readonly error: string;
  /** Of a fault; null for another error. */
  readonly code?: FaultCode | null;
  /** It is none that can be looked at: no fault. */
  readonly passed?: true;
}

/** Key of a file that stands outside the archive: a preview keeps nothing. */
const givenKey = 'preview/given';

/** What a replay of a flow would change. One flow that cannot be looked at never stops the others. */
export async function lookAtReplay(
  bench: Bench,
  flow: Flow,
  asked: { readonly asOf: string | null; readonly file: ReplayFile | null },
  ports: StagePorts = bench.ports,
): Promise<ReplayPreview | Unseen> {
  if (holdsStatuses(flow, ports)) {
    const error = 'un flux de statuts ne se simule pas : ses statuts sont jugés quand ils sont posés';
    return { flow, error, passed: true };
  }
  try {
    const partner = bench.partnerOf(flow);
    return await bench.inFolder((workDir) => previewReplay(ports, flow, { ...asked, partner, workDir }));
  } catch (thrown) {
    return { flow, error: asError(thrown).message, code: thrown instanceof Fault ? thrown.code : null };
  }
}

/** A corrected file that is only looked at. @throws Fault FILE_UNREADABLE. */
export async function givenFile(path: string, name = basename(path)): Promise<ReplayFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
    }
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read ${path}: ${asError(error).message}`, { path }, error);
  }
  return { name, archiveKey: givenKey, sha256: hash.digest('hex'), sizeBytes };
}

/** An archive in which the file that was given is found under its key. */
export function withGiven(archive: Archive, path: string): Archive {
  return { ...archive, pathOf: (key) => (key === givenKey ? path : archive.pathOf(key)) };
}
