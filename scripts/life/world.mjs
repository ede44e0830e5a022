// The engine that the property test drives from outside: a process of its own, its folders and its store.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../ensure.mjs';

const startMsMax = 120_000;
const main = join(root, 'dist', 'cli', 'main.js');
const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

export const partners = ['FRN001', 'FRN002', 'COL001', 'ETA001'];

const configuration = `partners:
  - { code: FRN001, name: Premier fournisseur, interfaces: [FSO1100A, FSO1201A] }
  - { code: FRN002, name: Second fournisseur, interfaces: [FSO1100A, FSO1201A] }
  - { code: COL001, name: Collectivités, interfaces: [FSO1201A], lifecycle: true }
  - { code: ETA001, name: État, interfaces: [FSO1201A], lifecycle: false }
directory: { file: '@demo' }
intake: { pollMs: 20, settleMs: 20, unfinishedMaxMs: 500 }
lifecycle: { groupMsMax: 50, roles: [{ partner: COL001, role: recipient, structures: ['21999901800019'] }] }
delivery: { lookMs: 300 }
engine: { attemptsMax: 100, sweepMs: 200 }
`;

/** A home in a temporary folder; nothing runs yet. */
export async function createWorld() {
  const home = mkdtempSync(join(tmpdir(), 'ecluse-life-'));
  const config = join(home, 'ecluse.yaml');
  writeFileSync(config, configuration);
  const env = { ...process.env, ECLUSE_HOME: home, ECLUSE_CONFIG: config };
  const folder = (partner, name) => join(home, 'partners', partner, name);
  for (const partner of partners) {
    mkdirSync(folder(partner, 'in'), { recursive: true });
    mkdirSync(folder(partner, 'out'), { recursive: true });
    mkdirSync(join(home, 'fetched', partner), { recursive: true });
  }
  const world = {
    home,
    env,
    main,
    folder,
    engine: null,
    kills: 0,
    /** What was deposited: `{partner, name, bytes, invoices, sure}`. */
    deposits: [],
    /** Commands that were not waited for. */
    commands: [],
    /** Keys that only a corrected file has brought. */
    corrected: new Set(),
    drop(partner, name, bytes) {
      writeFileSync(join(folder(partner, 'in'), `.${name}.part`), bytes);
      renameSync(join(folder(partner, 'in'), `.${name}.part`), join(folder(partner, 'in'), name));
    },
    lies: (partner, name) => existsSync(join(folder(partner, 'in'), name)),
    /** A partner takes what lies in its `out`. */
    fetch(partner) {
      for (const name of readdirSync(folder(partner, 'out'))) {
        if (name.startsWith('.')) continue;
        renameSync(join(folder(partner, 'out'), name), join(home, 'fetched', partner, name));
      }
    },
    /** A command beside the engine. */
    command(...args) {
      const child = spawn(process.execPath, [main, ...args], {
        cwd: home,
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      const done = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
      return { child, done: done.then((end) => ({ ...end, args, said })) };
    },
    async start() {
      if (world.engine === null) world.engine = startEngine(home, env);
      await world.engine.ready;
    },
    async kill() {
      const { engine } = world;
      if (engine === null) return;
      world.engine = null;
      engine.child.kill('SIGKILL');
      world.kills += 1;
      const { code, signal } = await engine.gone;
      if (signal !== 'SIGKILL') throw new Error(`the engine ended by itself with ${code}:\n${engine.text()}`);
    },
  };
  await world.start();
  return Object.assign(world, await handles(home));
}

/** Our own way into the store and the archive, beside the engine's process, as the commands have it. */
async function handles(home) {
  const [{ sqliteStore }, { folderArchive }, { homePaths }] = await Promise.all([
    dist('adapters/store/sqlite.js'),
    dist('adapters/archive/folder.js'),
    dist('settings/home.js'),
  ]);
  const paths = homePaths(home);
  return {
    store: await sqliteStore({ path: paths.database }),
    archive: folderArchive({ dir: paths.archive, quarantineDir: paths.quarantine }),
    database: paths.database,
    recall: await dist('pipeline/recall.js'),
    replayOrder: await dist('pipeline/replay-order.js'),
    directoryImport: await dist('directory/import.js'),
    statusTable: await dist('lifecycle/status-table.js'),
  };
}

function startEngine(home, env) {
  const child = spawn(process.execPath, [main, 'run'], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the engine did not start in time')), startMsMax);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', (chunk) => {
      output.push(String(chunk));
      if (output.join('').includes('Écluse veille')) end();
    });
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    child.on('exit', end);
  });
  const gone = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  return { child, ready, gone, text: () => output.join('') };
}
