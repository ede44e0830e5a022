import type { Interface } from '../domain/interface.js';
import { Fault } from '../errors.js';

/** Code of the report on a deposit whose name holds no interface that we know (DECISIONS, names: ours). */
export const unknownReportCode = 'CSO0000A';

/** Code of the flows that carry pivots to recipients (DOMAIN 1.3). */
export const pivotCode = 'FEN0036A';

export interface OutboundNameParts {
  /** Eight characters: `CSO1100A`, `FEN1201A`, ... */
  readonly interfaceCode: string;
  /** Application code of the partner that receives the file, six characters. */
  readonly receiver: string;
  /** Our own application code, six characters. */
  readonly engineCode: string;
  /** Number from the sequence of this interface code. */
  readonly sequence: number;
}

const sequenceDigits = 15;

/**
 * The name of an outbound file, `{interface 8}_{receiver 6}_{engine 6}{interface number 4}{sequence 15}` (DOMAIN
 * 2.1, DECISIONS "Names and sequences"); the 25 last characters are its flow id.
 * @throws Fault INTERNAL when a part has not the shape that the grammar asks for.
 */
export function outboundName(parts: OutboundNameParts): string {
  const { interfaceCode, receiver, engineCode, sequence } = parts;
  const digits = String(sequence);
  const fits =
    /^[A-Z]{3}\d{4}[A-Z]$/.test(interfaceCode) &&
    /^[A-Z0-9]{6}$/.test(receiver) &&
    /^[A-Z0-9]{6}$/.test(engineCode) &&
    Number.isSafeInteger(sequence) &&
    sequence >= 0 &&
    digits.length <= sequenceDigits;
  if (!fits) throw new Fault('INTERNAL', 'an outbound name cannot be made of these parts', { ...parts });
  return `${interfaceCode}_${receiver}_${engineCode}${interfaceCode.slice(3, 7)}${digits.padStart(sequenceDigits, '0')}`;
}

/** The flow id of an outbound name: its last 25 characters. */
export function flowIdOf(name: string): string {
  return name.slice(-25);
}

/**
 * Code of the report that answers a deposit: that of its interface, `CSO0000A` where the name tells none that is
 * known (null given). Null for an interface that is not answered.
 */
export function reportCodeOf(known: Pick<Interface, 'reportCode'> | null): string | null {
  return known === null ? unknownReportCode : known.reportCode;
}
