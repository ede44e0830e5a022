/** One schema the engine can apply: its file below the schema folder, and the version shown in verdicts. */
interface SchemaEntry {
  readonly file: string;
  readonly version: string;
}

const entries = {
  'ubl-invoice': { file: 'ubl-2.1/invoice.xsd', version: 'ubl-2.1' },
  'ubl-creditnote': { file: 'ubl-2.1/creditnote.xsd', version: 'ubl-2.1' },
  cii: { file: 'cii-d16b/invoice.xsd', version: 'cii-d16b' },
  'cii-e2': { file: 'cii-d16b/invoice-e2.xsd', version: 'cii-d16b-e2' },
  'cpp-mixte': { file: 'cpp/mixte.xsd', version: 'cpp-mixte-1.16' },
  'cpp-mixte-bare': { file: 'cpp/mixte-bare.xsd', version: 'cpp-mixte-1.16' },
  'pes-aller': { file: 'pes/aller.xsd', version: 'pes-5.5' },
  'pes-acquit': { file: 'pes/acquit.xsd', version: 'pes-acquit-5.5' },
  'cpp-pivot': { file: 'cpp/pivot.xsd', version: 'cpp-pivot-2.02' },
  'cpp-statut': { file: 'cpp/statut.xsd', version: 'cpp-statut-1.19' },
} as const satisfies Record<string, SchemaEntry>;

export type SchemaName = keyof typeof entries;

/** Root element of a document: local name and namespace (empty for none). */
export interface Root {
  readonly name: string;
  readonly namespace: string;
}

export const schemaNames = Object.keys(entries) as readonly SchemaName[];

/** Version of a schema, as a verdict names it: `ubl-2.1`, `cpp-pivot-2.02`. */
export function schemaVersion(schema: SchemaName): string {
  return entries[schema].version;
}

/** File of a schema below the schema folder, with `/` between its parts. */
export function schemaFile(schema: SchemaName): string {
  return entries[schema].file;
}

const ublRoot = 'urn:oasis:names:specification:ubl:schema:xsd:';
const ciiRoot = 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100';
const cppRoot = 'http://chorus-factures.budget.gouv.fr/facture';

const byRoot: ReadonlyMap<string, SchemaName> = new Map([
  [`{${ublRoot}Invoice-2}Invoice`, 'ubl-invoice'],
  [`{${ublRoot}CreditNote-2}CreditNote`, 'ubl-creditnote'],
  [`{${ciiRoot}}CrossIndustryInvoice`, 'cii'],
  [`{${cppRoot}}CPPFactureMixte`, 'cpp-mixte'],
  ['{}CPPFactureMixte', 'cpp-mixte-bare'],
  ['{http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller}PES_Aller', 'pes-aller'],
  ['{http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/retour/v2}PES_ACQUIT', 'pes-acquit'],
  ['{}CPPFacturePivot', 'cpp-pivot'],
  ['{}CPPStatut', 'cpp-statut'],
]);

/**
 * The schema of a document by its root; null for a root that none describes. In an E2 flow a CII may lack
 * `ApplicableHeaderTradeDelivery` (DECISIONS, From deposit to verdict): it gets the variant that allows so.
 */
export function pickSchema(root: Root, flow: { readonly e2: boolean }): SchemaName | null {
  const schema = byRoot.get(`{${root.namespace}}${root.name}`) ?? null;
  return schema === 'cii' && flow.e2 ? 'cii-e2' : schema;
}
