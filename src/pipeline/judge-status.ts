import { type Finding, shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { StatusReading, StatusTerm } from '../domain/status-reading.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import type { Role } from '../lifecycle/roles.js';
import { judgeTransition, type StatusRule } from '../lifecycle/transitions.js';
import type { StatusTarget } from '../ports/store-life.js';

/** One status of a flow, and the entry it stands in. */
export interface StatusUnit {
  readonly entry: string;
  readonly reading: StatusReading;
}

export type StatusVerdict =
  | { readonly kind: 'refused'; readonly finding: Finding }
  /** The invoice has it already: nothing happens a second time. */
  | { readonly kind: 'again'; readonly finding: Finding }
  | {
      readonly kind: 'accepted';
      readonly target: StatusTarget;
      readonly role: Role;
      /** Who speaks of an invoice has it: the recipient was faster than our notice that the pivot is there. */
      readonly madeAvailable: boolean;
    };

/** What of the reading each rule is about. */
const termOf: Readonly<Record<StatusRule, StatusTerm>> = {
  'ECL-STA-UNKNOWN': 'code',
  'ECL-STA-ROLE': 'code',
  'ECL-STA-SAME': 'code',
  'ECL-STA-FINAL': 'code',
  'ECL-STA-TRANSITION': 'code',
  'ECL-STA-REASON': 'reason',
};
const onTheWay: ReadonlySet<string> = new Set([firstStatuses.deposited, firstStatuses.onItsWay]);

/**
 * Whether a status that a partner sends may be given to its invoice: the sender has a role towards it, the invoice is
 * known, the status may follow the current one, and says why where it must.
 * @param current status of an invoice now, that of statuses before it in the same flow included
 * @param rolesIn roles of the sender towards an invoice, or towards the structure when none was found
 */
export function judgeStatus(
  unit: StatusUnit,
  found: readonly StatusTarget[],
  sender: string,
  current: (target: StatusTarget) => string | null,
  rolesIn: (target: StatusTarget | null) => readonly Role[],
): StatusVerdict {
  const { reading } = unit;
  const target = pick(found, reading.invoiceDate);
  const { recipient, supplier, invoiceNumber } = reading;
  const roles = rolesIn(target);
  if (roles.length === 0)
    return refused(unit, 'ECL-STA-ENTITLED', { partner: sender, recipient }, 'recipient');
  if (target === null) {
    const facts = { number: invoiceNumber, supplier: supplier.id, type: supplier.idType, recipient };
    return refused(unit, 'ECL-STA-INVOICE', facts, 'invoice');
  }
  const from = current(target);
  const wanted = { to: reading.code, role: roles, reason: reading.complement, comment: reading.comment };
  const verdict = judgeTransition({ ...wanted, from });
  if (verdict.ok) return { kind: 'accepted', target, role: verdict.role, madeAvailable: false };
  if (from !== null && onTheWay.has(from) && roles.includes('recipient')) {
    const later = judgeTransition({ ...wanted, from: firstStatuses.available });
    if (later.ok) return { kind: 'accepted', target, role: later.role, madeAvailable: true };
  }
  const finding = statusFinding(unit, verdict.rule, verdict.facts, termOf[verdict.rule]);
  return verdict.rule === 'ECL-STA-SAME'
    ? { kind: 'again', finding: { ...finding, severity: 'warning' } }
    : { kind: 'refused', finding };
}

/** Several years may bear one number: the one of the date that was given, else the newest. */
function pick(found: readonly StatusTarget[], date: string | null): StatusTarget | null {
  const year = date?.slice(0, 4);
  return found.find(({ invoice }) => invoice.issueDate?.slice(0, 4) === year) ?? found[0] ?? null;
}

function refused(
  unit: StatusUnit,
  rule: string,
  facts: Readonly<Record<string, string>>,
  term: StatusTerm,
): StatusVerdict {
  return { kind: 'refused', finding: statusFinding(unit, rule, facts, term) };
}

/** A finding about one status, with its place in the sender's file. */
export function statusFinding(
  { entry, reading }: StatusUnit,
  rule: string,
  facts: Readonly<Record<string, string>>,
  term: StatusTerm,
): Finding {
  const { path, line } = reading.places[term];
  const values: Partial<Record<StatusTerm, string | null>> = {
    code: reading.code,
    invoice: reading.invoiceNumber,
    recipient: reading.recipient,
  };
  return findingOf(rule, facts, {
    entry,
    path,
    line,
    value: shownValue(values[term] ?? '') || null,
    invoice: shownValue(reading.invoiceNumber),
    invoiceIndex: reading.index,
  });
}
