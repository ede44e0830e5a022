import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scalarPaths } from '../../src/settings/environment.js';
import { settingsSchema } from '../../src/settings/schema.js';
import { sftpSettings } from '../../src/settings/sftp.js';
import { root } from '../helpers/root.js';

const text = readFileSync(join(root, 'docs/settings.md'), 'utf8');
const rows = new Map(
  [...text.matchAll(/^\| `([a-z]+\.[A-Za-z]+)` \| ([^|]*) \|/gm)].map((match) => [
    match[1],
    match[2]?.trim(),
  ]),
);
/** Keys at the top that are no sections. */
for (const [, key, value] of text.matchAll(/^\| `(queue|store)` \| ([^|]*) \|/gm))
  rows.set(key, value?.trim());
const defaults = settingsSchema.parse({}) as unknown as Record<string, unknown>;
const MiB = 1024 * 1024;

/** A default as the table writes it. */
function written(key: string, value: unknown): string {
  if (typeof value === 'number' && /bytes/i.test(key)) {
    if (value % MiB !== 0) return `${value / 1024} KiB`;
    return value % (1024 * MiB) === 0 ? `${value / MiB / 1024} GiB` : `${value / MiB} MiB`;
  }
  if (typeof value !== 'string') return String(value);
  return /^0\d+$/.test(value) ? `\`"${value}"\`` : `\`${value}\``;
}

describe('docs/settings.md', () => {
  it.each(scalarPaths(defaults).map((path) => path.join('.')))('tells %s with its default', (key) => {
    const value = key
      .split('.')
      .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], defaults);
    expect(rows.get(key)).toBe(written(key, value));
  });

  it('names no key that is not a setting', () => {
    const known = new Set([
      'names.extensions',
      'intake.temporaryNames',
      'rules.attachmentExtensions',
      'rules.sets',
      'rules.regrade',
      'directory.file',
      'intake.emptyMaxMs',
      'intake.doneFile',
      'schemas.dir',
      'postgres.url',
      'postgres.password',
      'postgres.tls',
      'redis.username',
      'redis.password',
      'redis.tls',
      'alerts.hook',
      'alerts.webhook',
      'alerts.mail',
      'console.publicUrl',
      'console.trustedProxies',
      'console.oidc',
      'metrics.port',
      'metrics.token',
      'lifecycle.roles',
      'lifecycle.fetchMsMax',
      'lifecycle.flowReports',
    ]);
    for (const path of scalarPaths(defaults)) known.add(path.join('.'));
    expect(
      [...rows.keys()].filter((key) => key !== undefined && !known.has(key) && !key.startsWith('reports.')),
    ).toEqual([]);
  });

  it("tells every key of a partner's `sftp` with its default, and no other", () => {
    const section = text.split('### `sftp`')[1]?.split('\n## ')[0] ?? '';
    const told = new Map(
      [...section.matchAll(/^\| `(\w+)` \| ([^|]*) \|/gm)].map((m) => [m[1], m[2]?.trim()]),
    );
    const least = sftpSettings.parse({ host: 'h', user: 'u', password: { env: 'P' } }) as Record<
      string,
      unknown
    >;
    expect([...told.keys()]).toEqual(Object.keys(sftpSettings.shape));
    for (const [key, value] of Object.entries(least)) {
      if (['host', 'user', 'password', 'hostKeys', 'deadlines'].includes(key)) continue;
      expect(`${key} ${told.get(key)}`).toBe(`${key} ${written(key, value)}`);
    }
    for (const value of Object.values(least.deadlines as Record<string, number>))
      expect(told.get('deadlines')).toContain(String(value));
  });
});
