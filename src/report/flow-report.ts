import { timestampInParis } from '../domain/dates.js';
import type { Finding } from '../domain/finding.js';
import type { FlowState } from '../domain/flow.js';
import { Fault } from '../errors.js';
import { type EnvelopeFacts, envelope } from './envelope.js';
import {
  allowedText,
  clip,
  group,
  leaf,
  oneLine,
  optionalLeaf,
  writeDocument,
  type XmlElement,
} from './xml.js';

/** An invoice of the flow, for the lines that speak about it. An `InvoiceRow` of the store is one. */
export interface ReportedInvoice {
  readonly entry: string;
  /** 0-based position within the entry. */
  readonly entryIndex: number;
  readonly number: string | null;
  readonly supplierId: string | null;
  readonly recipientSiret: string | null;
}

export interface ReportedFlow {
  readonly depositedName: string;
  /** The 25-character flow id; null when the name could not be read: then the deposited name stands for it. */
  readonly flowId: string | null;
  readonly invoicesReceived: number;
  readonly invoicesIntegrated: number;
  readonly invoicesRejected: number;
  /** Tried only: the report says that nothing was passed on or kept. */
  readonly qualification?: boolean;
}

export interface IntegrationReportInput extends EnvelopeFacts {
  /** The issuer; `reportWarnings` adds warnings to the reports of rejected and partially integrated flows. */
  readonly partner: EnvelopeFacts['partner'] & { readonly reportWarnings: boolean };
  readonly flow: ReportedFlow;
  /** A final state. */
  readonly state: FlowState;
  readonly findings: readonly Finding[];
  readonly invoices: readonly ReportedInvoice[];
  /** Names and versions of the rule sets that spoke (`LayerVerdict.ruleSet`). */
  readonly ruleSets: readonly string[];
  /** Whether a finding refuses the flow as such (NatureErreur IRRECEVABILITE); default `isAboutFlow`. */
  readonly aboutFlow?: (finding: Finding) => boolean;
  /** Flow id of the report that this one replaces (a replay). */
  readonly replaces?: string;
}

/** Rule that lists the entries of a refused flow that were not looked at: told also when it is but a warning. */
const untreatedRule = 'ECL-ENV-UNTREATED';
/** Warnings that are told whatever the partner asked for: without them the report would be silent on what it leaves out. */
const alwaysTold: ReadonlySet<string> = new Set([untreatedRule, 'ECL-MORE-FINDINGS', 'ECL-RULES-REGRADED']);

const idFluxLengthMax = 200;
const libelleLengthMax = 255;
const complementLengthMax = 40;

/** Status of a flow in CPPStatut (DOMAIN 6.1) by its final state. */
const statusOfState: Partial<Record<FlowState, '90' | '93' | '96'>> = {
  IN_INTEGRE: '90',
  IN_INTEGRE_PARTIEL: '96',
  IN_REJETE: '93',
  QP_RECEVABLE: '90',
  QP_RECEVABLE_AVEC_ERREUR: '96',
  QP_IRRECEVABLE: '93',
  IN_INCIDENTE: '93',
};

/** Steps 1 to 8 of DOMAIN 3.1: name, archive, schema, attachments. Their codes begin with `IRR_` (DOMAIN 3.2). */
export function isAboutFlow(finding: Finding): boolean {
  return finding.layer === 'envelope' || finding.layer === 'schema' || finding.rule.startsWith('IRR_');
}

/**
 * The integration report of a flow: a CPPStatut V1_19 with one flow status and one LigneErreurDetail per finding
 * (DECISIONS, "The integration report").
 * @throws Fault INTERNAL when the state is not final.
 */
export function integrationReport(input: IntegrationReportInput): string {
  const status = statusOf(input);
  if (status === undefined) {
    throw new Fault('INTERNAL', 'a report was asked for before the flow had a final state', {
      state: input.state,
    });
  }
  const more = input.replaces === undefined ? [] : [{ code: 'CRRmp', value: input.replaces }];
  const root = group('CPPStatut', [
    envelope(input, more),
    group('CPPFluxStatuts', [fluxStatut(input, status)], { compteur: '1' }),
  ]);
  return writeDocument(root);
}

/** A flow in which nothing would be integrated is rejected, also when it is only tried. */
function statusOf({ state, flow }: IntegrationReportInput): string | undefined {
  if (state === 'QP_RECEVABLE_AVEC_ERREUR' && flow.invoicesIntegrated === 0) return '93';
  return statusOfState[state];
}

