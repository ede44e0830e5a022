/** One record of a CSV file and the 1-based line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Something that is not CSV. */
export class CsvProblem extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** Text that a quoted field may hold: a quote left open would otherwise swallow the rest of the file. */
const quotedLengthMax = 10_000;

/**
 * Records of a CSV text given in chunks: `;` or `,` (whichever the first line has more of), fields in `"` where they
 * hold separators, line ends or doubled quotes, lines ended by LF or CRLF. Blank lines are passed over, fields trimmed.
 * @throws CsvProblem.
 */
export function* csvRecords(chunks: Iterable<string>): Generator<CsvRecord> {
  let separator: string | null = null;
  let open: { line: number; text: string } | null = null;
  let line = 0;
  for (const text of linesOf(chunks)) {
    line += 1;
    if (open === null && text.trim() === '') continue;
    separator ??= separatorOf(text);
    const begun: { line: number; text: string } =
      open === null ? { line, text } : { line: open.line, text: `${open.text}\n${text}` };
    open = null;
    if (!begun.text.includes('"')) {
      yield { line: begun.line, fields: begun.text.split(separator).map((field) => field.trim()) };
      continue;
    }
    const fields = quotedFields(begun.text, separator, begun.line);
    if (fields !== null) yield { line: begun.line, fields };
    else if (begun.text.length > quotedLengthMax)
      throw new CsvProblem(begun.line, 'a quote (") is opened and not closed');
    else open = begun;
  }
  if (open !== null) throw new CsvProblem(open.line, 'a quote (") is opened and not closed');
}

function* linesOf(chunks: Iterable<string>): Generator<string> {
  let rest = '';
  for (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
}

function separatorOf(header: string): string {
  return header.split(';').length >= header.split(',').length ? ';' : ',';
}

/** Null when the last field is still open: the record goes on in the next line. */
function quotedFields(text: string, separator: string, line: number): string[] | null {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const blanks = /[ \t]*/y;
    blanks.lastIndex = at;
    const start = at + (blanks.exec(text)?.[0].length ?? 0);
    if (text[start] !== '"') {
      const end = text.indexOf(separator, at);
      fields.push(text.slice(at, end === -1 ? undefined : end).trim());
      if (end === -1) return fields;
      at = end + 1;
      continue;
    }
    const quoted = /"([^"]*(?:""[^"]*)*)"(?!")[ \t]*/y;
    quoted.lastIndex = start;
    const match = quoted.exec(text);
    if (match === null) return null;
    fields.push((match[1] ?? '').replaceAll('""', '"').trim());
    at = quoted.lastIndex;
    if (at === text.length) return fields;
    if (text[at] !== separator)
      throw new CsvProblem(line, `after a closing quote, ${separator} or the end of the line is expected`);
    at += 1;
  }
}
