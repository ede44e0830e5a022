import type { Command } from 'commander';
import { Fault } from '../errors.js';
import { createOutput, type Output } from './output.js';

export type SetExit = (code: number) => void;
export type Register = (program: Command, setExit: SetExit) => void;

/** What every command gets: its own options, and where to write. */
export interface Call<O> {
  readonly options: O & { readonly config?: string };
  readonly args: readonly string[];
  readonly output: Output;
}

/** A command's work; gives its exit code. */
export type Action<O> = (call: Call<O>) => Promise<number>;

/** Adds the options every command takes, and runs the action that `load` brings in. */
export function wire<O>(command: Command, setExit: SetExit, load: () => Promise<Action<O>>): Command {
  return command
    .option('--config <file>', 'configuration file (default: config/ecluse.yaml, else the embedded default)')
    .option('--format <text|json>', 'text for people, json for programs: one object per line')
    .action(async () => {
      const options = command.opts<O & { config?: string; format?: string }>();
      const action = await load();
      const output = createOutput(options.format);
      try {
        setExit(await action({ options, args: command.args, output }));
      } finally {
        output.flush();
      }
    });
}

/** A list written with commas. */
export const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
/** @throws Fault USAGE. */
export const whole = (value: string): number => {
  if (!/^\d+$/.test(value)) throw new Fault('USAGE', `${value}: a whole number is expected`);
  return Number(value);
};
