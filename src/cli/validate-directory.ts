import { sqliteStore } from '../adapters/store/sqlite.js';
import { checkDirectory, directoryCache } from '../directory/check.js';
import { importDirectoryFile } from '../directory/import.js';
import { dayInParis } from '../domain/dates.js';
import type { Finding } from '../domain/finding.js';
import type { Settings } from '../settings/schema.js';
import type { CheckResult } from '../workers/protocol.js';

export interface DirectoryChecker {
  check(result: CheckResult): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/**
 * Directory rules against a file, without an engine: the file goes into a database in memory.
 * @throws Fault DIRECTORY_IMPORT.
 */
export async function createDirectoryChecker(file: string, settings: Settings): Promise<DirectoryChecker> {
  const store = await sqliteStore({ path: ':memory:' });
  await store.migrate();
  await importDirectoryFile(file, store.directory);
  const directory = directoryCache(store.directory);
  const asOf = dayInParis(new Date());
  return {
    async check(result) {
      const findings: Finding[] = [];
      for (const { invoice, index, places } of result.invoices) {
        const subject = {
          invoice,
          index,
          entry: result.entry,
          place: (term: string) => places[term] ?? null,
        };
        findings.push(
          ...(await checkDirectory(subject, directory, { supplier: settings.directory.supplier }, asOf))
            .findings,
        );
      }
      return findings;
    },
    close: () => store.close(),
  };
}
