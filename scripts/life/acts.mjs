// What partners and operators do, drawn at random.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { flowName, piece } from '../documents/names.mjs';
import { supplier as first, townHall } from '../documents/parties.mjs';
import { pdf, tarGz } from '../documents/pieces.mjs';
import { statuts } from '../documents/statut.mjs';
import { ubl } from '../documents/ubl.mjs';
import { partners } from './world.mjs';

const newTown = { siret: '21999906700013', name: 'Commune nouvelle de Grandrive' };
/** Known, and not connected. */
const valfleury = { siret: '21999901800019', name: 'Commune de Valfleury-les-Écluses' };
const second = { siret: '79955503200017', name: 'Bâtisseurs de la Vanne', vat: 'FR26799555032' };
const suppliers = [first, second];
const issuers = ['FRN001', 'FRN002'];
const recipients = [townHall, townHall, townHall, valfleury];
const codes = ['03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '36', '41'];

/** Draws from a seeded generator. */
export function createDraws(random) {
  const below = (count) => Math.floor(random() * count);
  return {
    random,
    below,
    chance: (share) => random() < share,
    one: (list) => list[below(list.length)],
    weighted(table) {
      let draw = random() * table.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of table) {
        draw -= weight;
        if (draw < 0) return value;
      }
      return table[0][1];
    },
  };
}

export const keyOf = (invoice) => `${invoice.supplier.siret}|${invoice.number}`;

/** The acts with their weights; each is given the world and the draws. */
export const acts = [
  [9, deposit],
  [2, depositAgain],
  [10, sendStatuses],
  [3, replayOne],
  [2, replayMany],
  [4, replayCorrected],
  [4, move],
  [2, recall],
  [1, hold],
  [1, fetch],
  [1, learn],
  [2, killAndStart],
  [5, wait],
];

async function wait(_, { below }) {
  await pause(below(900));
}

/** `how`: good; for a town that nobody knows yet; with a wrong sum; with a date that the schema refuses. */
function draw(world, draws, how) {
  const known = world.deposits.flatMap(({ invoices }) => invoices);
  const again = known.length > 0 && draws.chance(0.12);
  if (again) {
    const { number, supplier } = draws.one(known);
    return { number, supplier, how, recipient: draws.one(recipients) };
  }
  world.count = (world.count ?? 0) + 1;
  // The same number of two suppliers is two invoices.
  const number = `L-${Math.ceil(world.count / 2)}`;
  return { number, supplier: suppliers[world.count % 2], how, recipient: draws.one(recipients) };
}

function written({ number, supplier, how, recipient }) {
  return ubl({
    number,
    supplier,
    recipient: how === 'town' ? newTown : recipient,
    piece: piece(number),
    ...(how === 'sum' ? { ttc: '1.00' } : {}),
    ...(how === 'date' ? { date: '15/01/2026' } : {}),
  });
}

const bytesOf = (invoices) =>
  invoices.length === 1
    ? Buffer.from(written(invoices[0]))
    : tarGz(invoices.map((one, i) => ({ name: `${i}.xml`, bytes: Buffer.from(written(one)) })));

async function deposit(world, draws) {
  const partner = draws.one(issuers);
  const how = () => draws.weighted([[6, 'good'], [2, 'town'], [1, 'sum']]); // biome-ignore format: a table
  const invoices = draws.chance(0.35)
    ? Array.from({ length: 2 + draws.below(4) }, () => draw(world, draws, how()))
    : [draw(world, draws, draws.chance(0.08) ? 'date' : how())];
  put(world, partner, next(world, 'FSO1100A', partner), bytesOf(invoices), invoices, true);
}

/** The same bytes under another name, or another file under a name that was used. */
async function depositAgain(world, draws) {
  if (world.deposits.length === 0) return;
  const before = draws.one(world.deposits);
  const { partner, bytes, invoices, name } = before;
  if (invoices.length === 0) return;
  if (draws.chance(0.5)) {
    put(world, partner, next(world, 'FSO1100A', partner), bytes, invoices, false);
    return;
  }
  if (world.lies(partner, name)) return;
  // Which of the two is the first is for the engine to say: they may be taken in together.
  before.sure = false;
  const others = [draw(world, draws, 'good')];
  put(world, partner, name, bytesOf(others), others, false);
}

