/** Kinds of content that are kept for a time of their own. The audit trail is kept for ever: nothing can delete it. */
export const retentionKinds = ['originals', 'pieces', 'reports', 'bodies', 'findings', 'quarantine'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Kinds that lie in the archive as files; the others are rows. */
export const fileKinds: ReadonlySet<RetentionKind> = new Set(['originals', 'pieces', 'quarantine']);

/** French, for people. */
export const retentionWords: Readonly<Record<RetentionKind, string>> = {
  originals: 'fichiers déposés',
  pieces: 'pièces jointes',
  reports: 'comptes rendus et acquittements',
  bodies: 'fichiers remis (pivots, statuts, rejets du jour)',
  findings: 'anomalies',
  quarantine: 'quarantaine',
};

/** A length of time after which content may go: days, weeks or calendar years. */
export const retentionPattern = /^(\d{1,5})([dwy])$/;

/**
 * The instant before which content is older than a length of time: `90d`, `52w`, `10y` (years by the calendar), `0`
 * for now. Null for a text that is no such length.
 */
export function cutoffOf(length: string, now: Date): string | null {
  if (length === '0') return now.toISOString();
  const [, count, unit] = retentionPattern.exec(length) ?? [];
  if (count === undefined) return null;
  const cutoff = new Date(now);
  if (unit === 'y') cutoff.setUTCFullYear(cutoff.getUTCFullYear() - Number(count));
  else cutoff.setUTCDate(cutoff.getUTCDate() - Number(count) * (unit === 'w' ? 7 : 1));
  // A count of thousands of years leads before what a date can hold: nothing is that old.
  return Number.isNaN(cutoff.getTime()) || cutoff.getUTCFullYear() < 0 ? '' : cutoff.toISOString();
}

/** Why the content of a flow stays, whatever its age. */
export const purgeBlocks = ['not-final', 'held', 'replay', 'delivery', 'invoice', 'status'] as const;
export type PurgeBlock = (typeof purgeBlocks)[number];

/** French, for people. */
export const blockWords: Readonly<Record<PurgeBlock, string>> = {
  'not-final': "il n'a pas encore son résultat",
  held: 'il est gelé (ecluse flows hold)',
  replay: 'un retraitement attend',
  delivery: "un envoi attend, a échoué ou n'a pas été relevé",
  invoice: "la vie d'une de ses factures n'est pas finie",
  status: "un statut attend d'être envoyé",
};
