import type { Finding } from '../../domain/finding.js';
import { isQuarantined, purgeOf } from '../flow-file.js';
import { layerLabels, termLabel } from '../labels.js';
import { Badge } from '../ui/badge.js';
import { count, Empty, withoutIbans } from '../ui/show.js';
import { address } from '../ui/table.js';
import { type FindingsPart, type FlowStory, findingsShown } from './flow.js';

/** What was found in an attempt, what refused first: cause, place, value, remedy, and the lines of the file, each. */
export function Findings({ story }: { readonly story: FlowStory }) {
  const { attempt, fatal, warnings, sizes, purges } = story;
  if (attempt === null) return null;
  const gone = purges.some(({ kind }) => kind === 'findings');
  return (
    <section id="anomalies">
      <h2>Anomalies{story.attempts.length > 1 ? ` de la tentative ${attempt}` : ''}</h2>
      {sizes.fatal + sizes.warnings === 0 ? (
        <Empty title={gone ? 'Les anomalies de ce flux ont été purgées.' : 'Aucune anomalie.'}>
          <p>
            {gone ? 'Le compte rendu remis au déposant les portait.' : 'Rien n’est à corriger dans ce flux.'}
          </p>
        </Empty>
      ) : null}
      <Part story={story} part={fatal} name="anomalies" title="Bloquantes" total={sizes.fatal} />
      <Part
        story={story}
        part={warnings}
        name="avertissements"
        title="Avertissements, qui n’ont rien refusé"
        total={sizes.warnings}
      />
    </section>
  );
}

function Part({
  story: { flow, attempt, purges },
  part: { from, findings },
  name,
  title,
  total,
}: {
  readonly story: FlowStory;
  readonly part: FindingsPart;
  readonly name: 'anomalies' | 'avertissements';
  readonly title: string;
  readonly total: number;
}) {
  if (total === 0) return null;
  const hidden = isQuarantined(flow) || purgeOf(purges) !== undefined;
  const shown = findings.slice(0, findingsShown);
  const next = findings[findingsShown];
  const hrefOf = (position: number) =>
    `${address(`/flux/${flow.id}`, { tentative: attempt, [name]: position === 0 ? null : position })}#${name}-liste`;
  return (
    <section id={`${name}-liste`}>
      <h3>
        {title} ({count(total)})
      </h3>
      {shown.map((finding) => (
        <OneFinding
          key={finding.position}
          finding={finding}
          excerpt={
            finding.line === null || hidden
              ? null
              : address(`/flux/${flow.id}/extrait`, {
                  tentative: attempt,
                  anomalie: finding.position,
                  niveau: finding.severity,
                  de: from,
                })
          }
        />
      ))}
      <nav class="pager" aria-label={`Pages : ${title}`}>
        {from === 0 ? null : <a href={hrefOf(0)}>Revenir aux premières</a>}
        {next === undefined ? null : <a href={hrefOf(next.position)}>Suivantes</a>}
      </nav>
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
      <h4>
        {rule}{' '}
        <Badge tone={severity === 'fatal' ? 'bad' : 'half'}>
          {severity === 'fatal' ? 'bloquante' : 'avertissement'}
        </Badge>
      </h4>
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
