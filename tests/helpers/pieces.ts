import { readFileSync } from 'node:fs';
import type { Piece } from '../../src/domain/reading.js';

/** The bytes of a piece, wherever they are. */
export function bytesOf({ content }: Pick<Piece, 'content'>): Buffer {
  return content.kind === 'file' ? readFileSync(content.path) : Buffer.from(content.bytes);
}
