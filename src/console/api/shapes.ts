import { z } from 'zod';
import type { Flow } from '../../domain/flow.js';
import { flowStates } from '../../domain/flow.js';
import type { Store } from '../../ports/store.js';
import type { ApiKey } from '../../ports/store-console.js';
import { notFound, Problem } from '../problem.js';
import type { Call } from '../route.js';

/** Every error of the API. */
export const problemShape = z
  .object({
    type: z.string(),
    status: z.int(),
    title: z.string().meta({ description: 'Ce qui ne va pas' }),
    detail: z.string().meta({ description: 'Ce qu’il faut faire' }),
    code: z.string().meta({ description: 'Stable : à lire par les programmes' }),
    id: z.string().meta({ description: 'À citer à l’administrateur' }),
  })
  .meta({ description: 'Refus (application/problem+json)' });

const errors = {
  400: problemShape,
  401: problemShape,
  403: problemShape,
  404: problemShape,
  429: problemShape,
};

/** The answers of a route: its own, and the errors that every route may give. */
export function answers(own: z.ZodType, status = 200, more: Record<number, z.ZodType> = {}) {
  return { [status]: own, ...errors, ...more };
}

const states = Object.keys(flowStates) as [keyof typeof flowStates, ...(keyof typeof flowStates)[]];
export const stateShape = z.enum(states);

export const flowShape = z.object({
  id: z.string(),
  nom: z.string(),
  numeroFlux: z.string().nullable(),
  interface: z.string().nullable(),
  etat: stateShape,
  etatLibelle: z.string(),
  final: z.boolean(),
  recuLe: z.string(),
  termineLe: z.string().nullable(),
  taille: z.int(),
  sha256: z.string(),
  essai: z.int(),
  qualification: z.boolean(),
  factures: z.object({ recues: z.int(), integrees: z.int(), rejetees: z.int() }),
});

export function flowAnswer(flow: Flow): z.output<typeof flowShape> {
  const { label, final } = flowStates[flow.state];
  return {
    id: flow.id,
    nom: flow.depositedName,
    numeroFlux: flow.flowId ?? numberOf(flow.depositedName),
    interface: flow.interfaceCode,
    etat: flow.state,
    etatLibelle: label,
    final,
    recuLe: flow.receivedAt,
    termineLe: flow.finalAt,
    taille: flow.sizeBytes,
    sha256: flow.sha256,
    essai: flow.attempt,
    qualification: flow.qualification,
    factures: {
      recues: flow.invoicesReceived,
      integrees: flow.invoicesIntegrated,
      rejetees: flow.invoicesRejected,
    },
  };
}

/** The flow number in a name that follows the grammar (DOMAIN 2.1). */
export function numberOf(name: string): string | null {
  return /^[A-Z]{3}\d{4}[A-Z]_[A-Z0-9]{6}_([A-Z0-9]{25})(\.|$)/.exec(name)?.[1] ?? null;
}

export const idParams = z.object({ id: z.string().min(1).max(100) });

/** The key of a call. @throws Problem 401. */
export function keyOf(call: Pick<Call, 'apiKey'>): ApiKey {
  if (call.apiKey === null)
    throw new Problem(401, 'La clé d’accès manque.', 'En-tête : Authorization: Bearer CLÉ.');
  return call.apiKey;
}

/** A flow of the key's own partner; another's does not exist for it. @throws Problem 404. */
export async function ownFlow(
  call: Pick<Call, 'apiKey'> & { readonly parts: { readonly store: Store } },
  id: string,
): Promise<Flow> {
  const flow = await call.parts.store.flow(id);
  if (flow === null || flow.partner !== keyOf(call).partner) throw notFound('Ce flux');
  return flow;
}

/** A place in a listing, written so that nobody takes it for anything else. */
export function cursorText(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @throws Problem 400 for a cursor that we did not write. */
export function readCursor<T>(text: string | undefined, shape: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new Problem(
      400,
      'Le curseur n’est pas un curseur de cette liste.',
      'Reprenez la liste depuis le début, ou recopiez « suite » de la page précédente.',
    );
  }
}
