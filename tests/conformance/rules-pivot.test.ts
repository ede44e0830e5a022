import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../scripts/crash/random.mjs';
import { checkDirectory } from '../../src/directory/check.js';
import { hasFatal } from '../../src/domain/finding.js';
import type { Invoice } from '../../src/domain/invoice.js';
import { defaultLimits } from '../../src/domain/limits.js';
import type { FlowKind, PieceFacts, RuleContext } from '../../src/domain/rule.js';
import { readEntry } from '../../src/formats/registry.js';
import { cutPieces } from '../../src/formats/xml/cut.js';
import { lifecycleReport } from '../../src/report/invoice-statuses.js';
import { pivotPieces, pivotSkeleton } from '../../src/report/pivot.js';
import { policyOf } from '../../src/settings/policy.js';
import { settingsSchema } from '../../src/settings/schema.js';
import { runRules } from '../../src/validate/rule-engine.js';
import { rulesFor } from '../../src/validate/rule-sets.js';
import { officialSchema } from '../helpers/official.js';
import { root, shared } from '../helpers/root.js';

const present = existsSync(join(shared, 'reference/xsd/cpp'));
if (!present) console.log(`skipped: rules against the pivot schema, ${shared} is absent (ECLUSE_SHARED)`);
const workDir = mkdtempSync(join(tmpdir(), 'ecluse-'));
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

function read(path: string, syntax: Invoice['syntax']): readonly Invoice[] {
  const cut = cutPieces(path, join(workDir, syntax), defaultLimits);
  const reading = readEntry(cut.bytes, syntax, cut);
  return reading.kind === 'invoices' ? reading.invoices.map((placed) => placed.invoice) : [];
}

const sample = (name: string): string => {
  const folder = join(root, 'samples', name, 'in');
  return join(folder, readdirSync(folder)[0] ?? '');
};

/** Texts that a sender might write where something else is expected. */
const strange = [
  null,
  '',
  ' ',
  '0',
  '-1',
  '12,5',
  '1e5',
  '1.234',
  '99999999999999999999',
  '0.1234567',
  'A11',
  'A1',
  'B1',
  '381',
  '751',
  '2026-02-30',
  '2099-01-01',
  '1999-12-31',
  '20260115',
  'EUR',
  'eur',
  'XXX',
  'FR',
  'F',
  'é@€<&>',
  'x'.repeat(300),
  '53514650090018',
  '5351465009001',
  'FR7630006000011234567890189',
  'FR00',
  '7',
  '1',
  '10',
  '97',
  '999',
  '\u0001',
  'TVA_SUR_DEBIT',
  ' 12 ',
  '+5',
  '12.',
  '.5',
] as const;

type Tree = Record<string, unknown>;

