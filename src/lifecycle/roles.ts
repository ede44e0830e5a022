/** Who may set the status of an invoice (DOMAIN 6.2, column "Set by"). */
export const roles = [
  'chorus',
  'recipient',
  'accountant',
  'validator1',
  'validator2',
  'moe',
  'moa',
  'supplier',
] as const;
export type Role = (typeof roles)[number];

/** What a role is called in French, with its article, as the subject of a sentence. */
export const roleNames: Readonly<Record<Role, string>> = {
  chorus: 'le moteur',
  recipient: 'le destinataire',
  accountant: 'le comptable',
  validator1: 'le premier valideur',
  validator2: 'le deuxième valideur',
  moe: "le maître d'œuvre (MOE)",
  moa: "le maître d'ouvrage (MOA)",
  supplier: 'le fournisseur',
};
