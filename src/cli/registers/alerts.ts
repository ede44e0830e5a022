import { type Register, whole, wire } from '../wire.js';

/** What people are told of. */
export const alertCommands: readonly Register[] = [
  (program, setExit) => {
    const alerts = program.command('alerts').description('alerts: list, test');
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
      alerts.command('test').description('send a test notice over each channel of the settings'),
      setExit,
      async () => (await import('../alerts.js')).testAlerts,
    );
  },
];
