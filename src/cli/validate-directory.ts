import { performance } from 'node:perf_hooks';
import { sqliteStore } from '../adapters/store/sqlite.js';
import { checkDirectory, directoryCache } from '../directory/check.js';
import { importDirectoryFile } from '../directory/import.js';
import { dayInParis } from '../domain/dates.js';
import { type Finding, hasFatal } from '../domain/finding.js';
import type { LayerVerdict } from '../domain/verdict.js';
import type { Settings } from '../settings/schema.js';
import type { CheckResult } from '../workers/protocol.js';

export interface DirectoryChecker {
  /** The result with what the directory layer says of it. */
  check(result: CheckResult): Promise<CheckResult>;
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
      const startedMs = performance.now();
      const findings: Finding[] = [];
      for (const { invoice, index, places } of result.invoices) {
        const subject = {
          invoice,
          index,
          entry: result.entry,
          place: (term: string) => places[term] ?? null,
        };
        const checked = await checkDirectory(subject, directory, settings.directory, asOf);
        findings.push(...checked.findings);
      }
      const verdict: LayerVerdict = {
        layer: 'directory',
        verdict: result.invoices.length === 0 ? 'skipped' : hasFatal(findings) ? 'invalid' : 'valid',
        durationMs: performance.now() - startedMs,
        ruleSet: null,
      };
      return { ...result, findings: [...result.findings, ...findings], layers: [...result.layers, verdict] };
    },
    close: () => store.close(),
  };
}
