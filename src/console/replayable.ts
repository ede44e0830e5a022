import type { Flow } from '../domain/flow.js';
import { replayRefusal } from '../domain/replay.js';
import type { FlowCursor } from '../ports/store-console-reads.js';
import { type FlowQuery, searchOf } from './flow-query.js';
import type { ConsoleParts } from './parts.js';

/** What a search holds that can be worked again. */
export interface Replayable {
  readonly flows: readonly Flow[];
  /** Flows of the search that cannot be worked again: integrated, in progress, only tried. */
  readonly others: number;
  /** There are more than were looked for. */
  readonly more: boolean;
}

const pageFlows = 200;

/** The flows of a search that can be worked again, oldest first, `console.replayedFlowsMax` of them at most. */
export async function replayableOf(
  { store, loaded }: Pick<ConsoleParts, 'store' | 'loaded'>,
  query: FlowQuery,
  scanMax = 20_000,
): Promise<Replayable> {
  const flowsMax = loaded.settings.console.replayedFlowsMax;
  const flows: Flow[] = [];
  let others = 0;
  let at: FlowCursor | null = null;
  let scanned = 0;
  for (;;) {
    const page = await store.searchFlows(searchOf(query), {
      sort: 'received',
      direction: 'asc',
      limit: pageFlows,
      scanMax,
      ...(at === null ? {} : { cursor: { side: 'after' as const, at } }),
    });
    for (const flow of page.flows) {
      if (replayRefusal(flow) !== null) others += 1;
      else if (flows.length < flowsMax) flows.push(flow);
      else return { flows, others, more: true };
    }
    scanned += page.scanned;
    at = page.next;
    if (at === null) return { flows, others, more: false };
    if (scanned > scanMax * 5) return { flows, others, more: true };
  }
}
