import { Fault } from '../../../errors.js';
import { first } from './migrations/001-first.js';
import { findingTerm } from './migrations/002-finding-term.js';
import { partners } from './migrations/003-partners.js';
import { stays } from './migrations/004-stays.js';
import { alerts } from './migrations/005-alerts.js';
import { worksRoutes } from './migrations/006-works-route.js';
import { replays } from './migrations/007-replays.js';
import { life } from './migrations/008-life.js';
import { questions } from './migrations/009-questions.js';
import { pivotRefused } from './migrations/010-pivot-refused.js';
import { invoiceMoves } from './migrations/011-invoice-moves.js';
import { worksWaiting } from './migrations/012-works-waiting.js';
import { retention } from './migrations/013-retention.js';
import { jobs } from './migrations/014-jobs.js';
import { consoleAccounts } from './migrations/015-console.js';
import { members } from './migrations/016-members.js';
import { consoleCounts } from './migrations/017-console-counts.js';
import { alertsSeen } from './migrations/018-alerts-seen.js';

/** A change of the schema that says which programs can still work with it. */
export interface Migration {
  readonly sql: string;
  /**
   * Number of the oldest version whose programs can go on working beside it: what it adds, they neither need nor
   * break. Absent, as for a plain text: none before this one.
   */
  readonly oldest?: number;
}

/**
 * In order; the version of a database is the number of those it has gone through. Written for SQLite, and kept to
 * what PostgreSQL's translator knows.
 */
const migrations: readonly (string | Migration)[] = [
  first,
  findingTerm,
  partners,
  stays,
  alerts,
  worksRoutes,
  replays,
  life,
  questions,
  pivotRefused,
  invoiceMoves,
  worksWaiting,
  retention,
  jobs,
  consoleAccounts,
  members,
  consoleCounts,
  alertsSeen,
];

/** The statements of all migrations. */
export const migrationTexts: readonly string[] = migrations.map((step) =>
  typeof step === 'string' ? step : step.sql,
);

/** The newest version that this program knows. */
export const schemaVersion = migrations.length;

/** Where a database stands. */
export interface SchemaState {
  /** Migrations that it has gone through. */
  readonly version: number;
  /** The version that a program must know at least, to work with it. */
  readonly oldest: number;
}

/** What an engine does for its migrations, inside a transaction that keeps every other process out. */
export interface Schema {
  state(): Promise<SchemaState>;
  /** Runs statements without parameters. */
  apply(sql: string): Promise<void>;
  setState(state: SchemaState): Promise<void>;
}

/**
 * Brings the schema up to date; runs inside a transaction, so a migration is done whole or not at all. A database that
 * a newer program has brought further is left as it is, where this program can still work with it.
 * @throws Fault STORE_MIGRATION when it cannot.
 */
export async function migrateSchema(
  schema: Schema,
  known: readonly (string | Migration)[] = migrations,
): Promise<void> {
  const state = await schema.state();
  if (state.version >= known.length) return checkProgram(state, known.length);
  let { oldest } = state;
  for (const [i, step] of known.entries()) {
    if (i < state.version) continue;
    const { sql, oldest: needs = i + 1 } = typeof step === 'string' ? { sql: step } : step;
    await schema.apply(sql);
    oldest = Math.max(oldest, needs);
  }
  await schema.setState({ version: known.length, oldest });
}

/** @throws Fault STORE_MIGRATION when the database asks for a newer program than this one. */
function checkProgram({ version, oldest }: SchemaState, known: number): void {
  if (oldest <= known) return;
  throw new Fault(
    'STORE_MIGRATION',
    `the database has version ${version}, which programs from version ${oldest} on can work with; this one knows ${known} at most: start the newer program, or restore a backup`,
    { version, oldest, known },
  );
}
