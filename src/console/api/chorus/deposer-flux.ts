import { z } from 'zod';
import { dayInParis } from '../../../domain/dates.js';
import { type Answer, type Call, keyed } from '../../route.js';
import { depositInterface } from '../interfaces.js';
import { keyOf } from '../shapes.js';
import { takeIn } from '../take-in.js';
import { chorusAnswer, refusal } from './answer.js';
import { returnCodes, returnTexts } from './refusal.js';

const body = z.looseObject({
  fichierFlux: z.string().meta({ description: 'Le fichier en base64' }),
  nomFichier: z.string().min(1).max(200),
  syntaxeFlux: z.string().min(1).max(100),
  avecSignature: z.boolean().optional(),
  idUtilisateurCourant: z.int().optional(),
});

/** `deposer/flux` of Chorus Pro's API: a flow that is recorded as any other, and its number (DOMAIN 1.2, 4.2). */
export const deposerFlux = keyed({
  method: 'POST',
  path: '/cpro/factures/v1/deposer/flux',
  scope: 'flows:write',
  chorus: true,
  schema: {
    body,
    response: chorusAnswer({ numeroFluxDepot: z.string(), dateDepot: z.string(), syntaxeFlux: z.string() }),
    summary: 'deposerFlux',
    description: 'Dépose un flux ; le numéro rendu sert à consulterCR et consulterCRDetaille.',
    tags: ['chorus'],
  },
  handler: deposit,
});

async function deposit(call: Call<unknown, unknown, z.output<typeof body>>): Promise<Answer> {
  const { fichierFlux, nomFichier, syntaxeFlux } = call.body;
  const { loaded } = call.parts;
  const row = depositInterface(loaded, syntaxeFlux);
  if (row === null || row.apiSyntax === null)
    return refusal(
      returnCodes.general,
      `syntaxeFlux : « ${syntaxeFlux.slice(0, 60)} » n’est pas une syntaxe de dépôt admise.`,
    );
  const bytes = bytesOf(fichierFlux);
  if (bytes === null) return refusal(returnCodes.general, 'fichierFlux : le contenu n’est pas du base64.');
  if (bytes.length === 0) return refusal(returnCodes.general, 'fichierFlux : le fichier est vide.');
  const max = loaded.settings.limits.flowBytesMax;
  if (bytes.length > max)
    return refusal(
      returnCodes.tooLarge,
      `fichierFlux : le fichier dépasse la taille permise (${max} octets).`,
      413,
    );
  const done = await takeIn(call.parts, {
    partner: keyOf(call).partner,
    by: call.actor,
    interface: row,
    givenName: nomFichier,
    content: { bytes },
  });
  return {
    kind: 'json',
    body: {
      codeRetour: returnCodes.ok,
      libelle: returnTexts.deposited,
      numeroFluxDepot: done.flowId,
      dateDepot: dayInParis(new Date(done.receivedAt)),
      syntaxeFlux,
    },
  };
}

/** Null for what is no base64: Node reads past what does not belong. Line ends within are fine (RFC 2045). */
function bytesOf(text: string): Buffer | null {
  const flat = /[\r\n\t ]/.test(text) ? text.replace(/[\r\n\t ]+/g, '') : text;
  if (flat.length % 4 === 1) return null;
  const bytes = Buffer.from(flat, 'base64');
  const ends = flat.endsWith('==') ? 2 : flat.endsWith('=') ? 1 : 0;
  // Every character that was read stands for six bits: fewer bytes than that, and something was passed over.
  return bytes.length === Math.floor(((flat.length - ends) * 3) / 4) ? bytes : null;
}
