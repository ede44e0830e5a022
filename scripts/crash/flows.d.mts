export interface MadeFlow {
  readonly partner: string;
  readonly name: string;
  readonly bytes: Buffer | string;
  readonly state: string;
  /** Numbers of the invoices that must reach a recipient. */
  readonly invoices: readonly string[];
}
export function makeFlows(count: number, random: () => number, partnerOf?: (i: number) => string): MadeFlow[];
