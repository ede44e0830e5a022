import type { Problem } from '../problem.js';

/** What happened and what to do; `id` is found in the log, `back` is the page that the order was given on. */
export function ErrorBody({
  problem,
  id,
  back,
}: {
  readonly problem: Problem;
  readonly id: string | null;
  readonly back: string | null;
}) {
  return (
    <div class="notice error" role="alert">
      <p>
        <strong>{problem.title}</strong>
      </p>
      <p>{problem.remedy}</p>
      {id === null ? null : (
        <p>
          Identifiant de l’erreur : <code>{id}</code>
        </p>
      )}
      <p>
        {back === null ? (
          <a href="/">Revenir à l’accueil</a>
        ) : (
          <a href={back}>Revenir à la page d’où vous venez</a>
        )}
      </p>
    </div>
  );
}
