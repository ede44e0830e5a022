import { list, type Register, whole, wire } from '../wire.js';

/** Keys of the API. */
export const keyCommands: readonly Register[] = [
  (program, setExit) => {
    const keys = program.command('keys').description('keys with which programs of partners call the API');
    wire(
      keys
        .command('add')
        .description('a key for a partner; its secret is shown once')
        .argument('<partner>', 'code of the partner')
        .requiredOption('--scopes <scopes>', 'what it allows, comma-separated (docs/api.md)', list)
        .option('--label <text>', 'whose or what program’s it is')
        .option('--days <n>', 'days after which it ends', whole),
      setExit,
      async () => (await import('../keys.js')).addKey,
    );
    wire(
      keys.command('list').description('the keys, without their secrets'),
      setExit,
      async () => (await import('../keys.js')).listKeys,
    );
    wire(
      keys.command('revoke').description('end a key at once').argument('<id>', 'id of the key'),
      setExit,
      async () => (await import('../keys.js')).revokeKey,
    );
  },
];
