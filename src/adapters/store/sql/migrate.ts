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

/** In order; the version of a database is the number of those it has gone through. */
const migrations: readonly string[] = [
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
];

/** The newest version that this program knows. */
export const schemaVersion = migrations.length;

/** What an engine does for its migrations, inside a transaction. */
export interface Schema {
  /** Migrations that the database has gone through. */
  version(): Promise<number>;
  /** Runs statements without parameters. */
  apply(sql: string): Promise<void>;
  setVersion(version: number): Promise<void>;
}

/**
 * Brings the schema up to date; runs inside a transaction, so a migration is done whole or not at all.
 * @throws Fault STORE_MIGRATION when the database is newer than this program.
 */
export async function migrateSchema(schema: Schema): Promise<void> {
  const version = await schema.version();
  if (version > migrations.length) {
    throw new Fault(
      'STORE_MIGRATION',
      `the database has version ${version}, this program knows ${migrations.length} at most: start the newer program, or restore a backup`,
      { version, known: migrations.length },
    );
  }
  if (version === migrations.length) return;
  for (const sql of migrations.slice(version)) await schema.apply(sql);
  await schema.setVersion(migrations.length);
}
