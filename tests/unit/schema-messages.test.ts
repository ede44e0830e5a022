import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.js';
import { createSchemaEngine, pickSchema } from '../../src/validate/schema/engine.js';
import { documentMaker, fullCppDocuments } from '../helpers/schema-documents.js';
import { mutate, randomOf } from '../helpers/schema-mutations.js';

const engine = createSchemaEngine();
afterAll(() => engine.dispose());

const namespaces = {
  inv: 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2',
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
  ext: 'urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2',
  rsm: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  ram: 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  qdt: 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
  udt: 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
};
const schemas = join(import.meta.dirname, '../../schemas');
const random = randomOf(42);

function madeUp(model: string, root: string): string {
  const text = documentMaker(join(schemas, model, 'model.tsv')).element(root, random);
  const declared = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  return text.replace(/^<[^\s/>]+/, (tag) => tag + declared.join(''));
}

const documents = [
  ...fullCppDocuments,
  madeUp('ubl-2.1', 'inv:Invoice'),
  madeUp('cii-d16b', 'rsm:CrossIndustryInvoice'),
];

function findingsOf(text: string): readonly Finding[] {
  const done = engine.check(Buffer.from(text), (root) => pickSchema(root, { e2: false }));
  return done.kind === 'checked' ? done.findings : [];
}

describe('messages about any mutation', () => {
  it('are French, particular, and say where', () => {
    const seen = new Map<string, Finding>();
    for (let i = 0; i < 3_000; i++) {
      const mutant = mutate(random.pick(documents), random);
      if (mutant === null) continue;
      for (const found of findingsOf(mutant.text)) seen.set(found.message, found);
    }
    expect(seen.size).toBeGreaterThan(300);
    for (const found of seen.values()) {
      const words = `${found.message} ${found.fix}`;
      expect(words).not.toMatch(
        /n'est pas conforme au schéma|undefined|null|\{urn:|facet|atomic|not |expected/,
      );
      expect(found.message).toMatch(/^(?:L'élément|L'attribut|La valeur)\b.*\.$/);
      expect(found.fix).toMatch(/^\p{Lu}.*\.$/u);
      expect(found.line).toBeGreaterThan(0);
      expect(found.path).toMatch(/^\/[^*{}]+$/);
    }
  }, 180_000);
});
