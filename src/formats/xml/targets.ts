/** An element whose content is an attachment in base64. */
export interface CutTarget {
  /** Local name. */
  readonly local: string;
  /** True when the schema says xs:base64Binary, so that bad base64 is a schema error; else it is a plain string. */
  readonly binary: boolean;
  /** True when it stands inside another target, which then holds nothing else. */
  readonly inside?: boolean;
}

/** No target has a name of that length: the rest of a longer one need not be kept. */
export const nameLengthMax = 256;

/** Target elements by their names. */
export class Targets {
  private readonly byLocal: ReadonlyMap<string, CutTarget>;
  /** 1 at the lengths of their names. */
  private readonly lengths = new Uint8Array(nameLengthMax);

  constructor(targets: readonly CutTarget[]) {
    this.byLocal = new Map(targets.map((one) => [one.local, one]));
    for (const { local } of targets) this.lengths[local.length] = 1;
  }

  /** Most local names are too short or too long for a target: no text is made of them. */
  hasOfLength(length: number): boolean {
    return this.lengths[length] === 1;
  }

  /** @param name with or without a prefix */
  of(name: string): CutTarget | null {
    return this.byLocal.get(name.slice(name.indexOf(':') + 1)) ?? null;
  }
}
