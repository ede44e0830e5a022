import type { Actor } from '../domain/flow.js';
import { blockWords, type PurgeBlock, retentionKinds } from '../domain/retention.js';
import type { InterfaceFinder } from '../envelope/catalogue.js';
import { Fault } from '../errors.js';
import type { Archive } from '../ports/archive.js';
import type { Clock } from '../ports/clock.js';
import type { Store } from '../ports/store.js';
import type { ErasureInvoice, ErasureTarget } from '../ports/store-retention.js';
import { finalStatuses, finishOpen } from './purge.js';
import { naturalPersonType } from './sensitive.js';

export interface EraseOptions {
  readonly store: Store;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly interfaceOf: InterfaceFinder;
  readonly target: ErasureTarget;
  readonly by: Actor;
  readonly reason: string;
  /** Also what is not final, and originals that hold invoices of others. */
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** What an erasure is about, flow by flow. */
export interface ErasurePlan {
  readonly flow: string;
  readonly depositedName: string;
  readonly invoices: readonly ErasureInvoice[];
  /** Invoices of others in the same deposit: their original and pieces go too. */
  readonly others: number;
  readonly blocks: readonly PurgeBlock[];
  /** Where personal data stands, with how much of it. */
  readonly places: {
    readonly originals: number;
    readonly pieces: number;
    readonly files: number;
    readonly findings: number;
  };
}

export interface Erasure {
  readonly plans: readonly ErasurePlan[];
  readonly invoices: number;
  readonly numbers: number;
  readonly findings: number;
  readonly bodies: number;
  readonly statuses: number;
  /** Files deleted from the archive. */
  readonly files: number;
  readonly directory: boolean;
}

/** What keeps a flow also from an erasure that is forced: somebody works on it, or it has to be kept. */
const firm: ReadonlySet<PurgeBlock> = new Set(['not-final', 'held', 'replay']);

/**
 * Erases the personal data of a supplier who is a natural person, or of one invoice of such a supplier or of E3: a
 * pseudonym takes the place of the supplier, so that its numbers are still refused; originals, pieces and the texts of
 * files go; amounts, dates and counts stay. One transaction a flow; what is cut off is ended by the next erasure or purge.
 * @throws Fault NOT_FOUND; ERASE_REFUSED for other suppliers, and for what must not be erased now.
 */
export async function erase(options: EraseOptions): Promise<Erasure> {
  const { store } = options;
  const found = await store.erasureInvoices(options.target);
  const rows = found.filter((row) => isPersonal(row, options.interfaceOf));
  if (found.length > rows.length)
    throw new Fault(
      'ERASE_REFUSED',
      'erase: this is about natural persons only (a supplier of type 7, or an E3); others are companies, and their invoices are accounting records',
    );
  const inDirectory = await directoryHolds(options);
  if (rows.length === 0 && !inDirectory)
    throw new Fault('NOT_FOUND', 'erase: no invoice and no supplier of the directory is of this');
  mustNotRepeat(options, rows);
  const plans = await Promise.all([...grouped(rows)].map(([flow, own]) => planOf(options, flow, own)));
  if (!options.dryRun) mustBeAllowed(plans, options.force);
  const counts = { invoices: 0, numbers: 0, findings: 0, bodies: 0, statuses: 0, files: 0, directory: false };
  if (options.dryRun) return { plans, ...counts, directory: inDirectory };
  for (const plan of plans) {
    const done = await eraseFlow(options, plan);
    for (const name of ['invoices', 'numbers', 'findings', 'bodies', 'statuses'] as const)
      counts[name] += done[name];
  }
  const removed = { files: 0, bytes: 0, resumed: 0 };
  await finishOpen(options, removed);
  return { plans, ...counts, files: removed.files, directory: await eraseFromDirectory(options) };
}

function isPersonal({ interfaceCode, supplierType }: ErasureInvoice, interfaceOf: InterfaceFinder): boolean {
  if (supplierType === naturalPersonType) return true;
  return interfaceCode !== null && interfaceOf(interfaceCode)?.kind === 'E3';
}

/** The reason stays in the audit trail for ever. */
function mustNotRepeat({ target, reason }: EraseOptions, rows: readonly ErasureInvoice[]): void {
  const data = [
    ...(target.kind === 'supplier' ? [target.id] : []),
    ...rows.flatMap(({ supplierId, supplierName }) => [supplierId ?? '', supplierName ?? '']),
  ];
  const told = reason.toLowerCase();
  if (!data.some((text) => text.length > 2 && told.includes(text.toLowerCase()))) return;
  throw new Fault(
    'USAGE',
    'erase --reason repeats what is to be erased, and the audit trail keeps it for ever: name the order instead',
  );
}

function grouped(rows: readonly ErasureInvoice[]): Map<string, ErasureInvoice[]> {
  const flows = new Map<string, ErasureInvoice[]>();
  for (const row of rows) flows.set(row.flow, [...(flows.get(row.flow) ?? []), row]);
  return flows;
}

async function planOf(
  { store }: EraseOptions,
  id: string,
  invoices: readonly ErasureInvoice[],
): Promise<ErasurePlan> {
  const flow = await store.flow(id);
  const gone = new Set((await store.purges(id)).map(({ kind }) => kind));
  const deliveries = await store.listDeliveries({ flow: id, limit: 10_000 });
  const blocks = await store.purgeBlocks(id, finalStatuses);
  const own = invoices.map(({ invoice }) => invoice);
  return {
    flow: id,
    depositedName: flow?.depositedName ?? '',
    invoices,
    others: await store.otherInvoices(id, own),
    blocks,
    places: {
      originals: gone.has('originals') || gone.has('quarantine') ? 0 : 1,
      pieces: deliveries.reduce((sum, { parts }) => sum + parts.length, 0),
      files: deliveries.filter(({ body }) => body !== '').length,
      findings: (await store.findings(id)).length,
    },
  };
}

function mustBeAllowed(plans: readonly ErasurePlan[], force: boolean): void {
  for (const { depositedName, blocks, others } of plans) {
    const kept = blocks.filter((block) => !force || firm.has(block));
    const why = kept.map((block) => blockWords[block]);
    if (others > 0 && !force) why.push(`son dépôt porte aussi ${others} factures d'autres fournisseurs`);
    if (why.length === 0) continue;
    const hint = kept.some((block) => firm.has(block)) ? '' : ' (--force passe outre)';
    throw new Fault('ERASE_REFUSED', `${depositedName} n'est pas effacé : ${why.join(' ; ')}${hint}`, {
      blocks: kept,
      others,
    });
  }
}

async function eraseFlow({ store, clock, by, reason, force }: EraseOptions, plan: ErasurePlan) {
  const at = clock.now().toISOString();
  const flow = plan.flow;
  return store.transaction(async (tx) => {
    const blocks = await tx.purgeBlocks(flow, finalStatuses);
    mustBeAllowed([{ ...plan, blocks }], force);
    const infected = (await tx.flow(flow))?.archiveKey.startsWith('quarantine/') === true;
    const kinds = retentionKinds.filter(
      (kind) => kind === 'originals' || kind === 'pieces' || (kind === 'quarantine' && infected),
    );
    // The rows of findings stay, without their texts: which rules refused is no personal data.
    const counts = await tx.eraseInvoices(flow, plan.invoices, at);
    await tx.markPurge({ flow, kinds, cause: 'erasure', by, reason, at });
    const forced = force && (blocks.length > 0 || plan.others > 0) ? ', forcé' : '';
    const text = `données d'une personne physique effacées sur ordre${forced} : ${counts.invoices} factures, ${counts.numbers} numéros, ${counts.findings} anomalies, ${counts.bodies} fichiers remis, ${counts.statuses} statuts (${reason})`;
    await tx.insertEvents([{ at, actor: by, kind: 'erased', flow, invoice: null, text }]);
    return counts;
  });
}

async function directoryHolds({ store, target }: EraseOptions): Promise<boolean> {
  if (target.kind !== 'supplier' || target.idType !== naturalPersonType) return false;
  return (await store.directory.supplier(target.idType, target.id)) !== null;
}

async function eraseFromDirectory(options: EraseOptions): Promise<boolean> {
  const { store, target, by, reason, clock } = options;
  if (target.kind !== 'supplier' || target.idType !== naturalPersonType) return false;
  return store.transaction(async (tx) => {
    const gone = await tx.eraseDirectorySupplier(target.idType, target.id);
    const at = clock.now().toISOString();
    const text = `fournisseur personne physique retiré de l'annuaire sur ordre (${reason})`;
    if (gone) await tx.insertEvents([{ at, actor: by, kind: 'erased', flow: null, invoice: null, text }]);
    return gone;
  });
}
