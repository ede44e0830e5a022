import { migrationTexts } from './migrate.js';

/** Tables by name, each with those that its rows refer to, as the migrations have them. */
export const tableParents: ReadonlyMap<string, readonly string[]> = readParents();

function readParents(): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const text of migrationTexts)
    for (const [, name = '', body = ''] of text.matchAll(/CREATE TABLE "?(\w+)"? \(([\s\S]*?)\n\)/g)) {
      const parents = [...body.matchAll(/REFERENCES "?(\w+)"?/g)].map(([, parent = '']) => parent);
      found.set(
        name,
        [...new Set(parents)].filter((parent) => parent !== name),
      );
    }
  return found;
}

const mentions = new Map<string, readonly string[]>();

/** The tables whose names stand in a statement, be it as something else: more than it touches, never less. */
export function tablesIn(sql: string, keep: boolean): readonly string[] {
  const known = mentions.get(sql);
  if (known !== undefined) return known;
  const words = new Set(sql.match(/\w+/g) ?? []);
  const found = [...tableParents.keys()].filter((name) => words.has(name));
  if (keep) mentions.set(sql, found);
  return found;
}
