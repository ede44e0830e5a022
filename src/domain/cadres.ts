import type { FlowKind } from './rule.js';
import type { WorksRole } from './works.js';

/** A cadre de facturation (DOMAIN 3.7). */
export interface Cadre {
  readonly code: string;
  /** French: who deposits what. */
  readonly label: string;
  /** Kinds of flow it may come in. */
  readonly kinds: readonly FlowKind[];
  /** Whether the flow must name its Valideur. */
  readonly valideur: 'required' | 'optional' | 'none';
  /** What the Valideur that the flow names is to it; null where it has none. */
  readonly valideurRole: WorksRole | null;
  /** Those who validate it before its recipient gets it, of those that flow or settings name. */
  readonly validatedBy: readonly WorksRole[];
}

type Row = readonly [
  code: string,
  label: string,
  kinds: string,
  valideur: Cadre['valideur'],
  valideurRole: WorksRole | null,
  validatedBy: string,
];

const supplier = 'E1 E2';
const every = 'E1 E2 E4 E5';
const works = 'E4 E5';

/**
 * Kinds: DOMAIN 3.7, column EDI [I], and 1.1 for E3 [C]; E4 and E5 take the works frameworks [G]. Valideur: required
 * and optional from DOMAIN 3.6 [C]; that it is the MOE of the holder's own documents, and the holder or mandatary of
 * subcontractors' and co-contractors', from 9.2 [C] and 3.7 [G]. Who validates after that: ours [G].
 */
// biome-ignore format: a table reads by its rows
const rows: readonly Row[] = [
  ['A1', "Facture d'un fournisseur", supplier, 'none', null, ''],
  ['A2', "Facture d'un fournisseur, déjà payée", supplier, 'none', null, ''],
  ['A3', 'Mémoire de frais de justice', 'E3', 'none', null, ''],
  ['A4', 'Projet de décompte mensuel du titulaire', every, 'required', 'moe', 'moe moa'],
  ['A5', "État d'acompte", works, 'optional', 'moa', 'moa'],
  ['A6', "État d'acompte validé", works, 'optional', 'moa', 'moa'],
  ['A7', 'Projet de décompte final du titulaire', every, 'required', 'moe', 'moe moa'],
  ['A8', 'Décompte général et définitif du titulaire', every, 'optional', 'moe', 'moe moa'],
  ['A9', "Facture d'un sous-traitant", every, 'optional', 'validator1', 'validator1 validator2'],
  ['A10', "Demande de paiement d'un sous-traitant", every, 'required', 'validator1', 'validator1 validator2 moe moa'],
  ['A11', "Projet de décompte final d'un sous-traitant", '', 'none', null, ''],
  ['A12', "Facture d'un cotraitant", every, 'optional', 'validator1', 'validator1 validator2'],
  ['A13', "Projet de décompte mensuel d'un cotraitant", every, 'required', 'validator1', 'validator1 validator2 moe moa'],
  ['A14', "Projet de décompte final d'un cotraitant", every, 'required', 'validator1', 'validator1 validator2 moe moa'],
  ['A15', "État d'acompte de la MOE", works, 'optional', 'moa', 'moa'],
  ['A16', "État d'acompte validé de la MOE", works, 'optional', 'moa', 'moa'],
  ['A17', 'Projet de décompte général de la MOE', works, 'optional', 'moa', 'moa'],
  ['A18', 'Décompte général de la MOE', works, 'optional', 'moa', 'moa'],
  ['A19', "État d'acompte validé de la MOA", works, 'none', null, ''],
  ['A20', 'Décompte général de la MOA', works, 'none', null, ''],
  ['A21', 'Demande de remboursement de TIC', '', 'none', null, ''],
  ['A22', 'Projet de décompte général, procédure tacite', every, 'optional', 'moe', 'moe moa'],
  ['A23', 'Décompte général et définitif tacite du titulaire', works, 'optional', 'moa', 'moa'],
  ['A24', 'Décompte général et définitif tacite de la MOE', works, 'optional', 'moa', 'moa'],
  ['A25', 'Décompte général et définitif de la MOA', works, 'none', null, ''],
];

const words = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));

export const cadreTable: readonly Cadre[] = rows.map(
  ([code, label, kinds, valideur, valideurRole, validatedBy]) => ({
    code,
    label,
    kinds: words(kinds) as readonly FlowKind[],
    valideur,
    valideurRole,
    validatedBy: words(validatedBy) as readonly WorksRole[],
  }),
);

const byCode = new Map(cadreTable.map((cadre) => [cadre.code, cadre]));

/** The row of a cadre; A1 for an invoice without any (DOMAIN 3.6, Cadre absent), undefined for one that is unknown. */
export function cadreOf(code: string | null): Cadre | undefined {
  return byCode.get(code ?? 'A1');
}
