import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { finding } from '../../src/domain/finding.js';
import type { FlowState } from '../../src/domain/flow.js';
import type { Invoice } from '../../src/domain/invoice.js';
import { integrationReport } from '../../src/report/flow-report.js';
import { lifecycleReport } from '../../src/report/invoice-statuses.js';
import { pivotPieces, pivotSkeleton } from '../../src/report/pivot.js';
import { pivotStatusReport } from '../../src/report/pivot-statuses.js';
import {
  chorusParty,
  fullInvoice,
  hostileTexts,
  leanInvoice,
  zippedPdf,
} from '../helpers/report-invoices.js';

const root = resolve(import.meta.dirname, '../..');
const folder = resolve(root, process.env.ECLUSE_SHARED ?? '../shared', 'reference/xsd/cpp');
const statutXsd = join(folder, 'CPPStatutPivot_V1_19.xsd');
const pivotXsd = join(folder, 'CPPFacturePivot_V2_02.xsd');
const missing = reasonToSkip();
if (missing !== null) console.warn(`report-schemas: skipped, ${missing}`);

function reasonToSkip(): string | null {
  if (!existsSync(statutXsd) || !existsSync(pivotXsd))
    return 'the official schemas are not there (ECLUSE_SHARED)';
  try {
    execFileSync('xmllint', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'xmllint is not installed';
  }
}

const dir = mkdtempSync(join(tmpdir(), 'ecluse-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What the official schema says; an empty string when it is content. */
function verdict(xml: string, xsd: string): string {
  const file = join(dir, 'out.xml');
  writeFileSync(file, xml);
  try {
    execFileSync('xmllint', ['--noout', '--huge', '--schema', xsd, file], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr).slice(0, 2000);
  }
}

const engine = { code: 'CPP001', name: 'Écluse' };
const partner = { code: 'ABC123', name: 'Émetteur & Cie <SARL>', reportWarnings: true };
const at = new Date('2026-07-14T12:00:00Z');
const name = 'CSO1100A_ABC123_CPP0011100000000000000001';
const base = { name, engine, partner, at };

describe.skipIf(missing !== null)('reports against CPPStatut V1_19', () => {
  const report = (state: FlowState, text: string, count: number) =>
    integrationReport({
      ...base,
      partner: { ...partner, name: text },
      state,
      flow: {
        depositedName: text,
        flowId: null,
        invoicesReceived: 1,
        invoicesIntegrated: 0,
        invoicesRejected: 1,
      },
      findings: Array.from({ length: count }, (_, i) =>
        finding({
          rule: text,
          severity: i % 2 === 0 ? 'fatal' : 'warning',
          layer: 'envelope',
          message: text,
          fix: text,
          value: text,
          path: text,
          entry: text,
          invoice: text,
        }),
      ),
      invoices: [],
      ruleSets: [text],
      replaces: text,
    });
  const states: FlowState[] = [
    'IN_INTEGRE',
    'IN_INTEGRE_PARTIEL',
    'IN_REJETE',
    'QP_IRRECEVABLE',
    'IN_INCIDENTE',
  ];
  it.each(states)('%s', (state) => {
    for (const count of [0, 1, 3]) expect(verdict(report(state, 'texte', count), statutXsd)).toBe('');
  });
  it.each(hostileTexts.map((text, i) => [i, text] as const))('hostile text %i', (_, text) => {
    expect(verdict(report('IN_REJETE', text, 2), statutXsd)).toBe('');
    const status = {
      code: '03',
      at,
      comment: text,
      invoiceNumber: text,
      invoiceDate: text,
      supplier: { idType: text, id: text, name: text, country: text },
      recipient: { siret: text, name: text, serviceCode: text, serviceName: text },
    };
    expect(
      verdict(lifecycleReport({ ...base, statuses: [status, { ...status, at: new Date(0) }] }), statutXsd),
    ).toBe('');
    const said = { label: text, complement: text, producer: text, mandate: text };
    const stated = { ...status, ...said, statedAt: '2026-03-02T10:15:00.25' };
    expect(verdict(lifecycleReport({ ...base, statuses: [stated] }), statutXsd)).toBe('');
    const line = { nature: text, code: text, label: text, description: text };
    const ofFlow = { code: '94', at, statedAt: null, complement: text, comment: text, flow: text };
    const flows = [
      { ...ofFlow, details: [line, line] },
      { ...ofFlow, code: '95', details: [] },
    ];
    expect(verdict(pivotStatusReport({ ...base, statuses: flows }), statutXsd)).toBe('');
  });
  it('knows every status code from 01 to 41', () => {
    const statuses = Array.from({ length: 41 }, (_, i) => ({
      code: String(i + 1).padStart(2, '0'),
      at,
      comment: null,
      invoiceNumber: 'N',
      invoiceDate: null,
      supplier: { idType: '7', id: 'X', name: '', country: null },
      recipient: { siret: '11000201100044', name: null, serviceCode: null, serviceName: null },
    }));
    expect(verdict(lifecycleReport({ ...base, statuses }), statutXsd)).toBe('');
  });
});

describe.skipIf(missing !== null)('pivots against CPPFacturePivot V2_02', () => {
  const pivot = (...invoices: Invoice[]) => {
    const items = invoices.map((invoice, i) => ({
      id: `i${i}`,
      invoice,
      structure: null,
      service: null,
      receivedAt: at,
      pieces: pivotPieces(invoice, [zippedPdf, { ...zippedPdf, index: 0, archiveKey: 'b', innerName: '' }]),
      ...(i === 1 ? { resend: 'Complétée' as const } : {}),
    }));
    const { body, parts } = pivotSkeleton({ ...base, invoices: items });
    return parts.reduce((text, part) => text.replace(part.token, 'UEsDBA=='), body);
  };
  it('one lean invoice, and not without its currency', () => {
    const xml = pivot(leanInvoice());
    expect(verdict(xml, pivotXsd)).toBe('');
    expect(verdict(xml.replace(/<Devise>.*<\/Devise>/, ''), pivotXsd)).toContain('Devise');
  });
  it('a hundred full ones of every cadre, with many lines', () => {
    const full = fullInvoice(20);
    const cadres = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...Array.from({ length: 14 }, (_, i) => i + 12)];
    const many = Array.from({ length: 100 }, (_, i) => ({
      ...full,
      typeCode: i % 2 === 0 ? '380' : '381',
      chorus: { ...full.chorus, cadre: `A${cadres[i % cadres.length]}` },
    }));
    expect(verdict(pivot(...many), pivotXsd)).toBe('');
  });
  it.each(['1', '2', '3', '4', '5', '6', '7'] as const)('a supplier of type %s', (idType) => {
    const lean = leanInvoice();
    const invoice = {
      ...lean,
      chorus: { ...lean.chorus, supplier: chorusParty({ idType, id: 'BE0429958042' }) },
    };
    expect(verdict(pivot(invoice), pivotXsd)).toBe('');
  });
  it.each(['01', '1', '10', '20', '30', '31', '42', '48', '49', '54', '57', '58', '59', '97', 'ZZZ', ''])(
    'payment means %s',
    (meansCode) => {
      const lean = leanInvoice();
      expect(verdict(pivot({ ...lean, payment: { ...lean.payment, meansCode } }), pivotXsd)).toBe('');
    },
  );
  it.each(hostileTexts.map((text, i) => [i, text] as const))(
    'hostile text %i in every free field',
    (_, text) => {
      expect(verdict(pivot(hostile(text)), pivotXsd)).toBe('');
    },
  );
  it.each(['00.00', '140', '+5', '.5', '5.', '-12.345678901', '9'.repeat(18), '-0'])(
    'amount %s',
    (amount) => {
      const full = fullInvoice(1);
      const line = full.lines[0];
      const invoice: Invoice = {
        ...full,
        totals: { ...full.totals, taxExclusive: amount, taxInclusive: amount, payable: amount },
        lines:
          line === undefined
            ? []
            : [{ ...line, netPrice: amount, quantity: amount, netAmount: amount, vatRate: amount }],
      };
      expect(verdict(pivot(invoice), pivotXsd)).toBe('');
    },
  );
});

/** Every free text of an invoice replaced; what a fatal rule guards keeps its value. */
function hostile(text: string): Invoice {
  const full = fullInvoice(2);
  const party = chorusParty({ id: text, name: text, country: text });
  return {
    ...full,
    orderReference: text,
    contractReference: text,
    precedingInvoices: [{ number: text, issueDate: text }],
    seller: { ...full.seller, name: text },
    payment: {
      ...full.payment,
      meansCode: text,
      meansText: text,
      accounts: [{ id: text, name: text, bic: text }],
    },
    vatBreakdown: [
      { base: text, amount: text, category: text, rate: text, exemptionReason: text, exemptionCode: text },
    ],
    attachments: [
      { name: text, description: text, uri: text, mime: text, filename: text, chorusType: text, piece: 0 },
    ],
    lines: full.lines.map((line) => ({ ...line, sellerItemId: text, name: text, vatRate: text })),
    chorus: {
      ...full.chorus,
      supplier: party,
      recipient: chorusParty({ name: text }),
      serviceCode: text,
      serviceName: text,
      engagement: text,
      market: text,
      payee: party,
      originalInvoice: null,
      deliveryDate: text,
    },
  };
}
