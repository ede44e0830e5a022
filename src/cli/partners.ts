import { readdirSync } from 'node:fs';
import { hasStore, openStoreOf } from '../app/store.js';
import { momentInParis } from '../domain/dates.js';
import { Fault } from '../errors.js';
import type { PartnerControl, PartnerHealth, Store } from '../ports/store.js';
import { partnerFolders } from '../settings/home.js';
import { type LoadedSettings, loadSettings } from '../settings/load.js';
import type { PartnerSettings } from '../settings/schema.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';
import type { Action } from './wire.js';

/** Files standing in a folder, temporary names left out; null when it cannot be read. */
function filesIn(dir: string): number | null {
  try {
    return readdirSync(dir, { withFileTypes: true }).filter((e) => e.isFile() && !e.name.startsWith('.'))
      .length;
  } catch {
    return null;
  }
}

function toJson(loaded: LoadedSettings, partner: PartnerSettings) {
  const { sftp } = partner;
  // A server is not asked for a list: it may be far away, or down.
  if (sftp !== undefined) {
    const at = (folder: string): string =>
      `sftp://${sftp.user}@${sftp.host}:${sftp.port}${folder.startsWith('/') ? '' : '/./'}${folder}`;
    return {
      ...partner,
      folders: { in: at(sftp.in), out: at(sftp.out) },
      waitingIn: null,
      waitingOut: null,
    };
  }
  const folders = partnerFolders(loaded, partner);
  return { ...partner, folders, waitingIn: filesIn(folders.in), waitingOut: filesIn(folders.out) };
}

/** What the store tells of partners: what operators want, how their folders do, what is still in work. */
interface States {
  readonly controls: ReadonlyMap<string, PartnerControl>;
  readonly health: readonly PartnerHealth[];
  readonly store: Store | null;
}

async function statesOf(store: Store | null): Promise<States> {
  const controls = (await store?.partnerControls()) ?? [];
  return {
    controls: new Map(controls.map((control) => [control.partner, control])),
    health: (await store?.partnerHealth()) ?? [],
    store,
  };
}

async function stateOf(states: States, partner: PartnerSettings) {
  const control = states.controls.get(partner.code) ?? null;
  const mode = control?.mode ?? 'active';
  const health = states.health.filter((row) => row.partner.split('/')[0] === partner.code);
  const backlog =
    mode === 'draining' && states.store !== null ? await states.store.partnerBacklog(partner.code) : null;
  return { mode, control, health, backlog };
}

type State = Awaited<ReturnType<typeof stateOf>>;

/** The state as one or two words, for people. */
function stateWords(partner: PartnerSettings, { mode, health, backlog }: State): string {
  if (!partner.active) return 'inactif';
  if (mode === 'paused') return 'en pause';
  const left = (backlog?.flows ?? 0) + (backlog?.deliveries ?? 0);
  if (mode === 'draining') return left === 0 ? 'vidé' : `vidange (${left})`;
  if (health.some((row) => row.circuit === 'open')) return 'coupé';
  if (health.some((row) => row.faults > 0)) return 'en défaut';
  return partner.qualification ? 'qualification' : 'actif';
}

function stateLines({ mode, control, health, backlog }: State): string[] {
  const lines: string[] = [];
  if (control !== null) {
    const what = { active: 'repris', paused: 'mis en pause', draining: 'mis en vidange' }[mode];
    const why = control.reason === null ? '' : ` : ${control.reason}`;
    lines.push(
      `${what} le ${momentInParis(new Date(control.at))} par ${control.by.replace(/^user:/, '')}${why}`,
    );
  }
  if (backlog !== null)
    lines.push(`reste à finir : ${backlog.flows} flux en cours, ${backlog.deliveries} envois en attente`);
  for (const row of health) {
    if (row.faults === 0) continue;
    const side = row.side === 'intake' ? 'dépôt' : 'retrait';
    const next = row.retryAt === null ? '' : `, nouvel essai le ${momentInParis(new Date(row.retryAt))}`;
    const state = row.circuit === 'open' ? 'circuit ouvert' : 'en défaut';
    lines.push(
      `${side} (${row.partner}) : ${state}, ${row.faults} échecs de suite${next} : ${row.error ?? ''}`,
    );
  }
  return lines;
}

