import { describe, expect, it } from 'vitest';
import { readStatuses } from '../../src/formats/statuses/read.js';
import { parseXml } from '../../src/xml/tree.js';

const unit = (code: string, more = '') => `
<CPPFactureStatutUnitaire NumOrdre="1">
<Fournisseur><TypeIdentifiant>1</TypeIdentifiant><Identifiant>79955500800017</Identifiant><RaisonSociale>A</RaisonSociale></Fournisseur>
<Debiteur><TypeIdentifiant>1</TypeIdentifiant><Identifiant>53514650090018</Identifiant></Debiteur>
<DonneesStatut>
<IdStatut>${code}</IdStatut>${more}
<Horodatage>2026-03-02T10:00:00+01:00</Horodatage><Producteur Id="MANDAT"/>
<IdFacture> F-1 </IdFacture></DonneesStatut>
</CPPFactureStatutUnitaire>`;

describe('reading a CPPStatut', () => {
  it('gives statuses of invoices with two digits, trimmed texts and their places', () => {
    const xml = `<CPPStatut><CPPFactureStatuts>${unit('7')}${unit('06', '<Commentaire>bon absent</Commentaire>')}</CPPFactureStatuts></CPPStatut>`;
    const { statuses, flowStatuses } = readStatuses(parseXml(xml));
    expect(flowStatuses).toEqual([]);
    expect(statuses.map(({ code }) => code)).toEqual(['07', '06']);
    expect(statuses[1]).toMatchObject({
      index: 1,
      supplier: { idType: '1', id: '79955500800017' },
      recipient: '53514650090018',
      service: null,
      complement: null,
      comment: 'bon absent',
      invoiceNumber: 'F-1',
      producer: 'MANDAT',
      at: '2026-03-02T10:00:00+01:00',
    });
    const base = '/CPPStatut/CPPFactureStatuts/CPPFactureStatutUnitaire[2]/DonneesStatut';
    expect(statuses[1]?.places.code).toEqual({ path: `${base}/IdStatut`, line: 14 });
    // Absent: where it would stand, with the line of what is around it.
    expect(statuses[1]?.places.reason).toEqual({ path: `${base}/ComplementStatut`, line: 13 });
  });

  it('gives statuses of flows with their error lines', () => {
    const xml = `<CPPStatut><CPPFluxStatuts><CPPFluxStatutUnitaire><DonneesStatut>
<IdStatut>94</IdStatut><Horodatage>2026-03-02T10:00:00Z</Horodatage><IdFlux>CPP0010036000000000000001</IdFlux>
<Details NbLignesErreur="1"><LigneErreurDetail IdLigne="1"><NatureErreur>N</NatureErreur><CodeErreur>C</CodeErreur><LibelleErreur>L</LibelleErreur></LigneErreurDetail></Details>
</DonneesStatut></CPPFluxStatutUnitaire></CPPFluxStatuts></CPPStatut>`;
    const { statuses, flowStatuses } = readStatuses(parseXml(xml));
    expect(statuses).toEqual([]);
    expect(flowStatuses[0]).toMatchObject({
      flow: 'CPP0010036000000000000001',
      code: '94',
      details: [{ nature: 'N', code: 'C', label: 'L', description: null }],
      places: {
        flow: { path: '/CPPStatut/CPPFluxStatuts/CPPFluxStatutUnitaire/DonneesStatut/IdFlux', line: 2 },
      },
    });
  });
});
