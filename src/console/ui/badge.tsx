import { type FlowState, flowStates, type InvoiceFate } from '../../domain/flow.js';

export type Tone = 'good' | 'half' | 'bad' | 'busy' | 'plain';

/** A state in words, with a colour and a sign that say the same. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{signs[tone]}</span> {children}
    </span>
  );
}

const signs: Readonly<Record<Tone, string>> = { good: '✓', half: '◐', bad: '✕', busy: '…', plain: '•' };

const flowTones: Readonly<Record<FlowState, Tone>> = {
  IN_RECU: 'busy',
  IN_EN_COURS_TRAITEMENT_CPP: 'busy',
  IN_EN_ATTENTE_RETRAITEMENT_CPP: 'busy',
  IN_INTEGRE: 'good',
  IN_INTEGRE_PARTIEL: 'half',
  IN_REJETE: 'bad',
  QP_RECEVABLE: 'good',
  QP_RECEVABLE_AVEC_ERREUR: 'half',
  QP_IRRECEVABLE: 'bad',
  IN_INCIDENTE: 'bad',
};

export function FlowBadge({ state }: { readonly state: FlowState }) {
  return <Badge tone={flowTones[state]}>{flowStates[state].label}</Badge>;
}

const fates: Readonly<Record<InvoiceFate, readonly [Tone, string]>> = {
  integrated: ['good', 'intégrée'],
  rejected: ['bad', 'rejetée'],
  untreated: ['plain', 'non traitée'],
};

export function FateBadge({ fate }: { readonly fate: InvoiceFate }) {
  const [tone, label] = fates[fate];
  return <Badge tone={tone}>{label}</Badge>;
}
