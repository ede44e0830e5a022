import { z } from 'zod';
import { dayInParis } from '../../../domain/dates.js';
import type { Finding } from '../../../domain/finding.js';
import { type Flow, isFinal } from '../../../domain/flow.js';
import { catalogueWith } from '../../../envelope/catalogue.js';
import { renderReportPdf } from '../../../readable/report-pdf.js';
import { isAboutFlow } from '../../../report/flow-report.js';
import { type Answer, type Call, keyed } from '../../route.js';
import { keyOf, numberOf } from '../shapes.js';
import { chorusAnswer, refusal } from './answer.js';
import { returnCodes, returnTexts } from './refusal.js';

const body = z.looseObject({
  numeroFluxDepot: z.string().min(1).max(100),
  syntaxeFlux: z.string().max(100).optional(),
  dateDepot: z.string().max(40).optional(),
  nomFichier: z.string().max(200).optional(),
});
type Asked = Call<unknown, unknown, z.output<typeof body>>;

/** Findings that the answers tell; the rest stands in the console. */
const findingsMax = 2_000;
/** Length of `libelleErreurDP` (DOMAIN 2.3: errors joined with `|`, cut at 255). */
const labelLengthMax = 255;

/** `consulterCR`: the integration report as a PDF (DOMAIN 7.3). */
export const consulterCr = keyed({
  method: 'POST',
  path: '/cpro/transverses/v1/consulterCR',
  scope: 'flows:read',
  chorus: true,
  schema: {
    body,
    response: chorusAnswer({
      numeroFluxDepot: z.string(),
      codeAppliPartenaire: z.string(),
      designationPartenaire: z.string(),
      codeInterfaceFlux: z.string().nullable(),
      etatCourantFlux: z.string(),
      nomFichierFlux: z.string(),
      fichierCR: z.string(),
    }),
    summary: 'consulterCR',
    description: 'Le compte rendu d’intégration en PDF (base64), une fois le flux traité.',
    tags: ['chorus'],
  },
  async handler(call): Promise<Answer> {
    const flow = await flowOf(call);
    if (flow === null) return refusal(returnCodes.unknownFlow, returnTexts.unknownFlow);
    const { loaded } = call.parts;
    const partner = loaded.settings.partners.find(({ code }) => code === flow.partner);
    const findings = await findingsOf(call, flow);
    const pdf = await renderReportPdf({ flow, findings, partnerName: partner?.name ?? flow.partner });
    return {
      kind: 'json',
      body: {
        codeRetour: returnCodes.ok,
        libelle: returnTexts.ok,
        numeroFluxDepot: numberIn(flow),
        codeAppliPartenaire: flow.partner,
        designationPartenaire: partner?.name ?? flow.partner,
        codeInterfaceFlux: interfaceIn(flow),
        etatCourantFlux: flow.state,
        nomFichierFlux: flow.depositedName,
        fichierCR: pdf.toString('base64'),
      },
    };
  },
});

const technicalShape = z.object({
  natureErreur: z.string(),
  codeErreur: z.string(),
  libelleErreur: z.string(),
});
const invoiceErrorShape = z.object({
  identifiantFournisseur: z.string(),
  identifiantDestinataire: z.string(),
  numeroDP: z.string(),
  libelleErreurDP: z.string(),
});

