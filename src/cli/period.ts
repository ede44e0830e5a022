import { instantInParis, isCalendarDay } from '../domain/dates.js';
import { Fault } from '../errors.js';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A length of time such as `10m`, `36h`, `7d`, in milliseconds; null for what is none. */
function lengthMs(text: string): number | null {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * unitMs[unit as keyof typeof unitMs];
}

/** A length of time, in milliseconds; `0` is none. @throws Fault USAGE. */
export function durationNamed(option: string, text: string): number {
  const ms = text === '0' ? 0 : lengthMs(text);
  if (ms === null)
    throw new Fault('USAGE', `${option} ${text}: a length of time such as 10m, 36h or 7d is expected`);
  return ms;
}

/** A day or instant as ISO; a day begins at midnight in Paris. @throws Fault USAGE. */
export function instantNamed(text: string, option = '--since'): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = day ? (isCalendarDay(text) ? instantInParis(text) : new Date(Number.NaN)) : new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new Fault('USAGE', `${option} ${text}: a day such as 2026-11-21 is expected`);
  return at.toISOString();
}

/** A day, an instant, or a length of time before now, as ISO. @throws Fault USAGE. */
export function sinceNamed(text: string, now: Date, option = '--since'): string {
  const ms = lengthMs(text);
  return ms === null ? instantNamed(text, option) : new Date(now.getTime() - ms).toISOString();
}
