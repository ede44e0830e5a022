import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { until } from '../helpers/processes.js';
import { root } from '../helpers/root.js';
import { type Sshd, sshdMissing, startSshd } from '../helpers/sshd.js';

if (sshdMissing !== null) console.warn(`skipped: an engine over SFTP (${sshdMissing})`);

// Each command is a process of its own.
vi.setConfig({ testTimeout: 180_000 });

const patient = 'deadlines: { connectMs: 30000, operationMs: 30000 }';
const impatient = 'deadlines: { connectMs: 5000, operationMs: 3000 }';

describe.skipIf(sshdMissing !== null)('an engine whose partner is reached over SFTP', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-sftp-'));
  const remote = join(dir, 'remote');
  const config = join(dir, 'ecluse.yaml');
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
    for (const name of ['in', 'out']) mkdirSync(join(remote, name), { recursive: true });
    writeFileSync(
      config,
      [
        '# How our engine is set up.',
        'partners:',
        '  - code: FRN001 # the supplier',
        '    name: Fournisseur',
        '    interfaces: [FSO1100A]',
        '    sftp:',
        `      host: ${server.host}`,
        `      port: ${server.port}`,
        `      user: ${server.user}`,
        '      # Their key, changed every year.',
        `      key: { file: ${server.keyFile} }`,
        `      in: ${join(remote, 'in')}`,
        `      out: ${join(remote, 'out')}`,
        '      pollMs: 20',
        '      settleMs: 10',
        `      ${patient}`,
        '  - { code: FRN002, name: Voisin, interfaces: [FSO1100A] }',
        '  - { code: COL001, name: Collectivités, lifecycle: false }',
        '  - { code: ETA001, name: État, lifecycle: false }',
        `directory: { file: ${join(root, 'config/directory.demo.json')} }`,
        '',
      ].join('\n'),
    );
  });
  afterAll(async () => {
    await server?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const env = { ...process.env, ECLUSE_HOME: join(dir, 'home'), ECLUSE_INTAKE_POLL_MS: '10' };
  const main = join(root, 'dist/cli/main.js');
  function ecluse(...args: string[]) {
    const done = spawnSync(
      process.execPath,
      [main, args[0] ?? '', ...args.slice(1), '--config', config, '--format', 'json'],
      { cwd: dir, env, encoding: 'utf8', timeout: 60_000 },
    );
    const objects = done.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { status: done.status, stderr: done.stderr, objects };
  }
  const drop = (n: number): void => {
    const name = flowName('FSO1100A', n);
    writeFileSync(join(remote, 'in', name), ubl({ number: `S-${n}` }));
  };
  const files = (folder: string): string[] => readdirSync(join(remote, folder)).filter((n) => n[0] !== '.');

  it('is told by doctor that no host key is pinned, and what to do', () => {
    const { status, objects } = ecluse('doctor');
    expect(status).toBe(1);
    expect(objects.find(({ what }) => what === 'sftp FRN001')).toMatchObject({
      state: 'fault',
      detail: expect.stringContaining(server.fingerprints[0] ?? ''),
      remedy: 'ecluse partners hostkey FRN001',
    });
  });

  it('shows host keys without pinning them, and pins them when told to, keeping the comments', () => {
    const before = readFileSync(config, 'utf8');
    expect(ecluse('partners', 'hostkey', 'FRN001').objects).toMatchObject([
      {
        partner: 'FRN001',
        written: false,
        keys: server.fingerprints.map((fingerprint) => ({ fingerprint })),
      },
    ]);
    expect(readFileSync(config, 'utf8')).toBe(before);
    expect(ecluse('partners', 'hostkey', 'FRN001', '--yes').objects).toMatchObject([{ written: true }]);
    const after = readFileSync(config, 'utf8');
    for (const kept of ['# How our engine', '# the supplier', '# Their key', ...server.fingerprints])
      expect(after).toContain(kept);
    expect(ecluse('partners', 'hostkey', 'FRN001', '--yes').objects).toMatchObject([{ written: false }]);
    expect(ecluse('partners', 'hostkey', 'COL001').status).toBe(1);
    expect(ecluse('partners', 'hostkey', 'NOBODY').status).toBe(1);
  });

  it('drops keys that the server no longer shows only when asked to', () => {
    const old = `SHA256:${'C'.repeat(43)}`;
    const text = readFileSync(config, 'utf8').replace(
      /( +)- "SHA256/,
      `$1- "${old}" # last year's\n$1- "SHA256`,
    );
    writeFileSync(config, text);
    expect(ecluse('partners', 'hostkey', 'FRN001', '--yes').objects).toMatchObject([
      { stale: [old], written: false },
    ]);
    expect(ecluse('partners', 'hostkey', 'FRN001', '--yes', '--replace').objects).toMatchObject([
      { written: true },
    ]);
    expect(readFileSync(config, 'utf8')).not.toContain(old);
  });

  it('is well to doctor: list, create, rename, delete in each folder, nothing left behind', () => {
    const { objects } = ecluse('doctor');
    const seen = objects.filter(({ what }) => String(what).includes('FRN001'));
    expect(seen.map(({ what, state }) => `${what} ${state}`)).toEqual([
      'sftp FRN001 ok',
      'folder FRN001/in ok',
      'folder FRN001/out ok',
    ]);
    expect(readdirSync(remote, { recursive: true }).map(String).sort()).toEqual(['.ecluse', 'in', 'out']);
  });

  it('tells a folder that is not there', () => {
    rmSync(join(remote, 'out'), { recursive: true });
    try {
      const check = ecluse('doctor').objects.find(({ what }) => what === 'folder FRN001/out');
      expect(check).toMatchObject({ state: 'fault', remedy: expect.stringContaining('create it') });
    } finally {
      mkdirSync(join(remote, 'out'));
    }
  });

  it('takes in, answers and cleans up', () => {
    for (let n = 1; n <= 20; n++) drop(n);
    const { status, stderr, objects } = ecluse('run', '--until-idle');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(objects).toMatchObject([{ flows: 20, integrated: 20 }]);
    expect([...files('in'), ...readdirSync(join(remote, '.ecluse'))]).toEqual([]);
    expect(files('out').filter((name) => name.startsWith('CSO'))).toHaveLength(20);
    expect(readdirSync(join(remote, 'out')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('killed again and again, by itself and with its connections: every flow once, every report once', async () => {
    const first = 100;
    const count = 150;
    const held: number[] = [];
    for (let n = first; n < first + count; n++) drop(n);
    // In the middle of its work each time, which its drop folder tells.
    for (const left of [140, 110, 70, 30]) {
      const engine = spawn(process.execPath, [main, 'run', '--config', config], {
        cwd: dir,
        env,
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => engine.once('exit', resolve));
      const deadline = Date.now() + 60_000;
      while (files('in').length > left && Date.now() < deadline) await sleep(2);
      if (left % 20 === 10) server.cutConnections();
      engine.kill('SIGKILL');
      await ended;
      held.push(files('in').length, readdirSync(join(remote, '.ecluse')).length);
    }
    // Some were in the drop folder and some were claimed when the engine died.
    expect(held.filter((n) => n > 0).length).toBeGreaterThan(4);
    expect(ecluse('run', '--until-idle').status).toBe(0);
    const listed = ecluse('flows', 'list', '--limit', '1000').objects.map((flow) => flow.depositedName);
    const wanted = Array.from({ length: count }, (_, n) => flowName('FSO1100A', first + n));
    expect(listed.filter((name) => wanted.includes(String(name))).sort()).toEqual(wanted.sort());
    expect([...files('in'), ...readdirSync(join(remote, '.ecluse'))]).toEqual([]);
    expect(files('out').filter((name) => name.startsWith('CSO'))).toHaveLength(20 + count);
  }, 400_000);

  it('takes a flow with its done file beside it, and leaves one without', () => {
    const before = readFileSync(config, 'utf8');
    writeFileSync(
      config,
      before.replace('    sftp:\n', '    intake: { doneFile: "{name}.done" }\n    sftp:\n'),
    );
    try {
      for (const n of [400, 401]) drop(n);
      writeFileSync(join(remote, 'in', `${flowName('FSO1100A', 400)}.done`), '');
      expect(ecluse('run', '--until-idle').objects).toMatchObject([{ flows: 1, integrated: 1 }]);
      expect(files('in')).toEqual([flowName('FSO1100A', 401)]);
    } finally {
      writeFileSync(config, before);
    }
    expect(ecluse('run', '--until-idle').objects).toMatchObject([{ flows: 1, integrated: 1 }]);
    expect([...files('in'), ...readdirSync(join(remote, '.ecluse'))]).toEqual([]);
  });

  /** What `partners show` tells while an engine runs, once it tells a fault; the engine's own lines with it. */
  async function troubleOf(code: string): Promise<string> {
    const engine = spawn(process.execPath, [main, 'run', '--config', config], {
      cwd: dir,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    let told = '';
    engine.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
    });
    // Not `exit`: its last lines may be read after that.
    const ended = new Promise((resolve) => engine.once('close', resolve));
    try {
      for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
        await sleep(100);
        const [partner] = ecluse('partners', 'show', code).objects;
        const health = (partner?.health ?? []) as { side: string; faults: number; error: string }[];
        const failing = health.find(({ side, faults }) => side === 'intake' && faults > 0);
        if (failing === undefined) continue;
        told = failing.error;
        break;
      }
    } finally {
      engine.kill('SIGTERM');
      await ended;
    }
    if (told === '') throw new Error(`no fault is told within 60 s: ${said}`);
    return `${told}\n${said}`;
  }

  it('out of whose folder nothing can be moved is told in partners show, with the reason; nothing is lost', async () => {
    rmSync(join(remote, '.ecluse'), { recursive: true });
    writeFileSync(join(remote, '.ecluse'), 'a file where the claims belong');
    drop(410);
    try {
      const trouble = await troubleOf('FRN001');
      expect(trouble).toContain(`${join(remote, '.ecluse')} cannot be used`);
      expect(trouble).toContain('nothing can be taken out of the drop folder');
      expect(files('in')).toEqual([flowName('FSO1100A', 410)]);
    } finally {
      rmSync(join(remote, '.ecluse'));
    }
    expect(ecluse('run', '--until-idle').objects).toMatchObject([{ integrated: 1 }]);
  }, 180_000);

  it('whose server shows another host key is refused, loudly, until the new key is pinned in its place', async () => {
    const [old = ''] = server.fingerprints;
    await server.kill();
    const fresh = server.newHostKeys();
    await server.start();
    drop(420);
    const trouble = await troubleOf('FRN001');
    expect(trouble).toContain('another machine answers in its place');
    expect(trouble).toContain(`shown: ${fresh[0]} (ssh-ed25519)`);
    expect(trouble).toContain('ecluse partners hostkey FRN001');
    expect(files('in')).toEqual([flowName('FSO1100A', 420)]);
    const [shown] = ecluse('partners', 'hostkey', 'FRN001').objects;
    expect(shown).toMatchObject({ stale: expect.arrayContaining([old]), written: false });
    expect(ecluse('partners', 'hostkey', 'FRN001', '--yes', '--replace').objects).toMatchObject([
      { written: true },
    ]);
    const text = readFileSync(config, 'utf8');
    expect([...fresh, old].map((key) => text.includes(key))).toEqual([true, true, false]);
    expect(ecluse('run', '--until-idle').objects).toMatchObject([{ integrated: 1 }]);
    expect(files('in')).toEqual([]);
  }, 180_000);

  it('while its server is frozen the others go on, and it goes on once the server does', async () => {
    const neighbour = (folder: string): string => join(dir, 'home/partners/FRN002', folder);
    const reports = (folder: string): number => readdirSync(folder).filter((n) => n.startsWith('CSO')).length;
    const before = { ours: reports(join(remote, 'out')), theirs: reports(neighbour('out')) };
    const settings = readFileSync(config, 'utf8');
    writeFileSync(config, settings.replace(patient, impatient));
    const engine = spawn(process.execPath, [main, 'run', '--config', config], {
      cwd: dir,
      env,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => engine.once('exit', resolve));
    try {
      drop(500);
      await until('a report before', () => reports(join(remote, 'out')) > before.ours);
      server.signal('SIGSTOP');
      drop(501);
      for (let n = 1; n <= 5; n++)
        writeFileSync(join(neighbour('in'), flowName('FSO1100A', n, 'FRN002')), ubl({ number: `N-${n}` }));
      await until('the reports of the neighbour', () => reports(neighbour('out')) === before.theirs + 5);
      await until('the fault told', () => {
        const [partner] = ecluse('partners', 'show', 'FRN001').objects;
        const health = (partner?.health ?? []) as { faults: number; error: string }[];
        return health.some((row) => row.faults > 0 && row.error.includes(`${server.user}@${server.host}`));
      });
      server.signal('SIGCONT');
      await until('a report afterwards', () => reports(join(remote, 'out')) === before.ours + 2);
    } finally {
      server.signal('SIGCONT');
      engine.kill('SIGTERM');
      writeFileSync(config, settings);
    }
    expect(await ended).toBe(0);
  }, 300_000);
});
