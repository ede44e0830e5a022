import {
  type WorksAct,
  type WorksRole,
  type WorksRoute,
  type WorksStep,
  worksRoles,
} from '../domain/works.js';
import { twoDigits } from './status-table.js';

interface StepCodes {
  /** The engine: on its way to the step, where there is such a status. */
  readonly onItsWay: string | null;
  /** The engine: made available to the step. */
  readonly available: string;
  /** The step is done: by its act, or because its time ran out. */
  readonly done: readonly string[];
  /** The engine: its time ran out; null where nobody's does. */
  readonly lapsed: string | null;
  /** Refused for good; refused as sent to the wrong one. */
  readonly refused: string;
  readonly wrongWay: string;
}

/** The statuses of each step (docs/statuses.md, Works circuits). */
const stepCodes: Readonly<Record<WorksRole, StepCodes>> = {
  validator1: {
    onItsWay: null,
    available: '23',
    done: ['13', '15'],
    lapsed: '15',
    refused: '14',
    wrongWay: '24',
  },
  validator2: {
    onItsWay: null,
    available: '25',
    done: ['16', '18'],
    lapsed: '18',
    refused: '17',
    wrongWay: '26',
  },
  moe: { onItsWay: '40', available: '27', done: ['29', '21'], lapsed: null, refused: '19', wrongWay: '28' },
  moa: { onItsWay: '39', available: '30', done: ['38', '21'], lapsed: null, refused: '32', wrongWay: '31' },
};

export type NextStep =
  /** Nothing moves: the status is not one of the step that has the invoice, or every step is done. */
  | { readonly kind: 'none' }
  /** Refused by the step; `final`: for good, otherwise the issuer may re-address it. */
  | { readonly kind: 'refused'; readonly final: boolean }
  /** `step` has the invoice now (again, when it was completed); the engine gives it `status`. */
  | {
      readonly kind: 'advance';
      readonly status: string;
      readonly step: WorksStep;
      readonly route: WorksRoute;
      /** The same step has it again. */
      readonly again: boolean;
    }
  /** Every step is done: the recipient gets the invoice. */
  | { readonly kind: 'deliver'; readonly route: WorksRoute };

/** What is to be kept of a status that ends a step. */
export type ActNote = Pick<WorksAct, 'at' | 'reason' | 'comment'>;

/**
 * What follows a status that a works invoice has been given (after `judgeTransition` let it pass).
 * @param note when and why it was given, kept for the pivot's `CycleDeValidation`
 */
export function nextStep(route: WorksRoute, status: string, note?: ActNote): NextStep {
  const step = route.steps[route.at];
  if (step === undefined) return { kind: 'none' };
  const code = twoDigits(status);
  const codes = stepCodes[step.role];
  if (code === codes.refused) return { kind: 'refused', final: true };
  if (code === codes.wrongWay) return { kind: 'refused', final: false };
  // 12: what the step had asked for (34) was given.
  if (code === '12') return { kind: 'advance', status: codes.available, step, route, again: true };
  if (!codes.done.includes(code)) return { kind: 'none' };
  const act: WorksAct = {
    step,
    code,
    at: note?.at ?? '',
    reason: note?.reason ?? null,
    comment: note?.comment ?? null,
  };
  const passed: WorksRoute = { ...route, at: route.at + 1, acts: [...route.acts, act] };
  const next = passed.steps[passed.at];
  if (next === undefined) return { kind: 'deliver', route: passed };
  return { kind: 'advance', status: arrivalOf(next), step: next, route: passed, again: false };
}

/** The engine's status when an invoice sets out for a step: on its way to one that is connected, else available. */
export function arrivalOf(step: WorksStep): string {
  const codes = stepCodes[step.role];
  return step.partner === null ? codes.available : (codes.onItsWay ?? codes.available);
}

/** The engine's status once the step that has the invoice can read it; null when every step is done. */
export function availableAt(route: WorksRoute): string | null {
  const step = route.steps[route.at];
  return step === undefined ? null : stepCodes[step.role].available;
}

/**
 * The engine's status for a step whose time has run out; null for a step without such a status, or when the invoice
 * does not wait for it.
 * @param status the one that the invoice stands at
 */
export function lapsedAt(route: WorksRoute, status: string | null): string | null {
  const step = route.steps[route.at];
  if (step === undefined || status === null) return null;
  const codes = stepCodes[step.role];
  return twoDigits(status) === codes.available ? codes.lapsed : null;
}

/** The step again, for another: what re-addressing an invoice that was refused as misdirected does. */
export function redirected(route: WorksRoute, to: Omit<WorksStep, 'role'>): WorksRoute {
  return {
    ...route,
    steps: route.steps.map((step, at) => (at === route.at ? { ...to, role: step.role } : step)),
  };
}

/** The roles that a partner has on a route: those of the steps it is reached for, or whose identifier it answers for. */
export function rolesOf(
  route: WorksRoute,
  partner: string,
  answersFor: (id: string) => boolean = () => false,
): readonly WorksRole[] {
  const own = route.steps.filter((step) => step.partner === partner || answersFor(step.id));
  return worksRoles.filter((role) => own.some((step) => step.role === role));
}
