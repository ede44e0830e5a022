// Copies invoice files under valid flow names, ready to be dropped; --distinct gives every invoice a number of its own.
//   node scripts/prepare-flows.mjs --interface FSO1116A --partner FRN001 [--first 1] [--distinct] TARGET FILE...
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { flowName } from './documents/names.mjs';

const isGzip = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b;
/** Where UBL, CII and CPPFactureMixte hold the number of an invoice; text before and after stays as it is. */
const numberPlaces = [
  /(<(?:\w+:)?ExchangedDocument>\s*(?:<!--[\s\S]*?-->\s*)*<(?:\w+:)?ID(?:\s[^>]*)?>)([^<]*)(<)/,
  /(<(?:\w+:)?CustomizationID[\s\S]{0,2000}?<(?:\w+:)?ID(?:\s[^>]*)?>)([^<]*)(<)/,
  /(<(?:\w+:)?UBLVersionID[\s\S]{0,2000}?<(?:\w+:)?ID(?:\s[^>]*)?>)([^<]*)(<)/,
  /(<DonneesFacture>\s*<Id>)([^<]*)(<)/,
];

/** The document with its first invoice number replaced. */
export function renumber(bytes, number) {
  // Latin-1 keeps every byte: only ASCII is looked for and written.
  const text = bytes.toString('latin1');
  const place = numberPlaces.find((pattern) => pattern.test(text));
  if (place === undefined) throw new Error('no invoice number found');
  return Buffer.from(text.replace(place, `$1${number}$3`), 'latin1');
}

/** The archive with every XML inside renumbered. */
async function renumberArchive(bytes, numberOf) {
  const { default: tar } = await import('tar-stream');
  const pack = tar.pack();
  const extract = tar.extract();
  const done = (async () => {
    for await (const entry of extract) {
      const chunks = [];
      for await (const chunk of entry) chunks.push(chunk);
      const content = Buffer.concat(chunks);
      const changed = /\.xml$/i.test(entry.header.name) ? renumber(content, numberOf()) : content;
      pack.entry({ name: entry.header.name, mode: 0o644 }, changed);
    }
    pack.finalize();
  })();
  Readable.from([gunzipSync(bytes)]).pipe(extract);
  const parts = [];
  for await (const part of pack) parts.push(part);
  await done;
  return gzipSync(Buffer.concat(parts));
}

/** Flows as `{name, bytes}` for files, in their order. */
export async function prepareFlows(files, { interfaceCode, partner, first = 1, distinct = false }) {
  let count = 0;
  const numberOf = () => `D-${String(first).padStart(6, '0')}-${String(++count).padStart(5, '0')}`;
  const flows = [];
  for (const [i, file] of files.entries()) {
    const bytes = readFileSync(file);
    const changed = !distinct
      ? bytes
      : isGzip(bytes)
        ? await renumberArchive(bytes, numberOf)
        : renumber(bytes, numberOf());
    flows.push({ file, name: flowName(interfaceCode, first + i, partner), bytes: changed });
  }
  return flows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      interface: { type: 'string' },
      partner: { type: 'string', default: 'FRN001' },
      first: { type: 'string', default: '1' },
      distinct: { type: 'boolean', default: false },
    },
  });
  const [target, ...files] = positionals;
  if (target === undefined || files.length === 0 || values.interface === undefined) {
    console.error(
      'usage: prepare-flows.mjs --interface CODE [--partner CODE] [--first N] [--distinct] TARGET FILE...',
    );
    process.exit(64);
  }
  mkdirSync(target, { recursive: true });
  const options = {
    interfaceCode: values.interface,
    partner: values.partner,
    first: Number(values.first),
    distinct: values.distinct,
  };
  for (const { file, name, bytes } of await prepareFlows(files, options)) {
    writeFileSync(join(target, name), bytes);
    console.log(`${name}  ${file}`);
  }
}
