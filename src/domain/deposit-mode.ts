import type { Flow } from './flow.js';

/** How a flow came to us: through a partner's folder or server, or handed to the console or the API (DOMAIN 1.4). */
export type DepositMode = 'folder' | 'portal' | 'api';

const keyWords = { folder: 'flows', portal: 'portal', api: 'api' } as const satisfies Record<
  DepositMode,
  string
>;

/**
 * Archive key of a deposit. Its first word tells how the flow came, and is the only place where that is kept: keys are
 * made by us alone, so nobody who names a file can pass for somebody else.
 * @param id a UUID of version 7: its first 28 bits count periods of 17 minutes, so many flows share a folder
 */
export function depositKey(mode: DepositMode, id: string): string {
  return `${keyWords[mode]}/${id.slice(0, 5)}/${id.slice(5, 7)}/${id}`;
}

/** How a flow came. What lies in the quarantine counts as come through a folder: it is never worked again. */
export function depositModeOf({ archiveKey }: Pick<Flow, 'archiveKey'>): DepositMode {
  if (archiveKey.startsWith('portal/')) return 'portal';
  return archiveKey.startsWith('api/') ? 'api' : 'folder';
}

/**
 * The code that the name of a flow must bear as its sender's: the partner's own, and ours for what came through portal
 * or API, whose names are made by us (DOMAIN 1.4: `FSO1117A_CPP001_CPP0011117…`).
 */
export function senderCodeOf(flow: Pick<Flow, 'archiveKey' | 'partner'>, engineCode: string): string {
  return depositModeOf(flow) === 'folder' ? flow.partner : engineCode;
}
