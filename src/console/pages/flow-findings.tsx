import type { Finding } from '../../domain/finding.js';
import { isQuarantined, purgeOf } from '../flow-file.js';
import { layerLabels, termLabel } from '../labels.js';
import { Badge } from '../ui/badge.js';
import { count, Empty, withoutIbans } from '../ui/show.js';
import { address } from '../ui/table.js';
import { type FlowStory, findingsShown } from './flow.js';

/** What was found in an attempt: cause, place, value, remedy, and the lines of the file, each. */
export function Findings({ story }: { readonly story: FlowStory }) {
  const { flow, attempt, findings, from, sizes, purges } = story;
  if (attempt === null) return null;
  const gone = purges.some(({ kind }) => kind === 'findings');
  const hidden = isQuarantined(flow) || purgeOf(purges) !== undefined;
  const hrefOf = (anomalies: number) =>
    `${address(`/flux/${flow.id}`, { tentative: attempt, anomalies: anomalies === 0 ? null : anomalies })}#anomalies`;
  return (
    <section id="anomalies">
      <h2>Anomalies{story.attempts.length > 1 ? ` de la tentative ${attempt}` : ''}</h2>
      {sizes.findings === 0 ? (
        <Empty title={gone ? 'Les anomalies de ce flux ont été purgées.' : 'Aucune anomalie.'}>
          <p>
            {gone ? 'Le compte rendu remis au déposant les portait.' : 'Rien n’est à corriger dans ce flux.'}
          </p>
        </Empty>
      ) : (
        <>
          <p class="hint">
            {count(from + 1)} à {count(from + findings.length)} sur {count(sizes.findings)}.
          </p>
          {findings.map((finding, i) => (
            <OneFinding
              key={from + i}
              finding={finding}
              excerpt={
                finding.line === null || hidden
                  ? null
                  : address(`/flux/${flow.id}/extrait`, { tentative: attempt, anomalie: from + i })
              }
            />
          ))}
          <nav class="pager" aria-label="Pages des anomalies">
            {from === 0 ? null : (
              <a href={hrefOf(Math.max(0, from - findingsShown))}>Anomalies précédentes</a>
            )}
            {from + findings.length >= sizes.findings ? null : (
              <a href={hrefOf(from + findings.length)}>Anomalies suivantes</a>
            )}
          </nav>
        </>
      )}
    </section>
  );
}

/** One finding; the lines of the file come when they are scrolled to, or by the link. */
export function OneFinding({
  finding,
  excerpt,
}: {
  readonly finding: Finding;
  readonly excerpt: string | null;
}) {
  const { rule, severity, layer, message, fix, value, term } = finding;
  return (
    <article class={`sheet finding ${severity}`}>
      <h3>
        {rule}{' '}
        <Badge tone={severity === 'fatal' ? 'bad' : 'half'}>
          {severity === 'fatal' ? 'bloquante' : 'avertissement'}
        </Badge>
      </h3>
      <p>{withoutIbans(message)}</p>
      <dl class="facts">
        <div>
          <dt>Où</dt>
          <dd>{placeOf(finding)}</dd>
        </div>
        {term === null ? null : (
          <div>
            <dt>Donnée</dt>
            <dd>{termLabel(term)}</dd>
          </div>
        )}
        {value === null ? null : (
          <div>
            <dt>Valeur trouvée</dt>
            <dd>
              <code>{withoutIbans(value)}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>Remède</dt>
          <dd>{withoutIbans(fix)}</dd>
        </div>
        <div>
          <dt>Couche</dt>
          <dd>{layerLabels[layer]}</dd>
        </div>
      </dl>
      {excerpt === null ? null : (
        <div hx-get={excerpt} hx-trigger="revealed" hx-swap="outerHTML">
          <a href={excerpt}>Voir l’extrait du fichier</a>
        </div>
      )}
    </article>
  );
}

function placeOf({ entry, line, path, invoice }: Finding) {
  const parts = [
    invoice === null ? null : `facture ${invoice}`,
    entry === null || entry === '' ? null : `fichier ${entry}`,
    line === null ? null : `ligne ${line}`,
  ].filter((part) => part !== null);
  return (
    <>
      {parts.length === 0 && path === null ? 'le flux entier' : parts.join(', ')}
      {path === null ? null : (
        <>
          {parts.length === 0 ? '' : ', '}
          <code>{path}</code>
        </>
      )}
    </>
  );
}
