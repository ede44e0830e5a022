// Large deposits for bench/large.mjs and the live test: attachments of random bytes that nothing can compress, from a
// seed, written as streams; documents of many lines. Nothing here is larger in memory than one attachment.
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { constants, crc32, createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { cii } from '../scripts/documents/cii.mjs';
import { facturx } from '../scripts/documents/facturx.mjs';
import { mixte } from '../scripts/documents/mixte.mjs';
import { flowId } from '../scripts/documents/names.mjs';
import { serviced, townHall } from '../scripts/documents/parties.mjs';
import { pes } from '../scripts/documents/pes.mjs';
import { ubl } from '../scripts/documents/ubl.mjs';
import { enlarge } from './enlarge.mjs';

/** Random bytes behind the head of a PDF; the same for the same seed. */
export function randomPdf(seed, bytes) {
  const key = createHash('sha256').update(`ecluse ${seed}`).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const content = cipher.update(Buffer.alloc(bytes));
  content.write('%PDF-1.4\n', 0, 'latin1');
  return content;
}

/** A ZIP that stores its one file, as attachments of UBL come. */
function stored(name, bytes) {
  const label = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(33, 8);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(bytes.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(label.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, label, bytes]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), label]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

/** One DEFLATE stream of stored blocks would do; level 1 is quick enough, and what a sender would do. */
function gzipped(bytes) {
  const blocks = [];
  for (let at = 0; at < bytes.length; at += 65535) {
    const part = bytes.subarray(at, at + 65535);
    const head = Buffer.from([at + part.length === bytes.length ? 1 : 0, 0, 0, 0, 0]);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(~part.length & 0xffff, 3);
    blocks.push(head, part);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]), ...blocks, tail]);
}

const holder = Buffer.from('a place for the bytes of a piece');
const place = holder.toString('base64');
const placePiece = (number) => ({ name: `${number}.pdf`, bytes: holder });

/** How each syntax is written with one attachment, where that one stands, and how its bytes are wrapped. */
const syntaxes = {
  ubl: {
    code: 'FSO1100A',
    text: (number) => ubl({ number, recipient: townHall, piece: placePiece(number) }),
    block: /[ \t]*<cac:AdditionalDocumentReference>[\s\S]*?<\/cac:AdditionalDocumentReference>\n/,
    wrap: stored,
    wrapped: true,
  },
  cii: {
    code: 'FSO1116A',
    text: (number) => cii({ number, recipient: serviced, piece: placePiece(number) }),
    block: /[ \t]*<ram:AdditionalReferencedDocument>[\s\S]*?<\/ram:AdditionalReferencedDocument>/,
    wrap: (_name, bytes) => bytes,
    wrapped: true,
  },
  mixte: {
    code: 'FSO1113A',
    text: (number) =>
      mixte(flowId('FSO1113A', 1), [
        { number, recipient: townHall, ht: '900.00', tva: '180.00', ttc: '1080.00' },
      ]).replace(/(<Contenu>)[^<]*/, `$1${place}`),
    block: /[ \t]*<PJ NumOrdre="1">[\s\S]*?<\/PJ>\n/,
    wrap: stored,
    wrapped: false,
  },
  pes: {
    code: 'FSO1102A',
    text: (number) =>
      pes({
        invoices: [{ number, more: '' }],
        pieces: [[`${number}.pdf`, 'Facture', holder]],
        wrap: (bytes) => bytes,
      }).toString('latin1'),
    block: /[ \t]*<PJ>[\s\S]*?<\/PJ>\n/,
    wrap: (_name, bytes) => gzipped(bytes),
    wrapped: false,
  },
};

/** The interface code of a deposit in this syntax. */
export const codeOf = (syntax) => syntaxes[syntax].code;

/**
 * The chunks of one entry: `pieces` attachments of `pieceBytes` random bytes each, before base64.
 */
