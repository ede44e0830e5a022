/** The syntaxes that carry attachments. */
export type LargeSyntax = 'ubl' | 'cii' | 'mixte' | 'pes';

export interface LargeEntry {
  readonly syntax: LargeSyntax;
  readonly number: string;
  readonly seed: string;
  /** Attachments, and the random bytes of each before base64. */
  readonly pieces: number;
  readonly pieceBytes: number;
}

export function randomPdf(seed: string, bytes: number): Buffer;
export function codeOf(syntax: LargeSyntax): string;
export function entryChunks(entry: LargeEntry): Generator<Buffer>;
export function writeEntry(path: string, entry: LargeEntry): Promise<number>;
export function writeArchive(
  path: string,
  archive: {
    readonly count: number;
    readonly seed: string;
    readonly pieces: number;
    readonly pieceBytes: number;
  },
): Promise<number>;
export function writeFacturX(
  path: string,
  options: { readonly number: string; readonly seed: string; readonly bytes: number },
): number;
export function linesDocument(syntax: 'ubl' | 'cii', number: string, lines: number): string;
