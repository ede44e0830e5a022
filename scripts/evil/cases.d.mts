export interface EvilCase {
  readonly id: string;
  readonly what: string;
  readonly code: string;
  readonly name: string;
  readonly file: string;
  readonly rules: readonly string[] | null;
  readonly big: boolean;
}
export const evilFolder: string;
export const evilCases: readonly EvilCase[];
export function evilBytes(one: EvilCase): Buffer;
