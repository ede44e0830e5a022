import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { shared } from './root.js';

export interface OfficialSchema {
  /** Messages of the validator; none when the document is valid. */
  problems(xml: string | Buffer): readonly string[];
  dispose(): void;
}

/** A schema of the reference folder, compiled by libxml2: the oracle for what we write and check. */
export function officialSchema(path: string): OfficialSchema {
  xmlRegisterFsInputProviders();
  const file = join(shared, 'reference/xsd', path);
  const source = XmlDocument.fromBuffer(readFileSync(file), {
    url: join(dirname(file), path.split('/').at(-1) ?? ''),
  });
  const validator = XsdValidator.fromDoc(source);
  source.dispose();
  return {
    problems(xml) {
      const document = XmlDocument.fromBuffer(typeof xml === 'string' ? Buffer.from(xml) : xml);
      try {
        validator.validate(document);
        return [];
      } catch (error) {
        if (error instanceof XmlValidateError) return error.details.map((d) => `${d.line}: ${d.message}`);
        throw error;
      } finally {
        document.dispose();
      }
    },
    dispose: () => validator.dispose(),
  };
}
