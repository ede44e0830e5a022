import { describe, expect, it } from 'vitest';
import { flowName } from '../../scripts/documents/names.mjs';
import { gzip, pes } from '../../scripts/documents/pes.mjs';
import { pdf, tarGz } from '../../scripts/documents/pieces.mjs';
import { readPesAcquit } from '../../src/formats/pes/acquit.js';
import { openHome } from '../helpers/home.js';
import { firstInZip } from '../helpers/outbound.js';

const metropole = { siret: '75356054900010', name: 'Métropole de démonstration', service: 'SERV1' };
const partners = (interfaces: readonly string[], pesAcquit = false) => ({
  partners: [
    { code: 'FRN001', name: 'Fournisseur', interfaces, reports: { pesAcquit, warnings: true } },
    { code: 'COL001', name: 'Collectivités', lifecycle: false },
    { code: 'ETA001', name: 'État', lifecycle: false },
  ],
});

/** What comes back to the issuer for one deposit, and what went to the recipient. */
async function deposit(
  content: Buffer,
  options: {
    code?: string;
    interfaces?: readonly string[];
    pesAcquit?: boolean;
    flags?: Record<string, unknown>;
  } = {},
) {
  const { code = 'FSO1102A', interfaces = ['FSO1102A'], pesAcquit = false, flags = {} } = options;
  const home = await openHome({ flags: { ...partners(interfaces, pesAcquit), ...flags } });
  try {
    home.drop(flowName(code, 1), content);
    await home.idle();
    const files = (start: string, partner = 'FRN001') =>
      home
        .out(partner)
        .filter((name) => name.startsWith(start))
        .map((name) => home.read(partner, name));
    const [report = ''] = files('CSO');
    return {
      state: home.outcomes[0]?.state,
      names: home.out('FRN001'),
      report,
      rules: [...report.matchAll(/<CodeErreur>([^<]+)/g)].map(([, rule]) => rule ?? ''),
      acquits: files('ACQ1102A'),
      pivots: files('FEN0036A', 'COL001'),
    };
  } finally {
    await home.close();
  }
}

function acquitOf(text: string | undefined) {
  const told = readPesAcquit(Buffer.from(text ?? '', 'latin1'));
  if (!told.ok) throw new Error(told.finding.message);
  return told.acquit;
}

