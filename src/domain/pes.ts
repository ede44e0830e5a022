/** What a PES_Aller says of itself, to be told again in its acknowledgement (PES 4 and 6). */
export interface PesEnvelope {
  readonly version: string | null;
  readonly typFic: string | null;
  readonly nomFic: string | null;
  readonly idPost: string | null;
  readonly idColl: string | null;
  readonly finJur: string | null;
  readonly codCol: string | null;
  readonly codBud: string | null;
  readonly libelleColBud: string | null;
  /** `IdUnique` of each PJ, in document order. */
  readonly pieceIds: readonly string[];
}

/** How the amount of a line is told: quantity and price, an amount, or a discount (choice in LigneFacture). */
export type PesLineKind = 'quantity' | 'base' | 'discount';

/** A LigneFacture with the amounts that the norm has no term for. Values are the sender's text. */
export interface PesLine {
  readonly kind: PesLineKind;
  readonly quantity: string | null;
  readonly quantity2: string | null;
  readonly unitPrice: string | null;
  /** MtBase or MtRemise. */
  readonly amount: string | null;
  /** Taux: what share of the amount counts, or is taken off; its sense is not documented. */
  readonly share: string | null;
  readonly ht: string | null;
  readonly vatRate: string | null;
  readonly vat: string | null;
  readonly ttc: string | null;
}

/** What the rules on PES Facture look at beside the terms of the invoice. */
export interface PesFacts {
  /** TypeFact as written; null when absent. */
  readonly kind: string | null;
  /** NatIdTiers of supplier and debtor as written. */
  readonly supplierIdKind: string | null;
  readonly recipientIdKind: string | null;
  readonly lines: readonly PesLine[];
  /** DetailTVA as written; empty where the breakdown was made of the lines. */
  readonly vatDetails: number;
}
