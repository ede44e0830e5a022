import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  ParseOption,
  XmlDocument,
  type XmlInputProvider,
  XsdValidator,
  xmlCleanupInputProvider,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';
import { asError, Fault } from '../../errors.js';
import { type SchemaName, schemaFile } from './catalogue.js';

/** Folder under which libxml2 sees the schemas: it is not one of the disk, so only our provider answers for it. */
const virtualRoot = '/schemas/';

/**
 * Compiles one schema of a folder. Files it imports are read from that folder alone; nothing can be read by
 * libxml2 before or after.
 * @throws Fault SCHEMA_MISSING when a file is missing or does not compile.
 */
export function compileSchema(dir: string, name: SchemaName): XsdValidator {
  const file = schemaFile(name);
  const missed: string[] = [];
  xmlRegisterInputProvider(folderProvider(dir, missed));
  try {
    const source = XmlDocument.fromBuffer(readFileSync(join(dir, file)), {
      url: virtualRoot + file,
      option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE,
    });
    try {
      return XsdValidator.fromDoc(source);
    } finally {
      source.dispose();
    }
  } catch (thrown) {
    const cause = asError(thrown);
    const missing = missed.length === 0 ? '' : ` (missing: ${missed.join(', ')})`;
    throw new Fault(
      'SCHEMA_MISSING',
      `schema ${join(dir, file)} cannot be used${missing}: ${cause.message.trim().split('\n')[0] ?? ''}`,
      { schema: name, dir, missed },
      cause,
    );
  } finally {
    xmlCleanupInputProvider();
  }
}

/** Reads files below `dir` for libxml2; a name that leaves the folder is not found. */
function folderProvider(dir: string, missed: string[]): XmlInputProvider {
  const open = new Map<number, { readonly bytes: Uint8Array; at: number }>();
  let last = 0;
  return {
    match: (name) => posix.normalize(name).startsWith(virtualRoot),
    open(name) {
      const below = posix.normalize(name).slice(virtualRoot.length);
      try {
        last += 1;
        open.set(last, { bytes: readFileSync(join(dir, below)), at: 0 });
        return last;
      } catch {
        missed.push(below);
        return undefined;
      }
    },
    read(handle, into) {
      const file = open.get(handle);
      if (file === undefined) return -1;
      const part = file.bytes.subarray(file.at, file.at + into.byteLength);
      into.set(part);
      file.at += part.byteLength;
      return part.byteLength;
    },
    close: (handle) => open.delete(handle),
  };
}
