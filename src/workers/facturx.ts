import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Attachment, Invoice } from '../domain/invoice.js';
import type { Piece } from '../domain/reading.js';
import type { PieceFacts } from '../domain/rule.js';
import type { FacturX } from '../formats/pdf/facturx.js';
import type { PdfProblem } from '../formats/pdf/trouble.js';

/** Why no invoice was read from a PDF, in words. */
export function pdfFinding(problem: PdfProblem, entry: string): Finding {
  switch (problem.kind) {
    case 'not-pdf':
      return findingOf('ECL-PDF-BROKEN', { entry, problem: "son en-tête n'est pas celui d'un PDF" });
    case 'truncated':
      return findingOf('ECL-PDF-TRUNCATED', { entry });
    case 'encrypted':
      return findingOf('ECL-PDF-ENCRYPTED', { entry });
    case 'absent':
      return findingOf('ECL-PDF-ABSENT', { entry });
    case 'several': {
      const { names } = problem;
      return findingOf('ECL-PDF-SEVERAL', { entry, count: String(names.length), names: names.join(', ') });
    }
    case 'broken':
      return findingOf('ECL-PDF-BROKEN', { entry, problem: problem.detail });
    case 'too-large':
      return findingOf('ECL-PDF-LIMIT', { entry, problem: problem.detail });
  }
}

const relations = ['Data', 'Alternative', 'Source'];

/**
 * How far the PDF is marked as a PDF/A-3 and as a Factur-X (ISO 19005-3; Factur-X 1.0): warnings, for the invoice can
 * be read without. `guideline` is BT-24 of the XML.
 */
export function markingFindings(facturX: FacturX, entry: string, guideline: string | null): Finding[] {
  const { name, xmp, relationship, associated } = facturX;
  const findings: Finding[] = [];
  const pdfa = pdfaProblem(facturX);
  if (pdfa !== null) findings.push(findingOf('ECL-FX-PDFA', { entry, problem: pdfa }));
  const extension = extensionProblem(facturX);
  if (extension !== null) findings.push(findingOf('ECL-FX-XMP', { entry, problem: extension }));
  const [declared, level] = [xmp?.conformanceLevel ?? null, levelOf(guideline)];
  if (declared !== null && level !== null && plain(declared) !== plain(level)) {
    const facts = { entry, declared, level, guideline: guideline ?? '' };
    findings.push(findingOf('ECL-FX-LEVEL', facts, { value: declared }));
  }
  if (relationship === null || !relations.includes(relationship)) {
    const problem =
      relationship === null ? "n'est pas déclarée" : `est « ${relationship} », qui n'est pas attendu`;
    findings.push(findingOf('ECL-FX-RELATION', { entry, name, problem }, { value: relationship }));
  }
  if (!associated) findings.push(findingOf('ECL-FX-AF', { entry, name }));
  return findings;
}

function pdfaProblem({ xmp }: FacturX): string | null {
  if (xmp === null) return "il n'a pas de métadonnées XMP lisibles";
  if (xmp.pdfaPart === null) return "ses métadonnées XMP n'indiquent pas de partie (pdfaid:part)";
  if (xmp.pdfaPart !== '3') return `il se déclare PDF/A-${xmp.pdfaPart}`;
  if (xmp.pdfaConformance === null)
    return "ses métadonnées XMP n'indiquent pas de niveau (pdfaid:conformance)";
  return /^[ABU]$/i.test(xmp.pdfaConformance)
    ? null
    : `le niveau « ${xmp.pdfaConformance} » n'est ni A, ni B, ni U`;
}

const levels = ['MINIMUM', 'BASIC WL', 'BASIC', 'EN 16931', 'EXTENDED', 'XRECHNUNG'];

function extensionProblem({ xmp, name }: FacturX): string | null {
  if (xmp === null) return "il n'a pas de métadonnées XMP lisibles";
  const fields = [
    ['fx:DocumentType', xmp.documentType],
    ['fx:DocumentFileName', xmp.documentFileName],
    ['fx:Version', xmp.version],
    ['fx:ConformanceLevel', xmp.conformanceLevel],
  ] as const;
  const missing = fields.filter(([, value]) => value === null).map(([field]) => field);
  if (missing.length === fields.length) return "l'extension Factur-X y manque";
  if (missing.length > 0) return `il y manque ${missing.join(', ')}`;
  if (xmp.documentFileName !== name)
    return `fx:DocumentFileName est « ${xmp.documentFileName} », alors que le fichier joint se nomme « ${name} »`;
  const level = xmp.conformanceLevel ?? '';
  return levels.some((one) => plain(one) === plain(level))
    ? null
    : `fx:ConformanceLevel « ${level} » n'est pas un profil connu`;
}

/** The profile that a guideline names (Factur-X 1.0, BT-24); null for one that is not of Factur-X. */
function levelOf(guideline: string | null): string | null {
  const text = guideline?.toLowerCase() ?? '';
  if (text.includes('xrechnung')) return 'XRECHNUNG';
  const named = /urn:(?:factur-x\.eu|zugferd\.de):[^:]+:(minimum|basicwl|basic|extended)$/.exec(text)?.[1];
  if (named !== undefined) return named === 'basicwl' ? 'BASIC WL' : named.toUpperCase();
  return text === 'urn:cen.eu:en16931:2017' ? 'EN 16931' : null;
}

/** `EN 16931`, `EN16931` and `en 16931` are met. COMFORT was the name of EN 16931 before Factur-X. */
function plain(level: string): string {
  const text = level.replace(/[\s_-]/g, '').toUpperCase();
  return text === 'COMFORT' ? 'EN16931' : text;
}

/** The PDF of a Factur-X as a piece: the readable invoice itself (DOMAIN 2.4, Type). */
export interface ReadablePdf {
  readonly piece: Piece;
  readonly facts: PieceFacts;
}

/** A small PDF stays in memory, any other where it lies. `taken` are the pieces that came out of the XML. */
export function readablePdf(
  pdf: Buffer,
  source: { readonly path: string; readonly memoryBytesMax: number },
  taken: readonly Piece[],
): ReadablePdf {
  const index = taken.reduce((next, piece) => Math.max(next, piece.index + 1), 0);
  const sizeBytes = pdf.length;
  const inMemory = sizeBytes <= source.memoryBytesMax;
  return {
    piece: {
      index,
      sizeBytes,
      content: inMemory
        ? { kind: 'memory', bytes: new Uint8Array(pdf) }
        : { kind: 'file', path: source.path },
    },
    facts: { sizeBytes, type: 'pdf', inside: null, problem: null },
  };
}

/** The invoice with its PDF as the first attachment, of type 01. */
export function withReadable(invoice: Invoice, { piece }: ReadablePdf): Invoice {
  const readable: Attachment = {
    name: `${invoice.number ?? 'facture'}.pdf`,
    description: null,
    uri: null,
    mime: 'application/pdf',
    filename: null,
    chorusType: '01',
    piece: piece.index,
  };
  return { ...invoice, attachments: [readable, ...invoice.attachments] };
}
