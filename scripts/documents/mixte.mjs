import { supplier, xmlText } from './parties.mjs';
import { pdf, zip } from './pieces.mjs';

const bank = ({ name }) => `
        <ReferenceBancaire Type="IBAN">
          <Compte>FR7630006000011234567890189</Compte>
          <RaisonSocialeEncaisseur>${xmlText(name)}</RaisonSocialeEncaisseur>
        </ReferenceBancaire>`;

/** A CPPFactureMixte with several payment requests, in the bare form without a namespace (DOMAIN 10). */
export function mixte(flowId, invoices) {
  const unit = (o, i) => `    <CPPFactureMixteUnitaire NumOrdre="${i + 1}">
      <Fournisseur>
        <TypeIdentifiant>${(o.supplier ?? supplier).type ?? '1'}</TypeIdentifiant>
        <Identifiant>${(o.supplier ?? supplier).id ?? supplier.siret}</Identifiant>
        <RaisonSociale>${xmlText((o.supplier ?? supplier).name)}</RaisonSociale>
        <CodePays>${(o.supplier ?? supplier).country ?? 'FR'}</CodePays>${o.payee ? bank(o.payee) : ''}
      </Fournisseur>
      <Debiteur>
        <TypeIdentifiant>1</TypeIdentifiant>
        <Identifiant>${o.recipient.siret}</Identifiant>
        <Nom>${xmlText(o.recipient.name)}</Nom>${o.recipient.service ? `\n        <CodeService>${o.recipient.service}</CodeService>` : ''}
      </Debiteur>
      <DonneesFacture>
        <Id>${o.number}</Id>
        ${
          o.origin
            ? `<IdFactureOrigine>${o.origin}</IdFactureOrigine>
        `
            : ''
        }<Type>${o.type ?? '380'}</Type>
        <Cadre>${o.cadre ?? 'A1'}</Cadre>
        <DateEmissionFacture>2026-01-20</DateEmissionFacture>
        <ModePaiement>
          <Code>30</Code>
        </ModePaiement>
        <Devise>${o.currency ?? 'EUR'}</Devise>
        <Montants>
          <MontantHT>${o.ht}</MontantHT>
          <MontantTTC>${o.ttc}</MontantTTC>
          <MontantNetAPayer>${o.payable ?? o.ttc}</MontantNetAPayer>
        </Montants>
        <TVAS>
          <TVA>
            <Taux>20</Taux>
            <BaseHt>${o.ht}</BaseHt>
            <MontantTVA>${o.tva}</MontantTVA>
          </TVA>
        </TVAS>
      </DonneesFacture>
      <PJ NumOrdre="1">
        <Contenu>${zip(`${o.number}.pdf`, pdf(`Facture ${o.number}`)).toString('base64')}</Contenu>
        <NomPJ>${o.number}.pdf</NomPJ>
        <TypePJ>01</TypePJ>
        <MimeTypePJ>application/pdf</MimeTypePJ>
      </PJ>
    </CPPFactureMixteUnitaire>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<CPPFactureMixte>
  <Enveloppe>
    <EnveloppeUnitaire NumOrdre="1">
      <Parametres>
        <ParametreIndiv NumOrdre="0001">
          <Code>DtPrd</Code>
          <Valeurparametre>2026-01-20</Valeurparametre>
        </ParametreIndiv>
        <ParametreIndiv NumOrdre="0002">
          <Code>IdFlx</Code>
          <Valeurparametre>${flowId}</Valeurparametre>
        </ParametreIndiv>
      </Parametres>
      <Partenaires>
        <Recepteur>
          <Id>CPP001</Id>
        </Recepteur>
        <Emetteur>
          <Id>FRN001</Id>
        </Emetteur>
      </Partenaires>
    </EnveloppeUnitaire>
  </Enveloppe>
  <CPPFactures Compteur="${invoices.length}">
${invoices.map(unit).join('\n')}
  </CPPFactures>
</CPPFactureMixte>
`;
}
