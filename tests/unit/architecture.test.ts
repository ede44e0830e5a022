import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');

/** The table of docs/architecture.md: what a room may import beside itself, `errors` and `log` types. */
const mayImport: Record<string, readonly string[] | 'all'> = {
  domain: [],
  ports: ['domain'],
  intake: ['domain', 'ports'],
  envelope: ['domain'],
  xml: [],
  formats: ['domain', 'xml'],
  validate: ['domain', 'xml'],
  directory: ['domain', 'ports'],
  route: ['domain', 'directory'],
  report: ['domain'],
  readable: ['domain'],
  signature: ['domain'],
  lifecycle: ['domain'],
  deliver: ['domain', 'ports'],
  workers: ['domain', 'xml', 'formats', 'validate', 'readable', 'signature'],
  pipeline: [
    'domain',
    'ports',
    'intake',
    'envelope',
    'formats',
    'validate',
    'directory',
    'route',
    'report',
    'readable',
    'lifecycle',
    'deliver',
    'workers',
  ],
  alerts: ['domain', 'ports'],
  adapters: ['ports', 'domain'],
  console: [
    'domain',
    'ports',
    'pipeline',
    'directory',
    'envelope',
    'lifecycle',
    'readable',
    'report',
    'settings',
    'validate',
    'workers',
  ],
  settings: ['domain', 'envelope'],
  metrics: ['domain', 'ports'],
  cli: 'all',
  app: 'all',
};
/** Files at the top of src/ that every room but domain may use. */
const common = new Set(['errors', 'log', 'metrics']);
/** Packages that only adapters may import. */
const adapterPackages = ['bullmq', 'ioredis', 'ssh2-sftp-client', 'ssh2', 'libsql', 'pg', 'kysely'];

function files(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? files(join(dir, e.name)) : /\.tsx?$/.test(e.name) ? [join(dir, e.name)] : [],
  );
}

function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => m[1] ?? '');
}

function room(file: string): string {
  const first = relative(src, file).split(sep)[0] ?? '';
  return first.replace(/\.tsx?$/, '');
}

const all = files(src);

describe('import directions', () => {
  it('finds the source', () => {
    expect(all.length).toBeGreaterThan(10);
  });

  it.each(all.map((f) => [relative(src, f), f]))('%s imports only what its room may', (_name, file) => {
    const own = room(file);
    const allowed = mayImport[own];
    const wrong = imports(file).filter((spec) => {
      if (!spec.startsWith('.')) return adapterPackages.includes(spec) && own !== 'adapters';
      const target = room(resolve(dirname(file), spec).replace(/\.js$/, '.ts'));
      if (target === own || allowed === 'all') return false;
      if (common.has(target)) return own === 'domain';
      return allowed === undefined || !allowed.includes(target);
    });
    if (allowed === undefined && !['errors', 'log', 'metrics', 'app'].includes(own)) {
      throw new Error(`room ${own} is not in the table`);
    }
    expect(wrong).toEqual([]);
  });
});
