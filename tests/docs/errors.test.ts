import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { faultCodes } from '../../src/errors.js';

const path = resolve(import.meta.dirname, '../../docs/errors.md');

function render(): string {
  const rows = Object.entries(faultCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    '# Fault codes',
    '',
    'Something of ours or of the surroundings failed. A fault is never the answer to a bad file: that is a finding ([rules.md](rules.md)).',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

it('documents every fault code, and none that does not exist', () => {
  if (process.env.UPDATE === '1') writeFileSync(path, render());
  expect(readFileSync(path, 'utf8')).toBe(render());
});
