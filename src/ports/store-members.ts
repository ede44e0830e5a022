import type { ProcessRole } from '../domain/process-role.js';

/** A process that works on this store. */
export interface Member {
  /** Holder of its leases, and the name of its folder below `work`. */
  readonly id: string;
  readonly roles: readonly ProcessRole[];
  readonly host: string;
  readonly pid: number;
  /** Of the program. */
  readonly version: string;
  /** The newest version of the database that the program knows. */
  readonly schema: number;
  /** Between two of its heartbeats. */
  readonly beatMs: number;
}

export interface MemberState extends Member {
  /** ISO instants by the store's clock. */
  readonly startedAt: string;
  readonly seenAt: string;
  /** Since its last heartbeat, by the store's clock. */
  readonly silentMs: number;
}

/** Version of the database as it is now, the one that a program must know at least, and the newest that this one knows. */
export interface SchemaVersions {
  readonly database: number;
  readonly oldest: number;
  readonly program: number;
}

export interface MemberCalls {
  /** A heartbeat: enters the process at the first. */
  beat(member: Member): Promise<void>;
  /** All that are known, the oldest first, also those that are silent. */
  members(): Promise<readonly MemberState[]>;
  /** A process that ends in good order takes its name off. */
  forgetMember(id: string): Promise<void>;
  /** Forgets those that have been silent for so long; gives how many. */
  forgetMembers(silentMs: number): Promise<number>;
  schemaVersions(): Promise<SchemaVersions>;
}
