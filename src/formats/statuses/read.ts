import type { Place } from '../../domain/finding.js';
import type { FlowErrorLine, FlowStatusReading, StatusReading } from '../../domain/status-reading.js';
import { attr, child, childrenOf, textOf, type XmlNode } from '../../xml/node.js';

export interface StatusesRead {
  readonly statuses: readonly StatusReading[];
  readonly flowStatuses: readonly FlowStatusReading[];
}

/** Reads a CPPStatut that its schema has accepted (DOMAIN 7.1): statuses of invoices, or statuses of flows. */
export function readStatuses(root: XmlNode): StatusesRead {
  return {
    statuses: unitsOf(root, 'CPPFactureStatuts', 'CPPFactureStatutUnitaire').map(invoiceStatus),
    flowStatuses: unitsOf(root, 'CPPFluxStatuts', 'CPPFluxStatutUnitaire').map(flowStatus),
  };
}

/** An element with its path, made without a look at its siblings: there may be thousands. */
interface Unit {
  readonly node: XmlNode;
  readonly path: string;
  readonly index: number;
}

function unitsOf(root: XmlNode, list: string, unit: string): Unit[] {
  const nodes = childrenOf(root, list).flatMap((one) => childrenOf(one, unit));
  const base = `/${root.name}/${list}/${unit}`;
  return nodes.map((node, index) => ({
    node,
    index,
    path: nodes.length === 1 ? base : `${base}[${index + 1}]`,
  }));
}

function invoiceStatus(unit: Unit): StatusReading {
  const supplier = child(unit.node, 'Fournisseur');
  const debtor = child(unit.node, 'Debiteur');
  const data = child(unit.node, 'DonneesStatut');
  const producer = data === null ? null : child(data, 'Producteur');
  const complement = text(data, 'ComplementStatut');
  return {
    index: unit.index,
    supplier: { idType: text(supplier, 'TypeIdentifiant') ?? '', id: text(supplier, 'Identifiant') ?? '' },
    recipient: text(debtor, 'Identifiant') ?? '',
    service: text(debtor, 'CodeService'),
    code: twoDigits(text(data, 'IdStatut') ?? ''),
    at: text(data, 'Horodatage') ?? '',
    complement,
    comment: text(data, 'Commentaire'),
    invoiceNumber: text(data, 'IdFacture') ?? '',
    invoiceDate: text(data, 'DateFacture'),
    mandate: text(data, 'IdMandatDP'),
    producer: producer === null ? null : nonBlank(attr(producer, 'Id')),
    places: {
      whole: { path: unit.path, line: unit.node.line },
      code: placeOf(unit, 'DonneesStatut', 'IdStatut'),
      invoice: placeOf(unit, 'DonneesStatut', 'IdFacture'),
      supplier: placeOf(unit, 'Fournisseur', 'Identifiant'),
      recipient: placeOf(unit, 'Debiteur', 'Identifiant'),
      service: placeOf(unit, 'Debiteur', 'CodeService'),
      reason: placeOf(unit, 'DonneesStatut', 'ComplementStatut'),
    },
  };
}

function flowStatus(unit: Unit): FlowStatusReading {
  const data = child(unit.node, 'DonneesStatut');
  const details = data === null ? null : child(data, 'Details');
  return {
    index: unit.index,
    flow: text(data, 'IdFlux') ?? '',
    code: twoDigits(text(data, 'IdStatut') ?? ''),
    at: text(data, 'Horodatage') ?? '',
    complement: text(data, 'ComplementStatut'),
    comment: text(data, 'Commentaire'),
    details: details === null ? [] : childrenOf(details, 'LigneErreurDetail').map(errorLine),
    places: {
      whole: { path: unit.path, line: unit.node.line },
      code: placeOf(unit, 'DonneesStatut', 'IdStatut'),
      flow: placeOf(unit, 'DonneesStatut', 'IdFlux'),
    },
  };
}

function errorLine(node: XmlNode): FlowErrorLine {
  return {
    nature: text(node, 'NatureErreur') ?? '',
    code: text(node, 'CodeErreur') ?? '',
    label: text(node, 'LibelleErreur') ?? '',
    description: text(node, 'DescriptionErreur'),
  };
}

/** Where an element stands, or where it would have to: then the line of the nearest that is there. */
function placeOf({ node, path }: Unit, group: string, leaf: string): Place {
  const within = child(node, group);
  const found = within === null ? null : child(within, leaf);
  return { path: `${path}/${group}/${leaf}`, line: (found ?? within ?? node).line };
}

function text(node: XmlNode | null, name: string): string | null {
  const found = node === null ? null : child(node, name);
  return found === null ? null : nonBlank(textOf(found));
}

function nonBlank(value: string | null): string | null {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

/** The schema takes `7` for `07` (DOMAIN 7.1). */
function twoDigits(code: string): string {
  return code.replace(/^\+?0*(?=\d)/, '').padStart(2, '0');
}
