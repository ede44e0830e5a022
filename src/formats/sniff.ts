/** Magic bytes at the start of a file, and the type they announce. */
const magic: readonly (readonly [type: string, bytes: string])[] = [
  ['zip', '504b0304'],
  ['zip', '504b0506'],
  ['zip', '504b0708'],
  ['png', '89504e470d0a1a0a'],
  ['jpeg', 'ffd8ff'],
  ['gif', '474946383761'],
  ['gif', '474946383961'],
  ['tiff', '49492a00'],
  ['tiff', '4d4d002a'],
  ['bmp', '424d'],
  ['gzip', '1f8b'],
  ['bzip2', '425a68'],
  ['rtf', '7b5c727466'],
  ['ole', 'd0cf11e0a1b11ae1'],
];
const patterns = magic.map(([type, hex]) => ({ type, bytes: Buffer.from(hex, 'hex') }));

/** Number of leading bytes that `sniff` looks at. */
export const sniffBytes = 4096;

/**
 * The type seen in the first bytes of a file, by the names of `PieceFacts.type`. A declared MIME type is never
 * trusted: in AIFE's samples 36 of 45 ZIPs are declared as PDF (DOMAIN 2.4).
 */
export function sniff(head: Buffer): string {
  for (const { type, bytes } of patterns) {
    if (head.length >= bytes.length && bytes.compare(head, 0, bytes.length) === 0) return type;
  }
  // ISO 32000-1, annex H: readers accept the header anywhere in the first 1,024 bytes.
  if (head.subarray(0, 1024).includes('%PDF-')) return 'pdf';
  if (/^\s*(<\?xml\s|<[A-Za-z_][^>]*\sxmlns[:=])/.test(textOfHead(head))) return 'xml';
  return isText(head) ? 'text' : 'unknown';
}

function textOfHead(head: Buffer): string {
  const [a, b, c] = head;
  if (a === 0xff && b === 0xfe) return head.toString('utf16le', 2, head.length & ~1);
  if (a === 0xfe && b === 0xff) return head.toString('latin1', 2).replaceAll('\0', '');
  return head.toString('latin1', a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0);
}

/** No control characters but those of plain text; UTF-16 only with its byte order mark. */
function isText(head: Buffer): boolean {
  if (head.length === 0) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
  return !/[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/.test(textOfHead(head));
}
