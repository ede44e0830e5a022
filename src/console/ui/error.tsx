import type { Problem } from '../problem.js';

/** What happened and what to do; `id` is found in the log. */
export function ErrorBody({ problem, id }: { readonly problem: Problem; readonly id: string | null }) {
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
        <a href="/">Revenir à l’accueil</a>
      </p>
    </div>
  );
}
