import { Fault } from '../errors.js';

export type Format = 'text' | 'json';

/** Where a command writes: text for people, or one JSON object per line and nothing else on stdout. */
export interface Output {
  readonly format: Format;
  /** One object, in JSON only. Lines are written in blocks; `flush` writes what waits. */
  json(value: unknown): void;
  flush(): void;
  /** One line, in text only. */
  line(text?: string): void;
  /** A note on stderr, in either format. */
  note(text: string): void;
  /** Wraps text for a terminal that knows colours; plain elsewhere. */
  paint(colour: Colour, text: string): string;
}

const colours = { red: 31, green: 32, yellow: 33, blue: 34, grey: 90, bold: 1 } as const;
export type Colour = keyof typeof colours;

const blockLengthMax = 64 * 1024;

/** @throws Fault USAGE when the format is neither `text` nor `json`. */
export function createOutput(format: string | undefined): Output {
  if (format !== undefined && format !== 'text' && format !== 'json') {
    throw new Fault('USAGE', `--format ${format}: text or json is expected`);
  }
  const chosen: Format = format ?? 'text';
  const colourful = chosen === 'text' && process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  let waiting = '';
  const flush = () => {
    if (waiting !== '') process.stdout.write(waiting);
    waiting = '';
  };
  return {
    format: chosen,
    json(value) {
      if (chosen !== 'json') return;
      waiting += `${JSON.stringify(value)}\n`;
      if (waiting.length >= blockLengthMax) flush();
    },
    flush,
    line(text = '') {
      if (chosen === 'text') process.stdout.write(`${text}\n`);
    },
    note(text) {
      process.stderr.write(`${text}\n`);
    },
    paint: (colour, text) => (colourful ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text),
  };
}

/** Rows as aligned columns, for a terminal. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '),
  );
}
