import { z } from 'zod';
import type { NotTaken } from '../../envelope/one-entry.js';
import type { ExcerptLine, ExcerptResult } from '../../workers/excerpt.js';
import { fileOfAttempt, flowOf, isQuarantined, purgeOf } from '../flow-file.js';
import { notFound } from '../problem.js';
import { page } from '../route.js';
import { sourceOf } from '../source.js';
import { count, Notice, withoutIbans } from '../ui/show.js';
import { findingsShown } from './flow.js';
import { OneFinding } from './flow-findings.js';

/** The lines of the deposited file around one finding: a part of the page of the flow, or a page by itself. */
export const flowExcerpt = page({
  path: '/flux/:id/extrait',
  role: 'reader',
  schema: {
    params: z.object({ id: z.string().max(60) }),
    query: z.object({
      tentative: z.coerce.number().int().min(1),
      anomalie: z.coerce.number().int().min(0),
      niveau: z.enum(['fatal', 'warning']).catch('fatal'),
      de: z.coerce.number().int().min(0).catch(0),
    }),
  },
  async handler(call) {
    const { store } = call.parts;
    const { tentative, anomalie, niveau, de } = call.query;
    const flow = await flowOf(call, call.params.id, 'console, extrait');
    // Those shown together are read together: the file is opened once for a page of findings.
    const part = await store.findingsFrom(flow.id, tentative, de, findingsShown, niveau);
    const [alone] = await store.findingsFrom(flow.id, tentative, anomalie, 1, niveau);
    const finding = part.find(({ position }) => position === anomalie) ?? alone;
    if (finding === undefined) throw notFound('Cette anomalie');
    const findings = part.includes(finding) ? part : [finding];
    const together = findings.filter(({ entry, line }) => entry === finding.entry && line !== null);
    const file = await fileOfAttempt(store, flow, tentative);
    const gone = purgeOf(await store.purges(flow.id)) !== undefined;
    const result =
      gone || isQuarantined(file) || finding.line === null
        ? ('absent' as const)
        : await sourceOf(call.parts).excerpts(
            { archiveKey: file.archiveKey, entry: finding.entry },
            together.map(({ line, path, value }) => ({ line: line ?? 0, path, value })),
          );
    const excerpt = <Excerpt result={result} position={together.indexOf(finding)} />;
    if (call.request.headers['hx-request'] === 'true') return { kind: 'fragment', body: excerpt };
    return {
      kind: 'page',
      title: `Anomalie ${finding.rule}`,
      crumbs: [
        { label: 'Flux', path: '/flux' },
        { label: flow.depositedName, path: `/flux/${flow.id}` },
      ],
      body: (
        <>
          <OneFinding finding={finding} excerpt={null} />
          {excerpt}
        </>
      ),
    };
  },
});

const reasons: Readonly<Record<NotTaken | 'no-xml' | 'encoding', string>> = {
  absent: 'le fichier déposé ne peut plus être montré ici.',
  late: 'la lecture du fichier a pris trop de temps.',
  'too-large': 'ce fichier est trop grand pour être montré ici : téléchargez-le pour voir la ligne.',
  'no-xml': 'ce fichier n’est pas un XML dont une ligne puisse être montrée.',
  encoding: 'le codage des caractères de ce fichier n’est pas lisible.',
};

function Excerpt({
  result,
  position,
}: {
  readonly result: ExcerptResult | NotTaken;
  readonly position: number;
}) {
  const problem = typeof result === 'string' ? result : result.problem;
  if (problem !== null) return <Notice tone="info">{reasons[problem]}</Notice>;
  const lines = typeof result === 'string' ? [] : (result.excerpts[position] ?? []);
  if (lines.length === 0) return <Notice tone="info">le fichier n’a pas cette ligne.</Notice>;
  const embedded = typeof result !== 'string' && result.embedded;
  return (
    <figure class="excerpt">
      <figcaption class="hint">
        Extrait {embedded ? 'du XML contenu dans le PDF' : 'du fichier déposé'} ; les pièces jointes et les
        lignes longues sont coupées.
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard (WCAG 2.1.1) */}
      <pre tabIndex={0}>
        {lines.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </pre>
    </figure>
  );
}

/** Longer than any IBAN, its spaces included. */
const cutMargin = 48;

function Line({ line: { number, text, cutBefore, cutAfter, here } }: { readonly line: ExcerptLine }) {
  const masked = withoutIbans(text);
  // An account number that the cut went through cannot be told as one: what stands at a cut is left out.
  const kept = masked.slice(cutBefore > 0 ? cutMargin : 0, cutAfter > 0 ? -cutMargin : undefined);
  const before = cutBefore > 0 ? `…(${count(cutBefore + cutMargin)} caractères) ` : '';
  const after = cutAfter > 0 ? ` (${count(cutAfter + cutMargin)} caractères)…` : '';
  const shown = `${before}${kept}${after}`;
  const whole = `${String(number).padStart(6)}  ${shown}\n`;
  return <span>{here ? <mark>{whole}</mark> : whole}</span>;
}
