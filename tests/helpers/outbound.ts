import { inflateRawSync } from 'node:zlib';

/**
 * An outbound file with every attachment's content replaced by what it holds, so that two runs can be compared on
 * any Node version (zlib versions compress differently) and a person can read the difference.
 */
export function readable(xml: string): string {
  return xml.replace(/<Contenu>([^<]*)<\/Contenu>/g, (_, base64: string) => {
    const { name, bytes } = firstInZip(Buffer.from(base64, 'base64'));
    return `<Contenu>[ZIP: ${name}, ${kindOf(bytes)}]</Contenu>`;
  });
}

function kindOf(bytes: Buffer): string {
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') return 'PDF';
  return `${bytes.length} octets`;
}

/** First file of a ZIP, read from its local header; sizes are taken from the central directory. */
export function firstInZip(zip: Buffer): { name: string; bytes: Buffer } {
  const central = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  if (zip.readUInt32LE(0) !== 0x04034b50 || central < 0) throw new Error('not a ZIP');
  const method = zip.readUInt16LE(central + 10);
  const sizeBytes = zip.readUInt32LE(central + 20);
  const nameLength = zip.readUInt16LE(26);
  const start = 30 + nameLength + zip.readUInt16LE(28);
  const packed = zip.subarray(start, start + sizeBytes);
  return {
    name: zip.subarray(30, 30 + nameLength).toString('utf8'),
    bytes: method === 0 ? packed : inflateRawSync(packed),
  };
}
