import { type Register, wire } from '../wire.js';

const load = () => import('../users.js');

/** Accounts of the console. */
export const userCommands: readonly Register[] = [
  (program, setExit) => {
    const users = program
      .command('users')
      .description('accounts of the console: add, list, role, password, disable, enable');
    wire(
      users
        .command('add')
        .description('add an account; a password is generated and shown once')
        .argument('<login>', 'login')
        .option('--name <name>', 'name for people (default: the login)')
        .option('--role <role>', 'reader, support or administrator (default: reader)')
        .option('--password-stdin', 'read the password from standard input, or ask for it on a terminal'),
      setExit,
      async () => (await load()).addUser,
    );
    wire(users.command('list').description('every account'), setExit, async () => (await load()).listUsers);
    wire(
      users
        .command('role')
        .description('change the role of an account')
        .argument('<login>', 'login')
        .argument('<role>', 'reader, support or administrator'),
      setExit,
      async () => (await load()).setRole,
    );
    wire(
      users
        .command('password')
        .description('give an account a new password; its sessions end')
        .argument('<login>', 'login')
        .option('--password-stdin', 'read the password from standard input, or ask for it on a terminal'),
      setExit,
      async () => (await load()).setPassword,
    );
    for (const [name, enabled] of [
      ['disable', false],
      ['enable', true],
    ] as const)
      wire(
        users
          .command(name)
          .description(enabled ? 'let an account in again' : 'keep an account out; its sessions end')
          .argument('<login>', 'login'),
        setExit,
        async () => (await load()).enableUser(enabled),
      );
  },
];
