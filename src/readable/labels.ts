/** Titles by type code (UNTDID 1001); any other code is a `Facture`. */
const titles: Readonly<Record<string, string>> = {
  '381': 'Avoir',
  '396': 'Avoir affacturé',
  '502': 'Avoir sur autofacture',
  '503': 'Avoir sur facture d’acompte',
  '81': 'Note de crédit',
  '83': 'Note de crédit',
  '384': 'Facture rectificative',
  '386': 'Facture d’acompte',
  '389': 'Autofacture',
  '393': 'Facture affacturée',
};

export function titleOf(typeCode: string | null, creditNoteRoot: boolean): string {
  return titles[typeCode ?? ''] ?? (creditNoteRoot ? 'Avoir' : 'Facture');
}

/** Cadres de facturation, shortened (DOMAIN 3.7). */
const cadres: Readonly<Record<string, string>> = {
  A1: 'facture d’un fournisseur',
  A2: 'facture déjà payée',
  A3: 'mémoire de frais de justice',
  A4: 'projet de décompte mensuel',
  A5: 'état d’acompte',
  A6: 'état d’acompte validé',
  A7: 'projet de décompte final',
  A8: 'décompte général et définitif',
  A9: 'facture d’un sous-traitant',
  A10: 'demande de paiement d’un sous-traitant',
  A12: 'facture d’un cotraitant',
  A13: 'projet de décompte mensuel d’un cotraitant',
  A14: 'projet de décompte final d’un cotraitant',
  A15: 'état d’acompte de la maîtrise d’œuvre',
  A16: 'état d’acompte validé de la maîtrise d’œuvre',
  A17: 'projet de décompte général de la maîtrise d’œuvre',
  A18: 'décompte général de la maîtrise d’œuvre',
  A19: 'état d’acompte validé de la maîtrise d’ouvrage',
  A20: 'décompte général de la maîtrise d’ouvrage',
  A21: 'demande de remboursement de la TIC',
  A22: 'projet de décompte général (procédure tacite)',
  A23: 'décompte général et définitif tacite',
  A24: 'décompte général et définitif de la maîtrise d’œuvre',
  A25: 'décompte général et définitif de la maîtrise d’ouvrage',
};

export function cadreLabel(code: string | null): string {
  const cadre = code ?? 'A1';
  const label = cadres[cadre];
  return label === undefined ? cadre : `${cadre} – ${label}`;
}

/** Means of payment (UNTDID 4461), those of DOMAIN 3.6. */
const means: Readonly<Record<string, string>> = {
  '10': 'Espèces',
  '20': 'Chèque',
  '30': 'Virement',
  '31': 'Virement',
  '42': 'Virement bancaire',
  '48': 'Carte bancaire',
  '49': 'Prélèvement',
  '54': 'Carte de crédit',
  '55': 'Carte de débit',
  '57': 'Accord permanent',
  '58': 'Virement SEPA',
  '59': 'Prélèvement SEPA',
  '97': 'Report',
};

export function paymentLabel(code: string | null, text: string | null): string {
  const known = means[code ?? ''];
  if (code === null) return text ?? '';
  if (known === undefined) return text === null ? `code ${code}` : `${text} (code ${code})`;
  return text === null || text.toLowerCase() === known.toLowerCase() ? known : `${known} (${text})`;
}

/** Units of UN/ECE recommendation 20 that French invoices use most. */
const units: Readonly<Record<string, string>> = {
  C62: 'u',
  H87: 'pièce',
  EA: 'u',
  NAR: 'u',
  LS: 'forfait',
  E48: 'prest.',
  SET: 'lot',
  XPK: 'colis',
  XBX: 'boîte',
  MIN: 'min',
  HUR: 'h',
  DAY: 'j',
  WEE: 'sem.',
  MON: 'mois',
  ANN: 'an',
  MTR: 'm',
  KMT: 'km',
  MTK: 'm²',
  MTQ: 'm³',
  LTR: 'l',
  GRM: 'g',
  KGM: 'kg',
  TNE: 't',
  KWH: 'kWh',
  MWH: 'MWh',
  P1: '%',
};

export function unitLabel(code: string | null): string {
  return units[code ?? ''] ?? code ?? '';
}

/** Categories of VAT (UNTDID 5305). */
const categories: Readonly<Record<string, string>> = {
  S: 'Taux en vigueur',
  Z: 'Taux zéro',
  E: 'Exonéré',
  AE: 'Autoliquidation',
  K: 'Livraison intracommunautaire',
  G: 'Exportation',
  O: 'Hors champ',
  L: 'IGIC',
  M: 'IPSI',
};

export function categoryLabel(code: string | null): string {
  return categories[code ?? ''] ?? code ?? '';
}

/** VAT regimes as `Invoice.chorus.vatRegime` names them. */
export function regimeLabel(regime: string | null): string {
  if (regime === 'TVA_SUR_DEBIT') return 'TVA sur les débits';
  if (regime === 'TVA_SUR_ENCAISSEMENT') return 'TVA sur les encaissements';
  return regime ?? '';
}
