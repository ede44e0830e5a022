import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type ErrorDetail, type XmlDocument, XmlXPath, type XsdValidator } from 'libxml2-wasm';
import type { Finding } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import { asError, Fault } from '../../errors.js';
import type { Root, SchemaName } from './catalogue.js';
import { validateDocument } from './collector.js';
import { compileSchema } from './compile.js';
import { explainSchema } from './explain.js';
import { explainParse, hasDoctype, type Malformed } from './parse-problems.js';
import { createDocumentParser, type Parsed } from './parser.js';

export { pickSchema, type Root, type SchemaName, schemaNames, schemaVersion } from './catalogue.js';

export interface SchemaEngineOptions {
  /** Folder with `ubl-2.1`, `cii-d16b` and `cpp`; ours by default. */
  readonly dir?: string;
  /** Findings made into words per document; the others are only counted. */
  readonly findingsMax?: number;
}

/** What the schema layer says of one document. */
export type SchemaCheck =
  | Malformed
  | { readonly kind: 'no-schema'; readonly root: Root }
  | {
      readonly kind: 'checked';
      readonly root: Root;
      readonly schema: SchemaName;
      /** In document order as far as libxml2 goes; fatal, but for the warning of the E2 variant of CII. */
      readonly findings: readonly Finding[];
      /** Messages beyond `findingsMax`. */
      readonly suppressed: number;
      readonly parseMs: number;
      readonly validateMs: number;
    };

export interface SchemaEngine {
  /**
   * Parses a document and validates the tree against the schema that `pick` names for its root; `pick` gives
   * null for a root that is not wanted. What is wrong with the document comes back as findings.
   * @throws Fault SCHEMA_MISSING when the schema named does not compile; INTERNAL when libxml2 gives up.
   */
  check(bytes: Uint8Array, pick: (root: Root) => SchemaName | null): SchemaCheck;
  /**
   * Compiles schemas ahead of their first use.
   * @throws Fault SCHEMA_MISSING
   */
  warmUp(schemas: readonly SchemaName[]): void;
  /** Frees the compiled schemas; the engine compiles again when it is used after that. */
  dispose(): void;
}

const ownSchemas = resolve(import.meta.dirname, '../../../schemas');

/**
 * An engine that keeps its compiled schemas. One per thread: libxml2-wasm shares nothing between threads.
 * (XML-ENGINES: a schema costs tens of milliseconds to compile, a document of 10 KB 0.2 ms to check.)
 */
export function createSchemaEngine(options: SchemaEngineOptions = {}): SchemaEngine {
  const dir = options.dir === undefined ? ownSchemas : resolve(options.dir);
  const findingsMax = options.findingsMax ?? 200;
  const compiled = new Map<SchemaName, XsdValidator>();
  const parser = createDocumentParser();

  function validatorOf(name: SchemaName): XsdValidator {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const fresh = compileSchema(dir, name);
    compiled.set(name, fresh);
    return fresh;
  }

  function parse(bytes: Uint8Array): Parsed {
    try {
      return parser.parse(bytes);
    } catch (thrown) {
      throw new Fault('INTERNAL', 'the XML parser failed', {}, thrown);
    }
  }

  function validate(validator: XsdValidator, document: number, schema: SchemaName): readonly ErrorDetail[] {
    try {
      const details = validateDocument(validator, document, findingsMax);
      if (details !== null) return details;
    } catch (thrown) {
      throw new Fault(
        'INTERNAL',
        `the validator failed on ${schema}: ${asError(thrown).message}`,
        {},
        thrown,
      );
    }
    throw new Fault('INTERNAL', `the validator failed on ${schema}`);
  }

  return {
    check(bytes, pick) {
      const startedMs = performance.now();
      if (hasDoctype(bytes)) return doctypeRefused();
      const parsed = parse(bytes);
      if (!parsed.ok) return explainParse(bytes, parsed.details);
      const { document } = parsed;
      try {
        if (document.hasDtd) return doctypeRefused();
        const { root } = document;
        const schema = pick(root);
        if (schema === null) return { kind: 'no-schema', root };
        const parseMs = performance.now() - startedMs;
        const validator = validatorOf(schema);
        const validateStartedMs = performance.now();
        const details = validate(validator, document.address, schema);
        const validateMs = performance.now() - validateStartedMs;
        const findings = details
          .slice(0, findingsMax)
          .map((detail) => explainSchema(document.view(), detail));
        if (schema === 'cii-e2') findings.push(...deliveryWarning(document.view()));
        const suppressed = Math.max(0, details.length - findingsMax);
        return { kind: 'checked', root, schema, findings, suppressed, parseMs, validateMs };
      } finally {
        document.dispose();
      }
    },
    warmUp(schemas) {
      for (const name of schemas) validatorOf(name);
    },
    dispose() {
      for (const validator of compiled.values()) validator.dispose();
      compiled.clear();
      parser.dispose();
    },
  };
}

function doctypeRefused(): Malformed {
  return { kind: 'malformed', unfinished: false, finding: findingOf('ECL-XML-DTD', {}) };
}

const ram = 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100';
const transactionPath = '/*/*[local-name()="SupplyChainTradeTransaction"]';
const lateDelivery = XmlXPath.compile(
  `${transactionPath}[not(ram:ApplicableHeaderTradeDelivery)]/ram:ApplicableHeaderTradeSettlement`,
  { ram },
);

/** CII on E2 may lack its delivery block: a warning at what follows it (DECISIONS, From deposit to verdict). */
function deliveryWarning(doc: XmlDocument): Finding[] {
  const after = doc.get(lateDelivery);
  if (after === null) return [];
  return [
    findingOf('ECL-SCH-DELIVERY', {}, { line: after.line, path: '//ram:ApplicableHeaderTradeDelivery' }),
  ];
}
