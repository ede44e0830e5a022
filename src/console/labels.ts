import type { DeliveryKind, DeliveryState } from '../domain/delivery.js';
import type { Layer } from '../domain/finding.js';
import { termNames } from '../domain/term-names.js';
import type { LayerVerdict } from '../domain/verdict.js';

/** Layers of a verdict as people read them. */
export const layerLabels: Readonly<Record<Layer, string>> = {
  envelope: 'Enveloppe',
  schema: 'Schéma XML',
  signature: 'Signature',
  en16931: 'Norme EN 16931',
  chorus: 'Règles Chorus Pro',
  directory: 'Annuaire',
};

export const verdictLabels: Readonly<Record<LayerVerdict['verdict'], string>> = {
  valid: 'valide',
  invalid: 'non valide',
  skipped: 'non vérifié',
};

export const deliveryKindLabels: Readonly<Record<DeliveryKind, string>> = {
  'integration-report': 'Compte rendu d’intégration',
  'pes-acquit': 'Acquittement PES',
  lifecycle: 'Statuts de factures',
  pivot: 'Factures pour le destinataire',
  'daily-rejects': 'Rejets du jour',
};

export const deliveryStateLabels: Readonly<Record<DeliveryState, string>> = {
  pending: 'à remettre',
  delivered: 'remis',
  failed: 'abandonné',
  withdrawn: 'retiré',
};

/** A business term in words, with its number: `Numéro de facture (BT-1)`. */
export function termLabel(term: string): string {
  const name = termNames[term];
  return name === undefined ? term : `${name} (${term})`;
}
