import { type Register, wire } from '../wire.js';

/** Where everything is kept. */
export const storeCommands: readonly Register[] = [
  (program, setExit) => {
    const store = program.command('store').description('store: copy, restored');
    wire(
      store
        .command('copy')
        .description(
          'move to PostgreSQL: every table, verified; goes on where it was stopped (docs/scaling.md)',
        )
        .option('--from <store>', 'sqlite')
        .option('--to <store>', 'postgres: the database that the settings name, empty')
        .option('--restart', 'forget what an earlier copy that did not end has written'),
      setExit,
      async () => (await import('../store-copy.js')).copyStoreCommand,
    );
    wire(
      store
        .command('restored')
        .description('after PostgreSQL was put back from a backup: outbound numbers go on with a gap'),
      setExit,
      async () => (await import('../store-copy.js')).storeRestored,
    );
  },
];
