#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { asError } from '../errors.js';
import { commands } from './commands.js';
import { exitCodeOf, exitCodes } from './exit.js';

/** The command line of `docs/cli.md`: every command is loaded only when it is called, so that start-up stays short. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('ecluse')
    .description('EDI flow-processing engine for French public-sector invoicing')
    .version('0.1.0')
    // Commands have options of the same names (`rules install --version`).
    .enablePositionalOptions()
    .showHelpAfterError('(run with --help for what is allowed)')
    .exitOverride();
  let exitCode: number = exitCodes.done;
  for (const register of commands) {
    register(program, (code) => {
      exitCode = code;
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      return ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(thrown.code)
        ? exitCodes.done
        : exitCodes.usage;
    }
    process.stderr.write(`ecluse: ${asError(thrown).message}\n`);
    return exitCodeOf(thrown);
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe went away (`ecluse ... | head`): that is its right.
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
});
process.exitCode = await main(process.argv.slice(2));
