import type { ClaimedFile, DepositEntry } from '../../../ports/transport.js';
import type { SftpConnection } from './connection.js';
import type { FileState } from './files.js';

/** What becomes of a file on the server once it is recorded: gone, or in a folder of the server. */
export type AfterPickup = 'delete' | { readonly move: string };

export interface ClaimsOptions {
  readonly connection: SftpConnection;
  /** The drop folder on the server. */
  readonly dir: string;
  /** Local private folder for working copies; created 0700. */
  readonly claimDir: string;
  readonly afterPickup: AfterPickup;
}

export interface RemoteHandle {
  readonly raw: Buffer;
  readonly state: FileState;
}

/** How files are taken out of a remote drop folder. */
export interface RemoteClaims {
  /** To be called before a folder is listed. */
  ready(): Promise<void>;
  /** True for a file that is claimed and still stands in the drop folder. */
  hides(raw: Buffer, state: FileState): boolean;
  claim(entry: DepositEntry): Promise<ClaimedFile | 'gone' | 'changed'>;
  fetch(claimed: ClaimedFile): Promise<void>;
  leftovers(): Promise<readonly ClaimedFile[]>;
  acknowledge(claimed: ClaimedFile): Promise<void>;
}

export const handleOf = (entry: DepositEntry): RemoteHandle => entry.handle as RemoteHandle;
