import { describe, expect, it } from 'vitest';
import { finding } from '../../src/domain/finding.js';
import { type IntegrationReportInput, integrationReport } from '../../src/report/flow-report.js';
import { lifecycleReport } from '../../src/report/invoice-statuses.js';
import { flowIdOf, outboundName, reportCodeOf } from '../../src/report/naming.js';
import { allowedText, clip, group, leaf, writeDocument } from '../../src/report/xml.js';

const engine = { code: 'CPP001', name: 'Écluse' };
const at = new Date('2026-11-21T23:30:00Z');
const name = outboundName({
  interfaceCode: 'CSO1100A',
  receiver: 'ABC123',
  engineCode: 'CPP001',
  sequence: 42,
});
const fatal = finding({
  rule: 'G1.05',
  severity: 'fatal',
  layer: 'chorus',
  message: 'Le numéro\n de facture est trop long.',
  fix: 'Écrivez 20 caractères ; pas plus.',
  line: 12,
  path: '/Invoice/ID',
  value: 'a;b\\c',
  entry: 'f.xml',
  invoice: 'N1',
  invoiceIndex: 0,
});
const warning = finding({ rule: 'W1', severity: 'warning', layer: 'chorus', message: 'm', fix: 'f' });

function input(more: Partial<IntegrationReportInput> = {}): IntegrationReportInput {
  return {
    name,
    engine,
    partner: { code: 'ABC123', name: 'Émetteur', reportWarnings: false },
    at,
    flow: {
      depositedName: 'FSO1100A_ABC123_ABC1231100000000000000001',
      flowId: 'ABC1231100000000000000001',
      invoicesReceived: 2,
      invoicesIntegrated: 1,
      invoicesRejected: 1,
    },
    state: 'IN_INTEGRE_PARTIEL',
    findings: [fatal, warning],
    invoices: [
      { entry: 'f.xml', entryIndex: 0, number: 'N1', supplierId: '123', recipientSiret: '456' },
      { entry: 'f.xml', entryIndex: 1, number: 'N2', supplierId: '123', recipientSiret: '457' },
    ],
    ruleSets: ['chorus-1', 'ubl-2.1', 'chorus-1'],
    ...more,
  };
}

