import { z } from 'zod';
import type { Answer } from '../../route.js';

/** Answers of Chorus Pro's shape: the code and text of return, and what belongs to the call where it went well. */
export function chorusAnswer(own: z.ZodRawShape): Record<number, z.ZodType> {
  const code = {
    codeRetour: z.int().meta({ description: '0 : tout va bien' }),
    libelle: z.string().meta({ description: 'Le texte lié au code' }),
  };
  const optional = Object.fromEntries(
    Object.entries(own).map(([name, shape]) => [name, (shape as z.ZodType).optional()]),
  );
  const refused = z.object(code);
  return {
    200: z.object({ ...code, ...optional }),
    400: refused,
    401: refused,
    403: refused,
    413: refused,
    429: refused,
  };
}

/** A refusal that is about what was asked for: answered with HTTP 200 as Chorus Pro does, unless a status is known. */
export function refusal(codeRetour: number, libelle: string, status = 200): Answer {
  return { kind: 'json', status, body: { codeRetour, libelle } };
}
