import { type Entry, entriesOf } from './text.js';

/**
 * The rules of EN 16931 that hold whatever the VAT category: `id|message|remedy`, one rule per line. Our own
 * sentences, after the statements of EN 16931-1 section 6.4.
 */
export const en16931Texts = `
BR-01|La facture n'indique pas la spécification qu'elle suit (BT-24).|Indiquez l'identifiant de la spécification, par exemple « urn:cen.eu:en16931:2017 ».
BR-02|Le numéro de facture (BT-1) est absent.|Indiquez le numéro que le vendeur a donné à cette facture.
BR-03|La date d'émission de la facture (BT-2) est absente ou illisible.|Indiquez le jour où la facture a été émise ; en CII, au format 102 (AAAAMMJJ).
BR-04|Le code du type de facture (BT-3) est absent.|Indiquez le type du document, par exemple 380 pour une facture ou 381 pour un avoir.
BR-05|La devise de la facture (BT-5) est absente.|Indiquez le code ISO 4217 de la devise, par exemple EUR.
BR-06|Le nom du vendeur (BT-27) est absent.|Indiquez la raison sociale du vendeur ; en UBL, dans PartyLegalEntity/RegistrationName, le nom commercial (PartyName) n'y suffit pas.
BR-07|Le nom de l'acheteur (BT-44) est absent.|Indiquez la raison sociale de l'acheteur ; en UBL, dans PartyLegalEntity/RegistrationName, le nom commercial (PartyName) n'y suffit pas.
BR-08|L'adresse postale du vendeur (BG-5) est absente.|Ajoutez l'adresse du vendeur, avec au moins le code de son pays (BT-40).
BR-09|L'adresse du vendeur (BG-5) n'indique pas de pays (BT-40).|Ajoutez à cette adresse le code ISO 3166-1 du pays, par exemple FR.
BR-10|L'adresse postale de l'acheteur (BG-8) est absente.|Ajoutez l'adresse de l'acheteur, avec au moins le code de son pays (BT-55).
BR-11|L'adresse de l'acheteur (BG-8) n'indique pas de pays (BT-55).|Ajoutez à cette adresse le code ISO 3166-1 du pays, par exemple FR.
BR-12|La somme des montants nets des lignes (BT-106) est absente des totaux.|Ajoutez ce total : c'est l'addition des montants nets de toutes les lignes (BT-131).
BR-13|Le total hors TVA de la facture (BT-109) est absent.|Ajoutez ce total : somme des lignes (BT-106), moins les remises (BT-107), plus les majorations (BT-108).
BR-14|Le total TVA comprise de la facture (BT-112) est absent.|Ajoutez ce total : total hors TVA (BT-109) plus total de TVA (BT-110).
BR-15|Le net à payer (BT-115) est absent.|Ajoutez ce montant : total TVA comprise (BT-112), moins ce qui est déjà payé (BT-113), plus l'arrondi (BT-114).
BR-16|La facture ne comporte aucune ligne (BG-25).|Ajoutez au moins une ligne de facture.
BR-17|Le bénéficiaire du paiement (BG-10) doit porter un nom (BT-59) et être une autre partie que le vendeur (BG-4).|Indiquez le nom du bénéficiaire ; s'il s'agit du vendeur lui-même, retirez le bloc du bénéficiaire.
BR-18|Le représentant fiscal du vendeur (BG-11) est indiqué sans son nom (BT-62).|Ajoutez le nom du représentant fiscal.
BR-19|Le représentant fiscal du vendeur (BG-11) est indiqué sans son adresse (BG-12).|Ajoutez l'adresse postale du représentant fiscal, avec le code de son pays (BT-69).|BG-12 BG-11
BR-20|L'adresse du représentant fiscal (BG-12) n'indique pas de pays (BT-69).|Ajoutez à cette adresse le code ISO 3166-1 du pays.
BR-21|Une ligne (BG-25) n'a pas d'identifiant (BT-126).|Donnez à chaque ligne un numéro propre, par exemple 1, 2, 3.
BR-22|Une ligne (BG-25) n'indique pas la quantité facturée (BT-129).|Ajoutez la quantité à cette ligne ; pour un forfait, indiquez 1.
BR-23|La quantité facturée de la ligne n'a pas d'unité (BT-130).|Ajoutez le code de l'unité, par exemple C62 pour une pièce ou HUR pour une heure.
BR-24|Une ligne (BG-25) n'indique pas son montant net (BT-131).|Ajoutez le montant net : quantité fois prix net, moins remises, plus majorations de la ligne.
BR-25|Une ligne (BG-25) n'indique pas le nom de l'article (BT-153).|Ajoutez la désignation de l'article ou du service.
BR-26|Une ligne (BG-25) n'indique pas le prix net de l'article (BT-146).|Ajoutez le prix unitaire net, sans TVA.
BR-27|Le prix net de l'article (BT-146) est négatif.|Indiquez un prix positif ou nul ; pour un retour ou un avoir, c'est la quantité (BT-129) qui porte le signe moins.
BR-28|Le prix brut de l'article (BT-148) est négatif.|Indiquez un prix brut positif ou nul, ou retirez-le : il est facultatif.
BR-29|La période de facturation se termine (BT-74) avant de commencer (BT-73).|Corrigez l'une des deux dates : la fin ne peut précéder le début.|BT-74 BT-73 BG-14
BR-30|La période d'une ligne se termine (BT-135) avant de commencer (BT-134).|Corrigez l'une des deux dates de la ligne : la fin ne peut précéder le début.|BT-135 BT-134 BG-26
BR-31|Une remise du document (BG-20) n'indique pas son montant (BT-92).|Ajoutez le montant de la remise, sans TVA.
BR-32|Une remise du document (BG-20) n'indique pas sa catégorie de TVA (BT-95).|Ajoutez le code de catégorie, par exemple S, avec son taux (BT-96).
BR-33|Une remise du document (BG-20) n'a ni motif (BT-97) ni code de motif (BT-98).|Ajoutez l'un des deux : un texte, ou un code de la liste UNTDID 5189.
BR-36|Une majoration du document (BG-21) n'indique pas son montant (BT-99).|Ajoutez le montant de la majoration, sans TVA.
BR-37|Une majoration du document (BG-21) n'indique pas sa catégorie de TVA (BT-102).|Ajoutez le code de catégorie, par exemple S, avec son taux (BT-103).
BR-38|Une majoration du document (BG-21) n'a ni motif (BT-104) ni code de motif (BT-105).|Ajoutez l'un des deux : un texte, ou un code de la liste UNTDID 7161.
BR-41|Une remise de ligne (BG-27) n'indique pas son montant (BT-136).|Ajoutez le montant de cette remise, sans TVA.
BR-42|Une remise de ligne (BG-27) n'a ni motif (BT-139) ni code de motif (BT-140).|Ajoutez l'un des deux : un texte, ou un code de la liste UNTDID 5189.
BR-43|Une majoration de ligne (BG-28) n'indique pas son montant (BT-141).|Ajoutez le montant de cette majoration, sans TVA.
BR-44|Une majoration de ligne (BG-28) n'a ni motif (BT-144) ni code de motif (BT-145).|Ajoutez l'un des deux : un texte, ou un code de la liste UNTDID 7161.
BR-45|Un groupe de la ventilation de la TVA (BG-23) n'indique pas sa base (BT-116).|Ajoutez le montant hors TVA soumis à cette catégorie et à ce taux.
BR-46|Un groupe de la ventilation de la TVA (BG-23) n'indique pas le montant de TVA (BT-117).|Ajoutez le montant de TVA de cette catégorie ; il peut être 0.
BR-47|Un groupe de la ventilation de la TVA (BG-23) n'indique pas sa catégorie (BT-118).|Ajoutez le code de catégorie, par exemple S pour le taux normal.
BR-48|Un groupe de la ventilation de la TVA (BG-23) n'indique pas son taux (BT-119), qui n'est facultatif que hors du champ de la TVA (code O).|Ajoutez le taux en pour cent, par exemple 20 ; 0 pour une catégorie sans taxe.
BR-49|Les instructions de paiement (BG-16) n'indiquent pas le moyen de paiement (BT-81).|Ajoutez le code UNTDID 4461 du moyen, par exemple 30 ou 58 pour un virement.
BR-50|Un virement (BG-17) est demandé sans compte à créditer (BT-84).|Ajoutez l'IBAN ou le numéro du compte à créditer, ou retirez le bloc du virement.
BR-51|Le numéro de carte de paiement (BT-87) est trop complet : par sécurité, il compte au plus dix caractères, soit les 6 premiers et les 4 derniers chiffres de la carte.|Abrégez le numéro de carte à dix caractères au plus, par exemple ses quatre derniers chiffres.
BR-52|Une référence à un document joint ou cité (BG-24) n'a pas d'identifiant (BT-122).|Donnez à ce document une référence, par exemple son nom ou son numéro.
BR-53|Une devise de comptabilisation de la TVA (BT-6) est indiquée, mais le total de TVA dans cette devise (BT-111) est absent.|Ajoutez le total de TVA exprimé dans la devise de BT-6, ou retirez cette devise.|BT-111 BT-6
BR-54|Un attribut d'article (BG-32) doit avoir un nom (BT-160) et une valeur (BT-161) ; l'un des deux manque.|Complétez l'attribut, ou retirez-le.|BT-161 BT-160 BG-32
BR-55|Une référence à une facture antérieure (BG-3) n'en donne pas le numéro (BT-25).|Ajoutez le numéro de la facture antérieure, ou retirez la référence.
BR-56|Le représentant fiscal du vendeur (BG-11) n'a pas d'identifiant à la TVA (BT-63).|Ajoutez son numéro de TVA intracommunautaire.
BR-57|L'adresse de livraison (BG-15) n'indique pas de pays (BT-80).|Ajoutez à cette adresse le code ISO 3166-1 du pays, ou retirez l'adresse.
BR-61|Le moyen de paiement (BT-81) est un virement, mais le compte à créditer (BT-84) est absent.|Ajoutez l'IBAN ou le numéro du compte, ou corrigez le code du moyen de paiement.|BT-84 BT-81
BR-62|L'adresse électronique du vendeur (BT-34) n'indique pas son schéma d'identification.|Ajoutez l'attribut schemeID avec un code de la liste EAS, par exemple 0225.
BR-63|L'adresse électronique de l'acheteur (BT-49) n'indique pas son schéma d'identification.|Ajoutez l'attribut schemeID avec un code de la liste EAS, par exemple 0225.
BR-64|L'identifiant normalisé de l'article (BT-157) n'indique pas son schéma d'identification.|Ajoutez l'attribut schemeID avec un code ISO 6523, par exemple 0160 pour un GTIN.
BR-65|La classification de l'article (BT-158) n'indique pas la nomenclature suivie.|Ajoutez l'attribut listID avec un code UNTDID 7143, par exemple STI pour le CPV.
BR-CO-03|La date d'exigibilité de la TVA (BT-7) et le code de cette date (BT-8) figurent ensemble ; ils s'excluent.|Gardez l'un des deux et retirez l'autre.
BR-CO-04|Une ligne (BG-25) n'indique pas sa catégorie de TVA (BT-151).|Ajoutez à la ligne le code de catégorie, par exemple S, avec son taux (BT-152).
BR-CO-05|Le code du motif (BT-98) et le motif (BT-97) d'une remise du document ne désignent pas la même remise.|Accordez le texte et le code, ou gardez un seul des deux.
BR-CO-06|Le code du motif (BT-105) et le motif (BT-104) d'une majoration du document ne désignent pas la même majoration.|Accordez le texte et le code, ou gardez un seul des deux.
BR-CO-07|Le code du motif (BT-140) et le motif (BT-139) d'une remise de ligne ne désignent pas la même remise.|Accordez le texte et le code, ou gardez un seul des deux.
BR-CO-08|Le code du motif (BT-145) et le motif (BT-144) d'une majoration de ligne ne désignent pas la même majoration.|Accordez le texte et le code, ou gardez un seul des deux.
BR-CO-09|Un identifiant à la TVA (BT-31, BT-48 ou BT-63) ne commence pas par le code du pays qui l'a délivré.|Faites précéder le numéro du code ISO 3166-1 du pays, par exemple FR ; la Grèce peut écrire EL.
BR-CO-10|La somme des lignes (BT-106) n'est pas égale à l'addition de leurs montants nets (BT-131).|Recalculez BT-106 à partir des lignes, ou corrigez le montant de la ligne en cause.
BR-CO-11|La somme des remises (BT-107) manque, ou n'est pas égale à l'addition des remises du document (BT-92).|Recalculez BT-107 à partir des remises, ou corrigez la remise en cause ; sans remise, retirez BT-107 ou indiquez 0.
BR-CO-12|La somme des majorations (BT-108) manque, ou n'est pas égale à l'addition des majorations du document (BT-99).|Recalculez BT-108 à partir des majorations, ou corrigez la majoration en cause ; sans majoration, retirez BT-108 ou indiquez 0.
BR-CO-13|Le total hors TVA (BT-109) n'est pas égal à la somme des lignes (BT-106), moins les remises (BT-107), plus les majorations (BT-108).|Recalculez BT-109 ; vérifiez aussi que les trois sommes sont exactes.
BR-CO-14|Le total de TVA (BT-110) n'est pas égal à l'addition des montants de TVA de la ventilation (BT-117).|Recalculez BT-110, ou corrigez le montant de TVA de la catégorie en cause.
BR-CO-15|Le total TVA comprise (BT-112) n'est pas égal au total hors TVA (BT-109) plus le total de TVA (BT-110), ou ce dernier ne figure pas une fois et une seule dans la devise de la facture (BT-5).|Recalculez BT-112 ; vérifiez aussi que le total de TVA est exprimé, une seule fois, dans la devise de la facture.
BR-CO-16|Le net à payer (BT-115) n'est pas égal au total TVA comprise (BT-112), moins le montant déjà payé (BT-113), plus l'arrondi (BT-114).|Recalculez BT-115 ; un acompte déjà réglé se déclare en BT-113.
BR-CO-17|Le montant de TVA d'une catégorie (BT-117) s'écarte de sa base (BT-116) multipliée par son taux (BT-119), arrondie à deux décimales.|Recalculez le montant de TVA, ou corrigez la base ou le taux.
BR-CO-18|La ventilation de la TVA (BG-23) est absente.|Ajoutez au moins un groupe, avec base, montant, catégorie et taux ; même sans TVA à payer.
BR-CO-19|La période de facturation (BG-14) n'a ni date de début (BT-73) ni date de fin (BT-74).|Ajoutez au moins l'une des deux dates, ou retirez la période.
BR-CO-20|La période d'une ligne (BG-26) n'a ni date de début (BT-134) ni date de fin (BT-135).|Ajoutez au moins l'une des deux dates à la ligne, ou retirez la période.|BT-134 BT-135 BG-26
BR-CO-21|Une remise du document (BG-20) doit être expliquée par un motif (BT-97), un code de motif (BT-98) ou les deux.|Ajoutez à la remise un texte, ou un code de la liste UNTDID 5189.
BR-CO-22|Une majoration du document (BG-21) doit être expliquée par un motif (BT-104), un code de motif (BT-105) ou les deux.|Ajoutez à la majoration un texte, ou un code de la liste UNTDID 7161.
BR-CO-23|Une remise de ligne (BG-27) doit être expliquée par un motif (BT-139), un code de motif (BT-140) ou les deux.|Ajoutez à la remise un texte, ou un code de la liste UNTDID 5189.
BR-CO-24|Une majoration de ligne (BG-28) doit être expliquée par un motif (BT-144), un code de motif (BT-145) ou les deux.|Ajoutez à la majoration un texte, ou un code de la liste UNTDID 7161.
BR-CO-25|Le net à payer (BT-115) est positif, mais ni date d'échéance (BT-9) ni conditions de paiement (BT-20) ne sont indiquées.|Ajoutez la date d'échéance ou les conditions de paiement.|BT-9 BT-20 BT-115
BR-CO-26|Rien n'identifie le vendeur : il faut son identifiant (BT-29), son immatriculation légale (BT-30) ou son identifiant à la TVA (BT-31).|Ajoutez l'un des trois, par exemple le SIREN en BT-30 avec le schéma 0002.
BR-CL-01|Le code du type de facture (BT-3) n'est pas un code de la liste UNTDID 1001 admis pour ce document.|Utilisez un code de la liste, par exemple 380 pour une facture ou 381 pour un avoir ; en UBL, un avoir s'écrit dans un document CreditNote.
BR-CL-03|L'attribut currencyID d'un montant n'est pas un code de devise ISO 4217.|Écrivez la devise en trois lettres majuscules, par exemple EUR.|BT-5 BT-6
BR-CL-04|La devise de la facture (BT-5) n'est pas un code ISO 4217.|Écrivez la devise en trois lettres majuscules, par exemple EUR.
BR-CL-05|La devise de comptabilisation de la TVA (BT-6) n'est pas un code ISO 4217.|Écrivez la devise en trois lettres majuscules, par exemple EUR.
BR-CL-06|Le code de la date d'exigibilité de la TVA (BT-8) n'est pas admis par la norme.|En UBL, utilisez 3, 35 ou 432 ; en CII, 5, 29 ou 72 : date de facture, de livraison ou de paiement.
BR-CL-07|Le schéma d'identification de l'objet facturé (BT-18 ou BT-128) n'est pas un code UNTDID 1153.|Utilisez un code de la liste, ou retirez le schéma, qui est facultatif.
BR-CL-08|Le code du sujet de la note (BT-21) n'est pas un code UNTDID 4451.|Utilisez un code de la liste ; en UBL, il s'écrit entre deux « # » au début de la note, par exemple #AAB#.
BR-CL-10|Le schéma d'un identifiant de partie (BT-29, BT-46 ou BT-60) n'est pas un code ISO 6523 de la liste ICD.|Utilisez un code de la liste, par exemple 0009 pour un SIRET ou 0002 pour un SIREN.
BR-CL-11|Le schéma d'une immatriculation légale (BT-30, BT-47 ou BT-61) n'est pas un code ISO 6523 de la liste ICD.|Utilisez un code de la liste, par exemple 0002 pour un SIREN.
BR-CL-13|La nomenclature de la classification de l'article (BT-158) n'est pas un code UNTDID 7143.|Corrigez l'attribut listID, par exemple STI pour le CPV ou HS pour le code douanier.
BR-CL-14|Le code de pays d'une adresse n'est pas un code ISO 3166-1.|Écrivez le pays en deux lettres majuscules, par exemple FR.|BT-40 BT-55 BT-69 BT-80
BR-CL-15|Le pays d'origine de l'article (BT-159) n'est pas un code ISO 3166-1.|Écrivez le pays d'origine en deux lettres majuscules, par exemple FR.
BR-CL-16|Le code du moyen de paiement (BT-81) n'est pas un code UNTDID 4461.|Utilisez un code de la liste, par exemple 30 ou 58 pour un virement, 49 ou 59 pour un prélèvement.
BR-CL-17|La catégorie de TVA d'une remise (BT-95), d'une majoration (BT-102) ou, en UBL, de la ventilation (BT-118) n'est pas un code admis par la norme.|Utilisez l'un des codes S, Z, E, AE, K, G, O, L, M ou B, sans espace.
BR-CL-18|La catégorie de TVA d'une ligne (BT-151) ou, en CII, de la ventilation (BT-118) n'est pas un code admis par la norme.|Utilisez l'un des codes S, Z, E, AE, K, G, O, L, M ou B, sans espace.
BR-CL-19|Le code du motif de remise (BT-98 ou BT-140) n'est pas un code UNTDID 5189.|Utilisez un code de la liste, par exemple 95 pour un rabais, ou donnez le motif en texte.
BR-CL-20|Le code du motif de majoration (BT-105 ou BT-145) n'est pas un code UNTDID 7161.|Utilisez un code de la liste, par exemple FC pour le transport, ou donnez le motif en texte.
BR-CL-21|Le schéma de l'identifiant normalisé de l'article (BT-157) n'est pas un code ISO 6523.|Utilisez un code de la liste, par exemple 0160 pour un GTIN.
BR-CL-22|Le code du motif d'exonération de TVA (BT-121) n'appartient pas à la liste VATEX.|Utilisez un code de la liste, par exemple VATEX-EU-AE ou VATEX-FR-FRANCHISE, ou donnez le motif en texte (BT-120).
BR-CL-23|L'unité d'une quantité (BT-130 ou BT-150) n'est pas un code des recommandations 20 et 21 de la CEE-ONU.|Utilisez un code de la liste, par exemple C62 pour une pièce, HUR pour une heure, KGM pour un kilogramme.
BR-CL-24|Le type du contenu joint (BT-125) n'est pas admis par la norme.|Joignez un fichier PDF, PNG, JPEG, CSV, XLSX ou ODS, et déclarez son type dans mimeCode, par exemple application/pdf.
BR-CL-25|Le schéma d'une adresse électronique (BT-34 ou BT-49) n'appartient pas à la liste EAS.|Utilisez un code de la liste, par exemple 0225 en France.
BR-CL-26|Le schéma de l'identifiant du lieu de livraison (BT-71) n'est pas un code ISO 6523.|Utilisez un code de la liste, par exemple 0009 pour un SIRET ou 0088 pour un GLN.
`;

