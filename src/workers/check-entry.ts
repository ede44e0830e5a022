import { performance } from 'node:perf_hooks';
import { type Finding, hasFatal } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Piece, PlacedInvoice } from '../domain/reading.js';
import type { PieceFacts } from '../domain/rule.js';
import { typeWord } from '../domain/words.js';
import { markCut } from '../formats/embedded.js';
import { readFacturX } from '../formats/pdf/facturx.js';
import { pesEnvelopeOf } from '../formats/pes/facts.js';
import { recogniseBytes } from '../formats/recognise.js';
import { parseEntry, readTree } from '../formats/registry.js';
import { sniff, sniffBytes } from '../formats/sniff.js';
import { readStatuses } from '../formats/statuses/read.js';
import { type CutResult, cutBytes, cutPieces } from '../formats/xml/cut.js';
import { longTag } from '../formats/xml/long-tag.js';
import { isCmsSignature } from '../signature/recognise.js';
import type { SetRunner } from '../validate/packs/sets.js';
import { createSchemaEngine, pickSchema, type SchemaName, schemaVersion } from '../validate/schema/engine.js';
import { encodingOf, falseLatin, markedUtf16 } from '../xml/decode.js';
import type { XmlNode } from '../xml/node.js';
import { keepDocumentsYoung } from '../xml/young.js';
import { acceptRoot, moreFindings, regradings, schemaFindings, sizeFindings } from './entry-findings.js';
import { examine, packPieces } from './entry-pieces.js';
import { verifyBeside, verifyEnveloped } from './entry-signatures.js';
import { markingFindings, pdfFinding, type ReadablePdf, readablePdf, withReadable } from './facturx.js';
import type { Progress } from './progress.js';
import {
  type CheckedInvoice,
  type CheckRequest,
  type CheckResult,
  type PackedPiece,
  placedTerms,
  type WorkerSetup,
} from './protocol.js';

export interface EntryChecker {
  /** Cuts, checks, reads and applies rules to one entry. Findings are values; only faults are thrown. */
  check(request: CheckRequest): Promise<CheckResult>;
  /** Compiles one schema ahead of its first document. @throws Fault SCHEMA_MISSING. */
  warmUp(schema: SchemaName): void;
  /** Loads the rules ahead of the first document. */
  warmRules(): Promise<void>;
  dispose(): void;
}

