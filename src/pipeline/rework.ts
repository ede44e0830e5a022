import type { Flow } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import type { Partner } from '../domain/partner.js';
import { Fault } from '../errors.js';
import type { InvoiceRow } from '../ports/store.js';
import { familyNames } from '../validate/family-names.js';
import { withBytesOf } from './replay-work.js';
import { stages } from './stages.js';
import type { InvoiceWork, Policy, StagePorts, Work } from './work.js';

/** An integrated invoice, read again from the bytes of its attempt. */
export interface ReworkedInvoice {
  readonly work: Work;
  /** Under the id of its row; its pieces are in the archive, under keys of their own. */
  readonly item: InvoiceWork;
}

/**
 * Reads one invoice of a flow again, for a new pivot about it: the bytes that its attempt read, no rules (it was
 * integrated), structure, service and recipient as the directory of `day` has them, pieces kept once more. Nothing is
 * written to the store.
 * @param day `YYYY-MM-DD`
 * @param workDir a folder of this work's own
 * @throws Fault NOT_FOUND when the bytes do not hold it, and the faults of the stages.
 */
export async function reworkInvoice(
  ports: StagePorts,
  flow: Flow,
  partner: Partner,
  row: Pick<InvoiceRow, 'id' | 'attempt' | 'entry' | 'entryIndex'>,
  { day, workDir }: { readonly day: string; readonly workDir: string },
): Promise<ReworkedInvoice> {
  let work = await opened(ports, flow, partner, row.attempt, day, workDir);
  const without: StagePorts = { ...ports, policy: withoutRules(ports.policy) };
  for (const { name, stage } of stages) {
    if (name === 'antivirus') continue;
    const result = await stage(work, without);
    if (result.kind === 'stop') throw gone(flow, row);
    work = only(result.value, row);
  }
  const [item] = work.invoices;
  if (item === undefined) throw gone(flow, row);
  return { work, item };
}

async function opened(
  { store, policy }: StagePorts,
  flow: Flow,
  partner: Partner,
  attempt: number,
  day: string,
  workDir: string,
): Promise<Work> {
  const replays = await store.replays({ flow: flow.id, state: 'done', limit: 10_000 });
  const replay = replays.find((one) => one.attempt === attempt) ?? null;
  return {
    flow: withBytesOf({ ...flow, attempt }, replay),
    partner,
    name: null,
    interface: policy.interfaceOf(flow.interfaceCode ?? '') ?? null,
    day,
    workDir,
    // Keys of the archive are never written twice.
    piecesKey: newId(),
    findings: [],
    layers: [],
    entries: [],
    checked: [],
    invoices: [],
  };
}

/** One entry, and of it one invoice. */
function only(work: Work, { id, entry, entryIndex }: Pick<InvoiceRow, 'id' | 'entry' | 'entryIndex'>): Work {
  return {
    ...work,
    entries: work.entries.filter(({ name }) => name === entry),
    invoices: work.invoices
      .filter((item) => item.entry === entry && item.checked.index === entryIndex)
      .map((item) => ({ ...item, id, fatal: false })),
  };
}

function withoutRules(policy: Policy): Policy {
  return {
    ...policy,
    choices: { sets: familyNames.map((set) => ({ set, mode: 'off' as const })), regrade: [] },
  };
}

function gone(flow: Flow, { entry, entryIndex }: Pick<InvoiceRow, 'entry' | 'entryIndex'>): Fault {
  return new Fault('NOT_FOUND', `invoice ${entryIndex + 1} of ${entry} cannot be read any more`, {
    flow: flow.id,
  });
}
