import { Fault } from '../../../errors.js';
import type { Connection } from '../sqlite/connection.js';
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
import { consoleAccounts } from './migrations/015-console.js';

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
  consoleAccounts,
];

/**
 * Brings the schema up to date; runs inside a transaction, so a migration is done whole or not at all.
 * @throws Fault STORE_MIGRATION when the database is newer than this program.
 */
export function migrateSchema(connection: Connection): void {
  const version = Number(connection.pragma('user_version'));
  if (version > migrations.length) {
    throw new Fault(
      'STORE_MIGRATION',
      `the database has version ${version}, this program knows ${migrations.length} at most: start the newer program, or restore a backup`,
      { version, known: migrations.length },
    );
  }
  if (version === migrations.length) return;
  for (const sql of migrations.slice(version)) connection.exec(sql);
  connection.exec(`PRAGMA user_version = ${migrations.length}`);
}