/** The work of one thread: it keeps its compiled schemas and rule packs for its whole life. */
export function createEntryChecker(setup: WorkerSetup): EntryChecker {
  keepDocumentsYoung();
  const engine = createSchemaEngine({
    findingsMax: setup.findingsMax,
    ...(setup.schemasDir === null ? {} : { dir: setup.schemasDir }),
  });

  let runner: SetRunner | null = null;
  /** Loaded with the first document that rules are put to: a schema alone is checked without them. */
  async function setRunner(): Promise<SetRunner> {
    runner ??= (await import('../validate/packs/runner.js')).ownSetRunner(setup.rulesDir);
    return runner;
  }

  async function check(request: CheckRequest): Promise<CheckResult> {
    if (request.beside !== undefined) return verifyBeside(request, request.beside);
    const startedMs = performance.now();
    const progress: Progress = {
      syntax: 'unknown',
      unfinished: false,
      embedded: null,
      pes: null,
      told: null,
      layers: [],
      findings: [],
    };
    const read = await openEntry(request, progress);
    const invoices = read === null ? [] : await judge(request, read, progress);
    return {
      kind: 'checked',
      entry: request.entry,
      syntax: progress.syntax,
      layers: progress.layers,
      findings: progress.findings.map((f) => (f.entry === null ? { ...f, entry: request.entry } : f)),
      invoices: invoices.map(({ checked }) => checked),
      // Invoices of one PES may share a piece.
      pieces: [...new Map(invoices.flatMap(({ pieces }) => pieces).map((one) => [one.index, one])).values()],
      ...(progress.pes === null ? {} : { pes: progress.pes }),
      ...(progress.told ?? {}),
      unfinished: progress.unfinished,
      durationMs: performance.now() - startedMs,
    };
  }

  /** Bytes to invoices; null when a finding stands in the way. */
  async function openEntry(request: CheckRequest, progress: Progress): Promise<Opened | null> {
    const { entry, syntaxes } = request;
    const cut = cutPieces(request.path, request.workDir, request.limits, {
      memoryBytesMax: request.memoryBytesMax,
    });
    if (!cut.complete) {
      progress.findings.push(...sizeFindings(cut, request));
      return null;
    }
    const type = recogniseBytes(cut.bytes.subarray(0, 1024));
    if (type === 'pdf' && (syntaxes?.includes('facturx') ?? true))
      return openPdf(cut.bytes, request, progress);
    const pdfOnly = syntaxes?.every((one) => one === 'facturx') ?? false;
    if (type === 'xml' && !pdfOnly) return openXml(cut, request, progress);
    if (isCmsSignature(cut.bytes)) {
      progress.syntax = 'signature';
      return null;
    }
    const found = sniff(cut.bytes.subarray(0, sniffBytes));
    const rule = pdfOnly ? 'ECL-PDF-TYPE' : 'IRR_TYPE_F';
    progress.findings.push(findingOf(rule, { entry, found: typeWord(found) }, { value: found }));
    return null;
  }

  /** A Factur-X: the XML inside is checked and read as any CII, the PDF becomes its readable invoice. */
  async function openPdf(pdf: Buffer, request: CheckRequest, progress: Progress): Promise<Opened | null> {
    const { entry } = request;
    progress.syntax = 'facturx';
    const reading = await readFacturX(pdf, request.limits);
    if (!reading.ok) {
      progress.unfinished = reading.problem.kind === 'truncated';
      progress.findings.push(pdfFinding(reading.problem, entry));
      return null;
    }
    const { facturX } = reading;
    progress.embedded = facturX.name;
    const { limits, workDir, memoryBytesMax } = request;
    const cut = cutBytes(facturX.xml, workDir, limits, { memoryBytesMax });
    if (!cut.complete) {
      const empty = findingOf('ECL-PDF-EMPTY', { entry, name: facturX.name });
      progress.findings.push(...(cut.sizeBytes === 0 ? [empty] : sizeFindings(cut, request)));
      return null;
    }
    const opened = openXml(cut, request, progress);
    // The PDF is whole, whatever the XML in it lacks.
    progress.unfinished = false;
    const guideline = opened?.invoices[0]?.invoice.specification ?? null;
    progress.findings.push(...markingFindings(facturX, entry, guideline));
    return opened === null ? null : { ...opened, readable: readablePdf(pdf, request, opened.pieces) };
  }

  function openXml(whole: CutResult, request: CheckRequest, progress: Progress): Opened | null {
    const { tagBytesMax } = request.limits;
    const longAt = longTag(whole.bytes, tagBytesMax);
    if (longAt !== null) {
      progress.findings.push(findingOf('ECL-LIM-TAG', { max: String(tagBytesMax) }, { line: longAt }));
      return null;
    }
    const cut = inTrueEncoding(whole, progress);
    const schema = checkSchema(request, cut, progress);
    const described = progress.syntax === 'pes-facture' ? describePes(cut, progress) : null;
    if (schema) verifyEnveloped(request, whole, progress);
    if (!schema || !request.read || hasFatal(progress.findings)) return null;
    const parsed = described ?? parseEntry(cut.bytes);
    if (!parsed.ok) {
      progress.findings.push(parsed.finding);
      return null;
    }
    if (progress.syntax === 'cpp-statut') {
      progress.told = readStatuses(parsed.root);
      return null;
    }
    const reading = readTree(parsed.root, progress.syntax, cut);
    progress.findings.push(...reading.findings);
    if (reading.kind !== 'invoices') return null;
    markCut(parsed.root, cut);
    return { root: parsed.root, invoices: reading.invoices, pieces: reading.pieces };
  }

  /** The schema layer; false when the document is not one to read. */
  function checkSchema(request: CheckRequest, cut: CutResult, progress: Progress): boolean {
    const startedMs = performance.now();
    const known: { schema: SchemaName | null } = { schema: null };
    const done = engine.check(cut.bytes, (root) => {
      // DOMAIN 9.2: the XML of a Factur-X is held to the full schema of CII.
      const mixed = request.flowKind === 'E2' || request.flowKind === 'E5';
      const e2 = mixed && progress.embedded === null;
      known.schema = acceptRoot(root, request, progress) ? pickSchema(root, { e2 }) : null;
      return request.schema ? known.schema : null;
    });
    progress.unfinished = done.kind === 'malformed' && done.unfinished;
    const asFound = !request.schema && known.schema !== null && done.kind === 'no-schema';
    const findings = asFound ? [] : [...cut.findings, ...schemaFindings(done, request, progress)];
    if (done.kind === 'checked' && done.suppressed > 0) findings.push(moreFindings('XSD', done.suppressed));
    progress.findings.push(...findings);
    progress.layers.push({
      layer: 'schema',
      verdict:
        !request.schema || progress.syntax === 'signature'
          ? 'skipped'
          : hasFatal(findings)
            ? 'invalid'
            : 'valid',
      // A schema is compiled at its first use; that time is not the document's.
      durationMs: done.kind === 'checked' ? done.parseMs + done.validateMs : performance.now() - startedMs,
      ruleSet: done.kind === 'checked' ? schemaVersion(done.schema) : null,
    });
    return (asFound || done.kind === 'checked') && !hasFatal(findings);
  }

  /** Rules over every invoice of the entry, then the pieces of the good ones are packed. */
  async function judge(request: CheckRequest, opened: Opened, progress: Progress): Promise<Judged[]> {
    const { facts, pieces: real } = await examine(request, opened.pieces, progress.syntax);
    const findings = applyRules(await setRunner(), request, opened, facts, progress);
    const refused = new Set(findings.filter((f) => f.severity === 'fatal').map((f) => f.invoiceIndex));
    const judged: Judged[] = [];
    const { readable } = opened;
    const all = readable ? [...real, readable.piece] : real;
    const known = readable ? new Map([...facts, [readable.piece.index, readable.facts]]) : facts;
    const done = new Map<number, PackedPiece>();
    for (const placed of opened.invoices) {
      const valid = !refused.has(placed.index) && !refused.has(null);
      const invoice = request.pack && readable ? withReadable(placed.invoice, readable) : placed.invoice;
      const pieces = valid && request.pack ? await packPieces(request, invoice, all, known, done) : [];
      judged.push({ checked: { index: placed.index, invoice, places: placesOf(placed), valid }, pieces });
    }
    return judged;
  }

  function applyRules(
    sets: SetRunner,
    request: CheckRequest,
    { root, invoices }: Opened,
    pieces: ReadonlyMap<number, PieceFacts>,
    progress: Progress,
  ): readonly Finding[] {
    const subject = { syntax: progress.syntax, root, invoices };
    const runs = sets.apply(request.sets, request.regrade, subject, {
      kind: request.flowKind,
      interfaceCode: request.interfaceCode,
      today: request.today,
      options: request.rules,
      pieces,
    });
    for (const { findings, suppressed, verdict } of runs) {
      progress.findings.push(...findings, ...suppressed.map(({ rule, count }) => moreFindings(rule, count)));
      progress.findings.push(...regradings(verdict));
      progress.layers.push(verdict);
    }
    return runs.flatMap(({ findings }) => findings);
  }

  return {
    check,
    warmUp: (schema) => engine.warmUp([schema]),
    async warmRules() {
      await setRunner();
    },
    dispose: () => engine.dispose(),
  };
}

