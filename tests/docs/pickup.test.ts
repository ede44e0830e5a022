import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../helpers/root.js';

const text = readFileSync(join(root, 'docs/pickup.md'), 'utf8');
const rows = [...text.matchAll(/^\| (\d+) ([^|]+) \| [^|]+ \| `([^`]+)`: `([^`]+)` \|$/gm)];

it('tells all eighteen ways in which a pickup fails', () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
});

it.each(rows.map(([, number, mode, file, title]) => [`${number} ${mode}`, file ?? '', title ?? '']))(
  '%s: the test that is named is there',
  (_mode, file, title) => {
    const path = join(root, file);
    expect(existsSync(path)).toBe(true);
    const source = readFileSync(path, 'utf8');
    const named = ["'", '"', '`'].some((quote) => source.includes(`(${quote}${title}${quote},`));
    expect(named).toBe(true);
  },
);
