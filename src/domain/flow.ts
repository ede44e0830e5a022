/** States of a flow (DOMAIN 5). The names are Chorus Pro's; people read the label. */
export const flowStates = {
  IN_RECU: { label: 'reçu', final: false },
  IN_EN_COURS_TRAITEMENT_CPP: { label: 'en cours', final: false },
  IN_EN_ATTENTE_RETRAITEMENT_CPP: { label: 'en attente de retraitement', final: false },
  IN_INTEGRE: { label: 'intégré', final: true },
  IN_INTEGRE_PARTIEL: { label: 'partiel', final: true },
  IN_REJETE: { label: 'rejeté', final: true },
  QP_RECEVABLE: { label: 'recevable', final: true },
  QP_RECEVABLE_AVEC_ERREUR: { label: 'recevable avec erreur', final: true },
  QP_IRRECEVABLE: { label: 'irrecevable', final: true },
  IN_INCIDENTE: { label: 'incident', final: true },
} as const;

export type FlowState = keyof typeof flowStates;

export function isFinal(state: FlowState): boolean {
  return flowStates[state].final;
}

/** A flow name taken apart: `{interface 8}_{partner 6}_{flow id 25}` (DOMAIN 2.1). */
export interface FlowName {
  readonly interfaceCode: string;
  readonly partner: string;
  readonly flowId: string;
  /** The extension that was kept, with its point (`.xml`), or an empty string. */
  readonly extension: string;
}

/** One deposited file, as the store keeps it. */
export interface Flow {
  /** Our own id, a UUID: never the deposited name. */
  readonly id: string;
  readonly partner: string;
  /** The name as deposited, control characters replaced: data, never a path. */
  readonly depositedName: string;
  /** The 25-character flow id, null when the name could not be read. */
  readonly flowId: string | null;
  readonly interfaceCode: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Key of the original in the archive. */
  readonly archiveKey: string;
  readonly state: FlowState;
  /** Number of the newest attempt; 0 before the first. It fences: an older attempt cannot commit. */
  readonly attempt: number;
  readonly receivedAt: string;
  readonly finalAt: string | null;
  readonly invoicesReceived: number;
  readonly invoicesIntegrated: number;
  readonly invoicesRejected: number;
  /** True for the demonstration set written at the first start. */
  readonly demo: boolean;
  /** Goes the whole way and is answered, but nothing of it is delivered to recipients or counted as taken. */
  readonly qualification: boolean;
}

/** Interfaces under which partners send statuses: what their flows count are statuses, not invoices. */
export const statusInterfaces: ReadonlySet<string> = new Set(['FSO1201A', 'CEN0036A']);

/** States of flows of which something was refused or not processed. */
export const refusedStates = [
  'IN_REJETE',
  'IN_INTEGRE_PARTIEL',
  'IN_INCIDENTE',
  'QP_IRRECEVABLE',
  'QP_RECEVABLE_AVEC_ERREUR',
] as const satisfies readonly FlowState[];

/** Whether an invoice of a flow was taken over. */
export type InvoiceFate = 'integrated' | 'rejected' | 'untreated';

export type Actor = 'engine' | `user:${string}` | `partner:${string}`;

/** One line of the audit trail: appended, never changed. */
export interface AuditEvent {
  readonly at: string;
  readonly actor: Actor;
  readonly kind: string;
  readonly flow: string | null;
  readonly invoice: string | null;
  readonly text: string;
}
