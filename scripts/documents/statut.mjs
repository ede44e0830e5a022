// CPPStatut files as recipients send them: statuses of invoices, and what they tell of a pivot.
import { supplier, townHall, xmlText } from './parties.mjs';

const leaf = (name, text) =>
  text === undefined || text === null ? '' : `<${name}>${xmlText(text)}</${name}>`;

function file(flowId, partner, body) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<CPPStatut>
  <Enveloppe>
    <EnveloppeUnitaire NumOrdre="1">
      <Parametres>
        <ParametreIndiv NumOrdre="0001"><Code>DtPrd</Code><Valeurparametre>2026-03-02</Valeurparametre></ParametreIndiv>
        <ParametreIndiv NumOrdre="0002"><Code>IdFlx</Code><Valeurparametre>${flowId}</Valeurparametre></ParametreIndiv>
      </Parametres>
      <Partenaires>
        <Recepteur><Id>CPP001</Id></Recepteur>
        <Emetteur><Id>${partner}</Id></Emetteur>
      </Partenaires>
    </EnveloppeUnitaire>
  </Enveloppe>
${body}
</CPPStatut>
`;
}

/** Statuses of invoices: `{number, code, reason?, comment?, at?, mandate?, producer?, date?, supplierId?, recipient?, service?}`. */
export function statuts(flowId, statuses, partner = 'COL001') {
  const units = statuses.map(
    (one, i) => `    <CPPFactureStatutUnitaire NumOrdre="${i + 1}">
      <Fournisseur>
        <TypeIdentifiant>1</TypeIdentifiant>
        <Identifiant>${one.supplierId ?? supplier.siret}</Identifiant>
        <RaisonSociale>${xmlText(supplier.name)}</RaisonSociale>
      </Fournisseur>
      <Debiteur>
        <TypeIdentifiant>1</TypeIdentifiant>
        <Identifiant>${one.recipient ?? townHall.siret}</Identifiant>
        ${leaf('CodeService', one.service)}
      </Debiteur>
      <DonneesStatut>
        <IdStatut>${one.code}</IdStatut>
        ${leaf('ComplementStatut', one.reason)}
        ${leaf('Commentaire', one.comment)}
        <Horodatage>${one.at ?? '2026-03-02T11:30:00+01:00'}</Horodatage>
        ${one.producer === undefined ? '' : `<Producteur Id="${one.producer}"/>`}
        <IdFacture>${xmlText(one.number)}</IdFacture>
        ${leaf('DateFacture', one.date)}
        ${leaf('IdMandatDP', one.mandate)}
      </DonneesStatut>
    </CPPFactureStatutUnitaire>`,
  );
  return tidy(
    file(
      flowId,
      partner,
      `  <CPPFactureStatuts compteur="${statuses.length}">\n${units.join('\n')}\n  </CPPFactureStatuts>`,
    ),
  );
}

/** What a recipient tells of flows: `{flow, code, comment?, at?, lines?: {nature, code, label}[]}`. */
export function fluxStatuts(flowId, statuses, partner = 'COL001') {
  const units = statuses.map((one, i) => {
    const lines = (one.lines ?? []).map(
      ({ nature, code, label }, at) =>
        `<LigneErreurDetail IdLigne="${at + 1}"><NatureErreur>${xmlText(nature)}</NatureErreur><CodeErreur>${xmlText(code)}</CodeErreur><LibelleErreur>${xmlText(label)}</LibelleErreur></LigneErreurDetail>`,
    );
    return `    <CPPFluxStatutUnitaire NumOrdre="${i + 1}">
      <DonneesStatut>
        <IdStatut>${one.code}</IdStatut>
        ${leaf('Commentaire', one.comment)}
        <Horodatage>${one.at ?? '2026-03-02T11:30:00+01:00'}</Horodatage>
        <IdFlux>${xmlText(one.flow)}</IdFlux>
        ${lines.length === 0 ? '' : `<Details NbLignesErreur="${lines.length}">${lines.join('')}</Details>`}
      </DonneesStatut>
    </CPPFluxStatutUnitaire>`;
  });
  return tidy(
    file(
      flowId,
      partner,
      `  <CPPFluxStatuts compteur="${statuses.length}">\n${units.join('\n')}\n  </CPPFluxStatuts>`,
    ),
  );
}

/** Without the lines of what was left out. */
const tidy = (xml) => xml.replace(/^\s+\n/gm, '');
