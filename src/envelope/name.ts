import { type Finding, shownValue } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { FlowName } from '../domain/flow.js';
import type { Interface } from '../domain/interface.js';
import type { Limits } from '../domain/limits.js';
import type { Partner } from '../domain/partner.js';
import { type InterfaceFinder, interfaceOf, isSupported, replacementOf } from './catalogue.js';
import { problemOf } from './name-problem.js';

const grammar = /^([A-Z]{3}\d{4}[A-Z])_([A-Z0-9]{6})_([A-Z0-9]{25})$/;

/** A deposited name taken apart, or what is wrong with it (French, to stand behind « : »). */
export type NameReading =
  | { readonly kind: 'name'; readonly name: FlowName }
  | { readonly kind: 'malformed'; readonly problem: string };

/**
 * Reads a flow name `{interface 8}_{partner 6}_{flow id 25}` (DOMAIN 2.1), with or without one of the extensions
 * that are tolerated (given with their point, compared without regard to case).
 */
export function readFlowName(depositedName: string, extensions: readonly string[]): NameReading {
  const extension = extensionOf(depositedName, extensions);
  const stem = depositedName.slice(0, depositedName.length - extension.length);
  const [, interfaceCode, partner, flowId] = grammar.exec(stem) ?? [];
  if (interfaceCode === undefined || partner === undefined || flowId === undefined) {
    return { kind: 'malformed', problem: problemOf(stem, extensions) };
  }
  if (!flowId.startsWith(partner)) {
    const problem = `l'identifiant commence par « ${flowId.slice(0, 6)} » et non par « ${partner} »`;
    return { kind: 'malformed', problem };
  }
  return { kind: 'name', name: { interfaceCode, partner, flowId, extension } };
}

function extensionOf(name: string, extensions: readonly string[]): string {
  const lower = name.toLowerCase();
  const known = extensions.filter((extension) => lower.endsWith(extension.toLowerCase()));
  const longest = known.reduce((a, b) => (b.length > a.length ? b : a), '');
  return longest === '' ? '' : name.slice(-longest.length);
}

export interface EnvelopeQuestion {
  /** The deposited name, control characters replaced. */
  readonly name: string;
  /** The partner in whose folder the file lay. */
  readonly partner: Partner;
  /** The code that the name must bear as its sender's; absent: the partner's. */
  readonly senderCode?: string;
  readonly sizeBytes: number;
  readonly limits: Limits;
  readonly nameExtensions: readonly string[];
  /** Absent: the catalogue alone, without interfaces of the operator's own. */
  readonly interfaceOf?: InterfaceFinder;
}

export interface Envelope {
  /** Null when the name does not follow the grammar. */
  readonly name: FlowName | null;
  /**
   * The catalogue row of the interface, also of one that is refused and of a name that is wrong further on: the
   * report bears its code. Null when no known inbound code stands at the start of the name.
   */
  readonly interface: Interface | null;
  readonly findings: readonly Finding[];
}

/**
 * Checks the outside of a flow: connection, name, sender, interface, subscription, size (DOMAIN 3.1, steps 1, 2 and
 * 4). Everything that is wrong is told at once. The uniqueness of the flow (step 3) is the store's to decide.
 */
export function checkEnvelope(question: EnvelopeQuestion): Envelope {
  const reading = readFlowName(question.name, question.nameExtensions);
  const code = reading.kind === 'name' ? reading.name.interfaceCode : question.name.slice(0, 8);
  const find = question.interfaceOf ?? interfaceOf;
  const row = find(code);
  return {
    name: reading.kind === 'name' ? reading.name : null,
    interface: row?.direction === 'in' ? row : null,
    findings: [
      ...connectionFindings(question.partner),
      ...(reading.kind === 'name'
        ? [
            ...senderFindings(reading.name, question.senderCode ?? question.partner.code),
            ...interfaceFindings(code, row, question.partner),
          ]
        : [nameFinding(question, reading.problem, row)]),
      ...sizeFindings(question),
    ],
  };
}

function connectionFindings({ active, code }: Partner): Finding[] {
  return active ? [] : [findingOf('ECL-ENV-INACTIVE', { partner: code })];
}

function nameFinding(question: EnvelopeQuestion, problem: string, row?: Interface): Finding {
  const { name, partner } = question;
  const find = question.interfaceOf ?? interfaceOf;
  const known = row?.direction === 'in' ? row : find(partner.interfaces[0] ?? '');
  const { code, number } = known ?? { code: 'FSO1100A', number: '1100' };
  const example = `${code}_${partner.code}_${partner.code}${number}${'1'.padStart(15, '0')}`;
  return findingOf('IRR_FORM', { name, problem, example }, { value: shownValue(name) });
}

function senderFindings(name: FlowName, expected: string): Finding[] {
  if (name.partner === expected) return [];
  const facts = { found: name.partner, expected };
  return [findingOf('IRR_CODE_APP', facts, { value: name.partner })];
}

function interfaceFindings(code: string, row: Interface | undefined, partner: Partner): Finding[] {
  const allowed = partner.interfaces.join(', ') || 'aucun code ouvert à ce jour';
  if (row === undefined) return [findingOf('IRR_CODE_INTER', { code, allowed }, { value: code })];
  const facts = { code, label: row.label, allowed, partner: partner.code };
  if (row.direction === 'out') return [findingOf('ECL-ENV-DIRECTION', facts, { value: code })];
  if (!isSupported(row)) {
    const useInstead = replacementOf(row) ?? `ouvert à votre raccordement (${allowed})`;
    return [findingOf('ECL-ENV-UNSUPPORTED', { ...facts, useInstead }, { value: code })];
  }
  if (partner.interfaces.includes(code)) return [];
  return [findingOf('ECL-ENV-SUBSCRIPTION', facts, { value: code })];
}

function sizeFindings({ name, sizeBytes, limits }: EnvelopeQuestion): Finding[] {
  if (sizeBytes === 0) return [findingOf('IRR_VIDE', { name })];
  if (sizeBytes <= limits.flowBytesMax) return [];
  const facts = { size: String(sizeBytes), max: String(limits.flowBytesMax) };
  return [findingOf('IRR_TAILLE', facts, { value: String(sizeBytes) })];
}
