const parisDate = new Intl.DateTimeFormat('fr-CA', {
  timeZone: 'Europe/Paris',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const parisTime = new Intl.DateTimeFormat('fr-FR', {
  timeZone: 'Europe/Paris',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'longOffset',
});

/** The last answer of a formatter, which is asked about the same second again and again, and slow. */
function remembered(format: (at: Date) => string): (at: Date) => string {
  let second = Number.NaN;
  let text = '';
  return (at) => {
    const asked = Math.floor(at.getTime() / 1000);
    if (asked !== second) {
      text = format(at);
      second = asked;
    }
    return text;
  };
}

/** The calendar day in Paris, `YYYY-MM-DD`. */
export const dayInParis = remembered((at) => parisDate.format(at));

/** Date and time in Paris with its offset, to the second: `2026-11-21T05:31:07+01:00` (xs:dateTime). */
export const timestampInParis = remembered((at) => {
  const parts = new Map(parisTime.formatToParts(at).map((p) => [p.type, p.value]));
  const offset = (parts.get('timeZoneName') ?? 'UTC').replace(/^(UTC|GMT)/, '').replace('−', '-');
  const time = `${parts.get('hour')}:${parts.get('minute')}:${parts.get('second')}`;
  return `${dayInParis(at)}T${time}${offset === '' ? 'Z' : offset}`;
});

/**
 * The instant of a day (`YYYY-MM-DD`) and time (`HH:MM`) in Paris; a time that the clocks leap over is that of an hour
 * later.
 */
export function instantInParis(day: string, time = '00:00'): Date {
  const [winter, summer] = ['+01:00', '+02:00'].map((offset) => new Date(`${day}T${time}:00${offset}`));
  const fits = (at: Date | undefined): at is Date =>
    at !== undefined && timestampInParis(at).startsWith(`${day}T${time}`);
  if (fits(summer)) return summer;
  return winter ?? new Date(Number.NaN);
}

/** The day so many days after another (before it, for a negative number), both `YYYY-MM-DD`. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Date and time in Paris as a person reads them: `21/11/2026 à 05:31:07`. */
export function momentInParis(at: Date): string {
  const [day = '', time = ''] = timestampInParis(at).split('T');
  return `${day.split('-').reverse().join('/')} à ${time.slice(0, 8)}`;
}

/** True for a real calendar day written `YYYY-MM-DD`, from the year 100 on. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  return year >= 100 && day >= 1 && day <= daysIn(year, month);
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month of the Gregorian calendar; 0 for what is no month. */
function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (monthDays[month - 1] ?? 0);
}
