import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowName, piece } from '../../scripts/documents/names.mjs';
import { townHall } from '../../scripts/documents/parties.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { root } from '../helpers/root.js';
import { type Sshd, sshdMissing, startSshd } from '../helpers/sshd.js';

const kinds = sshdMissing === null ? ['a local folder', 'an SFTP server'] : ['a local folder'];
if (sshdMissing !== null) console.warn(`skipped: deliveries to an SFTP server (${sshdMissing})`);

describe.each(kinds)('a pivot in the out folder of %s', (kind) => {
  const dir = mkdtempSync(join(tmpdir(), 'ecluse-deliveries-'));
  const config = join(dir, 'ecluse.yaml');
  const home = join(dir, 'home');
  const remote = join(dir, 'remote');
  const out = kind === 'an SFTP server' ? join(remote, 'out') : join(home, 'partners/COL001/out');
  let server: Sshd | null = null;
  let name = '';
  let bytes = Buffer.alloc(0);

  beforeAll(async () => {
    let place = '';
    if (kind === 'an SFTP server') {
      server = await startSshd();
      for (const folder of ['in', 'out']) mkdirSync(join(remote, folder), { recursive: true });
      place = `, sftp: { pollMs: 20, host: ${server.host}, port: ${server.port}, user: ${server.user}, key: { file: ${server.keyFile} }, in: ${join(remote, 'in')}, out: ${join(remote, 'out')}, hostKeys: [${server.fingerprints.map((key) => `"${key}"`).join(', ')}] }`;
    }
    writeFileSync(
      config,
      [
        'partners:',
        '  - { code: FRN001, name: Fournisseur, interfaces: [FSO1100A] }',
        `  - { code: COL001, name: Collectivités, lifecycle: false${place} }`,
        'intake: { pollMs: 10, settleMs: 0 }',
        'lifecycle: { groupMsMax: 10 }',
        `directory: { file: ${join(root, 'config/directory.demo.json')} }`,
        '',
      ].join('\n'),
    );
  });
  afterAll(async () => {
    await server?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  function ecluse(args: string[], env: Record<string, string> = {}) {
    const done = spawnSync(
      process.execPath,
      [join(root, 'dist/cli/main.js'), ...args, '--config', config, '--format', 'json'],
      { cwd: dir, env: { ...process.env, ECLUSE_HOME: home, ...env }, encoding: 'utf8', timeout: 60_000 },
    );
    const objects = done.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { status: done.status, stderr: done.stderr, objects };
  }
  const run = (env: Record<string, string> = {}) => {
    const done = ecluse(['run', '--until-idle'], env);
    expect(done).toMatchObject({ status: 0 });
    return done;
  };
  const notFetched = () =>
    ecluse(['deliveries', 'list', '--not-fetched', '--partner', 'COL001']).objects.map((row) => row.name);
  /** What the trail says of the file itself; alerts and the statuses of the pivot come when they come. */
  const trail = () => {
    const [flow] = ecluse(['flows', 'show', flowName('FSO1100A', 1)]).objects;
    const kinds = ((flow?.events ?? []) as { kind: string; text: string }[])
      .filter(({ text }) => text.includes(name))
      .map((event) => event.kind);
    return kinds.filter((kind) => !['alert', 'alert-ended', 'flow-status'].includes(kind));
  };
  const statuses = () =>
    ecluse(['invoices', 'show', 'D-1']).objects.flatMap((row) =>
      ((row.statuses ?? []) as { code: string }[]).map(({ code }) => code),
    );

  it('stands there until it is fetched', () => {
    run();
    const folder = join(home, 'partners/FRN001/in');
    writeFileSync(
      join(folder, flowName('FSO1100A', 1)),
      ubl({ number: 'D-1', recipient: townHall, piece: piece('D-1') }),
    );
    run();
    name = readdirSync(out)[0] ?? '';
    bytes = readFileSync(join(out, name));
    expect(name).toMatch(/^FEN0036A/);
    expect(notFetched()).toEqual([name]);
    const [shown] = ecluse(['partners', 'show', 'COL001']).objects;
    expect(shown).toMatchObject({ deliveriesNotFetched: 1, deliveriesLate: 0 });
  });

  it('is not written again while it is there', () => {
    expect(ecluse(['deliveries', 'resend', name]).objects).toMatchObject([{ result: 'there' }]);
    expect(ecluse(['deliveries', 'resend', 'nothing']).status).toBe(1);
  });

  it('is told once by the log when nobody fetches it, and by doctor', () => {
    const late = { ECLUSE_DELIVERY_FETCH_ALERT_MS: '1' };
    expect(run(late).stderr).toContain('files are not fetched');
    expect(run(late).stderr).not.toContain('COL001');
    const told = ecluse(['doctor'], late).objects.find(({ what }) => what === 'deliveries COL001');
    expect(told).toMatchObject({ state: 'warning' });
  });

  it('is noted as fetched once it is gone, and written again with the same bytes and no second status', () => {
    const before = statuses();
    expect(before).toContain('03');
    unlinkSync(join(out, name));
    run();
    expect(notFetched()).toEqual([]);
    expect(ecluse(['deliveries', 'resend', name, '--reason', 'perdu']).objects).toMatchObject([
      { result: 'queued', reason: 'perdu', engineRunning: false },
    ]);
    expect(ecluse(['deliveries', 'resend', name]).objects).toMatchObject([{ result: 'waiting' }]);
    run();
    expect(readdirSync(out)).toEqual([name]);
    expect(readFileSync(join(out, name)).equals(bytes)).toBe(true);
    expect(statuses()).toEqual(before);
    expect(notFetched()).toEqual([name]);
  });

  it('is taken out at the end of its retention, and not counted as fetched', () => {
    run({ ECLUSE_DELIVERY_RETENTION_MS: '1' });
    expect(readdirSync(out)).toEqual([]);
    run();
    const [row] = ecluse(['deliveries', 'list', '--partner', 'COL001']).objects;
    expect(row).toMatchObject({ name, fetchedAt: null, removedAt: expect.any(String) });
    expect(trail()).toEqual([
      'outbound',
      'delivered',
      'resend',
      'not-fetched',
      'fetched',
      'resend',
      'resend',
      'delivered',
      'delivery-removed',
    ]);
    const alerts = ecluse(['alerts', 'list']).objects as {
      kind: string;
      text: string;
      endedAt: string | null;
    }[];
    const told = alerts.filter(({ kind, text }) => kind === 'not-fetched' && text.includes(name));
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ endedAt }) => endedAt === null)).toEqual([]);
  });
});
