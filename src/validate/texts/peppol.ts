import { type Entry, entriesOf } from './text.js';

/**
 * Rules that Peppol BIS Billing 3 adds to EN 16931, but for those of single countries; ids and meaning are the same in
 * UBL and CII.
 */
const singles = `
R001|Le processus métier (BT-23) est absent.|Indiquez le processus, par exemple « urn:fdc:peppol.eu:2017:poacc:billing:01:1.0 ».
R002|La facture porte plusieurs notes (BG-1) ; le réseau Peppol n'en admet qu'une, sauf entre certaines parties d'un même pays.|Réunissez les textes en une seule note (BT-22).
R003|Ni la référence de l'acheteur (BT-10) ni le numéro de commande (BT-13) n'est indiqué.|Indiquez l'un des deux, tel que l'acheteur l'a donné.
R004|La spécification suivie (BT-24) n'est pas celle de Peppol BIS Billing 3.|Indiquez « urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0 ».
R005|La devise de comptabilisation de la TVA (BT-6) est celle de la facture (BT-5).|Retirez BT-6 et le total de TVA dans cette devise (BT-111), ou indiquez une autre devise.
R006|Plusieurs objets facturés (BT-18) figurent pour la facture ; le réseau Peppol n'en admet qu'un.|Gardez un seul objet facturé.
R007|Le processus métier (BT-23) n'a pas la forme voulue par Peppol.|Écrivez « urn:fdc:peppol.eu:2017:poacc:billing:NN:1.0 », où NN est le numéro du processus, par exemple 01.
R008|La facture contient un élément vide.|Retirez cet élément, ou donnez-lui une valeur.
R010|L'adresse électronique de l'acheteur (BT-49) est absente.|Ajoutez l'adresse électronique de l'acheteur, avec son schéma.
R020|L'adresse électronique du vendeur (BT-34) est absente.|Ajoutez l'adresse électronique du vendeur, avec son schéma.
R040|Le montant d'une remise (BT-92, BT-136) ou d'une majoration (BT-99, BT-141) n'est pas égal à son assiette multipliée par son pourcentage.|Recalculez le montant : assiette × pourcentage ÷ 100, ou corrigez l'un des trois.
R041|Une remise ou une majoration indique un pourcentage (BT-94, BT-101, BT-138 ou BT-143) sans assiette (BT-93, BT-100, BT-137 ou BT-142).|Ajoutez l'assiette, ou retirez le pourcentage.
R042|Une remise ou une majoration indique une assiette (BT-93, BT-100, BT-137 ou BT-142) sans pourcentage (BT-94, BT-101, BT-138 ou BT-143).|Ajoutez le pourcentage, ou retirez l'assiette.
R043|Une remise (BG-20, BG-27) ou une majoration (BG-21, BG-28) a un ChargeIndicator autre que true ou false.|Écrivez true pour une majoration, false pour une remise.
R044|Le prix d'un article porte une majoration ; seul un rabais (BT-147) est admis sur le prix.|Indiquez le ChargeIndicator false s'il s'agit d'un rabais ; sinon, indiquez la majoration à la ligne (BG-28).
R046|Le prix net d'un article (BT-146) n'est pas égal à son prix brut (BT-148) moins le rabais (BT-147).|Recalculez le prix net, ou corrigez le prix brut ou le rabais.
R051|Un montant n'est pas exprimé dans la devise de la facture (BT-5).|Écrivez la devise de la facture dans tous les attributs currencyID, sauf celui du total de TVA en devise de comptabilisation (BT-111).
R053|La ventilation de la TVA (BG-23) doit figurer sous un et un seul total de TVA (BT-110).|Réunissez tous les groupes de la ventilation sous le total de TVA en devise de facture.
R054|Le total de TVA sans ventilation (BT-111) doit figurer une fois si une devise de comptabilisation (BT-6) est indiquée, et sinon ne pas figurer.|Ajoutez le total de TVA en devise de comptabilisation, ou retirez celui qui est en trop.
R055|Le total de TVA (BT-110) et le total de TVA en devise de comptabilisation (BT-111) n'ont pas le même signe.|Corrigez le signe de l'un des deux totaux.
R061|Un prélèvement (BT-81 : 49 ou 59) est demandé sans référence de mandat (BT-89).|Ajoutez la référence du mandat, ou corrigez le moyen de paiement.
R080|Plusieurs documents de type 50 (référence du projet BT-11, ou de l'appel d'offres BT-17) figurent ; le réseau Peppol n'en admet qu'un.|Gardez une seule de ces références.
R100|Plusieurs objets facturés (BT-128) figurent à une ligne ; le réseau Peppol n'en admet qu'un.|Gardez un seul objet facturé par ligne.
R101|Un document cité à une ligne n'est pas un objet facturé (BT-128, type 130).|Indiquez le type 130, ou joignez le document en tête de la facture (BG-24).
R110|La période d'une ligne commence (BT-134) avant la période de facturation (BT-73).|Corrigez l'une des deux dates : la période d'une ligne tient dans celle de la facture.
R111|La période d'une ligne se termine (BT-135) après la période de facturation (BT-74).|Corrigez l'une des deux dates : la période d'une ligne tient dans celle de la facture.
R120|Le montant net d'une ligne (BT-131) n'est pas égal à la quantité (BT-129) multipliée par le prix net (BT-146) rapporté à sa quantité de base (BT-149), plus les majorations (BT-141), moins les remises (BT-136) de la ligne.|Recalculez le montant net ; un écart de deux centimes est toléré.
R121|La quantité de base du prix (BT-149) n'est pas supérieure à 0.|Indiquez une quantité de base positive, ou retirez-la : elle vaut alors 1.
R130|L'unité de la quantité de base du prix (BT-150) n'est pas celle de la quantité facturée (BT-130).|Indiquez la même unité, ou convertissez le prix.
P0100|Le type de facture (BT-3) n'est pas admis par le processus Peppol indiqué (BT-23).|Indiquez un type admis par ce processus, par exemple 380.
P0101|Le type d'avoir (BT-3) n'est pas admis par le processus Peppol indiqué (BT-23).|Indiquez un type admis par ce processus, par exemple 381.
P0112|Le type de facture (BT-3) 326 ou 384 n'est admis que si vendeur et acheteur sont allemands.|Indiquez un autre type, par exemple 380, ou un avoir (381) suivi d'une nouvelle facture.
F001|Une date n'est pas de la forme AAAA-MM-JJ.|Écrivez la date en chiffres, par exemple 2026-01-31.
CL001|Le type d'un fichier joint (BT-125) n'est pas admis.|Joignez un fichier PDF, PNG, JPEG, CSV, XLSX ou ODS, et déclarez son type dans mimeCode.
CL002|Le code du motif d'une remise (BT-98 ou BT-140) n'est pas un code UNTDID 5189 admis.|Utilisez un code de la liste, par exemple 95 pour un rabais, ou donnez le motif en texte.
CL003|Le code du motif d'une majoration (BT-105 ou BT-145) n'est pas un code UNTDID 7161 admis.|Utilisez un code de la liste, par exemple FC pour le transport, ou donnez le motif en texte.
CL006|Le code de la date d'exigibilité de la TVA (BT-8) n'est pas admis.|Utilisez un code de la liste, en UBL 3, 35 ou 432.
CL007|L'attribut currencyID d'un montant n'est pas un code de devise ISO 4217.|Écrivez la devise en trois lettres majuscules, par exemple EUR.|BT-5 BT-6
CL008|Le schéma d'une adresse électronique (BT-34 ou BT-49) n'appartient pas à la liste EAS de Peppol.|Utilisez un code de la liste, par exemple 0009 pour un SIRET ou 0225 en France.
`;

/** Categories that go with an exemption code: number of the rule, code of the reason, category. */
const exemptions = `
P0104|VATEX-EU-G|G
P0105|VATEX-EU-O|O
P0106|VATEX-EU-IC|K
P0107|VATEX-EU-AE|AE
P0108|VATEX-EU-D|E
P0109|VATEX-EU-F|E
P0110|VATEX-EU-I|E
P0111|VATEX-EU-J|E
`;

/** The texts of the Peppol rules. */
export function peppolEntries(): Entry[] {
  return [
    ...entriesOf(singles).map(([id, ...text]): Entry => [`PEPPOL-EN16931-${id}`, ...text]),
    ...entriesOf(exemptions).map(
      ([id, reason, category]): Entry => [
        `PEPPOL-EN16931-${id}`,
        `Le motif d'exonération ${reason} (BT-121) n'est admis qu'avec la catégorie de TVA ${category} (BT-118).`,
        `Indiquez la catégorie ${category}, ou corrigez le motif.`,
        ['BT-118', 'BT-121', 'BG-23'],
      ],
    ),
  ];
}
