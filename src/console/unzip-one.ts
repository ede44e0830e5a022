import { inflateRawSync } from 'node:zlib';
import { Fault } from '../errors.js';

const endMark = 0x06054b50;
const centralMark = 0x02014b50;
const endBytes = 22;

/** What one file may come to. */
const unpackedBytesMax = 20 * 1024 * 1024;

/**
 * The first file of a ZIP without a comment, such as we pack ourselves (PKWARE APPNOTE 4.3: the directory at the end says where it is).
 * @throws Fault INTERNAL when it is none, or unpacks to more than 20 MiB.
 */
export function unzipOne(zip: Buffer): Buffer {
  const broken = () => new Fault('INTERNAL', 'a ZIP could not be read');
  const end = zip.length - endBytes;
  if (end < 0 || zip.readUInt32LE(end) !== endMark) throw broken();
  const central = zip.readUInt32LE(end + 16);
  if (central + 46 > zip.length || zip.readUInt32LE(central) !== centralMark) throw broken();
  const method = zip.readUInt16LE(central + 10);
  const packedBytes = zip.readUInt32LE(central + 20);
  const local = zip.readUInt32LE(central + 42);
  if (local + 30 > zip.length) throw broken();
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + packedBytes);
  if (method === 0) return packed;
  if (method !== 8) throw broken();
  try {
    return inflateRawSync(packed, { maxOutputLength: unpackedBytesMax });
  } catch {
    throw broken();
  }
}
