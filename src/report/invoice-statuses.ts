import { isCalendarDay, timestampInParis } from '../domain/dates.js';
import { identifierTypes } from '../domain/identifiers.js';
import { Fault } from '../errors.js';
import { type EnvelopeFacts, envelope } from './envelope.js';
import { group, leaf, optionalLeaf, writeDocument, type XmlElement } from './xml.js';

/** One status of one invoice, as its issuer is told. */
export interface ReportedStatus {
  /** Two digits, `01` to `41` (DOMAIN 6.2). */
  readonly code: string;
  readonly at: Date;
  readonly comment: string | null;
  /** French label of the code; stands in `ComplementStatut` where nobody gave a reason. */
  readonly label?: string | null;
  /** `ComplementStatut` of who set the status. */
  readonly complement?: string | null;
  /** `Horodatage` of who set it, an xs:dateTime; stands in the place of `at`. */
  readonly statedAt?: string | null;
  /** `Producteur/@Id`. */
  readonly producer?: string | null;
  /** `IdMandatDP`. */
  readonly mandate?: string | null;
  readonly invoiceNumber: string;
  /** `YYYY-MM-DD`; left out when it is not a day. */
  readonly invoiceDate: string | null;
  readonly supplier: {
    /** TypeIdentifiant, `1` to `7`. */
    readonly idType: string;
    readonly id: string;
    readonly name: string;
    /** Two letters; left out when it is anything else. */
    readonly country: string | null;
  };
  readonly recipient: {
    readonly siret: string;
    readonly name: string | null;
    readonly serviceCode: string | null;
    readonly serviceName: string | null;
  };
}

export interface LifecycleReportInput extends EnvelopeFacts {
  /** In the order in which they came about; at least one. */
  readonly statuses: readonly ReportedStatus[];
}

// A rejected invoice may name a recipient that is no SIRET; the schema wants 14 characters all the same.
const noSiret = '0'.repeat(14);

/**
 * A lifecycle flow: a CPPStatut V1_19 with the statuses of invoices (DOMAIN 7.1).
 * @throws Fault INTERNAL without any status, or with a code that the schema does not know.
 */
export function lifecycleReport(input: LifecycleReportInput): string {
  if (input.statuses.length === 0) throw new Fault('INTERNAL', 'a lifecycle flow without any status');
  const count = String(input.statuses.length);
  return writeDocument(
    group('CPPStatut', [
      envelope(input),
      group('CPPFactureStatuts', input.statuses.map(factureStatut), { compteur: count }),
    ]),
  );
}

function factureStatut(status: ReportedStatus, index: number): XmlElement {
  return group('CPPFactureStatutUnitaire', [fournisseur(status), debiteur(status), donneesStatut(status)], {
    NumOrdre: String(index + 1),
  });
}

function fournisseur({ supplier }: ReportedStatus): XmlElement {
  const country = supplier.country ?? '';
  return group('Fournisseur', [
    leaf('TypeIdentifiant', Object.hasOwn(identifierTypes, supplier.idType) ? supplier.idType : '1'),
    leaf('Identifiant', supplier.id),
    leaf('RaisonSociale', supplier.name === '' ? supplier.id : supplier.name),
    /^[A-Z]{2}$/.test(country) ? leaf('CodePays', country) : null,
  ]);
}

function debiteur({ recipient }: ReportedStatus): XmlElement {
  const fits = /^[0-9A-Za-z]{14}$/.test(recipient.siret);
  return group('Debiteur', [
    leaf('TypeIdentifiant', '1'),
    leaf('Identifiant', fits ? recipient.siret : noSiret),
    optionalLeaf('Nom', recipient.name ?? (fits ? null : recipient.siret)),
    optionalLeaf('CodeService', recipient.serviceCode, 100),
    optionalLeaf('NomService', recipient.serviceName),
  ]);
}

function donneesStatut(status: ReportedStatus): XmlElement {
  if (!/^(0[1-9]|[1-3]\d|4[01])$/.test(status.code)) {
    throw new Fault('INTERNAL', 'an invoice status that CPPStatut does not know', { code: status.code });
  }
  const date = status.invoiceDate ?? '';
  return group('DonneesStatut', [
    leaf('IdStatut', status.code),
    optionalLeaf('ComplementStatut', status.complement ?? status.label),
    optionalLeaf('Commentaire', status.comment),
    leaf('Horodatage', status.statedAt ?? timestampInParis(status.at)),
    producteur(status.producer ?? null),
    leaf('IdFacture', status.invoiceNumber),
    isCalendarDay(date) ? leaf('DateFacture', date) : null,
    optionalLeaf('IdMandatDP', status.mandate),
  ]);
}

function producteur(id: string | null): XmlElement | null {
  return id === null ? null : { name: 'Producteur', attributes: { Id: id }, content: '' };
}
