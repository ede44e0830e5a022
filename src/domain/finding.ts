import { withoutHidden } from './hidden.js';

/** A finding (anomalie): one violation found in what was deposited. Findings are values, never exceptions. */
export type Severity = 'fatal' | 'warning';

/** The layers of a verdict, in the order in which they are checked. */
export const layers = ['envelope', 'schema', 'signature', 'en16931', 'chorus', 'directory'] as const;
export type Layer = (typeof layers)[number];

/** Where a thing stands in the sender's file: a tag path in its own syntax and a 1-based line. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export interface Finding {
  /** Id of the rule: the norm's own where it has one (`G1.05`, `BR-CO-15`, `IRR_FORM`), `XSD`, else `ECL-...`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly layer: Layer;
  /** French, precise and kind: what is wrong. */
  readonly message: string;
  /** French: what the sender can do about it. */
  readonly fix: string;
  readonly path: string | null;
  readonly line: number | null;
  /** Business term: a number of EN 16931-1 (`BT-112`), else the name of a Chorus term (`cadre`); null when none is meant. */
  readonly term: string | null;
  /** The value found, shortened; never a whole attachment, never a full IBAN. */
  readonly value: string | null;
  /** Number of the invoice concerned, when the finding is about one. */
  readonly invoice: string | null;
  /** 0-based position of that invoice within its entry; null when the finding is about the entry or the flow. */
  readonly invoiceIndex: number | null;
  /** Name of the entry inside the flow; null when the finding is about the flow itself. */
  readonly entry: string | null;
}

/** A finding with everything that is not given set to null. */
export function finding(
  known: Pick<Finding, 'rule' | 'severity' | 'layer' | 'message' | 'fix'> & Partial<Finding>,
): Finding {
  return {
    path: null,
    line: null,
    term: null,
    value: null,
    invoice: null,
    invoiceIndex: null,
    entry: null,
    ...known,
  };
}

export const valueLengthMax = 120;

/** A value as it may be shown: hidden characters replaced, at most `valueLengthMax` characters. */
export function shownValue(value: string): string {
  const flat = withoutHidden(value, ' ').trim();
  return flat.length <= valueLengthMax ? flat : `${flat.slice(0, valueLengthMax - 1)}…`;
}

/** True when one finding at least is fatal. */
export function hasFatal(findings: readonly Finding[]): boolean {
  return findings.some((f) => f.severity === 'fatal');
}