/** What the partner has not fetched, and how much of it for longer than `delivery.fetchAlertMs`. */
async function lyingOf(store: Store, { settings }: LoadedSettings, partner: string) {
  const { fetchAlertMs } = settings.delivery;
  const lateBefore = fetchAlertMs === 0 ? '' : new Date(Date.now() - fetchAlertMs).toISOString();
  const counts = await store.lyingCounts(lateBefore);
  const { count, late, oldestAt } = counts.find((row) => row.partner === partner) ?? {
    count: 0,
    late: 0,
    oldestAt: '',
  };
  const since = oldestAt === '' ? '' : `le plus ancien remis le ${momentInParis(new Date(oldestAt))}`;
  const hours = Math.round(fetchAlertMs / 360_000) / 10;
  return { count, late, text: late === 0 ? since : `dont ${late} depuis plus de ${hours} h ; ${since}` };
}

export const listPartners: Action<object> = async ({ options, output }) => {
  const loaded = loadSettings({ config: options.config });
  const store = hasStore(loaded) ? await openStoreOf(loaded) : null;
  try {
    await store?.migrate();
    const states = await statesOf(store);
    const rows: string[][] = [];
    for (const settings of loaded.settings.partners) {
      const partner = toJson(loaded, settings);
      const state = await stateOf(states, settings);
      output.json({ ...partner, ...state });
      rows.push([
        partner.code,
        stateWords(settings, state),
        String(partner.waitingIn ?? '?'),
        String(partner.waitingOut ?? '?'),
        partner.interfaces.join(' ') || '-',
        partner.name,
      ]);
    }
    for (const line of table([['CODE', 'ÉTAT', 'IN', 'OUT', 'INTERFACES', 'NOM'], ...rows]))
      output.line(line);
    return exitCodes.done;
  } finally {
    await store?.close();
  }
};

export const showPartner: Action<object> = async ({ options, args, output }) => {
  const loaded = loadSettings({ config: options.config });
  const settings = loaded.settings.partners.find((p) => p.code === args[0]);
  if (settings === undefined) {
    const known = loaded.settings.partners.map((p) => p.code).join(', ');
    throw new Fault('NOT_FOUND', `no partner has the code ${args[0]}; configured: ${known}`);
  }
  await using context = await openContext(options);
  const partner = toJson(loaded, settings);
  const flows = await context.store.listFlows({ partner: settings.code, limit: 1 });
  const pending = await context.store.listDeliveries({
    partner: settings.code,
    state: 'pending',
    limit: 10_000,
  });
  const failed = await context.store.listDeliveries({
    partner: settings.code,
    state: 'failed',
    limit: 10_000,
  });
  const state = await stateOf(await statesOf(context.store), settings);
  const lying = await lyingOf(context.store, loaded, settings.code);
  const lastReceivedAt = flows[0]?.receivedAt ?? null;
  output.json({
    ...partner,
    ...state,
    lastReceivedAt,
    deliveriesPending: pending.length,
    deliveriesFailed: failed.length,
    deliveriesNotFetched: lying.count,
    deliveriesLate: lying.late,
  });
  output.line(output.paint('bold', `${partner.code}  ${partner.name}`));
  output.line(`  état : ${stateWords(settings, state)}`);
  for (const line of stateLines(state)) output.line(`    ${line}`);
  const unknown = settings.sftp === undefined ? 'illisible' : 'à distance';
  const count = (files: number | null, text: string): string =>
    files === null ? unknown : `${files} ${text}`;
  output.line(`  dépôt : ${partner.folders.in} (${count(partner.waitingIn, 'fichiers')})`);
  output.line(`  retrait : ${partner.folders.out} (${count(partner.waitingOut, 'fichiers à relever')})`);
  output.line(`  interfaces : ${partner.interfaces.join(' ') || 'aucune'}`);
  output.line(`  dernier dépôt : ${lastReceivedAt ?? 'aucun'}`);
  output.line(`  envois en attente : ${pending.length}, en échec : ${failed.length}`);
  if (lying.count > 0) output.line(`  non relevés : ${lying.count}, ${lying.text}`);
  return exitCodes.done;
};
