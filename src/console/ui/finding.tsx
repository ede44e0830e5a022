import type { ComponentChildren } from 'preact';
import type { Finding } from '../../domain/finding.js';
import { Badge } from './badge.js';
import { Facts, withoutIbans } from './show.js';

/** Values longer than this are cut: an attachment never stands in a page. */
const valueLengthMax = 300;

/** A text of a deposited file as it may be shown: cut, IBANs masked. */
export function shownValue(text: string): string {
  const masked = withoutIbans(text.slice(0, valueLengthMax * 2));
  return masked.length > valueLengthMax || text.length > valueLengthMax * 2
    ? `${masked.slice(0, valueLengthMax)}… (${text.length} caractères)`
    : masked;
}

/** One finding: what is wrong, where, with which value, and what to do. `excerpt` is the source around its line. */
export function FindingCard({
  finding,
  invoiceHref,
  excerpt,
}: {
  readonly finding: Finding;
  /** Address of the invoice that it is about. */
  readonly invoiceHref?: string;
  readonly excerpt?: readonly ExcerptLine[];
}) {
  const { rule, severity, message, fix, path, line, term, value, invoice, entry } = finding;
  const fatal = severity === 'fatal';
  const place: readonly (readonly [string, ComponentChildren] | null)[] = [
    entry === null ? null : ['Fichier', entry],
    invoice === null
      ? null
      : [
          'Facture',
          invoiceHref === undefined ? (
            invoice
          ) : (
            <a key="i" href={invoiceHref}>
              {invoice}
            </a>
          ),
        ],
    line === null ? null : ['Ligne', String(line)],
    path === null ? null : ['Chemin', <code key="p">{path}</code>],
    term === null ? null : ['Donnée', term],
    value === null ? null : ['Valeur lue', <code key="v">{shownValue(value)}</code>],
  ];
  return (
    <article class={`sheet finding ${severity}`}>
      <h3>
        <Badge tone={fatal ? 'bad' : 'half'}>{fatal ? 'bloquant' : 'avertissement'}</Badge>{' '}
        <code>{rule}</code>
      </h3>
      <p>{withoutIbans(message)}</p>
      <Facts rows={place.filter((row) => row !== null)} />
      {excerpt === undefined || excerpt.length === 0 ? null : <Excerpt lines={excerpt} />}
      <p>
        <strong>Que faire : </strong>
        {withoutIbans(fix)}
      </p>
    </article>
  );
}

/** A line of the source; `marked` is the one of the finding. */
export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  readonly marked: boolean;
}

/** Some lines of the deposited file with their numbers. */
export function Excerpt({ lines }: { readonly lines: readonly ExcerptLine[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard (WCAG 2.1.1)
    <section class="excerpt" tabIndex={0} aria-label="Extrait du fichier">
      <pre>
        {lines.map(({ number, text, marked }) => (
          <span key={number}>
            {`${String(number).padStart(6)}  `}
            {marked ? <mark>{shownValue(text)}</mark> : shownValue(text)}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  );
}
