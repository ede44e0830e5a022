/**
 * Deposits by the API over loopback, with connections that are kept: how many a second, each durable before it is
 * answered. `node bench/api.mjs [--flows 3000] [--connections 16] [--bytes 20000]`; prints one JSON line.
 * With `strace` installed the fsyncs of the process are counted: at least one for each file.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '3000' },
    connections: { type: 'string', default: '16' },
    bytes: { type: 'string', default: '20000' },
    fsyncs: { type: 'boolean', default: false },
  },
});
const flows = Number(values.flows);
const connections = Number(values.connections);
const bytes = Number(values.bytes);
const cli = resolve(import.meta.dirname, '../dist/cli/main.js');
const dir = mkdtempSync(join(tmpdir(), 'ecluse-bench-api-'));

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** A flow that is refused at once: what is measured is the deposit, while the engine works beside it. */
function content(i) {
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<bench n="${i}">`;
  return Buffer.from(`${head.padEnd(bytes - 8, 'x')}</bench>`);
}

function ask(agent, port, { method = 'GET', path, headers = {}, body }) {
  return new Promise((done, fail) => {
    const startedMs = performance.now();
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        done({
          status: response.statusCode,
          body: Buffer.concat(parts).toString(),
          ms: performance.now() - startedMs,
        }),
      );
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function main() {
  const port = await freePort();
  mkdirSync(join(dir, 'config'));
  writeFileSync(
    join(dir, 'config/ecluse.yaml'),
    [
      `engine: { home: ${join(dir, 'var')} }`,
      `console: { enabled: true, port: ${port} }`,
      'api: { requestsPerMinuteMax: 1000000 }',
      'intake: { queueDepthMax: 1000000 }',
      'log: { level: error }',
      'partners:',
      '  - { code: FRN001, name: Banc, interfaces: [FSO1100A] }',
    ].join('\n'),
  );
  const config = ['--config', join(dir, 'config/ecluse.yaml')];
  const key = JSON.parse(
    execFileSync(
      process.execPath,
      [cli, 'keys', 'add', 'FRN001', '--scopes', 'flows:write', '--format', 'json', ...config],
      {
        encoding: 'utf8',
      },
    ).trim(),
  );
  const engine = spawn(process.execPath, [cli, 'run', '--role', 'all,console', ...config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  try {
    for (let tries = 0; ; tries++) {
      try {
        if ((await ask(agent, port, { path: '/readyz' })).status === 200) break;
      } catch {}
      if (tries > 300) throw new Error('the engine does not start');
      await new Promise((done) => setTimeout(done, 100));
    }
    const counted =
      values.fsyncs && spawnSync('strace', ['-V']).error === undefined ? join(dir, 'fsyncs') : null;
    const tracer =
      counted === null
        ? null
        : spawn('strace', [
            '-f',
            '-c',
            '-e',
            'trace=fsync,fdatasync',
            '-o',
            counted,
            '-p',
            String(engine.pid),
          ]);
    if (tracer !== null) await new Promise((done) => setTimeout(done, 1000));
    const headers = {
      authorization: `Bearer ${key.secret}`,
      'content-type': 'application/xml',
    };
    const times = [];
    let next = 0;
    const startedMs = performance.now();
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (next < flows) {
          const body = content(next++);
          const answer = await ask(agent, port, {
            method: 'POST',
            path: '/api/v1/flux?interface=FSO1100A',
            headers: { ...headers, 'content-length': body.length },
            body,
          });
          if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.body}`);
          times.push(answer.ms);
        }
      }),
    );
    const seconds = (performance.now() - startedMs) / 1000;
    if (tracer !== null) {
      tracer.kill('SIGINT');
      await new Promise((done) => tracer.once('exit', done));
    }
    const metrics = (await ask(agent, port, { path: '/metrics' })).body;
    times.sort((a, b) => a - b);
    const fsyncs =
      counted === null
        ? null
        : [...readFileSync(counted, 'utf8').matchAll(/(\d+)\s+(?:\d+\s+)?f(?:data)?sync$/gm)].reduce(
            (sum, match) => sum + Number(match[1]),
            0,
          );
    process.stdout.write(
      `${JSON.stringify({
        flows,
        connections,
        bytes,
        seconds: Number(seconds.toFixed(2)),
        perSecond: Number((flows / seconds).toFixed(1)),
        p50Ms: Number(percentile(times, 0.5).toFixed(1)),
        p95Ms: Number(percentile(times, 0.95).toFixed(1)),
        fsyncs,
        recorded: Number(/^ecluse_api_deposits_total (\d+)/m.exec(metrics)?.[1] ?? 0),
      })}\n`,
    );
  } finally {
    agent.destroy();
    engine.kill('SIGTERM');
    await new Promise((done) => engine.once('exit', done));
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
