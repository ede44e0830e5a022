import { crc32, inflateRawSync } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import type { PieceFacts } from '../domain/rule.js';
import { systemCode } from '../errors.js';
import { sniff, sniffBytes } from './sniff.js';

export type Inside = NonNullable<PieceFacts['inside']>[number];
export type Problem = 'broken' | 'encrypted' | 'too-large' | 'too-many';

/** Inflated bytes that all files of a ZIP may still give. */
export interface InflateBudget {
  bytes: number;
}

const stored = 0;
const deflated = 8;

/** Inflates one file without keeping it: its type, its real size, and whether its CRC is the one declared. */
export function inflateStream(
  zip: ZipFile,
  entry: Entry,
  budget: InflateBudget,
  stopped: AbortSignal,
): Promise<Inside | Problem> {
  return new Promise((resolve) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error || stopped.aborted) return resolve('broken');
      const head: Buffer[] = [];
      let headBytes = 0;
      let sizeBytes = 0;
      let sum = 0;
      stopped.addEventListener('abort', () => stream.destroy(), { once: true });
      stream.on('error', () => resolve('broken'));
      stream.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
        budget.bytes -= chunk.length;
        if (budget.bytes < 0) {
          stream.destroy();
          return resolve('too-large');
        }
        sum = crc32(chunk, sum);
        if (headBytes < sniffBytes) {
          head.push(chunk);
          headBytes += chunk.length;
        }
      });
      stream.on('end', () => {
        if (sum !== entry.crc32) return resolve('broken');
        const type = sniff(Buffer.concat(head).subarray(0, sniffBytes));
        resolve({ name: entry.fileName, sizeBytes, type });
      });
    });
  });
}

/** The same in one go, for a ZIP in memory: a stream costs a small file ten times its inflation. */
export function inflateAtOnce(
  zip: ZipFile,
  entry: Entry,
  archive: Buffer,
  budget: InflateBudget,
): Promise<Inside | Problem> {
  return new Promise((resolve) => {
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) => {
      if (error) return resolve('broken');
      const packed = archive.subarray(header.fileDataStart, header.fileDataStart + entry.compressedSize);
      const content = contentOf(packed, entry.compressionMethod, budget.bytes);
      if (typeof content === 'string') return resolve(content);
      budget.bytes -= content.length;
      if (budget.bytes < 0) return resolve('too-large');
      if (content.length !== entry.uncompressedSize || crc32(content) !== entry.crc32)
        return resolve('broken');
      resolve({
        name: entry.fileName,
        sizeBytes: content.length,
        type: sniff(content.subarray(0, sniffBytes)),
      });
    });
  });
}

function contentOf(packed: Buffer, method: number, bytesMax: number): Buffer | Problem {
  if (method === stored) return packed;
  if (method !== deflated) return 'broken';
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) });
  } catch (error) {
    return systemCode(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'broken';
  }
}
