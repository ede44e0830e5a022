import type { Interface } from '../domain/interface.js';
import type { FlowKind } from '../domain/rule.js';
import type { Syntax } from '../domain/syntax.js';

type Row = readonly [
  code: string,
  kind: Interface['kind'],
  label: string,
  syntaxes: readonly Syntax[],
  apiSyntax: string | null,
  status: Interface['status'],
  useInstead: string | null,
  source: string,
];

const ubl: readonly Syntax[] = ['ubl-invoice', 'ubl-creditnote'];

/** Deposited by partners. An empty list of syntaxes: nothing of the code is read, a deposit is answered so. */
// biome-ignore format: a table reads by its rows
const inbound: readonly Row[] = [
  ['FSO1100A', 'E1', 'Facture structurée, UBL 2.1', ubl, 'IN_DP_E1_UBL_INVOICE', 'current', null, 'DOMAIN 1.2 [C]'],
  ['FSO1101A', 'E1', 'Facture structurée, CII ancienne version', [], 'IN_DP_E1_CII', 'unsupported', 'FSO1106A', 'DOMAIN 1.2 [C]'],
  ['FSO1102A', 'E1', 'Facture structurée, PES Facture', ['pes-facture'], 'IN_DP_E1_PES_FACTURE', 'legacy', 'FSO1100A', 'DOMAIN 1.2 [C], retirée en V4.20'],
  ['FSO1106A', 'E1', 'Facture structurée, CII D16B', ['cii'], 'IN_DP_E1_CII_16B', 'current', null, 'DOMAIN 1.2 [C]'],
  ['FSO1110A', 'E2', 'Facture mixte, UBL 2.1 minimal', ubl, 'IN_DP_E2_UBL_INVOICE_MIN', 'current', null, 'DOMAIN 1.2 [C]'],
  ['FSO1111A', 'E2', 'Facture mixte, CII minimal ancienne version', [], 'IN_DP_E2_CII_MIN', 'unsupported', 'FSO1116A', 'DOMAIN 1.2 [C]'],
  ['FSO1112A', 'E2', 'Facture mixte, PES Facture minimal, dont aucun schéma n’est public', [], 'IN_DP_E2_PES_FACTURE_MIN', 'unsupported', 'FSO1102A', 'DOMAIN 1.2 [C]'],
  ['FSO1113A', 'E2', 'Facture mixte, CPPFactureMixte', ['cpp-mixte'], 'IN_DP_E2_CPP_FACTURE_MIN', 'current', null, 'DOMAIN 1.2 [C]'],
  ['FSO1116A', 'E2', 'Facture mixte, CII D16B minimal', ['cii'], 'IN_DP_E2_CII_MIN_16B', 'current', null, 'DOMAIN 1.2 [C]'],
  ['FSO1117A', 'E2', 'Facture mixte, Factur-X', ['facturx'], 'IN_DP_E2_CII_FACTURX', 'current', null, 'DOMAIN 1.2 [C]'],
  ['FSO1120A', 'E3', 'Mémoire de frais de justice, UBL 2.1', ubl, 'IN_DP_E3_UBL_INVOICE', 'current', null, 'DOMAIN 1.2 [C]'],
  ['FSO1201A', 'status', 'Statuts de factures posés par un destinataire, CPPStatut', ['cpp-statut'], 'IN_CDV_CPP_STATUT', 'current', null, 'DECISIONS, names and sequences [G]'],
  ['FSO1304A', 'status', 'Statuts de factures posés par une plateforme agréée', [], null, 'unsupported', null, 'DOMAIN 1.3 [R]'],
  ['FSO1305A', 'status', 'Statut d’irrecevabilité posé par une plateforme agréée', [], null, 'unsupported', null, 'DOMAIN 1.3 [R]'],
  ['FSO0030A', 'none', 'Contenu non publié', [], null, 'unsupported', null, 'DOMAIN 1.3 [I]'],
  ['FSO0032A', 'none', 'Contenu non publié', [], null, 'unsupported', null, 'DOMAIN 1.3 [I]'],
];

/** Reports that come in are not answered: reports would answer reports. */
// biome-ignore format: a table reads by its rows
const inboundReports: readonly Row[] = [
  ['CEN0036A', 'report', 'Compte rendu d’un destinataire sur un flux pivot', ['cpp-statut'], 'IN_CRF_CPP_STATUT', 'current', null, 'DECISIONS, names and sequences [G]'],
  ['CEN1214A', 'report', 'Irrecevabilité d’un flux FEN1214A', [], null, 'unsupported', null, 'DOMAIN 1.3 [R]'],
  ['CEN1204A', 'report', 'Irrecevabilité d’un flux FEN1204A', [], null, 'unsupported', null, 'DOMAIN 1.3 [R]'],
  ['CEN1205A', 'report', 'Irrecevabilité d’un flux FEN1205A', [], null, 'unsupported', null, 'DOMAIN 1.3 [R]'],
];

