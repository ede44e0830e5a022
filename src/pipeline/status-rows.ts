import type { Finding } from '../domain/finding.js';
import type { AuditEvent } from '../domain/flow.js';
import { newId } from '../domain/ids.js';
import { firstStatuses } from '../lifecycle/first-statuses.js';
import { type Role, roleNames } from '../lifecycle/roles.js';
import { statusOf } from '../lifecycle/status-table.js';
import type { StatusRow } from '../ports/store.js';
import type { StatusTarget } from '../ports/store-life.js';
import { type StatusUnit, statusFinding } from './judge-status.js';
import type { LifeWork } from './life-work.js';
import { commentLengthMax, cut } from './status-text.js';
import { notSent, type Work } from './work.js';

/** Among statuses of invoices the schema sets none. */
const complementLengthMax = 255;

/** The issuer is told of what others set; of what it has set itself, the recipient is. */
function told(target: StatusTarget, role: Role, life: LifeWork): Pick<StatusRow, 'partner' | 'delivery'> {
  const { recipientPartner } = target.invoice;
  const partner = role === 'supplier' ? (recipientPartner ?? target.issuer) : target.issuer;
  const self = role === 'supplier' && recipientPartner === null;
  return { partner, delivery: !self && life.policy.subscribed.has(partner) ? null : notSent };
}

/** The status as it is kept. */
export function statusRow(
  { partner, flow }: Work,
  life: LifeWork,
  { entry, reading }: StatusUnit,
  target: StatusTarget,
  role: Role,
  at: string,
): StatusRow {
  return {
    id: newId(),
    invoice: target.invoice.id,
    ...told(target, role, life),
    code: reading.code,
    at,
    comment: cut(reading.comment, commentLengthMax),
    actor: `partner:${partner.code}`,
    role,
    statedAt: reading.at,
    complement: cut(reading.complement, complementLengthMax),
    mandate: cut(reading.mandate, complementLengthMax),
    producer: cut(reading.producer, complementLengthMax) ?? partner.code,
    sourceFlow: flow.id,
    sourceEntry: entry,
    sourceIndex: reading.index,
  };
}

/** The engine's notice that the recipient has the invoice. */
export function availableRow(target: StatusTarget, life: LifeWork, at: string): StatusRow {
  return {
    id: newId(),
    invoice: target.invoice.id,
    ...told(target, 'chorus', life),
    code: firstStatuses.available,
    at,
    comment: null,
  };
}

export function statusEvent(
  { flow, partner }: Work,
  { reading }: StatusUnit,
  { invoice }: StatusTarget,
  role: Role,
  at: string,
): AuditEvent {
  const label = statusOf(reading.code)?.label ?? '';
  return {
    at,
    actor: `partner:${partner.code}`,
    kind: 'status',
    flow: invoice.flow,
    invoice: invoice.id,
    text: `statut ${reading.code} (${label}) posé par ${partner.code}, ${roleNames[role]}, sur la facture ${invoice.number ?? ''} : flux ${flow.depositedName}`,
  };
}

/** Texts that are too long to be kept whole. */
export function textFindings(unit: StatusUnit): Finding[] {
  const { comment, complement } = unit.reading;
  const texts: readonly (readonly [string, string | null, number])[] = [
    ['Commentaire', comment, commentLengthMax],
    ['ComplementStatut', complement, complementLengthMax],
  ];
  return texts.flatMap(([tag, text, max]) => {
    const length = text?.length ?? 0;
    if (length <= max) return [];
    const facts = { tag, length: String(length), max: String(max) };
    return [statusFinding(unit, 'ECL-STA-TEXT', facts, 'whole')];
  });
}