/** `consulterCRDetaille`: the same facts as data (DOMAIN 4.1, 7.3). */
export const consulterCrDetaille = keyed({
  method: 'POST',
  path: '/cpro/transverses/v1/consulterCRDetaille',
  scope: 'flows:read',
  chorus: true,
  schema: {
    body,
    response: chorusAnswer({
      numeroFluxDepot: z.string(),
      codeInterfaceDepotFlux: z.string().nullable(),
      dateDepotFlux: z.string(),
      dateHeureEtatCourantFlux: z.string(),
      etatCourantDepotFlux: z.string(),
      nomFichier: z.string(),
      listeErreurDP: z.array(invoiceErrorShape),
      listeErreurTechnique: z.array(technicalShape),
    }),
    summary: 'consulterCRDetaille',
    tags: ['chorus'],
  },
  async handler(call): Promise<Answer> {
    const flow = await flowOf(call);
    if (flow === null) return refusal(returnCodes.unknownFlow, returnTexts.unknownFlow);
    const fatal = (await findingsOf(call, flow)).filter(({ severity }) => severity === 'fatal');
    const attempts = await call.parts.store.attempts(flow.id);
    return {
      kind: 'json',
      body: {
        codeRetour: returnCodes.ok,
        libelle: returnTexts.ok,
        numeroFluxDepot: numberIn(flow),
        codeInterfaceDepotFlux: interfaceIn(flow),
        dateDepotFlux: dayInParis(new Date(flow.receivedAt)),
        dateHeureEtatCourantFlux: flow.finalAt ?? attempts.at(-1)?.startedAt ?? flow.receivedAt,
        etatCourantDepotFlux: flow.state,
        nomFichier: flow.depositedName,
        listeErreurDP: await invoiceErrors(
          call,
          flow,
          fatal.filter((one) => !isAboutFlow(one)),
        ),
        listeErreurTechnique: fatal.filter(isAboutFlow).map(({ rule, message }) => ({
          natureErreur: 'IRRECEVABILITE',
          codeErreur: rule,
          libelleErreur: message,
        })),
      },
    };
  },
});

/** The caller's flow of this number, which may be one that came by a drop folder; null where there is none. */
async function flowOf(call: Asked): Promise<Flow | null> {
  const { store, loaded } = call.parts;
  const own = keyOf(call).partner;
  const text = call.body.numeroFluxDepot.trim();
  const code = loaded.settings.engine.code;
  // A flow has its number from its first attempt on; before, the name that we gave it is all there is.
  const row = catalogueWith(loaded.settings.interfaces).find(
    (one) => one.direction === 'in' && one.number === text.slice(6, 10),
  );
  const names = [
    text,
    ...(row !== undefined && text.startsWith(code) ? [`${row.code}_${code}_${text}`] : []),
  ];
  for (const name of names) {
    const flow = (await store.findFlows(name)).find(({ partner }) => partner === own);
    if (flow !== undefined) return flow;
  }
  return null;
}

const numberIn = (flow: Flow): string => flow.flowId ?? numberOf(flow.depositedName) ?? flow.id;
const interfaceIn = (flow: Flow): string | null =>
  flow.interfaceCode ?? /^[A-Z]{3}\d{4}[A-Z]/.exec(flow.depositedName)?.[0] ?? null;

/** What is said about a flow that has its answer. */
async function findingsOf(call: Asked, flow: Flow): Promise<readonly Finding[]> {
  if (!isFinal(flow.state)) return [];
  return call.parts.store.findingsFrom(flow.id, flow.attempt, 0, findingsMax);
}

/** One line for each invoice that was refused, as the API has them: its errors joined. */
async function invoiceErrors(call: Asked, flow: Flow, findings: readonly Finding[]) {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.entry}\u0000${finding.invoiceIndex}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  if (groups.size === 0) return [];
  const rows = await call.parts.store.invoicesFrom(flow.id, flow.attempt, null, findingsMax);
  const byPlace = new Map(rows.map((row) => [`${row.entry}\u0000${row.entryIndex}`, row]));
  return [...groups].map(([key, group]) => {
    const row = byPlace.get(key);
    return {
      identifiantFournisseur: row?.supplierId ?? '',
      identifiantDestinataire: row?.recipientSiret ?? '',
      numeroDP: row?.number ?? group[0]?.invoice ?? '',
      libelleErreurDP: group
        .map(({ message }) => message)
        .join('|')
        .slice(0, labelLengthMax),
    };
  });
}