function fluxStatut(input: IntegrationReportInput, status: string): XmlElement {
  const donnees = group('DonneesStatut', [
    leaf('IdStatut', status),
    leaf('ComplementStatut', input.state, complementLengthMax),
    leaf('Commentaire', comment(input)),
    leaf('Horodatage', timestampInParis(input.at)),
    leaf('IdFlux', idFlux(input.flow), idFluxLengthMax),
    status === '90' ? null : details(input),
  ]);
  return group('CPPFluxStatutUnitaire', [donnees], { NumOrdre: '1' });
}

function comment({ flow, ruleSets }: IntegrationReportInput): string {
  const counts = `reçues=${flow.invoicesReceived} intégrées=${flow.invoicesIntegrated} rejetées=${flow.invoicesRejected}`;
  const sets = [...new Set(ruleSets)];
  const text = sets.length === 0 ? counts : `${counts} règles=${sets.join(',')}`;
  return flow.qualification === true ? `${text} ; qualification : rien n'est transmis ni retenu` : text;
}

function idFlux(flow: ReportedFlow): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be written
  return flow.flowId ?? flow.depositedName.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}

function details(input: IntegrationReportInput): XmlElement | null {
  const told = input.findings.filter(
    (f) => f.severity === 'fatal' || alwaysTold.has(f.rule) || input.partner.reportWarnings,
  );
  if (told.length === 0) return null;
  const invoiceOf = invoiceFinder(input.invoices);
  const lines = told.map((f, index) =>
    group(
      'LigneErreurDetail',
      [
        leaf('NatureErreur', nature(f, input)),
        leaf('CodeErreur', f.rule),
        leaf('LibelleErreur', label(f.message), libelleLengthMax),
        optionalLeaf('DescriptionErreur', description(f, invoiceOf(f))),
      ],
      { IdLigne: String(index + 1) },
    ),
  );
  return group('Details', lines, { NbLignesErreur: String(lines.length) });
}

/** What a message says of the tag it is about: `(balise : Invoice.ID)`. */
const tagPattern = /\(balise : ([^()]+)\)/;

/**
 * A message that fits into a label. When it is too long, the tag loses steps from its start, and in the end all but its
 * last: the verdict matters more, and the whole path stands in the description.
 */
function label(message: string): string {
  const text = oneLine(message);
  const tag = tagPattern.exec(text)?.[1];
  const excess = [...text].length - libelleLengthMax;
  if (tag === undefined || excess <= 0 || !tag.includes('.')) return text;
  const steps = tag.split('.');
  const dropped = steps.findIndex((_, at) => steps.slice(0, at).join('.').length > excess);
  const kept = steps.slice(dropped < 0 ? -1 : dropped);
  return text.replace(`(balise : ${tag})`, () => `(balise : ….${kept.join('.')})`);
}

function nature(f: Finding, { state, aboutFlow = isAboutFlow }: IntegrationReportInput): string {
  if (f.rule === untreatedRule) return 'IRRECEVABILITE';
  if (f.severity === 'warning') return 'AVERTISSEMENT';
  return state !== 'IN_INCIDENTE' && aboutFlow(f) ? 'IRRECEVABILITE' : 'REJET';
}

/** The invoice that a finding speaks about: by its position, else the only one of its entry. */
function invoiceFinder(invoices: readonly ReportedInvoice[]): (f: Finding) => ReportedInvoice | null {
  const byEntry = new Map<string, ReportedInvoice[]>();
  for (const invoice of invoices) {
    const known = byEntry.get(invoice.entry);
    if (known === undefined) byEntry.set(invoice.entry, [invoice]);
    else known.push(invoice);
  }
  return (f) => {
    const inEntry = f.entry === null ? [] : (byEntry.get(f.entry) ?? []);
    if (f.invoiceIndex !== null) return inEntry.find((i) => i.entryIndex === f.invoiceIndex) ?? null;
    return inEntry.length === 1 ? (inEntry[0] ?? null) : null;
  };
}

function description(f: Finding, invoice: ReportedInvoice | null): string {
  const facts: readonly (readonly [string, string | number | null | undefined])[] = [
    ['fichier', f.entry],
    ['facture', f.invoice ?? invoice?.number],
    ['fournisseur', invoice?.supplierId],
    ['destinataire', invoice?.recipientSiret],
    ['ligne', f.line],
    ['balise', f.path],
    ['terme', f.term],
    ['valeur', f.value],
    ['remède', f.fix],
  ];
  return facts
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${escapeFact(String(value))}`)
    .join('; ');
}

const factLengthMax = 2000;

function escapeFact(value: string): string {
  return clip(allowedText(oneLine(value)), factLengthMax).replace(/[\\;]/g, '\\$&');
}
