/** What the console answers instead of what was asked for; the texts are read by people. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 421 | 422 | 429 | 500 | 503,
    /** What happened, in French. */
    readonly title: string,
    /** What to do, in French. */
    readonly remedy: string,
    /** Seconds after which it may be tried again. */
    readonly retryAfterS?: number,
    /** For programs: what kind of refusal it is, of the list in docs/api.md. */
    readonly code?: string,
  ) {
    super(title);
  }
}

/** What was asked for is not there: `notFound('Ce flux')`. */
export function notFound(what = 'Cette page'): Problem {
  return new Problem(
    404,
    `${what} n’existe pas, ou n’existe plus.`,
    'Vérifiez l’adresse, ou repartez de la liste : la recherche y est plus sûre que l’adresse recopiée.',
  );
}

export function forbidden(): Problem {
  return new Problem(
    403,
    'Votre rôle ne permet pas cette action.',
    'Demandez à un administrateur de la faire, ou de changer votre rôle (page Utilisateurs).',
  );
}
