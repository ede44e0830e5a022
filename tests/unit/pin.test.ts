import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pinHostKeys } from '../../src/settings/pin.js';

const key = (letter: string): string => `SHA256:${letter.repeat(43)}`;

describe('pinning host keys', () => {
  let dir = '';
  let file = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
    file = join(dir, 'ecluse.yaml');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const pins = [{ fingerprint: key('A'), comment: 'ssh-ed25519, 2026-01-01' }];
  const pinned = (text: string): unknown => {
    writeFileSync(file, text);
    pinHostKeys(file, 'FRN002', pins, { replace: false });
    const after = parse(readFileSync(file, 'utf8')) as { partners: { sftp: { hostKeys: unknown } }[] };
    return after.partners[1]?.sftp.hostKeys;
  };

  it.each([
    ['without hostKeys', 'partners:\n  - code: FRN001\n  - code: FRN002\n    sftp:\n      host: h\n', []],
    [
      'with an empty list',
      'partners:\n  - code: FRN001\n  - code: FRN002\n    sftp: { host: h, hostKeys: [] }\n',
      [],
    ],
    [
      'in flow style',
      `partners: [{ code: FRN001 }, { code: FRN002, sftp: { host: h, hostKeys: ["${key('B')}"] } }]\n`,
      [key('B')],
    ],
    [
      'with one pinned',
      `partners:\n  - code: FRN001\n  - code: FRN002\n    sftp:\n      hostKeys:\n        # the first\n        - ${key('B')} # of 2025\n      host: h\n`,
      [key('B')],
    ],
  ])('adds to a partner %s', (_, text, before) => {
    expect(pinned(text)).toEqual([...before, key('A')]);
    expect(readFileSync(file, 'utf8')).toContain('# ssh-ed25519, 2026-01-01');
    for (const comment of text.match(/# .*/g) ?? []) expect(readFileSync(file, 'utf8')).toContain(comment);
  });

  it('changes nothing else, long lines and permissions neither, through a link', () => {
    const long = `# ${'long '.repeat(60)}`;
    const text = `${long}\npartners:\n  - code: FRN001\n    name: "${'n'.repeat(300)}"\n\n  - code: FRN002 # ours\n    sftp:\n      host: h\nlog:\n  level: warn\n`;
    writeFileSync(file, text);
    chmodSync(file, 0o640);
    symlinkSync(file, join(dir, 'link.yaml'));
    pinHostKeys(join(dir, 'link.yaml'), 'FRN002', pins, { replace: false });
    const after = readFileSync(file, 'utf8');
    expect(after.replace(/ +hostKeys:\n +- .*\n/, '')).toBe(text);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('replaces when asked to', () => {
    writeFileSync(file, `partners: [{ code: FRN002, sftp: { hostKeys: ["${key('B')}"] } }]\n`);
    pinHostKeys(file, 'FRN002', pins, { replace: true });
    expect(parse(readFileSync(file, 'utf8'))).toEqual({
      partners: [{ code: 'FRN002', sftp: { hostKeys: [key('A')] } }],
    });
  });

  it('refuses a partner that is not there or has no server', () => {
    writeFileSync(file, 'partners: [{ code: FRN002 }]\n');
    for (const code of ['FRN002', 'NOBODY'])
      expect(() => pinHostKeys(file, code, pins, { replace: false })).toThrow(/has no sftp settings/);
  });
});
