import { recalledState, standingLabel } from './recalled.js';
import { type Role, roleNames } from './roles.js';
import { type StatusRow, statusOf, statusTable, twoDigits } from './status-table.js';

/** A status that somebody wants to set. */
export interface WantedStatus {
  /** The code the invoice stands at; null before its first. */
  readonly from: string | null;
  readonly to: string;
  /** The role, or every role, that who sends it has towards the invoice. */
  readonly role: Role | readonly Role[];
  /** `ComplementStatut`. */
  readonly reason: string | null;
  /** `Commentaire`. */
  readonly comment: string | null;
}

/** Why a status is refused: a rule of `finding-rules-status.ts`, and the facts its text asks for. */
export type StatusRule =
  | 'ECL-STA-UNKNOWN'
  | 'ECL-STA-ROLE'
  | 'ECL-STA-SAME'
  | 'ECL-STA-FINAL'
  | 'ECL-STA-TRANSITION'
  | 'ECL-STA-REASON';

export type TransitionVerdict =
  /** `role`: the one of the roles given that may set it. */
  | { readonly ok: true; readonly role: Role; readonly row: StatusRow }
  | { readonly ok: false; readonly rule: StatusRule; readonly facts: Readonly<Record<string, string>> };

/**
 * Whether a status may follow another (docs/statuses.md). The first thing wrong is told, in this order: the code is
 * unknown; the role never sets it; the invoice has it already; its status is final; it does not follow; no reason.
 */
export function judgeTransition(wanted: WantedStatus): TransitionVerdict {
  const given = typeof wanted.role === 'string' ? [wanted.role] : wanted.role;
  const row = statusOf(wanted.to);
  if (row === undefined) return refused('ECL-STA-UNKNOWN', { code: wanted.to });
  const from = wanted.from === null ? null : twoDigits(wanted.from);
  const facts = { code: row.code, label: row.label, from: from ?? '', fromLabel: labelOf(from) };
  const entitled = row.moves.filter((move) => given.includes(move.role));
  if (entitled.length === 0)
    return refused('ECL-STA-ROLE', { ...facts, role: namesOf(given), entitled: namesOf(row.setBy) });
  if (from === row.code) return refused('ECL-STA-SAME', facts);
  if (from === recalledState || (from !== null && statusOf(from)?.final === true))
    return refused('ECL-STA-FINAL', facts);
  const move = entitled.find((one) => (from === null ? one.from.length === 0 : one.from.includes(from)));
  if (move === undefined)
    return refused('ECL-STA-TRANSITION', { ...facts, possible: possibleText(from, given) });
  if (row.reason === 'mandatory' && blank(wanted.reason) && blank(wanted.comment))
    return refused('ECL-STA-REASON', facts);
  return { ok: true, role: move.role, row };
}

/** The statuses that these roles may set on an invoice that stands at `from` (null: before its first), by code. */
export function possibleStatuses(from: string | null, given: readonly Role[]): readonly StatusRow[] {
  const at = from === null ? null : twoDigits(from);
  return statusTable.filter((row) =>
    row.moves.some(
      (move) => given.includes(move.role) && (at === null ? move.from.length === 0 : move.from.includes(at)),
    ),
  );
}

function refused(rule: StatusRule, facts: Readonly<Record<string, string>>): TransitionVerdict {
  return { ok: false, rule, facts };
}

function labelOf(code: string | null): string {
  if (code === null) return 'aucun statut';
  return standingLabel(code) ?? 'statut inconnu';
}

function namesOf(given: readonly Role[]): string {
  return given.length === 0 ? 'personne' : given.map((role) => roleNames[role]).join(' ou ');
}

function possibleText(from: string | null, given: readonly Role[]): string {
  const rows = possibleStatuses(from, given);
  return rows.length === 0 ? 'aucun' : rows.map((row) => row.code).join(', ');
}

function blank(text: string | null): boolean {
  return text === null || text.trim() === '';
}
