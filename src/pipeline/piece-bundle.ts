import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { partKey } from '../domain/archive-key.js';
import type { PieceContent } from '../domain/reading.js';
import type { Archive } from '../ports/archive.js';
import type { ArchivedFile } from '../ports/store-retention.js';

/** Beyond this size a further file is begun. */
const bundleBytesMax = 8 * 1024 * 1024;

/** The pieces of one attempt on their way to the archive. */
export interface PieceBundle {
  /** The key under which the piece is read once `close` has resolved. */
  add(name: string, content: PieceContent): Promise<string>;
  /** Everything added is in the archive, durably; gives what was written. */
  close(): Promise<readonly ArchivedFile[]>;
}

/**
 * Small pieces, which are in memory, are written together: a file for each was measured to take longer than checking
 * the invoice. A piece in a file goes to the archive as it is, under `prefix-name`.
 */
export function createPieceBundle(archive: Archive, prefix: string): PieceBundle {
  const written: Promise<void>[] = [];
  let waiting: Uint8Array[] = [];
  let sizeBytes = 0;
  const files: ArchivedFile[] = [];
  // One file at a time is read: a flow of 500 invoices would have a thousand of them in memory at once.
  let hashed: Promise<unknown> = Promise.resolve();

  const keyOf = (): string => `${prefix}-b${written.length}`;

  function flush(): void {
    if (waiting.length === 0) return;
    const [key, bytes] = [keyOf(), Buffer.concat(waiting)];
    const write = archive.putIn(key, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.push({ key, sha256, sizeBytes: bytes.length });
    // It is awaited in `close`; until then a failure must not end the process.
    write.catch(() => undefined);
    written.push(write);
    waiting = [];
    sizeBytes = 0;
  }

  return {
    async add(name, content) {
      if (content.kind === 'file') {
        const key = `${prefix}-${name}`;
        const hash = hashed.then(() => hashOf(content.path));
        hashed = hash.catch(() => undefined);
        files.push({ key, ...(await hash) });
        await archive.moveIn(key, content.path);
        return key;
      }
      const { length } = content.bytes;
      if (sizeBytes + length > bundleBytesMax) flush();
      const key = partKey({ key: keyOf(), offset: sizeBytes, length });
      waiting.push(content.bytes);
      sizeBytes += length;
      return key;
    },
    async close() {
      flush();
      await Promise.all(written);
      return files;
    },
  };
}

async function hashOf(path: string): Promise<Omit<ArchivedFile, 'key'>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
