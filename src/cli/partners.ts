import { readdirSync } from 'node:fs';
import { Fault } from '../errors.js';
import { partnerFolders } from '../settings/home.js';
import { type LoadedSettings, loadSettings } from '../settings/load.js';
import type { PartnerSettings } from '../settings/schema.js';
import type { Action } from './commands.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import { table } from './output.js';

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
  const folders = partnerFolders(loaded, partner);
  return { ...partner, folders, waitingIn: filesIn(folders.in), waitingOut: filesIn(folders.out) };
}

export const listPartners: Action<object> = async ({ options, output }) => {
  const loaded = loadSettings({ config: options.config });
  const partners = loaded.settings.partners.map((partner) => toJson(loaded, partner));
  for (const partner of partners) output.json(partner);
  const rows = partners.map((p) => [
    p.code,
    p.active ? 'actif' : 'inactif',
    String(p.waitingIn ?? '?'),
    String(p.waitingOut ?? '?'),
    p.interfaces.join(' ') || '-',
    p.name,
  ]);
  for (const line of table([['CODE', 'ÉTAT', 'IN', 'OUT', 'INTERFACES', 'NOM'], ...rows])) output.line(line);
  return exitCodes.done;
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
  const lastReceivedAt = flows[0]?.receivedAt ?? null;
  output.json({
    ...partner,
    lastReceivedAt,
    deliveriesPending: pending.length,
    deliveriesFailed: failed.length,
  });
  output.line(output.paint('bold', `${partner.code}  ${partner.name}`));
  output.line(`  dépôt : ${partner.folders.in} (${partner.waitingIn ?? 'illisible'} fichiers)`);
  output.line(`  retrait : ${partner.folders.out} (${partner.waitingOut ?? 'illisible'} fichiers à relever)`);
  output.line(`  interfaces : ${partner.interfaces.join(' ') || 'aucune'}`);
  output.line(`  dernier dépôt : ${lastReceivedAt ?? 'aucun'}`);
  output.line(`  envois en attente : ${pending.length}, en échec : ${failed.length}`);
  return exitCodes.done;
};