/**
 * A document that declares a Latin page and is in another encoding is told so, and read as what it is. One of UTF-16 without a mark
 * gets it: the parser knows such a document by its declaration only.
 */
function inTrueEncoding(cut: CutResult, progress: Progress): CutResult {
  const marked = markedUtf16(cut.bytes);
  if (marked !== null) return { ...cut, bytes: marked };
  const found = falseLatin(cut.bytes);
  if (found === null) return cut;
  const facts = { declared: found.declared.toUpperCase(), written: found.written.replace('utf', 'UTF') };
  progress.findings.push(findingOf('ECL-XML-ENCODING-FALSE', facts, { line: 1, value: facts.declared }));
  return { ...cut, bytes: found.bytes };
}

/** PES is written in ISO-8859-1 and answered with what it says of itself. Gives its tree, to be read on. */
function describePes(cut: CutResult, progress: Progress): ReturnType<typeof parseEntry> {
  const declared = encodingOf(cut.bytes).toUpperCase();
  const told = progress.findings.some(({ rule }) => rule === 'ECL-XML-ENCODING-FALSE');
  if (!told && declared !== 'ISO-8859-1')
    progress.findings.push(findingOf('ECL-PES-ENCODING', { declared }, { line: 1, value: declared }));
  const parsed = parseEntry(cut.bytes);
  if (parsed.ok) progress.pes = pesEnvelopeOf(parsed.root);
  return parsed;
}

interface Opened {
  readonly root: XmlNode;
  readonly invoices: readonly PlacedInvoice[];
  readonly pieces: readonly Piece[];
  /** The PDF of a Factur-X. */
  readonly readable?: ReadablePdf;
}

interface Judged {
  readonly checked: CheckedInvoice;
  readonly pieces: readonly PackedPiece[];
}

function placesOf(placed: PlacedInvoice): CheckedInvoice['places'] {
  const places: Record<string, NonNullable<ReturnType<PlacedInvoice['place']>>> = {};
  for (const term of placedTerms) {
    const place = placed.place(term);
    if (place !== null) places[term] = place;
  }
  return places;
}
