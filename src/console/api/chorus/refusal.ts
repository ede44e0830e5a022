import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../problem.js';

/** Return codes that are known (DOMAIN 4.2); everything else bears `general`, and says in its text what is wrong. */
export const returnCodes = {
  ok: 0,
  general: 20000,
  unknownFlow: 20001,
  tooLarge: 20003,
} as const;

/** The texts that are known. */
export const returnTexts = {
  ok: 'TRA_MSG_00.000',
  deposited: 'GCU_MSG_01_000',
  unknownFlow: 'POQ_MSG_01.003 - Flux introuvable.',
} as const;

/** A refusal as clients of Chorus Pro read them: HTTP status, `codeRetour`, `libelle`. */
export function refusedAsChorus(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, title, remedy } = problem;
  const codeRetour = status === 413 ? returnCodes.tooLarge : returnCodes.general;
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ codeRetour, libelle: `${title} ${remedy}` }));
}
