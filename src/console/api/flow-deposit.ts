import { z } from 'zod';
import type { Flow } from '../../domain/flow.js';
import { Fault } from '../../errors.js';
import { type Answer, type Call, keyed } from '../route.js';
import { once } from './idempotency.js';
import { withUpload } from './intake.js';
import { depositInterface, interfaceProblem } from './interfaces.js';
import { answers, flowAnswer, flowShape, keyOf, problemShape } from './shapes.js';
import { takeIn } from './take-in.js';

const query = z.object({
  interface: z
    .string()
    .min(1)
    .max(60)
    .meta({ description: 'Code interface (FSO1110A) ou syntaxe (IN_DP_E2_UBL_INVOICE_MIN)' }),
  nom: z.string().max(200).optional().meta({ description: 'Nom du fichier, lorsqu’il est envoyé tel quel' }),
  qualification: z
    .enum(['oui', 'non'])
    .default('non')
    .meta({ description: 'oui : à blanc, rien n’est transmis au destinataire' }),
});

/** Deposits a flow: on the disk and in the database before it is answered. */
export const depositFlow = keyed({
  method: 'POST',
  path: '/api/v1/flux',
  scope: 'flows:write',
  stream: true,
  schema: {
    query,
    response: answers(flowShape, 201, {
      409: problemShape,
      413: problemShape,
      422: problemShape,
      503: problemShape,
    }),
    summary: 'Déposer un flux',
    description:
      'Le fichier est envoyé tel quel (Content-Type du fichier) ou en multipart/form-data. Le nom du flux est donné par la plateforme. La réponse n’est faite qu’une fois le flux enregistré durablement. En-tête facultatif Idempotency-Key : répéter la demande avec la même clé ne dépose pas deux fois.',
    tags: ['flux'],
  },
  handler: deposit,
});

async function deposit(call: Call<unknown, z.output<typeof query>>): Promise<Answer> {
  const { loaded } = call.parts;
  const row = depositInterface(loaded, call.query.interface);
  if (row === null) throw interfaceProblem(loaded, call.query.interface);
  const key = keyOf(call);
  const qualification = call.query.qualification === 'oui';
  return withUpload(call, (file) =>
    once(
      call,
      ['flux', row.code, String(qualification), file.sha256],
      async ({ within }) => {
        const done = await takeIn(
          call.parts,
          {
            partner: key.partner,
            by: call.actor,
            interface: row,
            givenName: file.fileName,
            qualification,
            content: 'bytes' in file ? { bytes: file.bytes } : { path: file.path },
          },
          (run) => within(run, String),
        );
        return deposited(await call.parts.store.flow(done.flow));
      },
      async (name) => deposited(await named(call, name)),
    ),
  );
}

async function named(call: Call, name: string): Promise<Flow | null> {
  const flows = await call.parts.store.findFlows(name);
  return flows.find(({ partner }) => partner === keyOf(call).partner) ?? null;
}

function deposited(flow: Flow | null): Answer {
  if (flow === null) throw new Fault('INTERNAL', 'a deposit that was recorded is not found');
  return {
    kind: 'json',
    status: 201,
    body: flowAnswer(flow),
    headers: { location: `/api/v1/flux/${flow.id}` },
  };
}
