import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { newId } from '../../domain/ids.js';
import { deskOf } from '../desk.js';
import { type Call, keyed } from '../route.js';
import { findingAnswer, findingShape } from './findings.js';
import { type Received, withUpload } from './intake.js';
import { depositInterface, interfaceProblem } from './interfaces.js';
import { answers, keyOf, problemShape, stateShape } from './shapes.js';

const query = z.object({
  interface: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .meta({ description: 'Code interface ou syntaxe ; sans cela, d’après le fichier' }),
  nom: z.string().max(200).optional(),
});

/** Takes a file through the stages of a deposit, without any effect (`pipeline/trial.ts`). */
export const validateFile = keyed({
  method: 'POST',
  path: '/api/v1/controle',
  scope: 'validate',
  stream: true,
  schema: {
    query,
    response: answers(
      z.object({
        etat: stateShape,
        valide: z.boolean(),
        interface: z.string().nullable(),
        factures: z.object({ recues: z.int(), acceptees: z.int(), refusees: z.int() }),
        etapes: z.array(
          z.object({
            etape: z.string(),
            verdict: z.string(),
            dureeMs: z.number(),
            regles: z.string().nullable(),
          }),
        ),
        anomalies: z.array(findingShape),
        anomaliesEnPlus: z.int(),
      }),
      200,
      { 413: problemShape, 422: problemShape, 503: problemShape },
    ),
    summary: 'Contrôler un fichier, sans aucun effet',
    description:
      'Mêmes contrôles qu’un dépôt, annuaire et doublons compris ; rien n’est enregistré ni transmis.',
    tags: ['contrôle'],
  },
  async handler(call) {
    const { loaded } = call.parts;
    const asked = call.query.interface;
    const row = asked === undefined ? null : depositInterface(loaded, asked);
    if (asked !== undefined && row === null) throw interfaceProblem(loaded, asked);
    return withUpload(call, (file) =>
      atRest(call, file, async (path) => {
        const report = await deskOf(call.parts).tryFile(
          { path, name: file.fileName, sizeBytes: file.sizeBytes },
          { interfaceCode: row?.code ?? null, partner: keyOf(call).partner },
        );
        return {
          kind: 'json',
          body: {
            etat: report.state,
            valide: !report.findings.some(({ severity }) => severity === 'fatal'),
            interface: report.interface?.code ?? null,
            factures: { recues: report.received, acceptees: report.integrated, refusees: report.rejected },
            etapes: report.layers.map(({ layer, verdict, durationMs, ruleSet }) => ({
              etape: layer,
              verdict,
              dureeMs: durationMs,
              regles: ruleSet ?? null,
            })),
            anomalies: report.findings.map(findingAnswer),
            anomaliesEnPlus: report.findingsMore,
          },
        };
      }),
    );
  },
});

/** The stages read files: what is held in memory is written for the time of the work. */
async function atRest<T>(call: Call, file: Received, work: (path: string) => Promise<T>): Promise<T> {
  if ('path' in file) return work(file.path);
  const { folder } = deskOf(call.parts);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, newId());
  try {
    await writeFile(path, file.bytes, { mode: 0o600, flag: 'wx' });
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}