describe('PES Facture, the whole way', () => {
  const paper = pdf('Bon de livraison');
  const good = pes({
    invoices: [{ number: 'P-1' }, { number: 'P-2', recipient: metropole }],
    pieces: [
      ['bon.pdf', 'Bon de livraison de la facture P-1', paper],
      ['les-deux.pdf', 'Pour P-1 et P-2', paper],
    ],
  });

  it('integrates a file of two invoices; attachments go on zipped, the one they share to both', async () => {
    const told = await deposit(good);
    expect(told.state).toBe('IN_INTEGRE');
    expect(told.acquits).toEqual([]);
    const [pivot = ''] = told.pivots;
    expect(pivot.match(/<Id>P-\d<\/Id>/g)).toEqual(['<Id>P-1</Id>', '<Id>P-2</Id>']);
    expect(pivot).toContain('<RaisonSociale>Atelier Bois &amp; Métal</RaisonSociale>');
    expect([...pivot.matchAll(/<NomPJ>([^<]+)/g)].map(([, name]) => name)).toEqual([
      expect.stringContaining('P-1.pdf'),
      'bon.pdf',
      'les-deux.pdf',
      expect.stringContaining('P-2.pdf'),
      'les-deux.pdf',
    ]);
    const contents = [...pivot.matchAll(/<Contenu>([^<]*)/g)].map(([, text]) =>
      firstInZip(Buffer.from(text ?? '', 'base64')),
    );
    expect([contents[1], contents[2], contents[4]].map((one) => one?.bytes.equals(paper))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('answers with a PES_ACQUIT where the partner asks for it, one for each file of an archive', async () => {
    const second = pes({ name: 'PESALR2_SECOND', invoices: [{ number: 'P-3' }] });
    const told = await deposit(
      tarGz([
        { name: 'un.xml', bytes: good },
        { name: 'deux.xml', bytes: second },
      ]),
      { pesAcquit: true },
    );
    expect(told.state).toBe('IN_INTEGRE');
    const acquits = told.acquits.map(acquitOf);
    expect(acquits.map(({ accepted, envelope }) => [accepted, envelope.nomFic])).toEqual([
      [true, 'PESALR2_79955500800017_260120_001'],
      [true, 'PESALR2_SECOND'],
    ]);
    const flowIds = told.names.map((name) => name.replace(/\.xml$/, '').slice(-25));
    expect(new Set(flowIds).size).toBe(flowIds.length);
  });

  it('answers a file that its schema refuses with a technical element', async () => {
    const wrong = Buffer.from(
      good.toString('latin1').replace('<CodRes V="0"/>', '<CodRes V="non"/>'),
      'latin1',
    );
    const told = await deposit(wrong, { pesAcquit: true });
    expect(told).toMatchObject({ state: 'QP_IRRECEVABLE', rules: ['XSD'] });
    expect(acquitOf(told.acquits[0])).toMatchObject({
      accepted: false,
      elements: [{ domain: '0', errors: [{ code: 'ERREUR_SCHEMA_INCOMPLET' }] }],
    });
  });

  it('is off for a partner that has not subscribed to it', async () => {
    expect((await deposit(good, { interfaces: ['FSO1100A'] })).rules).toEqual(['ECL-ENV-SUBSCRIPTION']);
  });

  it('says of FSO1112A that its schema is not public', async () => {
    const told = await deposit(good, { code: 'FSO1112A', interfaces: ['FSO1112A'] });
    expect(told.rules).toEqual(['ECL-ENV-UNSUPPORTED']);
    expect(told.report).toContain('dont aucun schéma n’est public');
  });

  const one = [{ number: 'P-1' }];
  const withoutInvoices = good.toString('latin1').replace(/<PES_Facture>[\s\S]*<\/PES_Facture>/, '');
  const refusals: readonly { rule: string; content: Buffer; flags?: Record<string, unknown> }[] = [
    { rule: 'ECL-PES-EMPTY', content: Buffer.from(withoutInvoices, 'latin1') },
    {
      rule: 'ECL-PES-PJ-TIE',
      content: pes({
        invoices: [{ number: 'P-1' }, { number: 'P-2', recipient: metropole }],
        pieces: [['conditions.pdf', 'Conditions', paper]],
      }),
    },
    {
      rule: 'ECL-PES-PJ-GZIP',
      content: pes({ invoices: one, pieces: [['a.pdf', 'a', paper]], wrap: (bytes) => bytes }),
    },
    {
      rule: 'ECL-PES-PJ-BROKEN',
      content: pes({
        invoices: one,
        pieces: [['a.pdf', 'a', paper]],
        wrap: (bytes) => gzip(bytes).subarray(0, 60),
      }),
    },
    {
      rule: 'ECL-PES-PJ-SIZE',
      content: pes({ invoices: one, pieces: [['a.pdf', 'a', Buffer.alloc(200_000)]] }),
      flags: { limits: { unpackedBytesMax: 100_000 } },
    },
    { rule: 'ECL-PES-TYPE', content: pes({ type: '04', invoices: one }) },
  ];

  it.each(refusals)('is refused by $rule', async ({ rule, content, flags = {} }) => {
    const told = await deposit(content, { flags });
    expect(['IN_REJETE', 'QP_IRRECEVABLE']).toContain(told.state);
    expect(told.rules).toContain(rule);
    expect(told.pivots).toEqual([]);
  });

  it('tells of an encoding that is not as declared, and keeps the accents', async () => {
    const false1 = Buffer.from(good.toString('latin1'), 'utf8');
    const mixed = pes({
      invoices: [{ number: 'P-1' }, { number: 'P-2', ttc: '1.00' }],
    });
    const told = await deposit(Buffer.from(mixed.toString('latin1'), 'utf8'));
    expect(told.rules).toContain('ECL-XML-ENCODING-FALSE');
    expect(told.pivots[0]).toContain('Atelier Bois &amp; Métal');
    expect((await deposit(false1)).state).toBe('IN_INTEGRE');
    const inUtf8 = pes({ encoding: 'UTF-8', invoices: [{ number: 'P-1' }, { number: 'P-2', ttc: '1.00' }] });
    expect((await deposit(inUtf8)).rules).toContain('ECL-PES-ENCODING');
  });
});
