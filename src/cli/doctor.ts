import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  opendirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { clamd } from '../adapters/antivirus/clamd.js';
import { hasStore, openStoreOf, storePlace } from '../app/store.js';
import { dayInParis } from '../domain/dates.js';
import { finderOf } from '../envelope/catalogue.js';
import { asError } from '../errors.js';
import { holdKey, holdText } from '../pipeline/hold.js';
import { engineRunning } from '../pipeline/members.js';
import type { Store } from '../ports/store.js';
import { homePaths, partnerFolders } from '../settings/home.js';
import { type LoadedSettings, loadSettings } from '../settings/load.js';
import { setsInUse } from '../validate/packs/in-use.js';
import { createSchemaEngine, schemaNames } from '../validate/schema/engine.js';
import { bad, type Check, ok } from './doctor-check.js';
import { checkServer } from './doctor-postgres.js';
import { checkRedis } from './doctor-redis.js';
import { checkServers } from './doctor-sftp.js';
import { exitCodes } from './exit.js';
import type { Action } from './wire.js';

export const doctor: Action<object> = async ({ options, output }) => {
  const loaded = loadSettings({ config: options.config });
  const checks = [
    checkNode(),
    checkClock(),
    ...checkSettings(loaded),
    checkSchemas(loaded),
    ...checkRules(loaded),
    ...(await checkStore(loaded)),
    ...(await checkRedis(loaded)),
    ...checkSpace(loaded),
    ...checkFolders(loaded),
    ...(await checkServers(loaded)).map(({ what, fault, detail, remedy }) =>
      fault === null ? ok(what, detail) : bad(what, 'fault', detail, remedy),
    ),
    ...(await checkAntivirus(loaded)),
  ];
  const colours = { ok: 'green', warning: 'yellow', fault: 'red' } as const;
  for (const check of checks) {
    output.json(check);
    output.line(
      `${output.paint(colours[check.state], check.state.padEnd(7))} ${check.what}: ${check.detail}`,
    );
    if (check.remedy !== null) output.line(`        ${check.remedy}`);
  }
  return checks.some((check) => check.state === 'fault') ? exitCodes.fault : exitCodes.done;
};

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  if (enough) return ok('node', process.version);
  return bad('node', 'fault', process.version, 'Node 20.19 or later is needed');
}

function checkClock(): Check {
  const year = new Date().getUTCFullYear();
  if (year >= 2025 && year < 2100) return ok('clock', new Date().toISOString());
  return bad(
    'clock',
    'fault',
    new Date().toISOString(),
    'set the clock of the machine (NTP): dates of deposits come from it',
  );
}

function checkSettings(loaded: LoadedSettings): Check[] {
  const { partners, interfaces } = loaded.settings;
  const find = finderOf(interfaces);
  const checks = [ok('settings', loaded.file ?? 'embedded default (no config/ecluse.yaml)')];
  for (const warning of loaded.warnings)
    checks.push(bad('settings', 'warning', warning, 'correct or unset it; docs/settings.md lists the names'));
  if (partners.length === 0)
    checks.push(
      bad(
        'partners',
        'warning',
        'no partner is configured',
        'add partners to the configuration; `ecluse init` shows how',
      ),
    );
  for (const partner of partners) {
    const strange = partner.interfaces.filter((code) => find(code)?.direction !== 'in');
    if (strange.length === 0) continue;
    checks.push(
      bad(
        `partner ${partner.code}`,
        'warning',
        `subscribed to ${strange.join(', ')}`,
        'these are not inbound interface codes; see `ecluse interfaces`',
      ),
    );
  }
  return checks;
}

function checkSchemas(loaded: LoadedSettings): Check {
  const dir = loaded.settings.schemas.dir;
  const engine = createSchemaEngine(dir === undefined ? {} : { dir });
  try {
    engine.warmUp(schemaNames);
    return ok('schemas', `${schemaNames.length} schemas compile`);
  } catch (error) {
    return bad(
      'schemas',
      'fault',
      asError(error).message,
      'put the file right, or leave out schemas.dir to use our own',
    );
  } finally {
    engine.dispose();
  }
}

/** Every rule set that the settings ask for is there, and its pack is what was installed. */
function checkRules({ home, settings }: LoadedSettings): Check[] {
  try {
    const sets = setsInUse(homePaths(home).rules, settings.rules.sets, dayInParis(new Date()));
    return sets.map(({ set, ruleSet }) => ok(`rules ${set}`, ruleSet ?? 'not installed, and not asked for'));
  } catch (error) {
    const remedy = 'install the pack (`ecluse rules install PATH`), or correct rules.sets';
    return [bad('rules', 'fault', asError(error).message, remedy)];
  }
}

