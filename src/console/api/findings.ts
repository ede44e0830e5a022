import { z } from 'zod';
import type { Finding } from '../../domain/finding.js';

export const findingShape = z.object({
  regle: z.string(),
  gravite: z.enum(['fatal', 'warning']),
  etape: z.string(),
  message: z.string(),
  remede: z.string(),
  fichier: z.string().nullable(),
  facture: z.string().nullable(),
  balise: z.string().nullable(),
  ligne: z.int().nullable(),
  valeur: z.string().nullable(),
});

export function findingAnswer(finding: Finding): z.output<typeof findingShape> {
  return {
    regle: finding.rule,
    gravite: finding.severity,
    etape: finding.layer,
    message: finding.message,
    remede: finding.fix,
    fichier: finding.entry,
    facture: finding.invoice,
    balise: finding.path,
    ligne: finding.line,
    valeur: finding.value,
  };
}
