import { z } from 'zod';
import { worksRoles } from '../../domain/works.js';
import { completeInvoice } from '../../pipeline/complete.js';
import { type Moved, shownStatus } from '../../pipeline/move.js';
import { readdressInvoice } from '../../pipeline/readdress.js';
import { readdressStep } from '../../pipeline/readdress-step.js';
import { askRecall } from '../../pipeline/recall.js';
import { resendDelivery, resendWords } from '../../pipeline/resend.js';
import { deskOf } from '../desk.js';
import { reasonOf, toldToPeople } from '../faults.js';
import { notFound, Problem } from '../problem.js';
import { type Answer, action, redirect } from '../route.js';
import { readUpload } from '../upload.js';

const params = z.object({ id: z.string().max(64) });
const motif = z.string().max(1_000).default('');
const filesMax = 20;

function done(id: string, { number, from, statuses, pivots }: Moved, what: string): Answer {
  const now = shownStatus(statuses.at(-1) ?? null);
  const sent = pivots.length === 0 ? '' : ` Envoi préparé : ${pivots.join(', ')}.`;
  return redirect(`/factures/${id}`, {
    tone: 'success',
    text: `Facture ${number ?? ''} ${what} : ${shownStatus(from)} → ${now}.${sent}`,
  });
}

/** Gives a suspended invoice the pieces that were asked for. */
export const completeOrder = action({
  path: '/factures/:id/completer',
  role: 'support',
  audited: 'completed',
  upload: true,
  schema: { params },
  async handler(call) {
    const {
      parts,
      actor,
      params: { id },
    } = call;
    const desk = deskOf(parts);
    const fileBytesMax = parts.loaded.settings.limits.attachmentBytesMax;
    const upload = await readUpload(call.request, desk.folder, { fileBytesMax, filesMax });
    try {
      if (upload.files.length === 0)
        throw new Problem(400, 'Aucune pièce n’est jointe.', 'Choisissez au moins un fichier à joindre.');
      const order = { invoice: id, by: actor, reason: reasonOf(upload.fields.motif), files: upload.files };
      const moved = await toldToPeople(() =>
        desk.withMovePorts(parts.store, (ports) => completeInvoice(ports, order)),
      );
      return done(id, moved, 'complétée');
    } finally {
      await upload.dispose();
    }
  },
});

/** Gives a misdirected invoice to another recipient, or a step of its works route to another. */
export const readdressOrder = action({
  path: '/factures/:id/readresser',
  role: 'support',
  audited: 'readdressed',
  schema: {
    params,
    body: z.object({
      motif,
      cible: z.enum(['destinataire', ...worksRoles]).catch('destinataire'),
      siret: z.string().max(40).default(''),
      service: z.string().trim().max(100).default(''),
      engagement: z.string().trim().max(100).default(''),
    }),
  },
  async handler(call) {
    const {
      parts,
      actor,
      params: { id },
      body,
    } = call;
    const siret = body.siret.replace(/\s+/g, '');
    if (!/^\d{14}$/.test(siret))
      throw new Problem(400, 'Le SIRET a 14 chiffres.', 'Recopiez-le depuis l’annuaire, puis recommencez.');
    const order = { invoice: id, by: actor, reason: reasonOf(body.motif), siret };
    const { cible } = body;
    const moved = await toldToPeople(() =>
      deskOf(parts).withMovePorts(parts.store, (ports) =>
        cible === 'destinataire'
          ? readdressInvoice(ports, {
              ...order,
              service: body.service || null,
              engagement: body.engagement || null,
            })
          : readdressStep(ports, { ...order, role: cible }),
      ),
    );
    return done(id, moved, 'réadressée');
  },
});

/** Asks for an invoice back that no recipient has fetched. */
export const recallOrder = action({
  path: '/factures/:id/rappeler',
  role: 'support',
  audited: 'recall-asked',
  schema: { params, body: z.object({ motif }) },
  async handler(call) {
    const {
      parts,
      actor,
      params: { id },
    } = call;
    const order = { invoice: id, by: actor, reason: reasonOf(call.body.motif) };
    await toldToPeople(() => askRecall(parts, order));
    return redirect(`/factures/${id}`, {
      tone: 'success',
      text: 'Rappel demandé. Le moteur regarde si personne n’a relevé la facture ; cette page dira ce qu’il en est.',
    });
  },
});

/** Has a delivery written again. */
export const resendOrder = action({
  path: '/envois/:id/renvoyer',
  role: 'support',
  audited: 'resend',
  schema: { params, body: z.object({ motif }) },
  async handler(call) {
    const { parts, actor } = call;
    const desk = deskOf(parts);
    const delivery = await parts.store.findDelivery(call.params.id);
    if (delivery === null) throw notFound('Cet envoi');
    const ports = { store: parts.store, clock: parts.clock, isThere: desk.isThere };
    const reason = reasonOf(call.body.motif);
    const { result } = await toldToPeople(() => resendDelivery(ports, delivery, { by: actor, reason }));
    return redirect(delivery.flow === null ? `/partenaires/${delivery.partner}` : `/flux/${delivery.flow}`, {
      tone: result === 'queued' ? 'success' : 'warning',
      text: `${delivery.name} ${resendWords[result]}.`,
    });
  },
});