/** Amounts that have at most two decimals: `id|amount`, for one sentence of all. */
const decimalsTexts = `
BR-DEC-01|Le montant d'une remise du document (BT-92)
BR-DEC-02|L'assiette d'une remise du document (BT-93)
BR-DEC-05|Le montant d'une majoration du document (BT-99)
BR-DEC-06|L'assiette d'une majoration du document (BT-100)
BR-DEC-09|La somme des lignes (BT-106)
BR-DEC-10|La somme des remises (BT-107)
BR-DEC-11|La somme des majorations (BT-108)
BR-DEC-12|Le total hors TVA (BT-109)
BR-DEC-13|Le total de TVA (BT-110)
BR-DEC-14|Le total TVA comprise (BT-112)
BR-DEC-15|Le total de TVA en devise de comptabilisation (BT-111)
BR-DEC-16|Le montant déjà payé (BT-113)
BR-DEC-17|L'arrondi (BT-114)
BR-DEC-18|Le net à payer (BT-115)
BR-DEC-19|La base d'une catégorie de TVA (BT-116)
BR-DEC-20|Le montant de TVA d'une catégorie (BT-117)
BR-DEC-23|Le montant net d'une ligne (BT-131)
BR-DEC-24|Le montant d'une remise de ligne (BT-136)
BR-DEC-25|L'assiette d'une remise de ligne (BT-137)
BR-DEC-27|Le montant d'une majoration de ligne (BT-141)
BR-DEC-28|L'assiette d'une majoration de ligne (BT-142)
`;

/** One sentence for every amount of `decimalsTexts`. */
export function decimalsEntries(): Entry[] {
  return entriesOf(decimalsTexts).map(([id, amount]) => [
    id,
    `${amount} compte plus de deux décimales.`,
    'Arrondissez ce montant à deux décimales au plus, puis vérifiez les totaux qui en dépendent.',
  ]);
}