async function checkStore(loaded: LoadedSettings): Promise<Check[]> {
  const path = storePlace(loaded);
  if (!hasStore(loaded))
    return [bad('database', 'warning', `${path} does not exist yet`, 'the first `ecluse run` creates it')];
  try {
    const store = await openStoreOf(loaded);
    try {
      await store.migrate();
      const running = await engineRunning(store);
      const counts = await store.directory.counts();
      const checks = [
        ok('database', `${path}, ${running ? 'an engine is running' : 'no engine is running'}`),
        ...(await checkServer(loaded)),
      ];
      const detail = `${counts.structures} structures, ${counts.services} services, ${counts.suppliers} suppliers`;
      const hold = running ? await store.meta(holdKey) : null;
      if (hold) checks.push(bad('intake', 'fault', hold, 'the engine goes on by itself once there is room'));
      checks.push(...(await checkLying(store, loaded)));
      if (counts.structures > 0) checks.push(ok('directory', detail));
      else checks.push(bad('directory', 'warning', detail, 'import one: ecluse directory import FILE'));
      return checks;
    } finally {
      await store.close();
    }
  } catch (error) {
    return [
      bad(
        'database',
        'fault',
        asError(error).message,
        loaded.settings.store === 'postgres'
          ? 'start the server or correct `postgres` in the configuration; docs/scaling.md tells how to prepare the database'
          : 'check the disk and the permissions; `ecluse restore` puts a backup back',
      ),
    ];
  }
}

/** Files that partners have left in their `out` for longer than `delivery.fetchAlertMs`. */
async function checkLying(store: Store, { settings }: LoadedSettings): Promise<Check[]> {
  const { fetchAlertMs, retentionMs } = settings.delivery;
  if (fetchAlertMs === 0) return [];
  const lateBefore = new Date(Date.now() - fetchAlertMs).toISOString();
  const counts = (await store.lyingCounts(lateBefore)).filter(({ late }) => late > 0);
  const days = retentionMs / 86_400_000;
  const then = retentionMs === 0 ? '' : `; after ${days} days they are taken out of the folder`;
  return counts.map(({ partner, late, oldestAt }) =>
    bad(
      `deliveries ${partner}`,
      'warning',
      `${late} files not fetched, the oldest delivered ${oldestAt}`,
      `ask the partner whether it still collects (\`ecluse deliveries list --not-fetched --partner ${partner}\`)${then}`,
    ),
  );
}

/** Below so many times the limit at which the intake stops, people are warned. */
const spaceWarningFactor = 2;

/** The disks that the engine writes to: below `intake.freeBytesMin` it takes nothing in. */
function checkSpace({ home, settings }: LoadedSettings): Check[] {
  const { freeBytesMin } = settings.intake;
  const paths = homePaths(home);
  const disks = new Map<number, Check>();
  for (const dir of [home, paths.archive, paths.work]) {
    const there = existsSync(dir) ? dir : '.';
    const { dev } = statSync(there);
    if (disks.has(dev)) continue;
    const { bavail, bsize } = statfsSync(there);
    const freeBytes = bavail * bsize;
    const detail = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free for ${there}`;
    const low = { path: there, freeBytes, freeBytesMin, waitingBytes: null };
    if (freeBytes < freeBytesMin)
      disks.set(dev, bad('disk', 'fault', holdText(low), 'make room, or lower intake.freeBytesMin'));
    else if (freeBytes < freeBytesMin * spaceWarningFactor)
      disks.set(
        dev,
        bad('disk', 'warning', detail, 'make room: originals, pieces and reports are kept here'),
      );
    else disks.set(dev, ok('disk', detail));
  }
  return [...disks.values()];
}

async function checkAntivirus({ settings }: LoadedSettings): Promise<Check[]> {
  const { enabled, address, deadlineMs } = settings.antivirus;
  if (!enabled) return [];
  try {
    const probe = clamd({ address, deadlineMs: Math.min(deadlineMs, 5_000) });
    return [ok('antivirus', `${address}: ${await probe.version()}`)];
  } catch (error) {
    const remedy = 'start clamd, or correct antivirus.address: flows wait until it answers';
    return [bad('antivirus', 'fault', asError(error).message, remedy)];
  }
}

/** Creates, renames and deletes a probe file in every local partner folder, as the engine itself does. */
function checkFolders(loaded: LoadedSettings): Check[] {
  const local = loaded.settings.partners.filter(({ sftp }) => sftp === undefined);
  return local.flatMap((partner) =>
    Object.entries(partnerFolders(loaded, partner)).map(([which, dir]) =>
      probe(`folder ${partner.code}/${which}`, dir),
    ),
  );
}

function probe(what: string, dir: string): Check {
  if (!existsSync(dir))
    return bad(what, 'warning', `${dir} does not exist yet`, 'the first `ecluse run` creates it');
  const file = join(dir, `.ecluse-probe-${randomUUID()}.tmp`);
  const moved = `${file}.moved`;
  try {
    if (!statSync(dir).isDirectory())
      return bad(what, 'fault', `${dir} is not a folder`, 'name a folder in partners.folders');
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    opendirSync(dir).closeSync();
    writeFileSync(file, 'probe');
    renameSync(file, moved);
    rmSync(moved);
    return ok(what, dir);
  } catch (error) {
    return bad(
      what,
      'fault',
      asError(error).message,
      "the engine's user must be able to list, create, rename and delete here (docs/operations.md)",
    );
  } finally {
    rmSync(file, { force: true });
    rmSync(moved, { force: true });
  }
}
