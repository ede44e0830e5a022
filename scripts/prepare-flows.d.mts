export interface PreparedFlow {
  readonly file: string;
  readonly name: string;
  readonly bytes: Buffer;
}
export function renumber(bytes: Buffer, number: string): Buffer;
export function prepareFlows(
  files: readonly string[],
  options: { interfaceCode: string; partner: string; first?: number; distinct?: boolean },
): Promise<PreparedFlow[]>;
