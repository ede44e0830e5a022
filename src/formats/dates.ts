import { isCalendarDay } from '../domain/dates.js';

/** Which day of a month or week is meant where only that was written. */
export type Edge = 'first' | 'last';

/**
 * A date as `YYYY-MM-DD` when the text can be read as one, else the text as it stands.
 * Read are: xs:date and xs:dateTime (the day as written, whatever the offset), `YYYYMMDD` with or without the
 * format 102 of UNTDID 2379 (DOMAIN 3.6: absent in all official samples), 203 and 204 (day and time), and, when the
 * format says so, 610 (`YYYYMM`) and 616 (`YYYYWW`, ISO 8601 week): their first or last day.
 */
export function readDate(text: string, format: string | null, edge: Edge = 'first'): string {
  const day =
    /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+)?(?:Z|[+-]\d{2}:\d{2})?$/.exec(text)?.[1] ?? compact(text, format, edge);
  return day !== undefined && isCalendarDay(day) ? day : text;
}

function compact(text: string, format: string | null, edge: Edge): string | undefined {
  if (format === '610' && /^\d{6}$/.test(text)) return ofMonth(text, edge);
  if (format === '616' && /^\d{6}$/.test(text)) return ofWeek(text, edge);
  const digits = /^(\d{4})(\d{2})(\d{2})(\d{4}|\d{6})?$/.exec(text);
  if (digits === null) return undefined;
  const [, year, month, day, time] = digits;
  if (time !== undefined && format !== (time.length === 4 ? '203' : '204')) return undefined;
  return `${year}-${month}-${day}`;
}

function ofMonth(text: string, edge: Edge): string | undefined {
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4));
  if (month < 1 || month > 12) return undefined;
  return isoDay(edge === 'first' ? Date.UTC(year, month - 1, 1) : Date.UTC(year, month, 0));
}

const dayMs = 86_400_000;

function ofWeek(text: string, edge: Edge): string | undefined {
  const year = Number(text.slice(0, 4));
  const week = Number(text.slice(4));
  const monday = firstMonday(year) + (week - 1) * 7 * dayMs;
  if (week < 1 || monday >= firstMonday(year + 1)) return undefined;
  return isoDay(edge === 'first' ? monday : monday + 6 * dayMs);
}

/** Monday of ISO week 1, the week of 4 January, in ms. */
function firstMonday(year: number): number {
  const fourth = Date.UTC(year, 0, 4);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * dayMs;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
