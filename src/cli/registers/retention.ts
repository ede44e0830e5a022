import { list, type Register, whole, wire } from '../wire.js';

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
        .option('--reason <text>', 'why, for the audit trail'),
      setExit,
      async () => (await import('../purge.js')).purgeCommand,
    ),
  (program, setExit) =>
    wire(
      program
        .command('erase')
        .description('erase the personal data of a natural person, on order (docs/retention.md)')
        .option('--supplier <type:id>', 'a supplier of type 7, such as 7:ID')
        .option('--invoice <number>', 'the invoices of this number, of a supplier of type 7 or of E3')
        .option('--dry-run', 'show where the data is, and change nothing')
        .option('--force', 'also what is not final, or shares its deposit with others')
        .option('--reason <text>', 'why, for the audit trail, without personal data (mandatory)'),
      setExit,
      async () => (await import('../erase.js')).eraseCommand,
    ),
  (program, setExit) => {
    const archive = program.command('archive').description('archive: verify');
    wire(
      archive
        .command('verify')
        .description('read every archived file again and compare its hash (docs/retention.md)')
        .option('--since <date>', 'of flows received on or after this day; orphans are not looked for')
        .option('--jobs <n>', 'flows read at a time', whole, 2)
        .option('--rate <n>', 'at most so many MB/s; 0: no limit', whole, 0)
        .option('--resume', 'go on where an earlier run was interrupted'),
      setExit,
      async () => (await import('../archive-verify.js')).verifyArchive,
    );
  },
];
