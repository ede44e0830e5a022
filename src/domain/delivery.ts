export type DeliveryKind = 'integration-report' | 'pes-acquit' | 'lifecycle' | 'pivot' | 'daily-rejects';
/** `withdrawn`: called back before its partner had it; never written again. */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'withdrawn';

/** A part of an outbound file that is streamed in at its token: base64 of an archived piece. */
export interface DeliveryPart {
  readonly token: string;
  readonly archiveKey: string;
}

/**
 * One outbound file (envoi) for one partner's `out` folder. Name and content are fixed at commit: the body is
 * the whole text, with a token where the base64 of a piece goes.
 */
export interface Delivery {
  readonly id: string;
  readonly partner: string;
  /** File name in `out`: 8_6_25, but for the file of a day's rejects. */
  readonly name: string;
  readonly kind: DeliveryKind;
  readonly flow: string | null;
  readonly body: string;
  readonly parts: readonly DeliveryPart[];
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  /** SHA-256 and size of the file as written; null before. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly lastError: string | null;
  /** When it was seen that the partner had taken the file out of `out`; the look is paced, so it was before that. */
  readonly fetchedAt: string | null;
  /** When we took the file out ourselves, at the end of its retention, without its having been fetched. */
  readonly removedAt: string | null;
}
