import { compileShape, type GroupTable } from '../shape.js';

/**
 * Where the terms stand in a PES_Aller with one FactureIndiv (PES 3 and 8): `pes/split.ts` cuts a file of several
 * into such trees. Only the root is in a namespace. Every value is the attribute V of an empty element.
 */
const pesPrefixes = { p: '' } as const;

const facture = 'p:PES_Facture';
const one = `${facture}/p:FactureIndiv`;
const issuer = `${facture}/p:Emetteur`;
const debtor = `${one}/p:Debiteur`;
const info = 'p:InfoTiers';

const address: GroupTable = {
  at: 'p:Adresse',
  terms: {
    line1: ['p:Adr2/@V', 'p:Adr1/@V', 'p:Adr3/@V'],
    line2: 'p:Adr1/@V',
    line3: 'p:Adr3/@V',
    postCode: 'p:CP/@V',
    city: 'p:Ville/@V',
    country: ['p:CodPays/@V', 'p:CodRes/@V'],
    resident: 'p:CodRes/@V',
    countryCode: 'p:CodPays/@V',
  },
};

const party = (at: string): GroupTable => ({
  at,
  terms: {
    name: `${info}/p:Nom/@V`,
    vatId: 'p:InfoTVAEmetteur/p:NumTVA/@V',
    moreName: `${info}/p:ComplNom/@V`,
    firstName: `${info}/p:Prenom/@V`,
  },
  groups: { identifiers: { at: `${info}/p:IdTiers`, terms: { value: '@V' } }, address },
});

const chorusParty = (at: string): GroupTable => ({
  at,
  terms: {
    idType: `${info}/p:NatIdTiers/@V`,
    idTypeRaw: `${info}/p:NatIdTiers/@V`,
    ownIdType: `${info}/p:NatIdTiers/@V`,
    name: `${info}/p:Nom/@V`,
    country: ['p:Adresse/p:CodPays/@V', 'p:Adresse/p:CodRes/@V'],
  },
  groups: { id: { at: `${info}/p:IdTiers`, terms: { value: '@V' } } },
});

export const pes = compileShape(
  {
    terms: {
      number: `${one}/p:NumeroFacture/@V`,
      issueDate: `${one}/p:DateEmission/@V`,
      dueDate: `${one}/p:DateReglement/@V`,
      typeCode: `${facture}/p:TypeFact/@V`,
      paymentTerms: `${one}/p:ModalitesReglement/@V`,
      freeText: `${one}/p:TexteGenerateur/@V`,
    },
    groups: {
      notes: { at: `${one}/p:Objet|ConditionsGen`, terms: { text: '@V' } },
      seller: party(issuer),
      buyer: party(debtor),
      payment: {
        at: '.',
        terms: { meansCode: `${one}/p:ModalitesReglement/@V` },
        groups: {
          accounts: {
            at: `${issuer}/p:CptBancaire`,
            terms: {
              id: ['p:IBAN/@V', 'p:IdCpte/@V'],
              name: 'p:TitCpte/@V',
              bic: 'p:BIC/@V',
              bank: 'p:CodeEtab/@V',
              branch: 'p:CodeGuic/@V',
              account: 'p:IdCpte/@V',
              key: 'p:CleRib/@V',
            },
          },
        },
      },
      totals: {
        at: `${one}/p:TotalAPayer`,
        terms: {
          taxExclusive: 'p:MtTotalHT/@V',
          tax: 'p:MtTotalTVA/@V',
          taxInclusive: 'p:MtTotalTTC/@V',
          payable: 'p:MtTotalTTC/@V',
        },
      },
      vatBreakdown: {
        at: `${one}/p:DetailTVA`,
        terms: { rate: 'p:TauxTVA/@V', base: 'p:MtBaseHT/@V', amount: 'p:MtTVA/@V' },
      },
      attachments: {
        at: 'p:PES_PJ/p:PJ',
        terms: {
          name: 'p:NomPJ/@V',
          filename: 'p:NomPJ/@V',
          description: 'p:Description/@V',
          mime: 'p:Contenu/p:Fichier/@MIMEType',
          chorusType: 'p:TypePJ/@V',
          piece: 'p:Contenu/p:Fichier',
        },
      },
      lines: {
        at: `${one}/p:LigneFacture`,
        terms: {
          id: 'p:Ordre/@V',
          name: 'p:Libelle/@V',
          note: 'p:Commentaire/@V',
          sellerItemId: 'p:CodeProduit/@V',
          accountingReference: 'p:CodeNature/@V',
          unit: ['p:Unite1/@V', 'p:Unite/@V'],
          quantity: 'p:Quantite/@V',
          netPrice: ['p:MtUnitaire/@V', 'p:MtBase/@V', 'p:MtRemise/@V'],
          netAmount: 'p:MtHT/@V',
          vatRate: 'p:TauxTVA/@V',
          quantity2: 'p:Quantite2/@V',
          unitPrice: 'p:MtUnitaire/@V',
          base: 'p:MtBase/@V',
          discount: 'p:MtRemise/@V',
          share: 'p:Taux/@V',
          vat: 'p:MtTVA/@V',
          ttc: 'p:MtTTC/@V',
        },
        groups: {
          period: {
            at: '.',
            terms: { start: ['p:DateDebut/@V', 'p:Date/@V'], end: ['p:DateFin/@V', 'p:Date/@V'] },
          },
        },
      },
      chorus: {
        at: '.',
        terms: {
          cadre: `${facture}/p:TypeFact/@V`,
          serviceCode: `${debtor}/${info}/p:RefTiers/@V`,
          engagement: `${one}/p:TexteGenerateur/@V`,
          market: `${one}/p:TexteGenerateur/@V`,
          collectivity: 'p:EnTetePES/p:IdColl/@V',
        },
        groups: { supplier: chorusParty(issuer), recipient: chorusParty(debtor) },
      },
    },
  },
  pesPrefixes,
);
