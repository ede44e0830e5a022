import { describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { tarGz } from '../../scripts/documents/pieces.mjs';
import { ubl } from '../../scripts/documents/ubl.mjs';
import { openHome } from '../helpers/home.js';

interface Deposit {
  readonly content: Buffer | string;
  readonly flags?: Record<string, unknown>;
  readonly workerScript?: URL;
}

interface FlowCase {
  readonly rule: string;
  readonly accept: Deposit;
  readonly refuse: Deposit;
}

/** A worker that dies whatever it is given. */
const dying = new URL(
  `data:text/javascript,${encodeURIComponent(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1)); parentPort.postMessage({ ready: true });",
  )}`,
);
/** A worker that never answers. */
const silent = new URL(
  `data:text/javascript,${encodeURIComponent(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined); parentPort.postMessage({ ready: true });",
  )}`,
);
const soon = { retryMs: 10, sweepMs: 20 };

const archive = (files: Readonly<Record<string, string>>): Buffer =>
  tarGz(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })));
const [one, two] = [ubl({ number: 'F-1' }), ubl({ number: 'F-2' })];
const several = archive({ 'un.xml': one, 'deux.xml': two });
const wide = ubl({
  number: 'F-1',
  lines: [
    ['Vis', '12345678901', '0', '0'],
    ['Clous', '12345678902', '0', '0'],
    ['Table', '1', '900.00', '900.00'],
  ],
});

const fourLines = archive({ 'une.xml': two, 'trois.xml': wide });

/** Rules that only a whole flow can meet: accepted by one deposit, refused by another. */
const cases: readonly FlowCase[] = [
  {
    rule: 'ECL-DUP-IN-FLOW',
    accept: { content: several },
    refuse: { content: archive({ 'un.xml': one, 'bis.xml': one }) },
  },
  {
    rule: 'ECL-ENV-INVOICES',
    accept: { content: several, flags: { limits: { invoicesMax: 2 } } },
    refuse: { content: several, flags: { limits: { invoicesMax: 1 } } },
  },
  {
    rule: 'ECL-LIM-LINES',
    accept: { content: fourLines, flags: { limits: { linesMax: 4 } } },
    refuse: { content: fourLines, flags: { limits: { linesMax: 3 } } },
  },
  {
    rule: 'ECL-ENV-UNFINISHED',
    accept: { content: several },
    refuse: { content: several.subarray(0, several.length - 200) },
  },
  {
    rule: 'IRR_VIDE_F',
    accept: { content: several },
    refuse: { content: archive({ 'un.xml': one, 'vide.xml': '' }) },
  },
  {
    rule: 'IRR_TAILLE_F',
    accept: { content: several, flags: { limits: { entryBytesMax: 100_000 } } },
    refuse: { content: several, flags: { limits: { entryBytesMax: 1_000 } } },
  },
  {
    rule: 'ECL-MORE-FINDINGS',
    accept: { content: wide },
    refuse: { content: wide, flags: { rules: { findingsPerRuleMax: 1 } } },
  },
  {
    rule: 'ECL-WORK-TIME',
    accept: { content: one },
    refuse: { content: one, flags: { limits: { entryMsMax: 1 }, engine: soon }, workerScript: silent },
  },
  {
    rule: 'ECL-WORK-CRASH',
    accept: { content: one },
    refuse: { content: one, flags: { engine: soon }, workerScript: dying },
  },
  {
    rule: 'ECL-INCIDENT',
    accept: { content: one },
    refuse: { content: one, flags: { engine: { ...soon, attemptsMax: 1 } }, workerScript: dying },
  },
];

/** Ids of the rules that the report on a deposit names. */
async function told({ content, flags = {}, ...more }: Deposit): Promise<readonly string[]> {
  const home = await openHome({ flags, ...more });
  try {
    home.drop(flowName('FSO1100A', 1), content);
    await home.idle();
    const reports = home.out('FRN001').map((name) => home.read('FRN001', name));
    expect(reports.some((text) => text.includes('CPPFluxStatuts'))).toBe(true);
    return reports.flatMap((text) => [...text.matchAll(/<CodeErreur>([^<]*)</g)].map(([, id]) => id ?? ''));
  } finally {
    await home.close();
  }
}

describe.each(cases)('$rule', ({ rule, accept, refuse }) => {
  it('accepts', async () => expect(await told(accept)).not.toContain(rule));
  it('refuses', async () => expect(await told(refuse)).toContain(rule));
});
