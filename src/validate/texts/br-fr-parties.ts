import type { Entry } from './text.js';

/** A party of the French rules; the numbers of its terms make the ids of the rules. */
interface Party {
  /** With the article of « de »: "du vendeur". */
  readonly of: string;
  /** Its identifiers. */
  readonly id: string;
  /** Its legal registration, where that is a term of EN 16931. */
  readonly legalId?: string;
  /** Its electronic address; undefined for a place of delivery. */
  readonly address?: string;
  /** Group of EN 16931 it belongs to, for parties that only the French extension knows. */
  readonly group?: string;
}

const parties: readonly Party[] = [
  { of: 'du vendeur', id: 'BT-29', legalId: 'BT-30', address: 'BT-34' },
  { of: "de l'acheteur", id: 'BT-46', legalId: 'BT-47', address: 'BT-49' },
  {
    of: 'du bénéficiaire du paiement',
    id: 'BT-60',
    legalId: 'BT-61',
    address: 'EXT-FR-FE-29',
    group: 'BG-10',
  },
  { of: "de l'agent de l'acheteur", id: 'EXT-FR-FE-06', address: 'EXT-FR-FE-12', group: 'BG-7' },
  { of: 'du payeur', id: 'EXT-FR-FE-46', address: 'EXT-FR-FE-52', group: 'BG-16' },
  { of: "de l'agent du vendeur", id: 'EXT-FR-FE-69', address: 'EXT-FR-FE-75', group: 'BG-4' },
  { of: 'du destinataire de la facture', id: 'EXT-FR-FE-92', address: 'EXT-FR-FE-98', group: 'BG-7' },
  { of: "de l'émetteur de la facture", id: 'EXT-FR-FE-115', address: 'EXT-FR-FE-121', group: 'BG-4' },
  { of: 'du lieu de livraison', id: 'BT-71' },
  { of: "du lieu de livraison d'une ligne", id: 'EXT-FR-FE-146', group: 'BG-25' },
];

const allowed = 'des lettres sans accent, des chiffres et les signes « - », « + », « _ » et « . »';

function identifierEntries({ of, id, legalId, group }: Party): Entry[] {
  const terms = [id, legalId, group].filter((term) => term?.startsWith('B') === true) as string[];
  const siren = legalId === undefined ? 'schéma 0002' : `${legalId}, schéma 0002`;
  return [
    [
      `BR-FR-09_${id}`,
      `Le SIRET ${of} (${id}, schéma 0009) ne compte pas 14 chiffres, ou ne commence pas par le SIREN de la même partie (${siren}).`,
      'Indiquez un SIRET de 14 chiffres sans espace, et le SIREN qui en forme le début.',
      terms,
    ],
    [
      `BR-FR-CO-10_${id}-1`,
      `Un identifiant ${of} (${id}) n'indique pas son schéma.`,
      "Ajoutez l'attribut schemeID, par exemple 0009 pour un SIRET, ou retirez cet identifiant.",
      terms.slice(0, 1),
    ],
    [
      `BR-FR-CO-10_${id}-2`,
      `Deux identifiants ${of} (${id}) ont le même schéma.`,
      'Gardez un seul identifiant par schéma.',
      terms.slice(0, 1),
    ],
  ];
}

function addressEntries({ of, address, group }: Party): Entry[] {
  if (address === undefined) return [];
  const terms = [address, group].filter((term) => term?.startsWith('B') === true) as string[];
  return [
    [
      `BR-FR-23_${address}`,
      `L'adresse électronique ${of} (${address}, schéma 0225) compte autre chose que ${allowed}.`,
      "Écrivez l'adresse telle que l'annuaire la donne, sans espace ni autre signe.",
      terms,
    ],
    [
      `BR-FR-25_${address}`,
      `L'adresse électronique ${of} (${address}) dépasse 125 caractères.`,
      "Écrivez l'adresse telle que l'annuaire la donne, en 125 caractères au plus.",
      terms,
    ],
  ];
}

/** Private identifiers (scheme 0224), which the rules ask of seller and buyer only. */
function privateEntries({ of, id }: Party): Entry[] {
  return [
    [
      `BR-FR-24_${id}`,
      `L'identifiant privé ${of} (${id}, schéma 0224) compte autre chose que ${allowed}.`,
      'Écrivez cet identifiant sans espace ni autre signe.',
    ],
    [
      `BR-FR-26_${id}`,
      `L'identifiant privé ${of} (${id}, schéma 0224) dépasse 100 caractères.`,
      'Donnez un identifiant de 100 caractères au plus.',
    ],
  ];
}

/** Identifiers and electronic addresses of the parties. */
export function brFrPartyEntries(): Entry[] {
  return [
    ...parties.flatMap(identifierEntries),
    ...parties.flatMap(addressEntries),
    ...parties.slice(0, 2).flatMap(privateEntries),
  ];
}