function next(world, code, partner) {
  world.sequence = (world.sequence ?? 0) + 1;
  return flowName(code, world.sequence, partner);
}

function put(world, partner, name, bytes, invoices, sure) {
  world.drop(partner, name, bytes);
  world.deposits.push({ partner, name, bytes: Buffer.from(bytes), invoices, sure });
}

/** Statuses that may follow, or any; of invoices that are integrated, or of any that were deposited. */
async function sendStatuses(world, draws) {
  const known = await named(world, draws);
  if (known.length === 0) return;
  const partner = draws.weighted([
    [7, 'COL001'],
    [1, 'ETA001'],
    [2, draws.one(issuers)],
  ]);
  const few = Array.from({ length: 1 + draws.below(2) }, () => draws.one(known));
  const role = issuers.includes(partner) ? 'supplier' : 'recipient';
  const units = Array.from({ length: 1 + draws.below(5) }, () => {
    const about = draws.one(few);
    const following = world.statusTable.statusTable
      .filter(({ moves }) => moves.some((move) => move.role === role && move.from.includes(about.status)))
      .map(({ code }) => code);
    const allowed = following.length > 0 && draws.chance(0.7);
    // Statuses after which somebody has to do something come more often than others.
    const pending = following.filter((code) => ['04', '06'].includes(code));
    const drawn = pending.length > 0 && draws.chance(0.5) ? pending : following;
    // Beyond what the schema knows: the whole flow is refused.
    const code = draws.chance(0.01) ? '99' : draws.one(allowed ? drawn : codes);
    if (allowed) about.status = code;
    return {
      number: draws.chance(0.03) ? 'L-0' : about.number,
      supplierId: about.supplierId,
      recipient: about.recipient,
      code,
      ...(draws.chance(0.8) ? { reason: 'motif' } : {}),
    };
  });
  const name = next(world, 'FSO1201A', partner);
  put(world, partner, name, statuts(name.slice(16), units, partner), [], false);
}

async function named(world, draws) {
  const integrated = (await world.store.listInvoices({ limit: 1_000 }))
    .filter(({ fate }) => fate === 'integrated')
    .map(({ number, supplierId, recipientSiret, status }) => ({
      number,
      supplierId,
      recipient: recipientSiret,
      status,
    }));
  const deposited = world.deposits
    .flatMap(({ invoices }) => invoices)
    .map(({ number, supplier, how, recipient }) => ({
      number,
      supplierId: supplier.siret,
      recipient: (how === 'town' ? newTown : recipient).siret,
      status: null,
    }));
  return draws.chance(0.9) && integrated.length > 0 ? integrated : deposited;
}

const orderOf = (file = null) => ({
  by: 'user:claire',
  at: new Date().toISOString(),
  reason: 'essai',
  asOf: null,
  file,
});

/** What is refused is an answer too. */
async function unlessRefused(work) {
  try {
    await work();
  } catch (error) {
    if (!['REPLAY_REFUSED', 'MOVE_REFUSED'].includes(error?.code)) throw error;
  }
}

async function anyFlow(world, draws, wanted = () => true) {
  const flows = (await world.store.listFlows({ limit: 1_000 })).filter(wanted);
  return flows.length === 0 ? null : draws.one(flows);
}

async function replayOne(world, draws) {
  const open = ({ state }) => !['IN_INTEGRE', 'IN_RECU'].includes(state);
  const flow = await anyFlow(world, draws, draws.chance(0.8) ? open : undefined);
  if (flow !== null) await unlessRefused(() => world.replayOrder.orderReplay(world.store, flow, orderOf()));
}

export async function replayMany(world, draws) {
  const state = draws.one(['IN_REJETE', 'IN_INTEGRE_PARTIEL', undefined]);
  const filter = state === undefined ? { partner: draws.one(issuers) } : { state };
  await world.replayOrder.orderReplays(world.store, filter, orderOf());
}

