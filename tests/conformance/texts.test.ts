import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frenchTextOf } from '../../src/validate/texts/index.js';

const root = resolve(import.meta.dirname, '../..');
const packs = resolve(root, process.env.ECLUSE_SHARED ?? '../shared', 'corpus/packs');
const absent = !existsSync(packs);
if (absent) process.stderr.write(`texts: skipped, no rule packs in ${packs}\n`);

const files = absent
  ? []
  : readdirSync(packs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sch'));

interface Assert {
  readonly id: string;
  readonly test: string;
}

function assertsOf(file: string): Assert[] {
  const source = readFileSync(join(packs, file), 'utf8').replace(/<!--[\s\S]*?-->/g, '');
  const tags = source.match(/<(?:\w+:)?(?:assert|report)\b(?:"[^"]*"|'[^']*'|[^'">])*>/g) ?? [];
  const attribute = (tag: string, name: string) =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? `(no ${name})`;
  return tags.map((tag) => ({ id: attribute(tag, 'id'), test: attribute(tag, 'test') }));
}

/** The element or attribute that a test forbids or counts, where it is about one: the last step of its path. */
function subjectOf({ test }: Assert): string | null {
  const path =
    /^not\s*\(([^()[\]=]*)\)$/.exec(test.trim())?.[1] ??
    /^\(?\s*count\(([^()[\]=]*)\)\s*&lt;=\s*1\s*\)?$/.exec(test.trim())?.[1];
  if (path === undefined || / (?:and|or) /.test(path)) return null;
  return (
    path
      .trim()
      .split('/')
      .at(-1)
      ?.replace(/^.*[:@]/, '') ?? null
  );
}

describe.skipIf(absent)('French texts of the official packs', () => {
  it('finds the packs', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files.map((file) => [basename(file), file]))('every rule of %s has a text', (_name, file) => {
    const ids = assertsOf(file).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect([...new Set(ids)].filter((id) => frenchTextOf(id) === null)).toEqual([]);
  });

  it.each(files.filter((file) => /EN16931/.test(file)).map((file) => [basename(file), file]))(
    'texts of %s name the element that the test is about',
    (_name, file) => {
      const about = assertsOf(file)
        .filter(({ id }) => /^(?:UBL|CII)-/.test(id))
        .flatMap((assert) => {
          const subject = subjectOf(assert);
          return subject === null ? [] : [{ id: assert.id, subject }];
        });
      expect(about.length).toBeGreaterThan(400);
      const silent = about.filter(({ id, subject }) => {
        const text = frenchTextOf(id);
        return !new RegExp(`\\b${subject}\\b`).test(`${text?.message} ${text?.fix}`);
      });
      expect(silent).toEqual([]);
    },
  );
});
