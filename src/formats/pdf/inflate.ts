import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import { systemCode } from '../../errors.js';
import { type PDFDict, type PDFObject, type Pdf, wholeOf } from './objects.js';
import { broken, tooLarge } from './trouble.js';

/** Bytes that the streams of one PDF may still inflate to. */
export interface InflateBudget {
  /** What they all might at the start. */
  readonly bytesMax: number;
  leftBytes: number;
}

/**
 * Undoes the filters of a stream (ISO 32000-1, 7.4): FlateDecode with its predictors, the two ASCII ones, and Crypt
 * that does nothing. Others are for images and old files: an invoice is not written so.
 * @throws PdfTrouble
 */
export function decodeStream(
  lib: Pdf,
  dict: PDFDict,
  bytes: Buffer,
  resolve: (value: PDFObject | undefined) => PDFObject | null,
  budget: InflateBudget,
): Buffer {
  const list = (key: string) => {
    const value = resolve(dict.get(lib.PDFName.of(key)));
    if (value === null) return [];
    return value instanceof lib.PDFArray ? value.asArray().map((one) => resolve(one)) : [value];
  };
  const filters = list('Filter');
  const params = list('DecodeParms');
  if (filters.length > filtersMax) throw tooLarge(`un flux y est compressé plus de ${filtersMax} fois`);
  return filters.reduce<Buffer>((data, filter, i) => {
    const name = filter instanceof lib.PDFName ? filter.decodeText() : '';
    const own = params[i];
    return undo(lib, name, data, own instanceof lib.PDFDict ? own : null, budget);
  }, bytes);
}

const filtersMax = 4;

function undo(lib: Pdf, name: string, data: Buffer, params: PDFDict | null, budget: InflateBudget): Buffer {
  switch (name) {
    case 'FlateDecode':
    case 'Fl':
      return unpredict(lib, inflate(data, budget), params);
    case 'ASCIIHexDecode':
    case 'AHx': {
      const text = data.toString('latin1').split('>', 1)[0] ?? '';
      const digits = text.replace(/[^0-9A-Fa-f]/g, '');
      return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
    }
    case 'ASCII85Decode':
    case 'A85':
      return ascii85(data, budget);
    case 'Crypt':
      return data;
    default:
      throw broken(`le filtre « ${name} » n'est pas pris en charge pour un fichier joint`);
  }
}

/** ISO 32000-1, 7.4.3: five characters are four bytes, `z` is four zeros, `~>` the end. */
function ascii85(data: Buffer, budget: InflateBudget): Buffer {
  const zeros = data.reduce((count, byte) => (byte === 0x7a ? count + 1 : count), 0);
  const bytesMost = 4 * zeros + 4 * Math.ceil((data.length - zeros) / 5);
  budget.leftBytes -= bytesMost;
  if (budget.leftBytes < 0)
    throw tooLarge(`ses flux, décompressés, occupent plus de ${budget.bytesMax} octets`);
  const out = Buffer.alloc(bytesMost);
  let [length, value, digits] = [0, 0, 0];
  const flush = (count: number): void => {
    const group = Buffer.alloc(4);
    group.writeUInt32BE(value % 2 ** 32);
    length += group.copy(out, length, 0, count);
    [value, digits] = [0, 0];
  };
  for (const byte of data) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && digits === 0) flush(4);
    if (byte < 0x21 || byte > 0x75) continue;
    value = value * 85 + byte - 0x21;
    if (++digits === 5) flush(4);
  }
  const left = digits;
  for (; digits > 0 && digits < 5; digits++) value = value * 85 + 84;
  if (left > 1) flush(left - 1);
  return out.subarray(0, length);
}

/** As readers do, a stream is inflated as far as it goes: its check sum is often missing. */
function inflate(data: Buffer, budget: InflateBudget): Buffer {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: Math.max(1, budget.leftBytes) };
  const { bytesMax } = budget;
  const out =
    attempt(() => inflateSync(data, options), bytesMax) ??
    attempt(() => inflateRawSync(data, options), bytesMax);
  if (out === null) throw broken('un flux compressé ne peut pas être décompressé');
  budget.leftBytes -= out.length;
  return out;
}

function attempt(work: () => Buffer, bytesMax: number): Buffer | null {
  try {
    return work();
  } catch (error) {
    if (systemCode(error) !== 'ERR_BUFFER_TOO_LARGE') return null;
    throw tooLarge(`ses flux, décompressés, occupent plus de ${bytesMax} octets`);
  }
}

/** PNG predictors (ISO 32000-1, 7.4.4.4); TIFF's is not used for anything but images. */
function unpredict(lib: Pdf, data: Buffer, params: PDFDict | null): Buffer {
  const number = (key: string) => wholeOf(lib, params?.get(lib.PDFName.of(key)));
  const predictor = number('Predictor') ?? 1;
  if (predictor < 10) return data;
  const bitsPerPixel = (number('Colors') ?? 1) * (number('BitsPerComponent') ?? 8);
  const pixel = Math.max(1, bitsPerPixel >> 3);
  const row = Math.ceil((bitsPerPixel * (number('Columns') ?? 1)) / 8);
  if (!(row > 0 && row <= data.length)) return Buffer.alloc(0);
  const rows = Math.floor(data.length / (row + 1));
  const out = Buffer.alloc(rows * row);
  for (let r = 0; r < rows; r++) undoRow(data, r * (row + 1), out, r * row, row, pixel);
  return out;
}

function undoRow(data: Buffer, from: number, out: Buffer, to: number, row: number, pixel: number): void {
  const type = data[from];
  for (let i = 0; i < row; i++) {
    const left = i >= pixel ? (out[to + i - pixel] ?? 0) : 0;
    const up = to >= row ? (out[to + i - row] ?? 0) : 0;
    const corner = i >= pixel && to >= row ? (out[to + i - row - pixel] ?? 0) : 0;
    out[to + i] = ((data[from + 1 + i] ?? 0) + predicted(type, left, up, corner)) & 0xff;
  }
}

function predicted(type: number | undefined, left: number, up: number, corner: number): number {
  switch (type) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      return 0;
  }
}