/** Every invoice of the flow as it should have been. */
async function replayCorrected(world, draws) {
  const refused = ({ state }) => ['IN_REJETE', 'IN_INTEGRE_PARTIEL', 'QP_IRRECEVABLE'].includes(state);
  const flow = await anyFlow(world, draws, refused);
  const given = world.deposits.find(
    ({ name, partner }) => name === flow?.depositedName && partner === flow.partner,
  );
  if (flow === null || given === undefined || given.invoices.length === 0) return;
  const invoices = given.invoices.map((one) => ({ ...one, how: 'good' }));
  const path = join(world.home, `corrected-${draws.below(1e9)}.xml`);
  writeFileSync(path, bytesOf(invoices));
  const archiveKey = `corrections/${randomUUID()}`;
  const file = { name: 'corrigé.xml', archiveKey, ...(await world.archive.takeIn(archiveKey, path)) };
  await unlessRefused(() => world.replayOrder.orderReplay(world.store, flow, orderOf(file)));
}

/** What was suspended is completed, what was misdirected is re-addressed, by a command that may be killed. */
async function move(world, draws) {
  const rows = (await world.store.listInvoices({ limit: 1_000 })).filter(({ fate }) => fate === 'integrated');
  const open = rows.filter(({ status }) => ['04', '06'].includes(status));
  if (rows.length === 0) return;
  const row = draws.one(open.length > 0 && draws.chance(0.9) ? open : rows);
  const path = join(world.home, 'piece.pdf');
  writeFileSync(path, pdf('La pièce demandée'));
  const to = draws.one([townHall, valfleury, newTown]).siret;
  const args =
    row.status === '06' || draws.chance(0.1)
      ? ['invoices', 'complete', row.id, '--attach', path]
      : ['invoices', 'readdress', row.id, '--siret', to, '--reason', 'essai'];
  const { child, done } = world.command(...args);
  if (draws.chance(0.2)) setTimeout(() => child.kill('SIGKILL'), 300 + draws.below(1_200)).unref();
  world.commands.push(done);
  if (draws.chance(0.5)) await done;
}

async function recall(world, draws) {
  const rows = (await world.store.listInvoices({ limit: 1_000 })).filter(({ fate }) => fate === 'integrated');
  const open = rows.filter(({ status }) => ['02', '03'].includes(status));
  if (open.length === 0) return;
  const { id } = draws.one(draws.chance(0.9) ? open : rows);
  const order = { invoice: id, by: 'user:claire', reason: 'essai' };
  const ports = { store: world.store, clock: { now: () => new Date() } };
  await unlessRefused(() => world.recall.askRecall(ports, order));
}

async function hold(world, draws) {
  await setMode(world, draws.one(partners), draws.one(['paused', 'draining', 'active', 'active']));
}

export async function setMode(world, partner, mode) {
  const at = new Date().toISOString();
  await world.store.transaction((tx) =>
    tx.setPartnerControl({ partner, mode, by: 'user:claire', at, reason: 'essai' }),
  );
}

async function fetch(world, draws) {
  world.fetch(draws.one(partners));
}

/** The town becomes known: its invoices are good from now on. */
export function learn(world) {
  return know(world, { structures: [{ ...newTown, partner: 'COL001' }] });
}

/** The suppliers that send are known from the start. */
export const knowSuppliers = (world) =>
  know(world, { suppliers: suppliers.map(({ siret, name }) => ({ id_type: '1', id: siret, name })) });

async function know(world, directory) {
  const folder = mkdtempSync(join(tmpdir(), 'ecluse-'));
  const path = join(folder, 'directory.json');
  writeFileSync(path, JSON.stringify(directory));
  await world.directoryImport.importDirectoryFile(path, world.store.directory);
  rmSync(folder, { recursive: true });
}

async function killAndStart(world, draws) {
  await world.kill();
  if (draws.chance(0.3)) {
    // Somewhere into the start.
    const starting = world.start();
    await Promise.race([starting, pause(100 + draws.below(700))]);
    await world.kill();
    await starting;
  }
  await world.checkNow?.();
  await world.start();
}
