import { csvRecords } from '../directory/csv.js';
import { isCalendarDay } from '../domain/dates.js';

/** One line of the list of what a partner says it sent. */
export interface SentLine {
  /** 1-based. */
  readonly line: number;
  readonly name: string;
  /** Lower case; null where the list does not say. */
  readonly sha256: string | null;
  /** Day, `YYYY-MM-DD`. */
  readonly sentOn: string | null;
  readonly invoices: number | null;
  /** What cannot be read in this line, in French; null where all can. */
  readonly problem: string | null;
}

type Column = 'name' | 'sha256' | 'sentOn' | 'invoices';

const heads: readonly (readonly [Column, RegExp])[] = [
  ['sha256', /sha|empreinte|hash/],
  ['sentOn', /date|envoy|envoi|sent|jour|day/],
  ['invoices', /factures|invoices|nombre|count/],
  ['name', /fichier|file|nom|name|flux|flow/],
];

/**
 * The lines of a list given in chunks: file names, or CSV of file name, SHA-256, day sent and number of invoices, of
 * which all but the name may be missing. With a first line of titles, columns stand in any order; without, what a field
 * is shows by its form.
 * @throws CsvProblem for a quote that is not closed.
 */
export function* sentLines(chunks: Iterable<string>): Generator<SentLine> {
  let columns: readonly (Column | null)[] | null = null;
  let begun = false;
  for (const { line, fields } of csvRecords(withoutMark(chunks))) {
    if (!begun) {
      begun = true;
      columns = titles(fields);
      if (columns !== null) continue;
    }
    yield columns === null ? byForm(line, fields) : byTitle(line, fields, columns);
  }
}

function* withoutMark(chunks: Iterable<string>): Generator<string> {
  let first = true;
  for (const chunk of chunks) {
    yield first ? chunk.replace(/^\ufeff/, '') : chunk;
    first = false;
  }
}

function titles(fields: readonly string[]): (Column | null)[] | null {
  const found = fields.map((field) => {
    const text = field.toLowerCase();
    return text.length > 40 || /\d{4}/.test(text)
      ? null
      : (heads.find(([, pattern]) => pattern.test(text))?.[0] ?? null);
  });
  return found.includes('name') ? found : null;
}

function byTitle(line: number, fields: readonly string[], columns: readonly (Column | null)[]): SentLine {
  const of = (column: Column): string => fields[columns.indexOf(column)] ?? '';
  return made(line, of('name'), of('sha256'), of('sentOn'), of('invoices'));
}

const shaForm = /^[0-9a-f]{64}$/i;
const dayForm = /^(\d{4})-(\d{2})-(\d{2})|^(\d{2})\/(\d{2})\/(\d{4})/;

function byForm(line: number, [name = '', ...rest]: readonly string[]): SentLine {
  const take = (fits: (field: string) => boolean): string => {
    const at = rest.findIndex(fits);
    return at === -1 ? '' : (rest.splice(at, 1)[0] ?? '');
  };
  const sha256 = take((field) => shaForm.test(field));
  const sentOn = take((field) => dayForm.test(field));
  const invoices = take((field) => /^\d{1,9}$/.test(field));
  const left = rest.find((field) => field !== '');
  const read = made(line, name, sha256, sentOn, invoices);
  return left === undefined
    ? read
    : {
        ...read,
        problem: `« ${left.slice(0, 80)} » n'est ni une empreinte SHA-256, ni une date, ni un nombre`,
      };
}

function made(line: number, path: string, sha256: string, sent: string, invoices: string): SentLine {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  const sentOn = dayNamed(sent);
  const problems = [
    ...(name === '' ? ['le nom du fichier manque'] : []),
    ...(sha256 !== '' && !shaForm.test(sha256)
      ? [`« ${sha256.slice(0, 80)} » n'est pas une empreinte SHA-256`]
      : []),
    ...(sent !== '' && sentOn === null ? [`« ${sent.slice(0, 80)} » n'est pas une date`] : []),
    ...(invoices !== '' && !/^\d{1,9}$/.test(invoices)
      ? [`« ${invoices.slice(0, 80)} » n'est pas un nombre`]
      : []),
  ];
  return {
    line,
    name,
    sha256: shaForm.test(sha256) ? sha256.toLowerCase() : null,
    sentOn,
    invoices: /^\d{1,9}$/.test(invoices) ? Number(invoices) : null,
    problem: problems[0] ?? null,
  };
}

function dayNamed(text: string): string | null {
  const [, year, month, day, day2, month2, year2] = dayForm.exec(text) ?? [];
  const found = `${year ?? year2}-${month ?? month2}-${day ?? day2}`;
  return isCalendarDay(found) ? found : null;
}