/** Written by the engine, or known and not written. */
// biome-ignore format: a table reads by its rows
const outbound: readonly Row[] = [
  ['CSO0000A', 'report', 'Compte rendu d’un flux dont le code interface est illisible', ['cpp-statut'], 'OUT_CIR_CPP_STATUT', 'current', null, 'DECISIONS, names and sequences [G]'],
  ['ACQ1102A', 'report', 'Acquittement d’un fichier PES (PES_ACQUIT)', [], null, 'current', null, 'docs/pes.md, nom-acquit [G]'],
  ['FEN0036A', 'pivot', 'Facture au format pivot, CPPFacturePivot', ['cpp-pivot'], 'OUT_DP_CPP_FACTURE', 'current', null, 'DOMAIN 1.3 [C]'],
  ['FEN1200A', 'lifecycle', 'Cycle de vie, format AIFE_Statut', [], 'OUT_CDV_AIFE_STATUT', 'unsupported', 'FEN1201A', 'DOMAIN 1.3 [C]'],
  ['FEN1201A', 'lifecycle', 'Cycle de vie, CPPStatut', ['cpp-statut'], 'OUT_CDV_CPP_STATUT', 'current', null, 'DOMAIN 1.3 [C]'],
  ['FEN1204A', 'lifecycle', 'Cycle de vie entre plateformes, statuts de traitement', [], null, 'unsupported', 'FEN1201A', 'DOMAIN 1.3 [R]'],
  ['FEN1205A', 'lifecycle', 'Cycle de vie entre plateformes, statut 601', [], null, 'unsupported', 'FEN1201A', 'DOMAIN 1.3 [R]'],
  ['FEN1214A', 'lifecycle', 'Cycle de vie entre plateformes, statuts 202 et 213', [], null, 'unsupported', 'FEN1201A', 'DOMAIN 1.3 [R]'],
  ['FIR0120B', 'none', 'Contenu non publié', [], null, 'unsupported', null, 'DOMAIN 1.3 [I]'],
];

/**
 * The interface catalogue (DOMAIN 1.2 and 1.3): inbound codes, then outbound codes, the report code of every inbound
 * code among them. Only well-formed codes (three letters, four digits, one capital letter) stand in it (DECISIONS).
 */
export const catalogue: readonly Interface[] = [
  ...inbound.map((row) => fromRow(row, 'in', reportCodeOf(row[0]))),
  ...inboundReports.map((row) => fromRow(row, 'in', null)),
  ...outbound.map((row) => fromRow(row, 'out', null)),
  ...inbound.map(reportRow).map((row) => fromRow(row, 'out', null)),
];

/** Codes that partners may deposit under, supported or not. */
export const inboundInterfaces: readonly Interface[] = catalogue.filter((row) => row.direction === 'in');

const byCode = new Map(catalogue.map((row) => [row.code, row]));

/** The row of an interface code, whatever its direction; undefined when the code is not known. */
export function interfaceOf(code: string): Interface | undefined {
  return byCode.get(code);
}

/** Finds the row of an interface code among those of the catalogue and of the settings. */
export type InterfaceFinder = (code: string) => Interface | undefined;

/** An interface that an operator names by setting: E4 and E5, whose codes are not public (DOMAIN 1.1, 1.2). */
export interface OwnInterface {
  readonly code: string;
  readonly kind: FlowKind;
  readonly label: string;
  readonly syntaxes: readonly Syntax[];
}

/** The catalogue, and the operator's own interfaces with the reports that answer them. */
export function catalogueWith(own: readonly OwnInterface[]): readonly Interface[] {
  const rows = own.map(
    ({ code, kind, label, syntaxes }): Row => [
      code,
      kind,
      label,
      syntaxes,
      null,
      'current',
      null,
      'settings, interfaces',
    ],
  );
  return [
    ...catalogue,
    ...rows.map((row) => fromRow(row, 'in', reportCodeOf(row[0]))),
    ...rows.map(reportRow).map((row) => fromRow(row, 'out', null)),
  ];
}

/** `interfaceOf` over `catalogueWith`. */
export function finderOf(own: readonly OwnInterface[]): InterfaceFinder {
  if (own.length === 0) return interfaceOf;
  const rows = new Map(catalogueWith(own).map((row) => [row.code, row]));
  return (code) => rows.get(code);
}

/** True when deposits under this code are read. */
export function isSupported(row: Interface): boolean {
  return row.direction === 'in' && row.status !== 'unsupported' && row.syntaxes.length > 0;
}

/**
 * The code that really works in place of one that does not: `useInstead` may name another that is not supported, or
 * one that is kept for those who have it.
 */
export function replacementOf(row: Interface): string | null {
  const seen = new Set<string>();
  for (let at: Interface | undefined = row; at !== undefined && !seen.has(at.code); ) {
    if (isSupported(at) && at.status === 'current') return at.code;
    seen.add(at.code);
    at = at.useInstead === null ? undefined : byCode.get(at.useInstead);
  }
  return null;
}

/** DOMAIN 1.3: the report code is the interface code with F replaced by C. */
function reportCodeOf(code: string): string {
  return `C${code.slice(1)}`;
}

function reportRow([code, , , syntaxes, , status, , source]: Row): Row {
  const written = status !== 'unsupported' || syntaxes.length > 0 || source.startsWith('DOMAIN 1.2');
  const label = `Compte rendu d’intégration d’un flux ${code}`;
  return [
    reportCodeOf(code),
    'report',
    label,
    written ? ['cpp-statut'] : [],
    'OUT_CIR_CPP_STATUT',
    written ? 'current' : 'unsupported',
    null,
    'DOMAIN 1.3 [C]',
  ];
}

function fromRow(row: Row, direction: Interface['direction'], reportCode: string | null): Interface {
  const [code, kind, label, syntaxes, apiSyntax, status, useInstead, source] = row;
  const number = code.slice(3, 7);
  return {
    code,
    number,
    direction,
    kind,
    label,
    syntaxes,
    apiSyntax,
    reportCode,
    status,
    useInstead,
    source,
  };
}