/** Texts of every element of a name, in order. */
const texts = (xml: string, tag: string) =>
  [...xml.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`, 'g'))].map((m) => m[1]);

describe('outbound names', () => {
  it('follow 8_6_25 and give their flow id back', () => {
    expect(name).toBe('CSO1100A_ABC123_CPP0011100000000000000042');
    expect(flowIdOf(name)).toBe('CPP0011100000000000000042');
  });
  it.each([
    { interfaceCode: 'CSO1100' },
    { receiver: 'AB' },
    { engineCode: 'cpp001' },
    { sequence: -1 },
    { sequence: 1.5 },
    { sequence: 1e15 },
  ])('refuse %o', (wrong) => {
    const good = { interfaceCode: 'CSO1100A', receiver: 'ABC123', engineCode: 'CPP001', sequence: 1 };
    expect(() => outboundName({ ...good, ...wrong })).toThrow(/outbound name/);
  });
  it('answer an unknown interface under a code of ours, and some interfaces not at all', () => {
    expect(reportCodeOf(null)).toBe('CSO0000A');
    expect(reportCodeOf({ reportCode: 'CSO1100A' })).toBe('CSO1100A');
    expect(reportCodeOf({ reportCode: null })).toBeNull();
  });
});

describe('the XML writer', () => {
  it('escapes text and attributes, and replaces what XML cannot hold', () => {
    const xml = writeDocument(group('A', [leaf('B', 'a<b>&"\r\u0001\ud800😀')], { x: '"<\n' }));
    expect(xml).toContain('<B>a&lt;b&gt;&amp;"&#13;\ufffd\ufffd😀</B>');
    expect(xml).toContain('<A x="&quot;&lt;&#10;">');
    expect(allowedText('\udc00\ud800')).toBe('\ufffd\ufffd');
  });
  it('clips at code points', () => {
    expect(clip('😀😀😀', 2)).toBe('😀😀');
    expect(clip('ab😀c', 3)).toBe('ab😀');
    expect(clip('abc', 3)).toBe('abc');
    expect(clip('abcd', null)).toBe('abcd');
  });
});

describe('the integration report', () => {
  it('tells a partial integration with one line per fatal finding', () => {
    const xml = integrationReport(input());
    expect(texts(xml, 'IdStatut')).toEqual(['96']);
    expect(texts(xml, 'ComplementStatut')).toEqual(['IN_INTEGRE_PARTIEL']);
    expect(texts(xml, 'Commentaire')).toEqual(['reçues=2 intégrées=1 rejetées=1 règles=chorus-1,ubl-2.1']);
    expect(texts(xml, 'CodeErreur')).toEqual(['G1.05']);
    expect(texts(xml, 'NatureErreur')).toEqual(['REJET']);
    expect(texts(xml, 'LibelleErreur')).toEqual(['Le numéro de facture est trop long.']);
    expect(texts(xml, 'DescriptionErreur')).toEqual([
      'fichier=f.xml; facture=N1; fournisseur=123; destinataire=456; ligne=12; balise=/Invoice/ID; ' +
        'valeur=a\\;b\\\\c; remède=Écrivez 20 caractères \\; pas plus.',
    ]);
    expect(xml).toContain('<Details NbLignesErreur="1">');
  });
  it('dates the production in Paris, with the offset', () => {
    const xml = integrationReport(input());
    expect(texts(xml, 'Valeurparametre')).toEqual(['2026-11-22', 'CPP0011100000000000000042']);
    expect(texts(xml, 'Horodatage')).toEqual(['2026-11-22T00:30:00+01:00']);
  });
  it('has no details when all is integrated', () => {
    const xml = integrationReport(input({ state: 'IN_INTEGRE', findings: [warning] }));
    expect(texts(xml, 'IdStatut')).toEqual(['90']);
    expect(xml).not.toContain('<Details');
  });
  it('adds warnings for a partner that asked for them', () => {
    const partner = { code: 'ABC123', name: 'É', reportWarnings: true };
    expect(texts(integrationReport(input({ partner })), 'NatureErreur')).toEqual(['REJET', 'AVERTISSEMENT']);
  });
  it('tells irrecevable from rejected, and lists entries that were not looked at', () => {
    const xsd = { ...fatal, rule: 'XSD', layer: 'schema' } as const;
    const untreated = finding({ ...warning, rule: 'ECL-ENV-UNTREATED', layer: 'envelope', entry: 'g.xml' });
    const xml = integrationReport(input({ state: 'QP_IRRECEVABLE', findings: [xsd, untreated] }));
    expect(texts(xml, 'IdStatut')).toEqual(['93']);
    expect(texts(xml, 'ComplementStatut')).toEqual(['QP_IRRECEVABLE']);
    expect(texts(xml, 'NatureErreur')).toEqual(['IRRECEVABILITE', 'IRRECEVABILITE']);
  });
  it('names the deposit where no flow id could be read, and the report that it replaces', () => {
    const flow = { ...input().flow, flowId: null, depositedName: `x\u0007${'y'.repeat(300)}` };
    const xml = integrationReport(input({ flow, replaces: 'CPP0011100000000000000007' }));
    expect(texts(xml, 'IdFlux')).toEqual([`x\ufffd${'y'.repeat(198)}`]);
    expect(texts(xml, 'Code')).toEqual(['DtPrd', 'IdFlx', 'CRRmp']);
  });
  it('is refused for a flow that is still on its way', () => {
    expect(() => integrationReport(input({ state: 'IN_RECU' }))).toThrow(/final state/);
  });
});

describe('the lifecycle flow', () => {
  const status = {
    code: '02',
    at,
    comment: null,
    invoiceNumber: 'N1',
    invoiceDate: '2026-11-02',
    supplier: { idType: '1', id: '12345678200010', name: 'Fournisseur', country: 'FR' },
    recipient: { siret: '11000201100044', name: 'État', serviceCode: 'S1', serviceName: null },
  };
  it('numbers the statuses in their order', () => {
    const xml = lifecycleReport({
      name,
      engine,
      partner: engine,
      at,
      statuses: [{ ...status, code: '01', label: 'Déposée' }, status],
    });
    expect(texts(xml, 'IdStatut')).toEqual(['01', '02']);
    expect(texts(xml, 'ComplementStatut')[0]).toBe('Déposée');
    expect(xml).toContain('<CPPFactureStatuts compteur="2">');
    expect(xml).toContain('<CPPFactureStatutUnitaire NumOrdre="2">');
  });
  it('stands for a recipient that is no SIRET and a date that is no day', () => {
    const rejected = {
      ...status,
      code: '37',
      invoiceDate: '30/02/2026',
      recipient: { ...status.recipient, siret: '12', name: null },
    };
    const xml = lifecycleReport({ name, engine, partner: engine, at, statuses: [rejected] });
    expect(texts(xml, 'Identifiant')[1]).toBe('00000000000000');
    expect(texts(xml, 'Nom')).toEqual(['12']);
    expect(xml).not.toContain('DateFacture');
  });
  it('refuses a code that the schema does not know, and an empty group', () => {
    const of = (statuses: (typeof status)[]) => () =>
      lifecycleReport({ name, engine, partner: engine, at, statuses });
    expect(of([{ ...status, code: '42' }])).toThrow(/status/);
    expect(of([])).toThrow(/without any status/);
  });
});
