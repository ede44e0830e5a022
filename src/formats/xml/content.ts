import { Base64Decoder } from './base64.js';
import type { PieceWriter } from './piece-writer.js';

/** Content that cannot be cut is left for libxml2 to judge up to this size; above, the cutter judges it. */
export const keptContentBytesMax = 5 * 1024 * 1024;

export const LF = 0x0a;

/** The content of one target element while it goes by. */
export class Content {
  readonly decoder = new Base64Decoder();
  /** The bytes as they stand, as long as they are few enough to be put back. */
  raw: Buffer[] | null = [];
  rawBytes = 0;
  lineEnds = 0;

  constructor(readonly writer: PieceWriter) {}

  add(chunk: Buffer, from: number, to: number, unwanted: boolean, into: Uint8Array): void {
    if (to === from) return;
    this.lineEnds += lineEndsIn(chunk, from, to);
    this.rawBytes += to - from;
    if (this.rawBytes > keptContentBytesMax) this.raw = null;
    this.raw?.push(chunk.subarray(from, to));
    const again = unwanted || this.writer.writesThrough;
    const decoded = this.decoder.push(chunk, from, to, again ? into : undefined);
    if (unwanted) this.writer.sizeBytes += decoded.length;
    else this.writer.add(decoded);
  }
}

export function lineEndsIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF, from); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
