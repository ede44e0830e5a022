import { Readable } from 'node:stream';
import { dayInParis, momentInParis } from '../../domain/dates.js';
import { type Flow, flowStates } from '../../domain/flow.js';
import { csvHead, csvLine } from '../csv.js';
import { cursorText, type FlowQuery, flowQuery } from '../flow-query.js';
import type { ConsoleParts } from '../parts.js';
import { page } from '../route.js';
import { find } from './flows.js';

const rowsMax = 10_000;
const rowsAtOnce = 500;

const heads = [
  'Reçu le',
  'Fichier',
  'Identifiant de flux',
  'Partenaire',
  'Interface',
  'État',
  'Factures reçues',
  'Factures intégrées',
  'Factures rejetées',
  'Traité le',
  'Taille (octets)',
  'Identifiant',
];

/** The search of the list as CSV, written while it is read. */
export const flowsCsv = page({
  path: '/flux.csv',
  role: 'reader',
  schema: { query: flowQuery },
  async handler({ parts, query }) {
    return {
      kind: 'download',
      name: `flux-${dayInParis(parts.clock.now())}.csv`,
      type: 'text/csv; charset=utf-8',
      body: Readable.from(linesOf(parts, query)),
    };
  },
});

async function* linesOf(parts: ConsoleParts, query: FlowQuery): AsyncGenerator<string> {
  yield csvHead + csvLine(heads);
  let written = 0;
  let apres: string | undefined;
  for (;;) {
    const { avant: _avant, ...rest } = query;
    const found = await find(parts, { ...rest, apres }, rowsAtOnce);
    yield found.flows.map(lineOf).join('');
    written += found.flows.length;
    if (found.next === null) return;
    if (written >= rowsMax || (found.stopped && found.flows.length === 0)) {
      yield csvLine([`Export arrêté après ${written} flux : resserrez la recherche (période, partenaire).`]);
      return;
    }
    apres = cursorText(found.next);
  }
}

const moment = (at: string | null) => (at === null ? null : momentInParis(new Date(at)));

function lineOf(flow: Flow): string {
  return csvLine([
    moment(flow.receivedAt),
    flow.depositedName,
    flow.flowId,
    flow.partner,
    flow.interfaceCode,
    flowStates[flow.state].label,
    flow.invoicesReceived,
    flow.invoicesIntegrated,
    flow.invoicesRejected,
    moment(flow.finalAt),
    flow.sizeBytes,
    flow.id,
  ]);
}
