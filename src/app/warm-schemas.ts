import type { Syntax } from '../domain/syntax.js';
import { type InterfaceFinder, interfaceOf } from '../envelope/catalogue.js';
import type { PartnerSettings } from '../settings/schema.js';
import { type SchemaName, schemaNames } from '../validate/schema/engine.js';

/** The schemas of what active partners may deposit: compiled when the engine starts, not with the first flow. */
export function warmSchemas(
  partners: readonly PartnerSettings[],
  find: InterfaceFinder = interfaceOf,
): readonly SchemaName[] {
  const wanted = new Set<string>();
  for (const { active, interfaces } of partners) {
    for (const code of active ? interfaces : []) {
      const row = find(code);
      for (const syntax of row?.syntaxes ?? [])
        wanted.add(schemaOf(syntax, row?.kind === 'E2' || row?.kind === 'E5'));
    }
  }
  return schemaNames.filter((name) => wanted.has(name));
}

function schemaOf(syntax: Syntax, e2: boolean): string {
  if (syntax === 'facturx') return 'cii';
  if (syntax === 'pes-facture') return 'pes-aller';
  return syntax === 'cii' && e2 ? 'cii-e2' : syntax;
}
