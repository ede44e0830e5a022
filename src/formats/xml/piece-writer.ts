import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PieceContent } from '../../domain/reading.js';
import { systemCode } from '../../errors.js';

const bufferBytes = 256 * 1024;

/** Bytes that the small pieces of one document may still take in memory. */
export interface MemoryBudget {
  leftBytes: number;
}

/**
 * Gathers one piece: in memory while it is small and the budget lasts, else in a file, which comes into being with the
 * first full buffer or at the end. A file that an interrupted attempt left behind is written over.
 */
export class PieceWriter {
  sizeBytes = 0;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private fd: number | null = null;

  constructor(
    readonly path: string,
    /** Beyond this size nothing more is written; `sizeBytes` goes on counting. */
    private readonly bytesMax: number,
    private readonly memory: MemoryBudget,
  ) {}

  /** True once what is added goes to the file at once: the bytes may then be used again. */
  get writesThrough(): boolean {
    return this.fd !== null && this.waitingBytes === 0;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.sizeBytes + bytes.length > this.bytesMax) {
      // Counted only.
    } else if (this.fd !== null && this.waitingBytes === 0) {
      this.write(this.fd, bytes);
    } else {
      this.waiting.push(bytes);
      this.waitingBytes += bytes.length;
      if (this.waitingBytes >= bufferBytes) this.flush();
    }
    this.sizeBytes += bytes.length;
  }

  /** The whole content; a file is then there even when it is empty. */
  finish(): PieceContent {
    if (this.fd === null && this.waitingBytes > 0 && this.waitingBytes <= this.memory.leftBytes) {
      this.memory.leftBytes -= this.waitingBytes;
      return { kind: 'memory', bytes: this.joined() };
    }
    this.flush();
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
    return { kind: 'file', path: this.path };
  }

  /** In a buffer of its own: one of Node's shared pool would go to another thread with all that is in the pool. */
  private joined(): Uint8Array {
    const bytes = new Uint8Array(this.waitingBytes);
    let at = 0;
    for (const part of this.waiting) {
      bytes.set(part, at);
      at += part.length;
    }
    this.waiting = [];
    this.waitingBytes = 0;
    return bytes;
  }

  discard(): void {
    this.waiting = [];
    this.waitingBytes = 0;
    if (this.fd === null) return;
    closeSync(this.fd);
    this.fd = null;
    rmSync(this.path, { force: true });
  }

  private flush(): void {
    this.fd ??= createFile(this.path);
    for (const bytes of this.waiting) this.write(this.fd, bytes);
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private write(fd: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  }
}

/** The folder comes into being with its first piece: most files have none. */
function createFile(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'w', 0o600);
  }
}
