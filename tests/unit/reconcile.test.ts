import { describe, expect, it } from 'vitest';
import { reconcile } from '../../src/cli/reconcile.js';
import { type SentLine, sentLines } from '../../src/cli/sent-list.js';
import type { Flow } from '../../src/domain/flow.js';

const sha = (digit: string): string => digit.repeat(64);
const nameOf = (n: number): string => `FSO1100A_FRN001_FRN0011100${String(n).padStart(15, '0')}`;
const flow = (n: number, more: Partial<Flow> = {}): Flow => ({
  id: `id-${n}`,
  partner: 'FRN001',
  depositedName: nameOf(n),
  flowId: nameOf(n).slice(16),
  interfaceCode: 'FSO1100A',
  sha256: sha(String(n % 10)),
  sizeBytes: 1,
  archiveKey: '',
  state: 'IN_INTEGRE',
  attempt: 1,
  receivedAt: `2026-03-0${n}T09:00:00.000Z`,
  finalAt: '2026-03-09T09:00:00.000Z',
  invoicesReceived: 1,
  invoicesIntegrated: 1,
  invoicesRejected: 0,
  demo: false,
  qualification: false,
  ...more,
});
const storeOf = (flows: readonly Flow[]) => ({
  flowsCalled: async (_: string, names: readonly string[]) =>
    flows.filter((one) => names.includes(one.depositedName) || names.includes(one.flowId ?? '')),
  flowsWithBytes: async (_: string, hashes: readonly string[]) =>
    flows.filter((one) => hashes.includes(one.sha256)),
  flowsBetween: async (
    _: string,
    { from, to }: { from: string; to: string },
    after: { id: string } | null,
  ) => (after !== null ? [] : flows.filter(({ receivedAt }) => receivedAt >= from && receivedAt < to)),
});
async function verdicts(list: string, flows: readonly Flow[], given = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { sent, verdict, flow: of } of reconcile(
    storeOf(flows),
    'FRN001',
    sentLines([list]),
    given,
  ))
    found.push(`${sent?.line ?? '-'} ${verdict} ${of?.id ?? '-'}`);
  return found;
}
const read = (text: string): SentLine[] => [...sentLines([text])];

describe('the list of what a partner says it sent', () => {
  it('is file names alone, or CSV whose fields show by their form, or CSV with titles in any order', () => {
    expect(read(`a.xml\n\nenvoi/b.xml\r\n`).map(({ line, name }) => [line, name])).toEqual([
      [1, 'a.xml'],
      [3, 'b.xml'],
    ]);
    expect(read(`\ufeffa.xml;12;${sha('A')};20/03/2026`)).toEqual([
      { line: 1, name: 'a.xml', sha256: sha('a'), sentOn: '2026-03-20', invoices: 12, problem: null },
    ]);
    expect(read(`Nombre de factures,Fichier,Date d'envoi\n3,a.xml,2026-03-20T08:00`)).toEqual([
      { line: 2, name: 'a.xml', sha256: null, sentOn: '2026-03-20', invoices: 3, problem: null },
    ]);
  });

  it('says of each line what cannot be read in it, and goes on', () => {
    const lines = read(`fichier;sha256;date;factures\na;xyz;;\nb;;31/02/2026;\nc;;;deux\n;;;\nd;;;`);
    expect(lines.map(({ problem }) => problem)).toEqual([
      "« xyz » n'est pas une empreinte SHA-256",
      "« 31/02/2026 » n'est pas une date",
      "« deux » n'est pas un nombre",
      'le nom du fichier manque',
      null,
    ]);
    expect(read('a;b').map(({ problem }) => problem)).toEqual([expect.stringContaining('« b »')]);
  });
});

describe('a list against what was received', () => {
  it('has a verdict for each line, and names what is not on the list', async () => {
    const flows = [
      flow(1),
      flow(2),
      flow(3),
      flow(4, { depositedName: 'autre.xml', flowId: null }),
      flow(5, { invoicesReceived: 2 }),
      flow(6),
    ];
    const list = [
      `${nameOf(1)}.xml;${sha('1')};2026-03-01;1`,
      `${nameOf(2)};${sha('9')};2026-03-02;`,
      `${nameOf(8)};${sha('4')};;`,
      `${nameOf(7)};${sha('7')};2026-03-07;`,
      `${nameOf(5)};;;3`,
      `${nameOf(1)};;;`,
      `${nameOf(9)};pas une empreinte;;`,
    ].join('\n');
    expect(await verdicts(list, flows)).toEqual([
      '1 received id-1',
      '2 other-bytes id-2',
      '3 other-name id-4',
      '4 never-received -',
      '5 other-count id-5',
      '6 listed-twice id-1',
      '7 unreadable -',
      '- not-listed id-3',
      '- not-listed id-6',
    ]);
  });

  it('takes of several flows of a name the one with the bytes, and each flow once', async () => {
    const first = flow(1, { state: 'IN_REJETE', invoicesIntegrated: 0 });
    const again = flow(2, { depositedName: nameOf(1), flowId: nameOf(1).slice(16) });
    expect(await verdicts(`${nameOf(1)}\n${nameOf(1)}`, [first, again])).toEqual([
      '1 received id-2',
      '2 received id-1',
    ]);
    expect(await verdicts(`${nameOf(1)},${sha('1')}`, [first, again])).toEqual(['1 received id-1']);
  });

  it('looks beside the list in the time that it is told', async () => {
    const flows = [flow(1), flow(2), flow(3)];
    expect(await verdicts(nameOf(2), flows)).toEqual(['1 received id-2']);
    expect(await verdicts(nameOf(2), flows, { to: '2026-03-04T00:00:00.000Z' })).toEqual([
      '1 received id-2',
      '- not-listed id-3',
    ]);
    expect(await verdicts('', flows)).toEqual([]);
  });
});
