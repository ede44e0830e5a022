// What hostile files are made of: archives and PDFs that the honest writers of scripts/documents cannot make.
import { deflateRawSync, deflateSync, gzipSync, crc32 as nodeCrc32 } from 'node:zlib';

const crc32 = (bytes) => nodeCrc32?.(bytes) ?? 0;

export function tarHeader(name, size, { type = '0', link = '' } = {}) {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'utf8');
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157, 100, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** `entries`: `{name, bytes, type, link, size}`; `size` is what the header says when it lies. */
export function tar(entries) {
  const blocks = entries.flatMap(({ name, bytes = Buffer.alloc(0), size, ...more }) => [
    tarHeader(name, size ?? bytes.length, more),
    bytes,
    Buffer.alloc((512 - (bytes.length % 512)) % 512),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function gz(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 3;
  return packed;
}

/** A ZIP whose headers may lie: `local` and `central` override what is said of each entry. */
export function zipOf(entries, { count, offset } = {}) {
  const locals = [];
  const centrals = [];
  let at = 0;
  for (const { name, bytes, flags = 0, central = {}, method = 8 } of entries) {
    const packed = method === 8 ? deflateRawSync(bytes, { level: 9 }) : bytes;
    const label = Buffer.from(name);
    const common = (facts) => {
      const head = Buffer.alloc(26);
      head.writeUInt16LE(20, 0);
      head.writeUInt16LE(flags, 2);
      head.writeUInt16LE(method, 4);
      head.writeUInt16LE(33, 8);
      head.writeUInt32LE(facts.crc ?? crc32(bytes), 10);
      head.writeUInt32LE(facts.packed ?? packed.length, 14);
      head.writeUInt32LE(facts.size ?? bytes.length, 18);
      head.writeUInt16LE(label.length, 22);
      return head;
    };
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common({}), label, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(central.at ?? at, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common(central), rest, label]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count ?? entries.length, 8);
  end.writeUInt16LE(count ?? entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset ?? at, 16);
  return Buffer.concat([...locals, directory, end]);
}

const streamOf = (dict, bytes) =>
  Buffer.concat([
    Buffer.from(`<< ${dict} /Length ${bytes.length} >>\nstream\n`, 'latin1'),
    bytes,
    Buffer.from('\nendstream'),
  ]);

export { streamOf };

/** A PDF of the objects given (number to body), with a table of references and what the trailer adds. */
export function pdfOf(objects, { trailer = '', startxref } = {}) {
  const parts = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  let at = parts[0].length;
  const places = new Map();
  for (const [number, body] of objects) {
    places.set(number, at);
    const bytes = Buffer.concat([
      Buffer.from(`${number} 0 obj\n`),
      Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1'),
      Buffer.from('\nendobj\n'),
    ]);
    parts.push(bytes);
    at += bytes.length;
  }
  const size = Math.max(...objects.keys()) + 1;
  const rows = Array.from({ length: size }, (_, n) =>
    places.has(n) ? `${String(places.get(n)).padStart(10, '0')} 00000 n \n` : '0000000000 65535 f \n',
  );
  const text = trailer.replaceAll('{xref}', String(at));
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n${rows.join('')}trailer\n<< /Size ${size} /Root 1 0 R ${text} >>\nstartxref\n${startxref ?? at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** The objects of a PDF with one file attached, whose stream is `file`. */
export function attached(file, name = 'factur-x.xml') {
  return new Map([
    [
      1,
      `<< /Type /Catalog /Pages 2 0 R /AF [4 0 R] /Names << /EmbeddedFiles << /Names [(${name}) 4 0 R] >> >> >>`,
    ],
    [2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'],
    [3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>'],
    [4, `<< /Type /Filespec /F (${name}) /UF (${name}) /AFRelationship /Data /EF << /F 5 0 R >> >>`],
    [5, file],
  ]);
}

/** Zeros deflated `times` over: each time about a thousandth of what was there. */
export function deflated(bytes, times) {
  let data = bytes;
  for (let i = 0; i < times; i++) data = deflateSync(data, { level: 9 });
  return data;
}
