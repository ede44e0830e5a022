import { timestampInParis } from '../domain/dates.js';
import type { FlowErrorLine } from '../domain/status-reading.js';
import { Fault } from '../errors.js';
import { type EnvelopeFacts, envelope } from './envelope.js';
import { group, leaf, optionalLeaf, writeDocument, type XmlElement } from './xml.js';

/** What became of what a flow sent on, as its issuer is told. */
export interface ReportedFlowStatus {
  /** `90` to `96` (DOMAIN 6.1). */
  readonly code: string;
  readonly at: Date;
  /** `Horodatage` of who told it, an xs:dateTime; stands in the place of `at`. */
  readonly statedAt: string | null;
  /** At most 40 characters. */
  readonly complement: string | null;
  readonly comment: string | null;
  /** Flow id of the issuer's own flow. */
  readonly flow: string;
  readonly details: readonly FlowErrorLine[];
}

export interface PivotStatusInput extends EnvelopeFacts {
  /** In the order in which they came about; at least one. */
  readonly statuses: readonly ReportedFlowStatus[];
}

const complementLengthMax = 40;

/**
 * A lifecycle flow about flows: a CPPStatut V1_19 with CPPFluxStatuts (DOMAIN 7.1).
 * @throws Fault INTERNAL without any status, or with a code that the schema does not know.
 */
export function pivotStatusReport(input: PivotStatusInput): string {
  if (input.statuses.length === 0) throw new Fault('INTERNAL', 'a flow of flow statuses without any');
  const count = String(input.statuses.length);
  return writeDocument(
    group('CPPStatut', [
      envelope(input),
      group('CPPFluxStatuts', input.statuses.map(fluxStatut), { compteur: count }),
    ]),
  );
}

function fluxStatut(status: ReportedFlowStatus, index: number): XmlElement {
  if (!/^9[0-6]$/.test(status.code))
    throw new Fault('INTERNAL', 'a flow status that CPPStatut does not know', { code: status.code });
  const data = group('DonneesStatut', [
    leaf('IdStatut', status.code),
    optionalLeaf('ComplementStatut', status.complement, complementLengthMax),
    optionalLeaf('Commentaire', status.comment),
    leaf('Horodatage', status.statedAt ?? timestampInParis(status.at)),
    leaf('IdFlux', status.flow),
    details(status.details),
  ]);
  return group('CPPFluxStatutUnitaire', [data], { NumOrdre: String(index + 1) });
}

function details(lines: readonly FlowErrorLine[]): XmlElement | null {
  if (lines.length === 0) return null;
  return group('Details', lines.map(line), { NbLignesErreur: String(lines.length) });
}

function line({ nature, code, label, description }: FlowErrorLine, index: number): XmlElement {
  return group(
    'LigneErreurDetail',
    [
      leaf('NatureErreur', nature),
      leaf('CodeErreur', code),
      leaf('LibelleErreur', label),
      optionalLeaf('DescriptionErreur', description),
    ],
    { IdLigne: String(index + 1) },
  );
}
