import { trimSpace } from './dec.js';
import { DynamicError } from './errors.js';

/** A value of xs:date, xs:dateTime or xs:time. */
export class Instant {
  constructor(
    readonly type: 'date' | 'dateTime' | 'time',
    readonly text: string,
    readonly year: number,
    readonly month: number,
    readonly day: number,
    readonly hour: number,
    readonly minute: number,
    readonly second: number,
    /** Milliseconds since 1970 in UTC; without a zone, UTC is taken. */
    readonly epochMs: number,
  ) {}
}

export function isInstant(value: unknown): value is Instant {
  return value instanceof Instant;
}

export function instantText(value: Instant): string {
  return value.text;
}

const zone = '(Z|[+-]\\d{2}:\\d{2})?';
const day = '(-?\\d{4,})-(\\d{2})-(\\d{2})';
const time = '(\\d{2}):(\\d{2}):(\\d{2}(?:\\.\\d+)?)';
const forms = {
  date: new RegExp(`^${day}${zone}$`),
  dateTime: new RegExp(`^${day}T${time}${zone}$`),
  time: new RegExp(`^${time}${zone}$`),
};

/** Reads xs:date, xs:dateTime or xs:time (XML Schema part 2). */
export function readInstant(type: string, text: string): Instant {
  const kind = type === 'dateTime' || type === 'time' ? type : 'date';
  const trimmed = trimSpace(text);
  const parts = forms[kind].exec(trimmed);
  if (parts === null) throw new DynamicError('FORG0001', `Invalid ${kind} "${text}"`);
  const date = kind === 'time' ? [1972, 12, 31] : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const clock =
    kind === 'date' ? ['0', '0', '0'] : parts.slice(kind === 'time' ? 1 : 4, kind === 'time' ? 4 : 7);
  const [year = 0, month = 0, dayOfMonth = 0] = date;
  const [hour = 0, minute = 0, second = 0] = clock.map(Number);
  if (
    !isReal(year, month, dayOfMonth) ||
    minute > 59 ||
    second >= 60 ||
    hour > 24 ||
    (hour === 24 && minute + second > 0)
  ) {
    throw new DynamicError('FORG0001', `Invalid ${kind} "${text}" (Non-existent ${kind})`);
  }
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, dayOfMonth);
  moment.setUTCHours(hour, minute, 0, second * 1000);
  const epochMs = moment.getTime() - zoneMinutes(parts.at(-1)) * 60_000;
  return new Instant(kind, trimmed, year, month, dayOfMonth, hour, minute, second, epochMs);
}

function isReal(year: number, month: number, dayOfMonth: number): boolean {
  if (month < 1 || month > 12 || dayOfMonth < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return dayOfMonth <= days;
}

function zoneMinutes(text: string | undefined): number {
  if (text === undefined || text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return text.startsWith('-') ? -minutes : minutes;
}
