import { z } from 'zod';
import { orderPartnerMode, partnerModeWords } from '../../pipeline/partner-order.js';
import { deskOf } from '../desk.js';
import { reasonOf, toldToPeople } from '../faults.js';
import { partnerAnswer } from '../pages/partners.js';
import { notFound, Problem } from '../problem.js';
import { action, redirect, type SignedCall } from '../route.js';
import { Badge } from '../ui/badge.js';
import { Cause } from '../ui/cause.js';
import { Table } from '../ui/table.js';

const params = z.object({ code: z.string().max(20) });

/** @throws Problem 404. */
function known({ parts }: SignedCall<unknown, unknown, unknown>, code: string): string {
  if (parts.loaded.settings.partners.some((one) => one.code === code)) return code;
  throw notFound('Ce partenaire');
}

/** Pauses, drains or resumes a partner. */
export const setPartnerMode = action({
  path: '/partenaires/:code/mode',
  role: 'support',
  audited: 'partner-mode',
  schema: {
    params,
    body: z.object({
      mode: z.enum(['active', 'paused', 'draining']),
      motif: z.string().max(1_000).default(''),
    }),
  },
  async handler(call) {
    const partner = known(call, call.params.code);
    const { mode, motif } = call.body;
    await orderPartnerMode(call.parts, { partner, mode, by: call.actor, reason: reasonOf(motif) });
    return redirect(`/partenaires/${partner}`, {
      tone: 'success',
      text: `${partner} ${partnerModeWords[mode]}.`,
    });
  },
});

/** Tries the folders or the server of a partner. */
export const probePartner = action({
  path: '/partenaires/:code/essai',
  role: 'support',
  audited: 'partner-probed',
  schema: { params },
  async handler(call) {
    const partner = known(call, call.params.code);
    const lines = await deskOf(call.parts).probe(partner);
    return {
      kind: 'page',
      title: `Essai de la liaison avec ${partner}`,
      crumbs: [
        { label: 'Partenaires', path: '/partenaires' },
        { label: partner, path: `/partenaires/${partner}` },
      ],
      body: (
        <>
          <Table
            caption="Ce qui a été essayé"
            rows={lines}
            keyOf={({ what }) => what}
            columns={[
              { head: 'Essai', cell: ({ what }) => what },
              {
                head: 'Résultat',
                cell: ({ fault }) =>
                  fault === null ? <Badge tone="good">marche</Badge> : <Badge tone="bad">échec</Badge>,
              },
              {
                head: 'Cause',
                cell: ({ fault, detail }) =>
                  fault === null ? '' : <Cause code={null} detail={detail} text={fault} />,
              },
              { head: 'Que faire', cell: ({ fault, remedy }) => (fault === null ? '' : remedy) },
            ]}
          />
          <p>
            <a href={`/partenaires/${partner}`}>Revenir au partenaire</a>
          </p>
        </>
      ),
    };
  },
});

/** Shows the keys of a partner's server. */
export const showPartnerKeys = action({
  path: '/partenaires/:code/cles',
  role: 'support',
  audited: 'partner-keys',
  schema: { params },
  async handler(call) {
    const partner = known(call, call.params.code);
    const keys = await toldToPeople(() => deskOf(call.parts).serverKeys(partner));
    return partnerAnswer(call, partner, { keys });
  },
});

/** Pins keys that the server shows; the engine reads them at its next start. */
export const pinPartnerKeys = action({
  path: '/partenaires/:code/cles/epingler',
  role: 'administrator',
  audited: 'partner-pinned',
  schema: {
    params,
    body: z.object({
      empreinte: z.union([z.string().max(200), z.array(z.string().max(200)).max(20)]),
      remplacer: z.string().optional(),
      motif: z.string().max(1_000).default(''),
    }),
  },
  async handler(call) {
    const partner = known(call, call.params.code);
    const { empreinte, remplacer, motif } = call.body;
    const reason = reasonOf(motif);
    const fingerprints = [empreinte].flat();
    if (fingerprints.some((one) => !/^SHA256:[\w+/=-]{20,100}$/.test(one)))
      throw new Problem(400, 'Cette empreinte n’en est pas une.', 'Affichez de nouveau les clés du serveur.');
    await toldToPeople(() => deskOf(call.parts).pinKeys(partner, fingerprints, remplacer === 'oui'));
    const text = `clés du serveur de ${partner} épinglées : ${fingerprints.join(', ')} (${reason})`;
    await call.parts.store.transaction((tx) => tx.insertEvents([call.event('partner-pinned', text)]));
    return redirect(`/partenaires/${partner}`, {
      tone: 'success',
      text: 'Les clés sont épinglées dans le fichier de réglages. Redémarrez le moteur pour qu’il s’en serve.',
    });
  },
});
