import type { Limits } from '../../domain/limits.js';
import { PdfFile, type Resolved } from './document.js';
import { type PDFDict, type PDFObject, pdfLibrary } from './objects.js';
import { broken, type PdfLimits, type PdfProblem, PdfTrouble, pdfLimitsOf, tooLarge } from './trouble.js';
import { readXmp, type Xmp } from './xmp.js';

/** The invoice inside a PDF, and how the PDF marks it. */
export interface FacturX {
  readonly xml: Buffer;
  /** Name of the embedded file. */
  readonly name: string;
  /** The relation that the PDF declares between the file and itself; null when it declares none. */
  readonly relationship: string | null;
  /** Whether the file is among the associated files of the document (`/AF`), not in the name tree alone. */
  readonly associated: boolean;
  /** What the metadata of the document say; null when there are none, or none that can be read. */
  readonly xmp: Xmp | null;
}

export type FacturXReading =
  | { readonly ok: true; readonly facturX: FacturX }
  | { readonly ok: false; readonly problem: PdfProblem };

/** Names of the embedded invoice: Factur-X 1.0, ZUGFeRD 2, XRechnung. Case is not looked at. */
const invoiceNames = new Set(['factur-x.xml', 'zugferd-invoice.xml', 'xrechnung.xml']);

/**
 * Finds the invoice in a PDF by the structure of the document: its associated files and its tree of embedded files
 * (ISO 32000-2, 14.13 and 7.11.4). Only the few objects on the way are read, whatever else the file holds; what they
 * inflate to is bounded by `limits`.
 */
export async function readFacturX(bytes: Buffer, limits: Limits): Promise<FacturXReading> {
  const lib = await pdfLibrary();
  const own = pdfLimitsOf(limits, bytes.length);
  try {
    return { ok: true, facturX: await PdfFile.read(lib, bytes, own, (pdf) => extract(pdf, own)) };
  } catch (thrown) {
    if (thrown instanceof PdfTrouble) return { ok: false, problem: thrown.problem };
    throw thrown;
  }
}

function extract(pdf: PdfFile, limits: PdfLimits): FacturX {
  const catalog = pdf.catalog();
  const files = invoiceFiles(pdf, catalog, limits);
  const [only, ...others] = [...files.values()];
  if (only === undefined) throw new PdfTrouble({ kind: 'absent' });
  if (others.length > 0)
    throw new PdfTrouble({ kind: 'several', names: [only, ...others].map(({ name }) => name) });
  const { stream, ...marks } = only;
  return { ...marks, xml: pdf.bytesOf(stream), xmp: xmpOf(pdf, catalog) };
}

interface InvoiceFile {
  readonly stream: Resolved;
  readonly name: string;
  readonly relationship: string | null;
  readonly associated: boolean;
}

/** The embedded files that bear the name of an invoice, by where their bytes stand: one may be referred to twice. */
function invoiceFiles(pdf: PdfFile, catalog: PDFDict, limits: PdfLimits): Map<number, InvoiceFile> {
  const found = new Map<number, InvoiceFile>();
  let seen = 0;
  const add = (value: PDFObject | undefined, associated: boolean, key: string | null): void => {
    if (++seen > 2 * limits.filesMax) throw tooLarge(`il porte plus de ${limits.filesMax} fichiers joints`);
    const spec = pdf.resolve(value)?.value;
    if (!(spec instanceof pdf.lib.PDFDict)) return;
    const told = ['UF', 'F'].map((under) => pdf.textUnder(spec, under)?.trim() ?? '');
    // A file that bears no name of its own has that of the tree.
    const names = told.some((one) => one !== '') ? told : [key?.trim() ?? ''];
    const name = names.find((one) => invoiceNames.has(one.toLowerCase()));
    if (name === undefined) return;
    const embedded = pdf.dictUnder(spec, 'EF');
    const stream = embedded === null ? null : (pdf.under(embedded, 'F') ?? pdf.under(embedded, 'UF'));
    if (stream === null || stream.streamAt === null)
      throw broken(`le fichier joint « ${name} » n'a pas de contenu`);
    const known = found.get(stream.streamAt);
    const relationship = pdf.textUnder(spec, 'AFRelationship') ?? known?.relationship ?? null;
    found.set(stream.streamAt, {
      stream,
      name,
      relationship,
      associated: associated || known?.associated === true,
    });
  };
  for (const one of pdf.list(catalog.get(pdf.lib.PDFName.of('AF')))) add(one, true, null);
  const names = pdf.dictUnder(catalog, 'Names');
  const tree = names === null ? null : pdf.dictUnder(names, 'EmbeddedFiles');
  if (tree !== null) for (const [key, one] of leaves(pdf, tree, limits)) add(one, false, key);
  return found;
}

/** The keys and values of a name tree (ISO 32000-1, 7.9.6). */
function* leaves(
  pdf: PdfFile,
  tree: PDFDict,
  limits: PdfLimits,
): Generator<readonly [key: string | null, value: PDFObject | undefined]> {
  const waiting = [tree];
  const { PDFName, PDFDict } = pdf.lib;
  for (let nodes = 0, node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    if (++nodes > limits.objectsMax) throw tooLarge(`il faut y lire plus de ${limits.objectsMax} objets`);
    const pairs = pdf.list(node.get(PDFName.of('Names')));
    for (let i = 1; i < pairs.length; i += 2) yield [pdf.textOf(pairs[i - 1]), pairs[i]];
    for (const kid of pdf.list(node.get(PDFName.of('Kids')))) {
      const below = pdf.resolve(kid)?.value;
      if (below instanceof PDFDict) waiting.push(below);
    }
  }
}

/** Metadata that cannot be read count as none: they are checked for a warning only. */
function xmpOf(pdf: PdfFile, catalog: PDFDict): Xmp | null {
  try {
    const stream = pdf.under(catalog, 'Metadata');
    return stream === null ? null : readXmp(pdf.bytesOf(stream));
  } catch (thrown) {
    if (thrown instanceof PdfTrouble) return null;
    throw thrown;
  }
}
