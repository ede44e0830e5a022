import { hasHidden } from '../domain/hidden.js';

const nameLengthMax = 200;

/** What keeps the name of an entry from being accepted, in French, to stand behind « : »; null when nothing does. */
export function entryNameProblem(name: string): string | null {
  if (name === '') return 'il est vide';
  if (name.length > nameLengthMax) return `il a plus de ${nameLengthMax} caractères`;
  if (hasHidden(name)) return 'il contient un caractère invisible (de contrôle ou de sens d’écriture)';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'c’est un chemin absolu';
  if (name.includes('\\')) return 'il contient « \\ »';
  if (name.split('/').includes('..')) return 'il remonte hors de l’archive par « .. »';
  return null;
}

/** The names that macOS puts into archives beside the files themselves: attributes, never content. */
export function isArchiveMetadata(name: string): boolean {
  const segments = name.split('/');
  const last = segments[segments.length - 1] ?? '';
  return last.startsWith('._') || last === '.DS_Store' || segments[0] === '__MACOSX';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An entry's name from its bytes (given as Latin-1): UTF-8 where they are, else Latin-1. Without a leading `./`. */
export function entryName(latin1: string, pax: string | undefined): string {
  return (pax ?? decoded(latin1)).replace(/^(?:\.\/)+/, '');
}

function decoded(latin1: string): string {
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}
