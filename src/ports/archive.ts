/**
 * The archive of originals and pieces: written once, never changed. Keys are relative paths made by the archive;
 * a deposited name never becomes part of one.
 */
export interface Archive {
  /** Copies a file in under a new key and makes it durable; gives its SHA-256 (hex) and size as read. */
  takeIn(key: string, sourcePath: string): Promise<{ sha256: string; sizeBytes: number }>;
  /** Moves (same file system) or copies a working file in under a key and makes it durable. */
  moveIn(key: string, sourcePath: string): Promise<void>;
  /** Writes content under a new key and makes it durable; the same content under the same key again is fine. */
  putIn(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Content of a file, or of a part of one (`domain/archive-key`), from its first byte. Iterating rejects with
   * FILE_UNREADABLE when it cannot be read, or ends before the part does.
   */
  read(key: string): AsyncIterable<Uint8Array>;
  /** Absolute path of an archived file, for reading only. */
  pathOf(key: string): string;
  /** True when the key is there. */
  has(key: string): Promise<boolean>;
  /** Files whose key begins with a folder and a name, such as `pieces/0192a/3f/`: every one for an empty text. */
  list(prefix: string): AsyncIterable<ListedFile>;
  /** Removes a file for good, durably; absent is fine. Only what the store has marked as gone may be removed. */
  remove(key: string): Promise<void>;
  /** Removes a key that no committed row refers to; absent is fine. */
  discard(key: string): Promise<void>;
}

/** A file as a listing shows it. */
export interface ListedFile {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}
