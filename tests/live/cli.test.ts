import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { tarGz } from '../../scripts/documents/pieces.mjs';
import { testSigner, xadesSignature } from '../../scripts/documents/signature.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { root } from '../helpers/root.js';

const dir = mkdtempSync(join(tmpdir(), 'ecluse-cli-'));
const home = join(dir, 'home');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function ecluse(args: readonly string[], env: Record<string, string> = {}) {
  const done = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: dir,
    env: {
      ...process.env,
      ECLUSE_HOME: home,
      ECLUSE_INTAKE_SETTLE_MS: '10',
      ECLUSE_INTAKE_POLL_MS: '10',
      ...env,
    },
    encoding: 'utf8',
    timeout: 60_000,
  });
  const objects = () =>
    done.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { ...done, objects };
}

describe('ecluse validate', () => {
  beforeAll(() => {
    writeFileSync(join(dir, 'good.xml'), ubl({ number: 'V-1' }));
    writeFileSync(join(dir, 'bad.xml'), ubl({ number: 'V-2', ttc: '1.00' }));
    writeFileSync(
      join(dir, 'flow.tar.gz'),
      tarGz([
        { name: 'a.xml', bytes: Buffer.from(ubl({ number: 'V-3' })) },
        { name: 'b.xml', bytes: Buffer.from(ubl({ number: 'V-4', tva: 'x' })) },
      ]),
    );
  });

  it('gives one object per entry with the keys of the contract', () => {
    const done = ecluse(['validate', '--format', 'json', 'good.xml']);
    expect(done.status).toBe(0);
    const [object, ...more] = done.objects();
    expect(more).toEqual([]);
    expect(object).toMatchObject({
      file: 'good.xml',
      syntax: 'ubl-invoice',
      interface: null,
      valid: true,
      findings: [],
    });
    expect(object?.layers).toMatchObject([
      { layer: 'schema', verdict: 'valid' },
      { layer: 'chorus', verdict: 'valid', ruleSet: 'chorus-2' },
    ]);
    expect(object?.invoices).toMatchObject([{ number: 'V-1', type: '380', valid: true }]);
  });

  it('tells a finding with rule, message, remedy, path and line, and exits with 2', () => {
    const done = ecluse(['validate', '--format', 'json', 'bad.xml']);
    expect(done.status).toBe(2);
    const findings = done.objects()[0]?.findings as Record<string, unknown>[];
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) {
      expect(finding).toMatchObject({ severity: 'fatal', layer: 'chorus', invoice: 'V-2' });
      expect(String(finding.fix)).not.toBe('');
      expect(Number(finding.line)).toBeGreaterThan(1);
      expect(String(finding.path)).toContain('LegalMonetaryTotal');
    }
  });

  it('names the entries of an archive, and leaves out rules that were not asked for', () => {
    const done = ecluse(['validate', '--format', 'json', '--rules', 'xsd', 'flow.tar.gz', 'bad.xml']);
    expect(done.objects().map((o) => [o.file, o.valid])).toEqual([
      ['flow.tar.gz!a.xml', true],
      ['flow.tar.gz!b.xml', false],
      ['bad.xml', true],
    ]);
    expect(done.objects()[1]?.findings).toMatchObject([
      { rule: 'XSD', layer: 'schema' },
      { rule: 'XSD', layer: 'schema' },
    ]);
  });

  it('holds a deposited file to the limits of a flow', () => {
    const rules = (env: Record<string, string>, file: string) => {
      const done = ecluse(['validate', '--format', 'json', file], env);
      expect(done.status).toBe(2);
      return done
        .objects()
        .flatMap((object) => (object.findings as { rule: string }[]).map(({ rule }) => rule));
    };
    const two = ['V-8', 'V-9'].map((number) => ({
      name: `${number}.xml`,
      bytes: Buffer.from(ubl({ number })),
    }));
    writeFileSync(join(dir, 'two.tar.gz'), tarGz(two));
    expect(rules({ ECLUSE_LIMITS_INVOICES_MAX: '1' }, 'two.tar.gz')).toEqual(['ECL-ENV-INVOICES']);
    expect(rules({ ECLUSE_LIMITS_LINES_MAX: '1' }, 'two.tar.gz')).toEqual(['ECL-LIM-LINES']);
  });

  it('tells an invoice that was altered after its signature at that invoice, once', () => {
    const [a, b] = [ubl({ number: 'V-5' }), ubl({ number: 'V-6' })];
    const signed = (name: string, content: string) => ({
      name: `${name}.xades`,
      bytes: Buffer.from(
        xadesSignature({ signer: testSigner('ec', {}), references: [{ uri: name, content }] }),
      ),
    });
    const bytes = tarGz([
      { name: 'a.xml', bytes: Buffer.from(a) },
      { name: 'b.xml', bytes: Buffer.from(b.replace('V-6', 'V-7')) },
      signed('a.xml', a),
      signed('b.xml', b),
    ]);
    writeFileSync(join(dir, 'signed.tar.gz'), bytes);
    const done = ecluse(['validate', '--format', 'json', 'signed.tar.gz'], {
      ECLUSE_SIGNATURES_VERIFY: 'enforced',
    });
    const rules = (o: Record<string, unknown>) => (o.findings as { rule: string }[]).map(({ rule }) => rule);
    expect(done.objects().map((o) => [o.file, o.valid, rules(o)])).toEqual([
      ['signed.tar.gz!a.xml', true, []],
      ['signed.tar.gz!b.xml', false, ['ECL-SIG-DIGEST']],
      ['signed.tar.gz!a.xml.xades', true, []],
      ['signed.tar.gz!b.xml.xades', true, []],
    ]);
  });

  it.each([
    [['validate', 'absent.xml'], 1],
    [['validate', '--rules', 'strange', 'good.xml'], 64],
    [['validate', '--interface', 'FSO9999A', 'good.xml'], 64],
    [['validate'], 64],
    [['nothing-of-the-kind'], 64],
    [['flows', 'show', 'X', '--config', 'absent.yaml'], 78],
    [['--help'], 0],
  ])('%j exits with %i', (args, status) => {
    const done = ecluse(args);
    expect(done.status).toBe(status);
    if (status > 0) expect(done.stderr).not.toBe('');
  });
});

