import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/errors.js';
import { environmentName } from '../../src/settings/environment.js';
import { loadSettings } from '../../src/settings/load.js';
import { resolveSecret } from '../../src/settings/secret.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ecluse-settings-'));
  mkdirSync(join(folder, 'config'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): string {
  const path = join(folder, 'config', 'ecluse.yaml');
  writeFileSync(path, text);
  return path;
}

function faultOf(run: () => unknown): Fault {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('settings', () => {
  it('gives the embedded default where there is no file', () => {
    const loaded = loadSettings({ cwd: folder, env: {} });
    expect(loaded.file).toBeNull();
    expect(loaded.home).toBe(join(folder, 'var'));
    expect(loaded.settings.partners.map((p) => p.code)).toEqual(['FRN001', 'COL001', 'ETA001']);
    expect(loaded.settings.limits.entryBytesMax).toBe(120 * 1024 * 1024);
  });

  it('lets file, environment and flags win over one another in that order', () => {
    write('engine: {workers: 2, inFlight: 7}\nintake: {settleMs: 50}\n');
    const env = { ECLUSE_INTAKE_SETTLE_MS: '60', ECLUSE_ENGINE_IN_FLIGHT: '8' };
    const { settings } = loadSettings({ cwd: folder, env, flags: { engine: { inFlight: 9 } } });
    expect(settings.engine.workers).toBe(2);
    expect(settings.intake.settleMs).toBe(60);
    expect(settings.engine.inFlight).toBe(9);
  });

  it('names file, line, key, value and what is allowed', () => {
    const path = write('intake:\n  pollMs: 100\n  settleMs: -5\n');
    const fault = faultOf(() => loadSettings({ cwd: folder, env: {} }));
    expect(fault.code).toBe('CONFIG_INVALID');
    expect(fault.message).toBe(`${path}:3: intake.settleMs: -5 is not allowed: at least 0`);
  });

  it('names the variable when the environment is wrong', () => {
    const fault = faultOf(() => loadSettings({ cwd: folder, env: { ECLUSE_ENGINE_IRRECEVABLE: 'all' } }));
    expect(fault.message).toBe(
      'ECLUSE_ENGINE_IRRECEVABLE: engine.irrecevable: "all" is not allowed: one of flow, entry',
    );
  });

  it('refuses an unknown key, a literal secret among them', () => {
    write('partners:\n  - code: ABC001\n    name: A\n    password: hunter2\n');
    const fault = faultOf(() => loadSettings({ cwd: folder, env: {} }));
    expect(fault.message).toContain('unknown key password');
  });

  it('refuses the same partner code twice, and our own', () => {
    write('partners:\n  - {code: ABC001, name: A}\n  - {code: ABC001, name: B}\n');
    expect(faultOf(() => loadSettings({ cwd: folder, env: {} })).message).toContain(
      '"ABC001" is already in use',
    );
    write('partners:\n  - {code: CPP001, name: A}\n');
    expect(faultOf(() => loadSettings({ cwd: folder, env: {} })).message).toContain(
      '"CPP001" is already in use',
    );
  });

  it('refuses a SIRET that YAML read as a number', () => {
    write('partners:\n  - {code: ABC001, name: A, receives: [53514650090018]}\n');
    expect(faultOf(() => loadSettings({ cwd: folder, env: {} })).message).toContain('string expected');
  });

  it('says which file is missing, and what is wrong in YAML', () => {
    expect(faultOf(() => loadSettings({ cwd: folder, env: {}, config: 'no.yaml' })).code).toBe(
      'CONFIG_UNREADABLE',
    );
    write('engine: [unclosed\n');
    expect(faultOf(() => loadSettings({ cwd: folder, env: {} })).code).toBe('CONFIG_INVALID');
  });

  it('puts the home where ECLUSE_HOME says, and counts paths from the folder above config/', () => {
    const path = write('engine: {home: data}\n');
    expect(loadSettings({ cwd: tmpdir(), env: {}, config: path }).home).toBe(join(folder, 'data'));
    expect(loadSettings({ cwd: folder, env: { ECLUSE_HOME: 'elsewhere' } }).home).toBe(
      join(folder, 'elsewhere'),
    );
  });

  it('warns about a variable that names no setting', () => {
    const { warnings } = loadSettings({ cwd: folder, env: { ECLUSE_INTAKE_SETTLEMS: '5' } });
    expect(warnings).toEqual(['ECLUSE_INTAKE_SETTLEMS is set but names no setting']);
  });

  it('spells variables in capitals with underscores', () => {
    expect(environmentName(['intake', 'unfinishedMaxMs'])).toBe('ECLUSE_INTAKE_UNFINISHED_MAX_MS');
  });
});

describe('secrets', () => {
  it('come from the environment or from a file, never from the configuration', () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 's3cret\n');
    expect(resolveSecret({ file: path })).toBe('s3cret');
    expect(resolveSecret({ env: 'KEY' }, { KEY: 'k' })).toBe('k');
    expect(faultOf(() => resolveSecret({ env: 'KEY' }, {})).code).toBe('SECRET_UNRESOLVED');
    expect(faultOf(() => resolveSecret({ file: join(folder, 'none') })).code).toBe('SECRET_UNRESOLVED');
  });
});
