/** What an API key may allow (docs/api.md). A key sees and does only what is its partner's. */
export const scopes = {
  'flows:write': 'déposer des flux',
  'flows:read': 'lire les flux, leurs comptes rendus et leurs originaux',
  'invoices:read': 'lire les factures et leurs statuts',
  'replay:write': 'simuler et demander le retraitement de flux',
  'directory:read': 'consulter l’annuaire des structures',
  validate: 'contrôler un fichier sans le déposer',
} as const;

export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as readonly Scope[];

export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopes, text);
}
