import type { Structure } from '../domain/structure.js';
import type { DirectoryStore } from '../ports/store.js';

export interface StructurePage {
  readonly structures: readonly Structure[];
  /** SIRET after which the search goes on; null when nothing follows. */
  readonly next: string | null;
  readonly scanned: number;
}

const batch = 1_000;

/**
 * Structures by the beginning of their SIRET, or by words in their names, accents and case aside, in the order of
 * SIRETs. A search by name looks at `scanMax` structures at most, and says from where it can go on.
 */
export async function searchStructures(
  directory: DirectoryStore,
  typed: string,
  {
    after = '',
    limit = 50,
    scanMax = 20_000,
  }: { readonly after?: string; readonly limit?: number; readonly scanMax?: number } = {},
): Promise<StructurePage> {
  const digits = typed.replace(/[\s\u00a0]+/g, '');
  if (/^\d+$/.test(digits)) return byNumber(directory, digits, after, limit);
  const words = folded(typed).split(/\s+/).filter(Boolean);
  const found: Structure[] = [];
  let place = after;
  let scanned = 0;
  for (;;) {
    const size = words.length === 0 ? limit + 1 : batch;
    const page = await directory.listStructures(size, place);
    for (const structure of page) {
      scanned += 1;
      const name = folded(structure.name);
      if (!words.every((word) => name.includes(word))) continue;
      if (found.length === limit) return { structures: found, next: found.at(-1)?.siret ?? null, scanned };
      found.push(structure);
    }
    place = page.at(-1)?.siret ?? place;
    if (page.length < size) return { structures: found, next: null, scanned };
    if (scanned >= scanMax) return { structures: found, next: place, scanned };
  }
}

async function byNumber(
  directory: DirectoryStore,
  digits: string,
  after: string,
  limit: number,
): Promise<StructurePage> {
  const before = justBefore(digits);
  const page = await directory.listStructures(limit + 1, after > before ? after : before);
  const matching = page.filter(({ siret }) => siret.startsWith(digits));
  const structures = matching.slice(0, limit);
  const more = matching.length > limit;
  return { structures, next: more ? (structures.at(-1)?.siret ?? null) : null, scanned: page.length };
}

/** The last SIRET before all that begin with these digits; empty when there is none. */
function justBefore(digits: string): string {
  const one = BigInt(digits);
  return one === 0n || digits.length > 14
    ? ''
    : `${(one - 1n).toString().padStart(digits.length, '0')}${'9'.repeat(14 - digits.length)}`;
}

/** A text without accents and case. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
}
