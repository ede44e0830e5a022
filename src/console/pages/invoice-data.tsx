import { z } from 'zod';
import type { Attachment } from '../../domain/invoice.js';
import {
  invoiceTerms,
  type SemanticGroup,
  type SemanticTerm,
  type SemanticTerms,
} from '../../pipeline/invoice-terms.js';
import { frenchDate, frenchNumber } from '../../readable/format.js';
import { readInvoice, withoutAccounts } from '../invoice-file.js';
import { page } from '../route.js';
import { count, Empty, withoutIbans } from '../ui/show.js';

/** Repeated groups (lines, notes) that are shown, and values in all: the page stays small. */
const groupsMax = 20;
const valuesMax = 400;
const textMax = 300;

/** The data of an invoice by business term: a part of its page, or a page by itself. */
export const invoiceData = page({
  path: '/factures/:id/donnees',
  role: 'reader',
  schema: { params: z.object({ id: z.string().max(60) }) },
  async handler(call) {
    const { id } = call.params;
    const { number, attachments, terms, chorus } = await readInvoice(
      call,
      id,
      'console, données de facture',
      async ({ invoice }) => ({
        number: invoice.number,
        attachments: invoice.attachments,
        ...invoiceTerms(withoutAccounts(invoice)),
      }),
    );
    const left = { values: valuesMax };
    const body = (
      <div class="sheet">
        <h3>Chorus Pro</h3>
        <Terms terms={chorus} left={left} />
        <h3>Termes de la norme EN 16931</h3>
        <Terms terms={terms} left={left} />
        {left.values <= 0 ? (
          <p class="hint">La suite n’est pas montrée ici : téléchargez le fichier déposé pour la voir.</p>
        ) : null}
        <Attachments id={id} attachments={attachments} />
      </div>
    );
    if (call.request.headers['hx-request'] === 'true') return { kind: 'fragment', body };
    return {
      kind: 'page',
      title: `Données de la facture ${number ?? ''}`,
      crumbs: [{ label: 'Facture', path: `/factures/${id}` }],
      body,
    };
  },
});

type One = SemanticTerm | SemanticGroup;
interface Left {
  values: number;
}

/** Values first, then groups; how many there is room for is counted down. */
function Terms({ terms, left }: { readonly terms: SemanticTerms; readonly left: Left }) {
  const all = Object.entries(terms).map(
    ([id, told]) => [id, Array.isArray(told) ? (told as readonly One[]) : [told as One]] as const,
  );
  if (all.length === 0) return <Empty title="Aucune donnée n’a été lue." />;
  const values = all.flatMap(([id, told]) =>
    told.flatMap((one) => ('terms' in one ? [] : [[id, one] as const])),
  );
  const shown = values.slice(0, Math.max(0, left.values));
  left.values -= shown.length;
  return (
    <>
      {shown.length === 0 ? null : (
        <dl class="facts">
          {shown.map(([id, term], i) => (
            <div key={`${id}${i}`}>
              <dt>
                {term.name} {/^B[TG]-/.test(id) ? <small>({id})</small> : null}
              </dt>
              <dd>{shownTerm(id, term)}</dd>
            </div>
          ))}
        </dl>
      )}
      {all.map(([id, told]) => {
        const groups = told.flatMap((one) => ('terms' in one ? [one] : []));
        return groups.length === 0 ? null : <Groups key={id} id={id} groups={groups} left={left} />;
      })}
    </>
  );
}

function Groups({
  id,
  groups,
  left,
}: {
  readonly id: string;
  readonly groups: readonly SemanticGroup[];
  readonly left: Left;
}) {
  const shown = groups.slice(0, groupsMax);
  return (
    <>
      {shown.map(({ name, terms }, i) =>
        left.values <= 0 ? null : (
          <div class="group" key={i}>
            <p>
              <strong>
                {name}
                {groups.length > 1 ? ` ${i + 1}` : ''}
              </strong>{' '}
              {/^BG-/.test(id) ? <small>({id})</small> : null}
            </p>
            <Terms terms={terms} left={left} />
          </div>
        ),
      )}
      {groups.length > shown.length ? (
        <p class="hint">… et {count(groups.length - shown.length)} autres.</p>
      ) : null}
    </>
  );
}

const amounts = new Set(
  '92 93 99 100 106 107 108 109 110 111 112 113 114 115 116 117 131 136 137 141 142 146 147 148'
    .split(' ')
    .map((number) => `BT-${number}`),
);
const dates = new Set('2 7 9 26 72 73 74 134 135'.split(' ').map((number) => `BT-${number}`));

/** As the French write it; anything else as the sender wrote it, cut. */
export function shownTerm(id: string, { value, scheme }: SemanticTerm): string {
  const text = String(value);
  const shown = amounts.has(id)
    ? frenchNumber(text, 2)
    : dates.has(id)
      ? frenchDate(text)
      : withoutIbans(text.length > textMax ? `${text.slice(0, textMax)}…` : text);
  return scheme === undefined ? shown : `${shown} (${scheme})`;
}

function Attachments({
  id,
  attachments,
}: {
  readonly id: string;
  readonly attachments: readonly Attachment[];
}) {
  if (attachments.length === 0) return null;
  const shown = attachments.slice(0, groupsMax);
  return (
    <>
      <h3>Pièces jointes</h3>
      <ul>
        {shown.map(({ name, filename, piece }, i) => (
          <li key={i}>
            {piece === null ? (
              (filename ?? name ?? 'sans nom')
            ) : (
              <a href={`/factures/${id}/pieces/${piece}`} download>
                {filename ?? name ?? `pièce ${i + 1}`}
              </a>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
