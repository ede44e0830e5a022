import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface TextLine {
  readonly number: number;
  readonly text: string;
  readonly marked: boolean;
}

export interface ExcerptOptions {
  /** Lines shown before and after the one that is meant. */
  readonly around?: number;
  readonly lineLengthMax?: number;
  /** Bytes that are read: lines further on have no excerpt. */
  readonly bytesMax?: number;
}

/** What stands in the place of an attachment. */
const inlined = /[A-Za-z0-9+/=]{200,}/g;

/**
 * The lines of a text file around some of its lines, by the number of the line that is meant; long lines are cut and
 * attachments are left out. A file that is no text has none.
 * @param wanted 1-based numbers
 */
export async function excerptsOf(
  path: string,
  wanted: readonly number[],
  { around = 2, lineLengthMax = 220, bytesMax = 16 * 1024 * 1024 }: ExcerptOptions = {},
): Promise<ReadonlyMap<number, readonly TextLine[]>> {
  const needed = new Set(
    wanted.flatMap((n) => Array.from({ length: 2 * around + 1 }, (_, i) => n - around + i)),
  );
  const last = Math.max(0, ...needed);
  const lines = new Map<number, string>();
  const decoder = new StringDecoder('utf8');
  let number = 1;
  let line = '';
  const take = (): void => {
    if (needed.has(number)) lines.set(number, shortened(line, lineLengthMax));
    number += 1;
    line = '';
  };
  for await (const chunk of createReadStream(path, { end: bytesMax - 1 })) {
    const text = decoder.write(chunk as Buffer);
    if (number === 1 && line === '' && text.includes('\u0000')) return new Map();
    const parts = text.split('\n');
    for (const [i, part] of parts.entries()) {
      if (i > 0) take();
      if (line.length < lineKeptMax) line += part.slice(0, lineKeptMax);
    }
    if (number > last) break;
  }
  if (line !== '') take();
  return new Map(
    wanted.map((n) => [
      n,
      Array.from({ length: 2 * around + 1 }, (_, i) => n - around + i).flatMap((k) => {
        const text = lines.get(k);
        return text === undefined ? [] : [{ number: k, text, marked: k === n }];
      }),
    ]),
  );
}

/** Characters of a line that are looked at. */
const lineKeptMax = 4_096;

function shortened(line: string, lengthMax: number): string {
  const text = line.replace(/\r$/, '').replace(inlined, '[pièce jointe non reproduite]');
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}
