import { type Register, wire } from '../wire.js';

/** The engine itself: run, look after, back up. */
export const engineCommands: readonly Register[] = [
  (program, setExit) =>
    wire(
      program
        .command('run')
        .description('watch the drop folders and work; with --until-idle, end once everything is done')
        .option(
          '--until-idle',
          'end once every deposited file has been processed and every delivery made; of several processes each sees its own drop folders, and all flows and deliveries',
        )
        .option(
          '--role <roles>',
          'all, or some of intake, worker, deliver, console, separated by commas (with store: postgres and queue: bullmq)',
          'all',
        )
        .option('--demo', 'on the embedded default, write the demonstration flows at the first start'),
      setExit,
      async () => (await import('../run.js')).run,
    ),
  (program, setExit) =>
    wire(
      program
        .command('members')
        .description('the processes that work on this store, what they do and which leases they hold'),
      setExit,
      async () => (await import('../members.js')).members,
    ),
  (program, setExit) =>
    wire(
      program
        .command('doctor')
        .description('check settings, folders, database, schemas and clock, and say what to do'),
      setExit,
      async () => (await import('../doctor.js')).doctor,
    ),
  (program, setExit) =>
    wire(
      program
        .command('init')
        .description('write a commented configuration, its folders and a small directory')
        .argument('<dir>', 'folder to create'),
      setExit,
      async () => (await import('../init.js')).init,
    ),
  (program, setExit) =>
    wire(
      program
        .command('backup')
        .description('a consistent copy of store and archive, also while the engine runs')
        .argument('<dir>', 'folder to create'),
      setExit,
      async () => (await import('../backup.js')).backup,
    ),
  (program, setExit) =>
    wire(
      program
        .command('restore')
        .description('put a backup back in an empty home')
        .argument('<dir>', 'folder that `ecluse backup` wrote')
        .option('--force', 'set what is in the home aside and restore'),
      setExit,
      async () => (await import('../backup.js')).restore,
    ),
];
