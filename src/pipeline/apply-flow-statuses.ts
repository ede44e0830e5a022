import { type Finding, shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { FlowErrorLine, FlowStatusReading } from '../domain/status-reading.js';
import type { StoreTransaction } from '../ports/store.js';
import type { PivotFacts } from '../ports/store-life.js';
import { pivotCode } from '../report/naming.js';
import type { CommitContext } from './commit.js';
import { notePivots, type PivotAlert, type PivotWord } from './pivot-statuses.js';
import { commentLengthMax, cut } from './status-text.js';
import type { Work } from './work.js';

/** One status of a flow that was sent out, and the entry it stands in. */
export interface FlowStatusUnit {
  readonly entry: string;
  readonly reading: FlowStatusReading;
}

/** Error lines of one report that are kept. */
const linesMax = 1_000;
const lineTextMax = 2_000;
const labelMax = 255;
const complementMax = 40;

/** What a recipient's word means to the issuer (DOMAIN 6.1); a flow on its way (91) is nothing new. */
const meaning: Readonly<Record<string, string>> = {
  90: '92',
  92: '92',
  93: '94',
  94: '94',
  95: '95',
  96: '96',
};

/** Notes what a recipient tells of the pivots that it was sent; a flow that was not sent to it is refused. */
export async function applyFlowStatuses(
  tx: StoreTransaction,
  work: Work,
  units: readonly FlowStatusUnit[],
  context: CommitContext,
): Promise<{
  readonly findings: readonly Finding[];
  readonly integrated: number;
  readonly alerts: readonly PivotAlert[];
}> {
  const at = context.now.toISOString();
  const findings: Finding[] = [];
  const words: PivotWord[] = [];
  for (const unit of units) {
    const pivot = await pivotOf(tx, work.partner.code, unit.reading.flow);
    if (pivot === null) findings.push(unknown(work, unit));
    else words.push(...wordOf(work, pivot, unit.reading));
  }
  const integrated = units.length - findings.length;
  if (work.flow.qualification) return { findings, integrated, alerts: [] };
  // A refused word about a pivot is answered by nothing: the audit trail keeps it.
  await tx.insertEvents(
    findings.map(({ message }) => ({
      at,
      actor: `partner:${work.partner.code}` as const,
      kind: 'flow-status-refused',
      flow: work.flow.id,
      invoice: null,
      text: message,
    })),
  );
  const alerts = await notePivots(tx, words, `partner:${work.partner.code}`, context.life, at);
  return { findings, integrated, alerts };
}

/** By flow id or by whole name; one that went to somebody else is as unknown as one that never was. */
async function pivotOf(tx: StoreTransaction, sender: string, flow: string): Promise<PivotFacts | null> {
  const name = flow.length === 25 ? `${pivotCode}_${sender}_${flow}` : flow.replace(/\.xml$/i, '');
  const pivot = await tx.pivot(name);
  return pivot?.recipient === sender ? pivot : null;
}

function wordOf(work: Work, pivot: PivotFacts, reading: FlowStatusReading): readonly PivotWord[] {
  const code = meaning[reading.code];
  if (code === undefined) return [];
  return [
    {
      pivot,
      code,
      comment: cut(reading.comment, commentLengthMax),
      told: {
        statedAt: reading.at,
        complement: cut(reading.complement, complementMax),
        details: keptLines(reading.details),
        sourceFlow: work.flow.id,
      },
    },
  ];
}

function keptLines(lines: readonly FlowErrorLine[]): readonly FlowErrorLine[] {
  const kept = lines.slice(0, linesMax).map(({ nature, code, label, description }) => ({
    nature: cut(nature, labelMax),
    code: cut(code, labelMax),
    label: cut(label, labelMax),
    description: cut(description, lineTextMax),
  }));
  if (lines.length <= linesMax) return kept;
  const label = `${lines.length - linesMax} lignes de plus ne sont pas reprises ici`;
  return [...kept, { nature: 'AVERTISSEMENT', code: 'ECL-MORE-FINDINGS', label, description: null }];
}

function unknown(work: Work, { entry, reading }: FlowStatusUnit): Finding {
  const facts = { partner: work.partner.code, flow: reading.flow };
  const { path, line } = reading.places.flow;
  return findingOf('ECL-STA-FLOW', facts, { entry, path, line, value: shownValue(reading.flow) });
}