describe('ecluse run --until-idle', () => {
  it('answers every file, prints the summary, and other commands tell the rest', () => {
    const folder = join(home, 'partners/FRN001/in');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, flowName('FSO1100A', 1)), ubl({ number: 'R-1' }));
    writeFileSync(join(folder, flowName('FSO1100A', 2)), ubl({ number: 'R-2', ttc: '1.00' }));
    writeFileSync(join(folder, 'readme.txt'), 'not a flow');
    const done = ecluse(['run', '--until-idle', '--format', 'json']);
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 2, stderr: '' });
    expect(done.objects()).toEqual([
      {
        flows: 3,
        integrated: 1,
        partial: 0,
        rejected: 2,
        invoices: 2,
        deliveries: expect.any(Number),
        durationMs: expect.any(Number),
      },
    ]);
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(join(home, 'partners/FRN001/out')).filter((n) => n.startsWith('CSO'))).toHaveLength(3);

    const listed = ecluse(['flows', 'list', '--format', 'json', '--state', 'rejeté']).objects();
    expect(listed.map((flow) => flow.depositedName)).toEqual([flowName('FSO1100A', 2)]);
    const shown = ecluse(['flows', 'show', flowName('FSO1100A', 2), '--format', 'json']).objects()[0];
    expect(shown).toMatchObject({ state: 'IN_REJETE', invoicesReceived: 1, invoicesRejected: 1 });
    expect(ecluse(['flows', 'original', flowName('FSO1100A', 1)]).stdout).toBe(ubl({ number: 'R-1' }));
    const invoice = ecluse(['invoices', 'list', '--number', 'R-1', '--format', 'json']).objects();
    expect(invoice).toMatchObject([{ number: 'R-1', fate: 'integrated', status: '03' }]);
    expect(ecluse(['flows', 'show', 'nothing']).status).toBe(1);
  });

  it('refuses a second engine on the same home', async () => {
    const { spawn } = await import('node:child_process');
    const first = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'run'], {
      cwd: dir,
      env: { ...process.env, ECLUSE_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise<void>((resolve, reject) => {
        let said = '';
        first.stdout.setEncoding('utf8').on('data', (text) => {
          said += text;
          if (said.includes('Écluse veille')) resolve();
        });
        first.once('exit', () => reject(new Error(`the first engine ended: ${said}`)));
      });
      const second = ecluse(['run', '--until-idle']);
      expect(second.status).toBe(1);
      expect(second.stderr).toContain('another engine works on this folder');
    } finally {
      first.kill('SIGTERM');
      const code = await new Promise((resolve) => first.on('exit', resolve));
      expect(code).toBe(0);
    }
  });
});

describe('ecluse init and doctor', () => {
  it('writes a configuration that doctor finds well and run works on', () => {
    const target = join(dir, 'fresh');
    expect(ecluse(['init', target]).status).toBe(0);
    expect(ecluse(['init', target]).status).toBe(64);
    const config = join(target, 'config/ecluse.yaml');
    const env = { ECLUSE_HOME: join(target, 'var') };
    const run = ecluse(['run', '--until-idle', '--config', config, '--format', 'json'], env);
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    const doctor = ecluse(['doctor', '--config', config, '--format', 'json'], env);
    expect(doctor.objects().filter((check) => check.state === 'fault')).toEqual([]);
    expect(doctor.status).toBe(0);
  });
});
