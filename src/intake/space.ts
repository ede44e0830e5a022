import { statfs } from 'node:fs/promises';

/** Free space that an engine may use at a path, in bytes. */
export type FreeBytes = (path: string) => Promise<number>;

export const freeBytesOf: FreeBytes = async (path) => {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
};

/** Why nothing, or not everything, is taken in. */
export interface LowSpace {
  readonly path: string;
  readonly freeBytes: number;
  readonly freeBytesMin: number;
  /** Size of a file that waits for room; null when nothing at all is taken in. */
  readonly waitingBytes: number | null;
}

/** Stops the intake before the disk is full, and lets it go on by itself. */
export interface SpaceGuard {
  /** Looks at the disks, at most once in `everyMs`; a disk that does not answer is passed over. */
  look(): Promise<LowSpace | null>;
  /** Whether a file of this size may be taken now; what it takes is counted against the last look. */
  admits(sizeBytes: number): boolean;
}

export interface SpaceOptions {
  /** Folders on the disks that the engine writes to. */
  readonly paths: readonly string[];
  readonly freeBytesMin: number;
  readonly everyMs: number;
  readonly freeBytes?: FreeBytes;
  readonly nowMs?: () => number;
}

/** So much above the limit before a stopped intake goes on: else it would stop and start with every file. */
const resumeFactor = 1.1;
/** A file that waits for room is spoken of so long after it was last seen. */
const waitingMs = 30_000;

export function createSpaceGuard(options: SpaceOptions): SpaceGuard {
  const { freeBytesMin } = options;
  const freeBytes = options.freeBytes ?? freeBytesOf;
  const nowMs = options.nowMs ?? (() => performance.now());
  let lookedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;
  let least: { path: string; freeBytes: number } | null = null;
  let stopped = false;
  let roomBytes = Number.POSITIVE_INFINITY;
  let waiting: { sizeBytes: number; atMs: number } | null = null;

  async function measure(): Promise<void> {
    const found: { path: string; freeBytes: number }[] = [];
    for (const path of options.paths) {
      const free = await freeBytes(path).catch(() => null);
      if (free !== null) found.push({ path, freeBytes: free });
    }
    least = found.sort((a, b) => a.freeBytes - b.freeBytes)[0] ?? null;
    roomBytes = least === null ? Number.POSITIVE_INFINITY : least.freeBytes - freeBytesMin;
    stopped = least !== null && least.freeBytes < freeBytesMin * (stopped ? resumeFactor : 1);
    const gone = waiting !== null && (waiting.sizeBytes <= roomBytes || nowMs() - waiting.atMs > waitingMs);
    if (gone) waiting = null;
  }

  return {
    async look() {
      if (nowMs() - lookedMs >= options.everyMs) {
        looking ??= measure().finally(() => {
          lookedMs = nowMs();
          looking = null;
        });
        await looking;
      }
      if (least === null || (!stopped && waiting === null)) return null;
      return { ...least, freeBytesMin, waitingBytes: stopped ? null : (waiting?.sizeBytes ?? null) };
    },
    admits(sizeBytes) {
      if (stopped) return false;
      if (sizeBytes > roomBytes) {
        waiting = { sizeBytes: Math.max(sizeBytes, waiting?.sizeBytes ?? 0), atMs: nowMs() };
        return false;
      }
      roomBytes -= sizeBytes;
      return true;
    },
  };
}
