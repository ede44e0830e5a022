import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SftpClient from 'ssh2-sftp-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { sftpIntake } from '../../src/adapters/transport/sftp.js';
import { root } from '../helpers/root.js';
import { connectTo } from '../helpers/sftp.js';
import { type Sshd, sshdMissing, startSshd } from '../helpers/sshd.js';

const reason =
  sshdMissing ??
  (process.getuid?.() !== 0
    ? 'system users are made by root only'
    : process.env.ECLUSE_TEST_SYSTEM === '1'
      ? null
      : 'it makes system users: ECLUSE_TEST_SYSTEM=1 allows it');
if (reason !== null) console.warn(`skipped: chrooted users of an OpenSSH server (${reason})`);

// Each command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

/** The code blocks of docs/operations.md in one language, in their order. */
function blocks(language: string): string[] {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const section = text.split('## Partners that come in over SFTP')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map((m) => m[1] ?? '');
}

describe.skipIf(reason !== null)('the set-up of docs/operations.md, as it is written there', () => {
  const mark = `eclt${process.pid}`;
  const base = `/srv/${mark}`;
  const names = { engine: `${mark}e`, group: `${mark}g`, partner: `${mark}p`, keys: `${base}-keys` };
  const password = `P-${Math.random().toString(36).slice(2)}`;
  let server: Sshd;
  let engine = { uid: 0, gid: 0 };
  const home = join(base, 'home');
  const config = join(base, 'ecluse.yaml');

  beforeAll(async () => {
    const [once = '', each = ''] = blocks('sh');
    // The documented commands with names of the test's own.
    const script = `${once}\n${each}`
      .replace(/^base=.*$/m, `base=${base} engine=${names.engine} group=${names.group} keys=${names.keys}`)
      .replace(/^partner=.*$/m, `partner=${names.partner}`);
    execFileSync('sh', ['-euc', script], { stdio: 'pipe' });
    execFileSync('chpasswd', { input: `${names.partner}:${password}\n` });
    const [sshdConfig = ''] = blocks('sshd_config');
    server = await startSshd({
      passwords: true,
      user: names.partner,
      config: sshdConfig
        .replaceAll('/srv/ecluse', base)
        .replaceAll('/etc/ssh/ecluse-keys', names.keys)
        .replaceAll('ecluse-partners', names.group)
        .split('\n')
        // The test's server has this line already, in the very same words.
        .filter((line) => !line.startsWith('Subsystem sftp internal-sftp')),
    });
    appendFileSync(join(names.keys, names.partner), readFileSync(`${server.keyFile}.pub`));
    const { uid, gid } = statSync(join(base, names.partner, 'out'));
    engine = { uid, gid: statSync(join(base, names.partner, 'in')).gid };
    expect(gid).not.toBe(engine.gid);
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, engine.uid, engine.gid);
    const folders = `{ in: ${base}/${names.partner}/in, out: ${base}/${names.partner}/out }`;
    writeFileSync(
      config,
      [
        'folders: { fileMode: "0640" }',
        'intake: { pollMs: 10, settleMs: 10 }',
        'partners:',
        `  - { code: FRN001, name: Fournisseur, interfaces: [FSO1100A], folders: ${folders} }`,
        '  - { code: COL001, name: Collectivités, lifecycle: false }',
        '  - { code: ETA001, name: État, lifecycle: false }',
        `directory: { file: ${join(root, 'config/directory.demo.json')} }`,
        '',
      ].join('\n'),
    );
  });
  afterAll(async () => {
    await server?.close();
    for (const user of [names.partner, names.engine]) spawnSync('userdel', [user]);
    for (const group of [names.group, names.partner, names.engine]) spawnSync('groupdel', [group]);
    for (const dir of [base, names.keys]) rmSync(dir, { recursive: true, force: true });
  });

  /** The command as the engine's user, who is not root. */
  function ecluse(...args: string[]) {
    const done = spawnSync(
      process.execPath,
      [join(root, 'dist/cli/main.js'), ...args, '--config', config, '--format', 'json'],
      {
        cwd: base,
        ...engine,
        env: { ...process.env, HOME: home, ECLUSE_HOME: home },
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    const objects = done.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { status: done.status, stderr: done.stderr, objects };
  }

  async function asPartner<T>(work: (client: SftpClient) => Promise<T>): Promise<T> {
    const quiet = () => undefined;
    const client = new SftpClient('partner', { error: quiet, end: quiet, close: quiet });
    await client.connect({ host: server.host, port: server.port, username: names.partner, password });
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
  const listed = (folder: string): Promise<string[]> =>
    asPartner(async (client) => (await client.list(folder)).map((file) => file.name).sort());

  it('shows a partner its own two folders and nothing else', async () => {
    expect(await listed('/')).toEqual(['in', 'out']);
    await expect(asPartner((client) => client.mkdir('/mine'))).rejects.toThrow(/[Pp]ermission/);
    expect(await asPartner((client) => client.exists('/etc'))).toBe(false);
  });

  it('is well to doctor, who is not root', () => {
    ecluse('run', '--until-idle');
    const checks = ecluse('doctor').objects.filter(({ what }) => String(what).startsWith('folder FRN001'));
    expect(checks.map(({ what, state }) => `${what} ${state}`)).toEqual([
      'folder FRN001/in ok',
      'folder FRN001/out ok',
    ]);
  });

  it('takes what a partner uploads with its password, and the partner fetches and deletes its reports', async () => {
    await asPartner(async (client) => {
      await client.put(Buffer.from(ubl({ number: 'C-1' })), '/in/up.part');
      await client.rename('/in/up.part', `/in/${flowName('FSO1100A', 1)}`);
      await client.put(Buffer.from(ubl({ number: 'C-2' })), `/in/${flowName('FSO1100A', 2)}`);
    });
    const { stderr, objects } = ecluse('run', '--until-idle');
    expect(stderr).toBe('');
    expect(objects).toMatchObject([{ flows: 2, integrated: 2 }]);
    expect(await listed('/in')).toEqual([]);
    const reports = (await listed('/out')).filter((name) => name.startsWith('CSO'));
    expect(reports).toHaveLength(2);
    await asPartner(async (client) => {
      for (const name of reports) {
        expect(String(await client.get(`/out/${name}`))).toContain('CPPStatut');
        await client.delete(`/out/${name}`);
      }
    });
    expect((await listed('/out')).filter((name) => name.startsWith('CSO'))).toEqual([]);
  });

  it('a file that its sender hid is told and stays, until its permissions are put right', async () => {
    const name = flowName('FSO1100A', 3);
    await asPartner(async (client) => {
      await client.put(Buffer.from(ubl({ number: 'C-3' })), `/in/${name}`);
      await client.chmod(`/in/${name}`, 0o600);
    });
    const hidden = ecluse('run', '--until-idle');
    expect(hidden.stderr).toContain('FILE_UNREADABLE');
    expect(await listed('/in')).toEqual([name]);
    await asPartner((client) => client.chmod(`/in/${name}`, 0o660));
    expect(ecluse('run', '--until-idle').objects).toMatchObject([{ integrated: 1 }]);
    expect(await listed('/in')).toEqual([]);
  });

  it.each([
    ['a password', () => ({ password })],
    ['a key', () => ({ privateKey: readFileSync(server.keyFile) })],
  ])(
    'our own client logs in with %s and claims inside a drop folder whose parent is not writable',
    async (_, login) => {
      const connection = connectTo(server, { login });
      try {
        const transport = sftpIntake({ connection, dir: '/in', claimDir: join(base, 'claims') });
        await asPartner((client) => client.put(Buffer.from('abc'), '/in/a.xml'));
        const entry = (await transport.list(10)).find(({ kind }) => kind === 'file');
        if (entry === undefined) throw new Error('nothing is listed');
        const claimed = await transport.claim(entry);
        if (typeof claimed === 'string') throw new Error(claimed);
        expect(await listed('/in/.ecluse')).toEqual([`${claimed.claimId}_a.xml`]);
        await transport.fetch?.(claimed);
        expect(readFileSync(claimed.path, 'utf8')).toBe('abc');
        await transport.acknowledge(claimed);
        expect(await listed('/in')).toEqual(['.ecluse']);
      } finally {
        await connection.close();
        await asPartner((client) => client.rmdir('/in/.ecluse', true)).catch(() => undefined);
      }
    },
  );

  it('a wrong password is refused', async () => {
    const connection = connectTo(server, { login: () => ({ password: 'wrong' }) });
    await expect(connection.session()).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('refuses the login'),
    });
  });
});
