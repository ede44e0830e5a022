/** What stands in a drop folder under one name. */
export interface DepositEntry {
  /** The name as bytes decoded leniently: data to show, never a path to build. */
  readonly name: string;
  /** How the transport itself finds the file again. */
  readonly handle: unknown;
  /** Only `file` is ever picked up; links, folders, sockets are `other`. */
  readonly kind: 'file' | 'other';
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

export interface ClaimedFile {
  /** Key of this claim: the same one after a restart. */
  readonly claimId: string;
  readonly name: string;
  /** A local file; of a remote folder it is there once `fetch` has ended. */
  readonly path: string;
}

/** A drop folder: local or remote. An adapter passes `tests/contracts/transport`. */
export interface IntakeTransport {
  /** Entries of the folder in no particular order, at most `limit`. */
  list(limit: number): Promise<readonly DepositEntry[]>;
  /** First and last bytes of a file, for the test whether it looks complete. */
  peek(entry: DepositEntry, headBytes: number, tailBytes: number): Promise<{ head: Buffer; tail: Buffer }>;
  /** The whole file as a stream, still in the drop folder. */
  open(entry: DepositEntry): Promise<NodeJS.ReadableStream>;
  /** Takes the file out of the partner's reach, or tells that it is gone or has changed since it was listed. */
  claim(entry: DepositEntry): Promise<ClaimedFile | 'gone' | 'changed'>;
  /**
   * Brings the bytes of a claim to `path`, where the transport does not do so when it claims; the same again is
   * harmless. @throws Fault FILE_CHANGED (with `sizeBytes`) while somebody still writes to the file.
   */
  readonly fetch?: (claimed: ClaimedFile) => Promise<void>;
  /** Claims that an earlier run left behind. */
  leftovers(): Promise<readonly ClaimedFile[]>;
  /** The row is committed: the far end may be cleaned and the claim forgotten. */
  acknowledge(claimed: ClaimedFile): Promise<void>;
  close(): Promise<void>;
}

/** An `out` folder: local or remote. */
export interface DeliveryTransport {
  /**
   * Writes a file under its final name with the effect of once: temporary name, fsync, rename, size read back.
   * The same name with the same bytes already there counts as done; with other bytes it is a DELIVERY_CONFLICT.
   * @param mayPublish called when all is written, right before the file gets its name: what it throws leaves nothing
   */
  put(
    name: string,
    write: (stream: NodeJS.WritableStream) => Promise<void>,
    mayPublish?: () => void,
  ): Promise<PutResult>;
  /**
   * Takes away what other processes have begun to write here and have not named: should one of them only sleep, it can
   * no longer name it.
   */
  readonly clear?: () => Promise<void>;
  /**
   * Names that were published and not forgotten: `put` gives `already` for them, also when the partner has fetched the
   * file meanwhile. So a process that dies before it could mark a delivery leaves nobody in doubt.
   */
  readonly noted?: () => Promise<readonly string[]>;
  /** Once the marks of deliveries are written, or when one is to be written again. */
  readonly forget?: (names: readonly string[]) => Promise<void>;
  /** True when the file is (still) in the folder. */
  has(name: string): Promise<boolean>;
  /**
   * All names in the folder, in no order. A name that is missing may have been renamed meanwhile: ask `has`.
   * @throws Fault when the folder cannot be read; a folder that is not there is never an empty one.
   */
  names(): Promise<ReadonlySet<string>>;
  /** Takes a delivered file out of the folder; gives false when it was gone already. */
  remove(name: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface PutResult {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** True when the very same file was already there. */
  readonly already: boolean;
}
