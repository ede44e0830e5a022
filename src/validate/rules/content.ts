import type { PieceFacts } from '../../domain/rule.js';

type Inside = NonNullable<PieceFacts['inside']>;

/** Extension in lower case, without the dot; null when there is none. */
export function extensionOf(name: string): string | null {
  return /[^.]\.([A-Za-z0-9]+)$/.exec(name.trim())?.[1]?.toLowerCase() ?? null;
}

/** True for the files of an office document (OOXML or OpenDocument), which is a ZIP itself. */
export function isOffice(inside: Inside): boolean {
  return inside.some(({ name }) => name === '[Content_Types].xml' || name === 'mimetype');
}

// An office document with a password is an OLE file.
const office = ['zip', 'ole'];
const text = ['text', 'xml', 'unknown'];

/** Contents (names of `PieceFacts.type`) that an extension may have; anything for those that are not here. */
const contents: Readonly<Record<string, readonly string[]>> = {
  pdf: ['pdf'],
  png: ['png'],
  jpg: ['jpeg'],
  jpeg: ['jpeg'],
  gif: ['gif'],
  tif: ['tiff'],
  tiff: ['tiff'],
  bmp: ['bmp'],
  zip: ['zip'],
  docx: office,
  xlsx: office,
  pptx: office,
  odt: office,
  ods: office,
  odp: office,
  // Old office programs also write RTF, text or HTML under these extensions.
  doc: ['ole', 'rtf', ...text],
  xls: ['ole', ...text],
  xlc: ['ole', ...text],
  xlm: ['ole', ...text],
  ppt: ['ole'],
  rtf: ['rtf'],
  gz: ['gzip'],
  gzip: ['gzip'],
  tgz: ['gzip'],
  bz2: ['bzip2'],
  txt: text,
  csv: text,
  htm: text,
  html: text,
  xhtml: text,
  xml: text,
  svg: text,
};

export function contentFits(extension: string, type: string): boolean {
  return contents[extension]?.includes(type) ?? true;
}

/**
 * The type of the file that the piece stands for. A ZIP with one file stands for that file (DOMAIN 2.4), unless
 * the name says that the ZIP itself is meant. Null when it cannot be told, or when another rule speaks.
 */
export function realContent({ type, inside, problem }: PieceFacts, extension: string): string | null {
  if (problem !== null) return null;
  if (type !== 'zip' || extension === 'zip') return type;
  if (inside === null || inside.length === 0) return null;
  if (isOffice(inside)) return type;
  return inside.length === 1 ? (inside[0]?.type ?? null) : null;
}

const labels: Readonly<Record<string, string>> = {
  unknown: 'contenu inconnu',
  ole: 'ancien format bureautique',
  text: 'texte',
};

/** French name of a content type, for messages. */
export function typeLabel(type: string): string {
  return labels[type] ?? type;
}
