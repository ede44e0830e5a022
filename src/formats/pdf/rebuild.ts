import type { ObjectParser, PDFDict, Pdf } from './objects.js';
import { broken, type PdfLimits, tooLarge } from './trouble.js';
import type { ObjectPlace, Xref } from './xref.js';

/** Objects that a damaged file may have; each costs a place in a table. */
const foundMax = 500_000;
const chunkBytes = 4 * 1024 * 1024;
const overlapBytes = 64;

/**
 * The cross-references of a file whose own are wrong, as readers make them again: every `N G obj` there is, the last
 * of a number wins. Objects within object streams are found by reading the heads of those streams.
 * @throws PdfTrouble
 */
export function rebuildXref(
  lib: Pdf,
  file: Buffer,
  parser: ObjectParser,
  limits: PdfLimits,
  numbersIn: (stream: number, xref: Xref) => readonly number[],
): Xref {
  const places = new Map<number, ObjectPlace>();
  const streams: number[] = [];
  let catalog: number | null = null;
  for (const { number, offset } of objectsOf(file)) {
    if (places.size >= foundMax) throw tooLarge(`il contient plus de ${foundMax} objets`);
    places.set(number, { kind: 'at', offset });
    const head = file.toString('latin1', offset, offset + 400).split('endobj', 1)[0] ?? '';
    if (/\/Type\s*\/Catalog\b/.test(head)) catalog = number;
    if (/\/Type\s*\/ObjStm\b/.test(head) && streams.length < limits.objectsMax) streams.push(number);
  }
  const found = (trailer: PDFDict): Xref => ({ trailer, placeOf: (number) => places.get(number) ?? null });
  const trailer = lastTrailer(lib, file, parser);
  const bare = found(trailer ?? parser.dict(parser.parse(Buffer.from('<<>>'))));
  for (const stream of streams) {
    numbersIn(stream, bare).forEach((number, index) => {
      if (!places.has(number)) places.set(number, { kind: 'in', stream, index });
    });
  }
  if (trailer !== null) return found(trailer);
  if (catalog === null) throw broken('son catalogue est introuvable');
  return found(parser.dict(parser.parse(Buffer.from(`<< /Root ${catalog} 0 R >>`))));
}

function* objectsOf(file: Buffer): Generator<{ number: number; offset: number }> {
  const pattern = /(?<![\d])(\d{1,10})[ \r\n\t]{1,4}\d{1,5}[ \r\n\t]{1,4}obj(?![a-z])/g;
  for (let from = 0; from < file.length; from += chunkBytes) {
    const text = file.toString('latin1', Math.max(0, from - overlapBytes), from + chunkBytes);
    const base = Math.max(0, from - overlapBytes);
    for (const match of text.matchAll(pattern))
      yield { number: Number(match[1]), offset: base + match.index };
  }
}

/** The last trailer that names a catalog; in a file with streams of references, the last such stream's dictionary. */
function lastTrailer(lib: Pdf, file: Buffer, parser: ObjectParser): PDFDict | null {
  for (let at = file.lastIndexOf('trailer'), tries = 0; at >= 0 && tries < 8; tries++) {
    try {
      const dict = parser.dictAt(file, at + 'trailer'.length);
      if (dict.has(lib.PDFName.of('Root'))) return dict;
    } catch {
      // An older one may do.
    }
    at = at === 0 ? -1 : file.lastIndexOf('trailer', at - 1);
  }
  const last = file.lastIndexOf('/XRef');
  const head = last < 0 ? -1 : file.lastIndexOf(' obj', last);
  if (head < 0) return null;
  const start = file.lastIndexOf('\n', Math.max(0, file.lastIndexOf(' ', head - 1) - 1)) + 1;
  try {
    const dict = parser.dict(parser.objectAt(file, start, null).value);
    return dict.has(lib.PDFName.of('Root')) ? dict : null;
  } catch {
    return null;
  }
}
