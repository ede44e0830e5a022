import { compileShape, type GroupTable } from '../shape.js';

/**
 * Where the terms stand in one CPPFactureMixteUnitaire (DOMAIN 10; schema V1_16). Documents with and without the
 * namespace are read by the same table: any namespace will do.
 */
const mixtePrefixes = {} as const;

const data = '*:DonneesFacture';

const chorusParty = (at: string, name: string): GroupTable => ({
  at,
  terms: {
    idType: '*:TypeIdentifiant',
    idTypeRaw: '*:TypeIdentifiant',
    ownIdType: '*:TypeIdentifiant',
    name,
    country: '*:CodePays',
  },
  groups: { id: { at: '*:Identifiant', terms: { value: '.' } } },
});

const party = (at: string, name: string): GroupTable => ({
  at,
  terms: { name },
  groups: {
    identifiers: { at: '*:Identifiant[.]', terms: { value: '.' } },
    address: { at: '.', terms: { country: '*:CodePays' } },
  },
});

export const mixte = compileShape(
  {
    terms: {
      number: `${data}/*:Id`,
      issueDate: `${data}/*:DateEmissionFacture`,
      typeCode: `${data}/*:Type`,
      currency: `${data}/*:Devise`,
      contractReference: `${data}/*:Engagement/*:NumeroMarche`,
      orderReference: `${data}/*:Engagement/*:NumeroEngagement`,
      businessProcess: `${data}/*:Cadre`,
    },
    groups: {
      precedingInvoices: { at: `${data}/*:IdFactureOrigine[.]`, terms: { number: '.' } },
      seller: party('*:Fournisseur', '*:RaisonSociale'),
      buyer: party('*:Debiteur', '*:Nom'),
      payment: {
        at: '.',
        terms: { meansCode: `${data}/*:ModePaiement/*:Code` },
        groups: {
          accounts: {
            at: '*:Fournisseur/*:ReferenceBancaire',
            terms: { id: '*:Compte', name: '*:RaisonSocialeEncaisseur', bic: '*:Etablissement' },
          },
        },
      },
      totals: {
        at: '.',
        terms: {
          taxExclusive: `${data}/*:Montants/*:MontantHT`,
          taxInclusive: `${data}/*:Montants/*:MontantTTC`,
          payable: `${data}/*:Montants/*:MontantNetAPayer`,
        },
      },
      vatBreakdown: {
        at: `${data}/*:TVAS/*:TVA`,
        terms: { base: '*:BaseHt', amount: '*:MontantTVA', rate: '*:Taux' },
      },
      attachments: {
        at: '*:PJ',
        terms: {
          name: '*:NomPJ',
          mime: '*:MimeTypePJ',
          filename: '*:NomPJ',
          chorusType: '*:TypePJ',
          piece: '*:Contenu',
        },
      },
      lines: {
        at: `${data}/*:Lignes/*:Ligne`,
        terms: {
          id: '@NumOrdre',
          quantity: '*:Quantite',
          netAmount: '*:MontantHT',
          netPrice: '*:PrixUnitaire',
          vatRate: '*:TauxTVA',
          name: '*:Description',
          sellerItemId: '*:ReferenceProduit',
        },
      },
      chorus: {
        at: '.',
        terms: {
          cadre: `${data}/*:Cadre`,
          serviceCode: '*:Debiteur/*:CodeService',
          serviceName: '*:Debiteur/*:NomService',
          engagement: `${data}/*:Engagement/*:NumeroEngagement`,
          market: `${data}/*:Engagement/*:NumeroMarche`,
          originalInvoice: `${data}/*:IdFactureOrigine`,
        },
        groups: {
          supplier: chorusParty('*:Fournisseur', '*:RaisonSociale'),
          recipient: chorusParty('*:Debiteur', '*:Nom'),
          validator: chorusParty('*:Valideur', '*:RaisonSociale'),
          payee: {
            at: '*:Fournisseur/*:ReferenceBancaire[*:RaisonSocialeEncaisseur]',
            terms: { name: '*:RaisonSocialeEncaisseur' },
          },
        },
      },
    },
  },
  mixtePrefixes,
);
