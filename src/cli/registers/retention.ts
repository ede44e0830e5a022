import { list, type Register, wire } from '../wire.js';

/** What is kept, for how long, and whether it is whole. */
export const retentionCommands: readonly Register[] = [
  (program, setExit) =>
    wire(
      program
        .command('purge')
        .description('delete content older than its retention, never what is not final (docs/retention.md)')
        .option(
          '--older-than <time>',
          'of flows that ended longer ago, such as 90d or 10y (default: retention)',
        )
        .option(
          '--kind <kinds>',
          'only these: originals, pieces, reports, bodies, findings, quarantine',
          list,
        )
        .option('--dry-run', 'show what would go, and change nothing')
        .option('--reason <text>', 'why, for the audit trail (mandatory with --older-than)'),
      setExit,
      async () => (await import('../purge.js')).purgeCommand,
    ),
];
