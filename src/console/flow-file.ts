import type { Flow } from '../domain/flow.js';
import { finderOf } from '../envelope/catalogue.js';
import { noteAccess } from '../pipeline/sensitive.js';
import type { Store } from '../ports/store.js';
import type { PurgeMark } from '../ports/store-retention.js';
import { notFound } from './problem.js';
import type { Call } from './route.js';

/** Where the bytes of an attempt lie, and whether people may be shown them. */
export interface FlowFile {
  readonly archiveKey: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** A corrected file given with a replay, and with which attempt. */
  readonly attempt: number | null;
}

/** The deposited file and the corrected ones, oldest first. */
export async function filesOf(store: Store, flow: Flow): Promise<readonly FlowFile[]> {
  const replays = flow.attempt < 2 ? [] : await store.replays({ flow: flow.id, limit: 1_000 });
  const corrected = replays.flatMap(({ file, attempt }) =>
    file === null || attempt === null
      ? []
      : [{ archiveKey: file.archiveKey, name: file.name, sizeBytes: file.sizeBytes, attempt }],
  );
  return [
    { archiveKey: flow.archiveKey, name: flow.depositedName, sizeBytes: flow.sizeBytes, attempt: null },
    ...corrected.sort((a, b) => a.attempt - b.attempt),
  ];
}

/** The file that an attempt has worked: the newest corrected one up to it, else the deposited one. */
export async function fileOfAttempt(store: Store, flow: Flow, attempt: number): Promise<FlowFile> {
  const files = await filesOf(store, flow);
  const own = files.filter((file) => file.attempt === null || file.attempt <= attempt).at(-1);
  if (own === undefined) throw notFound('Ce fichier');
  return own;
}

export function isQuarantined({ archiveKey }: Pick<FlowFile, 'archiveKey'>): boolean {
  return archiveKey.startsWith('quarantine/');
}

/** That the deposited file is no longer there. */
export function purgeOf(purges: readonly PurgeMark[]): PurgeMark | undefined {
  return purges.find(({ kind }) => kind === 'originals' || kind === 'quarantine');
}

/** The flow of an address, with the look kept in the audit trail where it tells of natural persons. */
export async function flowOf(call: Call, id: string, what: string, invoice?: string): Promise<Flow> {
  const { store, loaded, clock } = call.parts;
  const flow = await store.flow(id);
  if (flow === null) throw notFound('Ce flux');
  await noteAccess(store, flow, finderOf(loaded.settings.interfaces), {
    by: call.actor,
    at: clock.now().toISOString(),
    what,
    ...(invoice === undefined ? {} : { invoice }),
  });
  return flow;
}
