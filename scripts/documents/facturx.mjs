// PDFs with files embedded, written object by object: a good Factur-X, and each way in which one can go wrong.
import { deflateSync } from 'node:zlib';

const text = (value) => `(${value.replace(/[()\\]/g, '\\$&')})`;

/** The XMP packet of a PDF/A-3 with the extension of Factur-X; `pdfa` or `fx` null leaves that part out. */
export function xmp({ pdfa = { part: '3', conformance: 'B' }, fx = {} } = {}) {
  const fields = {
    DocumentType: 'INVOICE',
    DocumentFileName: 'factur-x.xml',
    Version: '1.0',
    ConformanceLevel: 'EN 16931',
    ...fx,
  };
  const properties = [
    ...Object.entries(pdfa ?? {}).map(([name, value]) => `   <pdfaid:${name}>${value}</pdfaid:${name}>`),
    ...(fx === null
      ? []
      : Object.entries(fields)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => `   <fx:${name}>${value}</fx:${name}>`)),
  ];
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
${properties.join('\n')}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
}

const stream = (dict, bytes) =>
  Buffer.concat([
    Buffer.from(`<< ${dict} /Length ${bytes.length} >>\nstream\n`, 'latin1'),
    bytes,
    Buffer.from('\nendstream'),
  ]);

/**
 * A PDF of one page. `files`: `{name, bytes, relationship, plain}` each; `listed` where they are found: `af`, `names`
 * or both; `metadata` the XMP packet or null; `packed` writes objects into an object stream and the references as a
 * stream; `encrypted` adds an encryption dictionary; `shift` moves every reference, so that all are wrong.
 */
export function facturx({
  title = 'Facture',
  files = [],
  listed = ['af', 'names'],
  metadata = xmp(),
  packed = false,
  encrypted = false,
  shift = 0,
} = {}) {
  const page = Buffer.from(`BT /F1 14 Tf 60 760 Td ${text(title)} Tj ET`, 'latin1');
  const first = 7;
  const specs = files.map((_, i) => `${first + 2 * i} 0 R`);
  const objects = new Map([
    [
      1,
      [
        '<< /Type /Catalog /Pages 2 0 R',
        metadata === null ? '' : '/Metadata 6 0 R',
        listed.includes('af') && specs.length > 0 ? `/AF [${specs.join(' ')}]` : '',
        listed.includes('names') && specs.length > 0
          ? `/Names << /EmbeddedFiles << /Names [${files.map(({ name }, i) => `${text(name)} ${specs[i]}`).join(' ')}] >> >>`
          : '',
        '>>',
      ].join(' '),
    ],
    [2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'],
    [
      3,
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    ],
    [4, stream('', page)],
    [5, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'],
    ...(metadata === null ? [] : [[6, stream('/Type /Metadata /Subtype /XML', Buffer.from(metadata))]]),
  ]);
  files.forEach(({ name, bytes, relationship = 'Data', plain = false, filter = '/FlateDecode' }, i) => {
    const [spec, file] = [first + 2 * i, first + 2 * i + 1];
    const relation = relationship === null ? '' : `/AFRelationship /${relationship}`;
    objects.set(
      spec,
      `<< /Type /Filespec /F ${text(name)} /UF ${text(name)} ${relation} /EF << /F ${file} 0 R /UF ${file} 0 R >> >>`,
    );
    const content = plain ? bytes : deflateSync(bytes);
    objects.set(
      file,
      stream(`/Type /EmbeddedFile /Subtype /text#2Fxml${plain ? '' : ` /Filter ${filter}`}`, content),
    );
  });
  const last = Math.max(...objects.keys());
  if (encrypted) objects.set(last + 1, '<< /Filter /Standard /V 1 /R 2 /P -44 /O (o) /U (u) >>');
  return assemble(objects, encrypted ? `/Encrypt ${last + 1} 0 R ` : '', packed, shift);
}

function assemble(objects, extra, packed, shift) {
  const parts = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  let at = parts[0].length;
  const places = new Map();
  const write = (number, body) => {
    const bytes = Buffer.concat([
      Buffer.from(`${number} 0 obj\n`),
      Buffer.from(body, 'latin1'),
      Buffer.from('\nendobj\n'),
    ]);
    places.set(number, { at });
    parts.push(bytes);
    at += bytes.length;
  };
  const inStream = packed ? [...objects].filter(([, body]) => typeof body === 'string') : [];
  const numberOfStream = Math.max(...objects.keys()) + 1;
  for (const [number, body] of objects) if (!packed || typeof body !== 'string') write(number, body);
  if (packed) {
    let offset = 0;
    const heads = inStream.map(([number, body], i) => {
      places.set(number, { stream: numberOfStream, index: i });
      const head = `${number} ${offset}`;
      offset += body.length + 1;
      return head;
    });
    const head = `${heads.join(' ')} `;
    const data = deflateSync(Buffer.from(head + inStream.map(([, body]) => body).join(' '), 'latin1'));
    write(
      numberOfStream,
      stream(`/Type /ObjStm /N ${inStream.length} /First ${head.length} /Filter /FlateDecode`, data),
    );
  }
  parts.push(packed ? xrefStream(places, at, extra) : xrefTable(places, at, extra, shift));
  return Buffer.concat(parts);
}

function xrefTable(places, at, extra, shift) {
  const size = Math.max(...places.keys()) + 1;
  const rows = Array.from({ length: size }, (_, number) => {
    const place = places.get(number);
    return place === undefined
      ? '0000000000 65535 f \n'
      : `${String(place.at + shift).padStart(10, '0')} 00000 n \n`;
  });
  return Buffer.from(
    `xref\n0 ${size}\n${rows.join('')}trailer\n<< /Size ${size} /Root 1 0 R ${extra}>>\nstartxref\n${at}\n%%EOF\n`,
  );
}

/** With the predictor that most writers use: each row after the first differs by what is above it. */
function xrefStream(places, at, extra) {
  const number = Math.max(...places.keys()) + 1;
  places.set(number, { at });
  let above = Buffer.alloc(7);
  const rows = Array.from({ length: number + 1 }, (_, i) => {
    const place = places.get(i);
    const row = Buffer.alloc(7);
    row[0] = place === undefined ? 0 : place.stream === undefined ? 1 : 2;
    row.writeUInt32BE(place?.stream ?? place?.at ?? 0, 1);
    row.writeUInt16BE(place?.index ?? 0, 5);
    const coded = Buffer.concat([Buffer.from([2]), row.map((byte, k) => byte - above[k])]);
    above = row;
    return coded;
  });
  const dict = `/Type /XRef /W [1 4 2] /Size ${number + 1} /Root 1 0 R ${extra}/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 7 >>`;
  return Buffer.concat([
    Buffer.from(`${number} 0 obj\n`),
    stream(dict, deflateSync(Buffer.concat(rows))),
    Buffer.from(`\nendobj\nstartxref\n${at}\n%%EOF\n`),
  ]);
}
