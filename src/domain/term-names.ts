/**
 * French names of the business terms (BT) and groups (BG) of EN 16931-1, by number: our own short names, after the
 * definitions of the norm. Written so that each is understood without its group: "Code postal du vendeur".
 */
const rows = `
BT-1|Numéro de facture
BT-2|Date d'émission
BT-3|Code du type de facture
BT-5|Devise de la facture
BT-6|Devise de comptabilisation de la TVA
BT-7|Date d'exigibilité de la TVA
BT-8|Code de la date d'exigibilité
BT-9|Date d'échéance
BT-10|Référence de l'acheteur
BT-11|Référence du projet
BT-12|Référence du contrat
BT-13|Référence de la commande
BT-14|Référence de la commande chez le vendeur
BT-15|Référence de l'avis de réception
BT-16|Référence de l'avis d'expédition
BT-17|Référence de l'appel d'offres ou du lot
BT-18|Objet facturé
BT-19|Imputation comptable de l'acheteur
BT-20|Conditions de paiement
BT-21|Code du sujet de la note
BT-22|Texte de la note
BT-23|Processus métier
BT-24|Spécification suivie
BT-25|Numéro de la facture antérieure
BT-26|Date de la facture antérieure
BT-27|Nom du vendeur
BT-28|Nom commercial du vendeur
BT-29|Identifiant du vendeur
BT-30|Immatriculation légale du vendeur
BT-31|Identifiant à la TVA du vendeur
BT-32|Identifiant fiscal local du vendeur
BT-33|Mentions légales du vendeur
BT-34|Adresse électronique du vendeur
BT-35|Adresse du vendeur, ligne 1
BT-36|Adresse du vendeur, ligne 2
BT-37|Ville du vendeur
BT-38|Code postal du vendeur
BT-39|Subdivision du pays du vendeur
BT-40|Code du pays du vendeur
BT-41|Nom du contact du vendeur
BT-42|Téléphone du contact du vendeur
BT-43|Courriel du contact du vendeur
BT-44|Nom de l'acheteur
BT-45|Nom commercial de l'acheteur
BT-46|Identifiant de l'acheteur
BT-47|Immatriculation légale de l'acheteur
BT-48|Identifiant à la TVA de l'acheteur
BT-49|Adresse électronique de l'acheteur
BT-50|Adresse de l'acheteur, ligne 1
BT-51|Adresse de l'acheteur, ligne 2
BT-52|Ville de l'acheteur
BT-53|Code postal de l'acheteur
BT-54|Subdivision du pays de l'acheteur
BT-55|Code du pays de l'acheteur
BT-56|Nom du contact de l'acheteur
BT-57|Téléphone du contact de l'acheteur
BT-58|Courriel du contact de l'acheteur
BT-59|Nom du bénéficiaire
BT-60|Identifiant du bénéficiaire
BT-61|Immatriculation légale du bénéficiaire
BT-62|Nom du représentant fiscal
BT-63|Identifiant à la TVA du représentant fiscal
BT-64|Adresse du représentant fiscal, ligne 1
BT-65|Adresse du représentant fiscal, ligne 2
BT-66|Ville du représentant fiscal
BT-67|Code postal du représentant fiscal
BT-68|Subdivision du pays du représentant fiscal
BT-69|Code du pays du représentant fiscal
BT-70|Nom du destinataire de la livraison
BT-71|Lieu de livraison
BT-72|Date de livraison
BT-73|Début de la période de facturation
BT-74|Fin de la période de facturation
BT-75|Adresse de livraison, ligne 1
BT-76|Adresse de livraison, ligne 2
BT-77|Ville de livraison
BT-78|Code postal de livraison
BT-79|Subdivision du pays de livraison
BT-80|Code du pays de livraison
BT-81|Code du moyen de paiement
BT-82|Libellé du moyen de paiement
BT-83|Référence à rappeler au paiement
BT-84|Compte à créditer
BT-85|Titulaire du compte
BT-86|Identifiant de l'établissement (BIC)
BT-87|Numéro de carte
BT-88|Titulaire de la carte
BT-89|Référence du mandat
BT-90|Identifiant du créancier
BT-91|Compte à débiter
BT-92|Montant de la remise du document
BT-93|Assiette de la remise du document
BT-94|Pourcentage de la remise du document
BT-95|Catégorie de TVA de la remise du document
BT-96|Taux de TVA de la remise du document
BT-97|Motif de la remise du document
BT-98|Code du motif de la remise du document
BT-99|Montant de la majoration du document
BT-100|Assiette de la majoration du document
BT-101|Pourcentage de la majoration du document
BT-102|Catégorie de TVA de la majoration du document
BT-103|Taux de TVA de la majoration du document
BT-104|Motif de la majoration du document
BT-105|Code du motif de la majoration du document
BT-106|Somme des lignes
BT-107|Somme des remises
BT-108|Somme des majorations
BT-109|Total hors TVA
BT-110|Total de TVA
BT-111|Total de TVA en devise de comptabilisation
BT-112|Total TVA comprise
BT-113|Montant déjà payé
BT-114|Arrondi
BT-115|Net à payer
BT-116|Base de la catégorie de TVA
BT-117|Montant de TVA de la catégorie
BT-118|Catégorie de TVA de la ventilation
BT-119|Taux de TVA de la ventilation
BT-120|Motif d'exonération
BT-121|Code du motif d'exonération
BT-122|Référence de la pièce
BT-123|Description de la pièce
BT-124|Adresse de la pièce
BT-125|Contenu de la pièce
BT-126|Identifiant de la ligne
BT-127|Note de la ligne
BT-128|Objet facturé à la ligne
BT-129|Quantité facturée
BT-130|Unité de la quantité
BT-131|Montant net de la ligne
BT-132|Ligne du bon de commande
BT-133|Imputation comptable de la ligne
BT-134|Début de la période de la ligne
BT-135|Fin de la période de la ligne
BT-136|Montant de la remise de la ligne
BT-137|Assiette de la remise de la ligne
BT-138|Pourcentage de la remise de la ligne
BT-139|Motif de la remise de la ligne
BT-140|Code du motif de la remise de la ligne
BT-141|Montant de la majoration de la ligne
BT-142|Assiette de la majoration de la ligne
BT-143|Pourcentage de la majoration de la ligne
BT-144|Motif de la majoration de la ligne
BT-145|Code du motif de la majoration de la ligne
BT-146|Prix net
BT-147|Rabais sur le prix
BT-148|Prix brut
BT-149|Quantité de base du prix
BT-150|Unité de la quantité de base
BT-151|Catégorie de TVA de la ligne
BT-152|Taux de TVA de la ligne
BT-153|Nom de l'article
BT-154|Description de l'article
BT-155|Référence de l'article chez le vendeur
BT-156|Référence de l'article chez l'acheteur
BT-157|Identifiant normalisé de l'article
BT-158|Classification de l'article
BT-159|Pays d'origine
BT-160|Nom de l'attribut
BT-161|Valeur de l'attribut
BT-162|Adresse du vendeur, ligne 3
BT-163|Adresse de l'acheteur, ligne 3
BT-164|Adresse du représentant fiscal, ligne 3
BT-165|Adresse de livraison, ligne 3
BG-1|Note
BG-2|Cadre du traitement
BG-3|Facture antérieure
BG-4|Vendeur
BG-5|Adresse du vendeur
BG-6|Contact du vendeur
BG-7|Acheteur
BG-8|Adresse de l'acheteur
BG-9|Contact de l'acheteur
BG-10|Bénéficiaire du paiement
BG-11|Représentant fiscal du vendeur
BG-12|Adresse du représentant fiscal
BG-13|Livraison
BG-14|Période de facturation
BG-15|Adresse de livraison
BG-16|Paiement
BG-17|Virement
BG-18|Carte de paiement
BG-19|Prélèvement
BG-20|Remise du document
BG-21|Majoration du document
BG-22|Totaux
BG-23|Ventilation de la TVA
BG-24|Pièce jointe
BG-25|Ligne
BG-26|Période de la ligne
BG-27|Remise de la ligne
BG-28|Majoration de la ligne
BG-29|Prix
BG-30|TVA de la ligne
BG-31|Article
BG-32|Attribut de l'article
`;

/** French names by number: `BT-1` to `BT-165` (the norm has no BT-4) and `BG-1` to `BG-32`. */
export const termNames: Readonly<Record<string, string>> = Object.fromEntries(
  rows
    .trim()
    .split('\n')
    .map((row) => row.split('|') as [string, string]),
);
