import type { ComponentChildren } from 'preact';
import { dayInParis, momentInParis } from '../../domain/dates.js';
import { ibanMasked, ibanValid } from '../../domain/identifiers.js';
import { frenchAmount, frenchDate } from '../../readable/format.js';

/** An ISO instant as people in Paris read it, `21/11/2026 à 05:31:07`; the instant itself is in the element. */
export function Moment({ at, absent = '—' }: { readonly at: string | null; readonly absent?: string }) {
  if (at === null || Number.isNaN(Date.parse(at))) return <>{absent}</>;
  return <time dateTime={at}>{momentInParis(new Date(at))}</time>;
}

/** How long ago, with the exact moment on pointing: `il y a 3 min`, `hier`, `il y a 12 jours`. */
export function Ago({ at, now }: { readonly at: string | null; readonly now: Date }) {
  if (at === null || Number.isNaN(Date.parse(at))) return <>—</>;
  return (
    <time dateTime={at} title={momentInParis(new Date(at))}>
      {relativeTime(new Date(at), now)}
    </time>
  );
}

/** An instant against another, in words. Days are those of Paris. */
export function relativeTime(at: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  if (seconds < -59) return relativeFuture(-seconds);
  if (seconds < 60) return 'à l’instant';
  if (seconds < 3_600) return `il y a ${Math.floor(seconds / 60)} min`;
  const days = Math.round((Date.parse(dayInParis(now)) - Date.parse(dayInParis(at))) / 86_400_000);
  if (days === 0) return `il y a ${Math.floor(seconds / 3_600)} h`;
  return days === 1 ? 'hier' : `il y a ${days} jours`;
}

function relativeFuture(seconds: number): string {
  if (seconds < 3_600) return `dans ${Math.ceil(seconds / 60)} min`;
  return seconds < 172_800
    ? `dans ${Math.round(seconds / 3_600)} h`
    : `dans ${Math.round(seconds / 86_400)} jours`;
}

/** A length of time in words: `850 ms`, `12 s`, `3 min`, `2 h 05`, `4 jours`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000)
    return `${Math.floor(ms / 3_600_000)} h ${String(Math.floor((ms % 3_600_000) / 60_000)).padStart(2, '0')}`;
  return `${Math.round(ms / 86_400_000)} jours`;
}

/** A calendar day `YYYY-MM-DD` the French way. */
export function Day({ day }: { readonly day: string | null }) {
  return day === null ? <>—</> : <time dateTime={day}>{frenchDate(day)}</time>;
}

/** An exact amount with its currency, kept on one line: `1 234,50 €`. */
export function Amount({
  value,
  currency,
}: {
  readonly value: string | null;
  readonly currency: string | null;
}) {
  return <span class="number">{value === null ? '—' : frenchAmount(value, currency)}</span>;
}

/** A count the French way: `12 345`. */
export function count(value: number): string {
  return new Intl.NumberFormat('fr-FR').format(value);
}

/** How many of something: `1 facture`, `12 factures`; nothing and one are singular in French. */
export function counted(value: number, one: string, several = `${one}s`): string {
  return `${count(value)} ${value < 2 ? one : several}`;
}

/** A size in bytes as people read it: `20 ko`, `3,4 Mo`. */
export function size(bytes: number): string {
  const units = ['octets', 'ko', 'Mo', 'Go', 'To'];
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** step;
  const digits = step === 0 || value >= 10 ? 0 : 1;
  return `${new Intl.NumberFormat('fr-FR', { maximumFractionDigits: digits }).format(value)} ${units[step]}`;
}

/** What may be an IBAN within a text: two letters, two digits, 11 to 30 letters or digits, in groups or not. */
const ibanLike = /\b[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}\b/g;
/** Lengths by country (ISO 13616 register), for those that are recognised in spite of a wrong key. */
const lengths: Readonly<Record<string, number>> = {
  ...{
    AD: 24,
    AT: 20,
    BE: 16,
    BG: 22,
    CH: 21,
    CY: 28,
    CZ: 24,
    DE: 22,
    DK: 18,
    EE: 20,
    ES: 24,
    FI: 18,
    FR: 27,
  },
  ...{
    GB: 22,
    GI: 23,
    GR: 27,
    HR: 21,
    HU: 28,
    IE: 22,
    IS: 26,
    IT: 27,
    LI: 21,
    LT: 20,
    LU: 20,
    LV: 21,
    MC: 27,
  },
  ...{ MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, SE: 24, SI: 19, SK: 24, SM: 27, VA: 22 },
};

/**
 * The text with every IBAN in it masked (`FR76…0189`), also one whose key is wrong. Everything that comes from a file
 * and is shown goes through this.
 */
export function withoutIbans(text: string): string {
  return text.replace(ibanLike, (found) => {
    for (let end = found.length; end >= 15; end--) {
      const part = found.slice(0, end);
      if (/[A-Za-z0-9]$/.test(part) && !/^[A-Za-z0-9]/.test(found.slice(end)) && isIban(part))
        return `${ibanMasked(compact(part))}${found.slice(end)}`;
    }
    return found;
  });
}

function compact(text: string): string {
  return text.replace(/[ \u00a0-]/g, '');
}

function isIban(text: string): boolean {
  const iban = compact(text);
  return ibanValid(iban) || lengths[iban.slice(0, 2).toUpperCase()] === iban.length;
}

/** Facts as a list of names and values. */
export function Facts({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ComponentChildren])[];
}) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is said where a list is empty: why, and what to do. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="notice empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}

/** A note beside the work: `tone` is told by a word before the text too, not by colour alone. */
export function Notice({
  tone,
  children,
}: {
  readonly tone: 'info' | 'success' | 'warning' | 'error';
  readonly children: ComponentChildren;
}) {
  const word = { info: 'À savoir', success: 'Fait', warning: 'Attention', error: 'Erreur' }[tone];
  return (
    <div class={`notice ${tone}`}>
      <strong>{word} : </strong>
      {children}
    </div>
  );
}
