import type { Severity } from '../../domain/finding.js';
import { type IdentifierType, identifierTypes } from '../../domain/identifiers.js';
import type { ChorusParty } from '../../domain/invoice.js';
import type { Rule } from '../../domain/rule.js';

export interface Shape {
  readonly suffix: string;
  readonly pattern: RegExp;
  readonly expected: string;
  readonly confidence: Rule['confidence'];
  readonly severity: Severity;
}

/**
 * What an identifier of each type looks like (DOMAIN 3.3). No source gives types 6 and 7 a shape for Chorus Pro: they
 * are bounded by the longest identifier of the reform, that of a natural person (RULES 3.2, scheme 0226), and only told.
 */
export const shapes: Readonly<Partial<Record<IdentifierType, Shape>>> = {
  '1': {
    suffix: 'SIRET',
    pattern: /^\d{14}$/,
    expected: 'un SIRET de 14 chiffres, sans espace',
    confidence: 'confirmed',
    severity: 'fatal',
  },
  '2': {
    suffix: 'VAT',
    pattern: /^[A-Z]{2}[0-9A-Z+*]{2,16}$/,
    expected:
      'un numéro de TVA intracommunautaire de 18 caractères au plus, qui commence par le code du pays',
    confidence: 'reform',
    severity: 'fatal',
  },
  '3': {
    suffix: 'NON-EU',
    pattern: /^[A-Z]{2}.{1,16}$/u,
    expected: 'le code du pays en deux lettres, suivi des 16 premiers caractères au plus du nom',
    confidence: 'reform',
    severity: 'fatal',
  },
  '4': {
    suffix: 'RIDET',
    pattern: /^[0-9A-Z]{9,10}$/,
    expected: 'un RIDET de 9 ou 10 caractères',
    confidence: 'reform',
    severity: 'fatal',
  },
  '5': {
    suffix: 'TAHITI',
    pattern: /^[0-9A-Z]{9}$/,
    expected: 'un numéro TAHITI de 9 caractères',
    confidence: 'reform',
    severity: 'fatal',
  },
  '6': {
    suffix: 'PENDING',
    pattern: /^.{1,80}$/u,
    expected: 'un identifiant de 80 caractères au plus',
    confidence: 'ours',
    severity: 'warning',
  },
  '7': {
    suffix: 'PERSON',
    pattern: /^.{1,80}$/u,
    expected: 'un identifiant de 80 caractères au plus',
    confidence: 'ours',
    severity: 'warning',
  },
};

/** Whether the identifier of a party has the shape of its type. */
export function misshapen(party: ChorusParty | null): boolean {
  if (party === null || party.id === null || party.idType === null) return false;
  return shapes[party.idType]?.pattern.test(party.id) === false;
}

export function expectedOf(party: ChorusParty | null): Readonly<Record<string, string>> {
  const type = party?.idType ?? '1';
  return { type: identifierTypes[type].label, expected: shapes[type]?.expected ?? 'un identifiant' };
}
