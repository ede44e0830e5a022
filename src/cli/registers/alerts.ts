import { type Register, whole, wire } from '../wire.js';

/** What people are told of. */
export const alertCommands: readonly Register[] = [
  (program, setExit) => {
    const alerts = program.command('alerts').description('alerts: list, seen, unseen, test');
    wire(
      alerts
        .command('list', { isDefault: true })
        .description('alerts, newest first')
        .option('--open', 'only those that are not over')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('../alerts.js')).listAlerts,
    );
    wire(
      alerts
        .command('seen')
        .description('notes that you look after alerts: they last, and stand out no more')
        .argument('[id...]', 'ids, as the list shows them')
        .option('--all', 'all open ones that nobody looks after')
        .option('--note <text>', 'what you do about it, for your colleagues (mandatory)'),
      setExit,
      async () => (await import('../alerts.js')).seenAlerts,
    );
    wire(
      alerts
        .command('unseen')
        .description('takes that back: the alerts stand out again')
        .argument('<id...>', 'ids, as the list shows them')
        .option('--note <text>', 'why, for the audit trail'),
      setExit,
      async () => (await import('../alerts.js')).unseenAlerts,
    );
    wire(
      alerts.command('test').description('send a test notice over each channel of the settings'),
      setExit,
      async () => (await import('../alerts.js')).testAlerts,
    );
  },
];
