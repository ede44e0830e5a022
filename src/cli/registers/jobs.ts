import { type Register, whole, wire } from '../wire.js';

/** Flows that nothing tries any more by itself. */
export const jobCommands: readonly Register[] = [
  (program, setExit) => {
    const dead = program
      .command('jobs')
      .description('flows that were put aside: dead list, dead retry, dead drop')
      .command('dead')
      .description('flows that are tried no more until somebody says so: list, retry, drop');
    wire(
      dead
        .command('list', { isDefault: true })
        .description('flows that were put aside, with the cause, longest first')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('../jobs-dead.js')).listDead,
    );
    wire(
      dead
        .command('retry')
        .description('has flows tried again at once, as if nothing had been')
        .argument('[flow...]', 'id, flow id or deposited name')
        .option('--all', 'all that were put aside')
        .option('--reason <text>', 'why, for the audit trail'),
      setExit,
      async () => (await import('../jobs-dead.js')).retryDeadJobs,
    );
    wire(
      dead
        .command('drop')
        .description('gives flows up: each is answered as an incident, its depositor has a report')
        .argument('<flow...>', 'id, flow id or deposited name')
        .option('--reason <text>', 'why, for the audit trail (mandatory)'),
      setExit,
      async () => (await import('../jobs-dead.js')).dropDeadJobs,
    );
  },
];