export function* entryChunks({ syntax, number, seed, pieces, pieceBytes }) {
  const form = syntaxes[syntax];
  const text = form.text(number);
  const found = form.block.exec(text);
  if (found === null) throw new Error(`the ${syntax} document has no attachment`);
  const encoding = syntax === 'pes' ? 'latin1' : 'utf8';
  yield Buffer.from(text.slice(0, found.index), encoding);
  for (let i = 1; i <= pieces; i++) {
    const name = `${number}-${i}.pdf`;
    const block = numbered(found[0], syntax, number, i);
    const at = block.indexOf(place);
    if (at < 0) throw new Error(`the ${syntax} document holds no place for a piece`);
    yield Buffer.from(block.slice(0, at), encoding);
    yield* base64Chunks(form.wrap(name, randomPdf(`${seed} ${i}`, pieceBytes)), form.wrapped);
    yield Buffer.from(block.slice(at + place.length), encoding);
  }
  yield Buffer.from(text.slice(found.index + found[0].length), encoding);
}

/** The block of the i-th attachment: names and numbers of its own, the first alone is the invoice itself. */
function numbered(block, syntax, number, i) {
  const named = block.replaceAll(`${number}.pdf`, `${number}-${i}.pdf`);
  if (i === 1) return named;
  switch (syntax) {
    case 'ubl':
      return named.replace('<cbc:DocumentType>01<', '<cbc:DocumentType>02<');
    case 'cii':
      return named.replace('<ram:Name>01<', '<ram:Name>02<');
    case 'mixte':
      return named.replace('NumOrdre="1"', `NumOrdre="${i}"`).replace('<TypePJ>01<', '<TypePJ>02<');
    default:
      return named.replace(/PJ\d{4}/, `PJ${String(i).padStart(4, '0')}`);
  }
}

/** `wrapped`: in lines of 76 characters, as mail tools write it. */
function* base64Chunks(bytes, wrapped) {
  const step = 57 * 4096;
  for (let at = 0; at < bytes.length; at += step) {
    const text = bytes.toString('base64', at, Math.min(at + step, bytes.length));
    yield Buffer.from(wrapped ? text.replace(/(.{76})/g, '$1\n') : text, 'latin1');
  }
}

async function writeTo(stream, chunks) {
  let bytes = 0;
  for (const chunk of chunks) {
    bytes += chunk.length;
    if (!stream.write(chunk)) await once(stream, 'drain');
  }
  return bytes;
}

/** Writes one entry as a bare flow; gives its size. */
export async function writeEntry(path, options) {
  const file = createWriteStream(path);
  const bytes = await writeTo(file, entryChunks(options));
  file.end();
  await finished(file);
  return bytes;
}

/** Writes a tar.gz of so many UBL invoices; gives the size of what it holds. */
export async function writeArchive(path, { count, seed, pieces, pieceBytes }) {
  const tar = pack();
  // Base64 of random bytes: only its six bits of eight can be saved, which Huffman alone does, and quickly.
  const gzip = createGzip({ level: 1, strategy: constants.Z_HUFFMAN_ONLY });
  const done = finished(tar.pipe(gzip).pipe(createWriteStream(path)));
  let total = 0;
  for (let n = 1; n <= count; n++) {
    const number = `L-${seed}-${String(n).padStart(4, '0')}`;
    const chunks = [...entryChunks({ syntax: 'ubl', number, seed: number, pieces, pieceBytes })];
    const bytes = Buffer.concat(chunks);
    total += bytes.length;
    await new Promise((resolve, reject) => {
      tar.entry({ name: `${number}.xml` }, bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  tar.finalize();
  await done;
  return total;
}

/** A Factur-X whose PDF holds so many random bytes beside its page. */
export function writeFacturX(path, { number, seed, bytes }) {
  const xml = cii({ number, recipient: serviced, guideline: 'urn:cen.eu:en16931:2017' });
  const files = [
    { name: 'factur-x.xml', bytes: Buffer.from(xml) },
    { name: 'plans.bin', bytes: randomPdf(seed, bytes), relationship: 'Supplement', plain: true },
  ];
  const pdf = facturx({ title: `Facture ${number}`, files });
  writeFileSync(path, pdf);
  return pdf.length;
}

/** An invoice of so many lines, without attachment: `ubl` for FSO1100A, `cii` for FSO1106A. */
export function linesDocument(syntax, number, lines) {
  return syntax === 'ubl'
    ? enlarge(ubl({ number, recipient: townHall }), lines)
    : enlarge(cii({ number, recipient: serviced, price: '250.00' }), lines);
}
