/** A part of an archived file: many small pieces share one file, which is written and made durable once. */
export interface ArchivePart {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
}

/** How a part is named where a key is expected: `key@offset+length`. */
export function partKey({ key, offset, length }: ArchivePart): string {
  return `${key}@${offset}+${length}`;
}

const part = /^(.+)@(\d{1,15})\+(\d{1,15})$/;

/** The part that a key names; null for the key of a whole file. */
export function partOf(text: string): ArchivePart | null {
  const [, key, offset, length] = part.exec(text) ?? [];
  if (key === undefined) return null;
  return { key, offset: Number(offset), length: Number(length) };
}