/** Paths of all texts and absences in an invoice. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (value === null || typeof value === 'string') return [[...path]];
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...path, i]));
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

function changed(invoice: Invoice, path: readonly (string | number)[], value: unknown): Invoice {
  const copy = structuredClone(invoice) as unknown as Tree;
  const last = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce<Tree>((node, key) => node[key] as Tree, copy);
  holder[last] = value;
  return copy as unknown as Invoice;
}

const facts: PieceFacts = {
  sizeBytes: 100,
  type: 'zip',
  inside: [{ name: 'facture.pdf', sizeBytes: 50, type: 'pdf' }],
  problem: null,
};

function contextOf(kind: FlowKind): RuleContext {
  return {
    kind,
    interfaceCode: kind === 'E1' ? 'FSO1100A' : 'FSO1116A',
    today: '2026-11-21',
    options: policyOf(settingsSchema.parse({})).rules,
    pieces: new Map([0, 1, 2, 3].map((index) => [index, facts])),
  };
}

const everyStructure = {
  structure: async (siret: string) =>
    /^\d{14}$/.test(siret)
      ? {
          siret,
          name: 'Structure',
          active: true,
          serviceRequired: false,
          engagementRequired: false,
          serviceOrEngagementRequired: false,
          routedByService: false,
          partner: 'COL001',
          validFrom: null,
          validTo: null,
        }
      : null,
  service: async (siret: string, code: string) => ({
    siret,
    code,
    name: 'Service',
    active: true,
    engagementRequired: false,
    partner: null,
    validFrom: null,
    validTo: null,
  }),
  services: async () => [],
  supplier: async () => null,
};

describe.skipIf(!present)('what the rules let through fits the pivot and its official schema', () => {
  const bases: { name: string; kind: FlowKind; invoice: Invoice }[] = [
    ...read(sample('e1-ubl'), 'ubl-invoice').map((invoice) => ({
      name: 'UBL',
      kind: 'E1' as const,
      invoice,
    })),
    ...read(sample('e2-cii'), 'cii').map((invoice) => ({ name: 'CII', kind: 'E2' as const, invoice })),
    ...read(sample('e2-mixte-partial'), 'cpp-mixte')
      .slice(0, 1)
      .map((invoice) => ({ name: 'CPPFactureMixte', kind: 'E2' as const, invoice })),
  ];

  it.each(bases)(
    '$name, 4,000 seeded changes',
    async ({ invoice, kind }) => {
      const random = createRandom(42);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
      const paths = leaves(invoice).filter((path) => path[0] !== 'syntax');
      const schema = officialSchema('cpp/CPPFacturePivot_V2_02.xsd');
      const statut = officialSchema('cpp/CPPStatutPivot_V1_19.xsd');
      const seen = { refused: 0, written: 0 };
      try {
        for (let turn = 0; turn < 4000; turn++) {
          const path = pick(paths);
          const value =
            path.at(-1) === 'idType' ? pick([null, '1', '2', '3', '4', '5', '6', '7']) : pick(strange);
          const label = `${path.join('.')} = ${JSON.stringify(value)}`;
          const subject = changed(invoice, path, value);
          const placed = { invoice: subject, index: 0, entry: 'a.xml', place: () => null };
          const directory = await checkDirectory(
            placed,
            everyStructure as never,
            { supplier: 'well-formed' },
            '2026-11-21',
          );
          const { findings } = runRules([placed], rulesFor('chorus'), contextOf(kind));
          if (hasFatal(findings) || hasFatal(directory.findings)) {
            seen.refused++;
            continue;
          }
          const pieces = pivotPieces(subject, [
            { index: 0, archiveKey: 'a', sizeBytes: 10, type: 'pdf', innerName: 'facture.pdf' },
          ]);
          const at = new Date('2026-11-21T10:00:00Z');
          const envelope = {
            name: 'FEN0036A_COL001_CPP0010036000000000000001',
            engine: { code: 'CPP001', name: 'ECLUSE' },
            partner: { code: 'COL001', name: 'Collectivités' },
            at,
          };
          const item = {
            id: label,
            invoice: subject,
            structure: directory.structure,
            service: directory.service,
            receivedAt: at,
            pieces,
          };
          const { body, parts } = pivotSkeleton({ ...envelope, invoices: [item] });
          const whole = parts.reduce((text, part) => text.replace(part.token, 'UEsDBA=='), body);
          expect(schema.problems(whole), label).toEqual([]);
          const status = lifecycleReport({ ...envelope, statuses: [statusOf(subject, at)] });
          expect(statut.problems(status), label).toEqual([]);
          seen.written++;
        }
      } finally {
        schema.dispose();
        statut.dispose();
      }
      expect(seen.written).toBeGreaterThan(500);
      expect(seen.refused).toBeGreaterThan(500);
    },
    600_000,
  );
});

function statusOf(invoice: Invoice, at: Date) {
  const { supplier, recipient, serviceCode } = invoice.chorus;
  return {
    code: '01',
    at,
    comment: null,
    invoiceNumber: invoice.number ?? '',
    invoiceDate: invoice.issueDate,
    supplier: {
      idType: supplier.idType ?? '1',
      id: supplier.id ?? '',
      name: supplier.name ?? '',
      country: supplier.country,
    },
    recipient: { siret: recipient.id ?? '', name: recipient.name, serviceCode, serviceName: null },
  };
}
