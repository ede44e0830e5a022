import { z } from 'zod';
import type { InvoiceRow } from '../../ports/store.js';
import { notFound } from '../problem.js';
import { type Call, keyed } from '../route.js';
import { answers, cursorText, idParams, keyOf, ownFlow, readCursor } from './shapes.js';
import { statusLabel } from './status-labels.js';

const invoiceShape = z.object({
  id: z.string(),
  flux: z.string(),
  essai: z.int(),
  numero: z.string().nullable(),
  type: z.string().nullable(),
  date: z.string().nullable(),
  montant: z.string().nullable().meta({ description: 'Montant à payer, décimal exact' }),
  devise: z.string().nullable(),
  fournisseur: z.object({
    type: z.string().nullable(),
    id: z.string().nullable(),
    nom: z.string().nullable(),
  }),
  destinataire: z.object({
    siret: z.string().nullable(),
    nom: z.string().nullable(),
    service: z.string().nullable(),
  }),
  sort: z.enum(['integrated', 'rejected', 'untreated']),
  statut: z.string().nullable(),
  statutLibelle: z.string().nullable(),
});

function invoiceAnswer(row: InvoiceRow): z.output<typeof invoiceShape> {
  return {
    id: row.id,
    flux: row.flow,
    essai: row.attempt,
    numero: row.number,
    type: row.typeCode,
    date: row.issueDate,
    montant: row.payable,
    devise: row.currency,
    fournisseur: { type: row.supplierType, id: row.supplierId, nom: row.supplierName },
    destinataire: { siret: row.recipientSiret, nom: row.recipientName, service: row.serviceCode },
    sort: row.fate,
    statut: row.status,
    statutLibelle: row.status === null ? null : statusLabel(row.status),
  };
}

export const listFlowInvoices = keyed({
  method: 'GET',
  path: '/api/v1/flux/:id/factures',
  scope: 'invoices:read',
  schema: {
    params: idParams,
    query: z.object({
      suite: z.string().max(500).optional(),
      nombre: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    response: answers(z.object({ factures: z.array(invoiceShape), suite: z.string().nullable() })),
    summary: 'Lister les factures du dernier essai d’un flux',
    tags: ['factures'],
  },
  async handler(call) {
    const flow = await ownFlow(call, call.params.id);
    const after = readCursor(call.query.suite, z.string()) ?? null;
    const limit = Math.min(call.query.nombre, call.parts.loaded.settings.api.pageMax);
    const rows = await call.parts.store.invoicesFrom(flow.id, flow.attempt, after, limit + 1);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const suite = rows.length > limit && last !== undefined ? cursorText(last.id) : null;
    return { kind: 'json', body: { factures: shown.map(invoiceAnswer), suite } };
  },
});

export const findInvoices = keyed({
  method: 'GET',
  path: '/api/v1/factures',
  scope: 'invoices:read',
  schema: {
    query: z.object({
      numero: z.string().min(1).max(100),
      fournisseur: z.string().min(1).max(100).optional().meta({ description: 'Identifiant du fournisseur' }),
    }),
    response: answers(z.object({ factures: z.array(invoiceShape) })),
    summary: 'Chercher une facture par son numéro',
    description:
      'Tous les passages de la facture, dans tous les flux et essais, du plus récent au plus ancien.',
    tags: ['factures'],
  },
  async handler(call) {
    const { numero, fournisseur } = call.query;
    const { store, loaded } = call.parts;
    const rows = await store.passages(fournisseur ?? null, numero, loaded.settings.api.pageMax);
    const own = await Promise.all(rows.map((row) => mayRead(call, row)));
    return { kind: 'json', body: { factures: rows.filter((_row, i) => own[i]).map(invoiceAnswer) } };
  },
});

/** Its sender reads it, and the recipient that got it. */
async function mayRead(call: Pick<Call, 'apiKey' | 'parts'>, row: InvoiceRow): Promise<boolean> {
  const { partner } = keyOf(call);
  if (row.fate === 'integrated' && row.recipientPartner === partner) return true;
  return (await call.parts.store.flow(row.flow))?.partner === partner;
}

export const showInvoice = keyed({
  method: 'GET',
  path: '/api/v1/factures/:id',
  scope: 'invoices:read',
  schema: {
    params: idParams,
    response: answers(
      invoiceShape.extend({
        statuts: z.array(
          z.object({
            code: z.string(),
            libelle: z.string(),
            le: z.string(),
            commentaire: z.string().nullable(),
          }),
        ),
      }),
    ),
    summary: 'Lire une facture et les statuts de sa vie',
    tags: ['factures'],
  },
  async handler(call) {
    const { store } = call.parts;
    const row = await store.invoice(call.params.id);
    if (row === null || !(await mayRead(call, row))) throw notFound('Cette facture');
    const statuses = await store.statuses(row.id);
    const statuts = statuses.map(({ code, at, comment }) => ({
      code,
      libelle: statusLabel(code),
      le: at,
      commentaire: comment,
    }));
    return { kind: 'json', body: { ...invoiceAnswer(row), statuts } };
  },
});
