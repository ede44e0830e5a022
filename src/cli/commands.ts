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
function wire<O>(command: Command, setExit: SetExit, load: () => Promise<Action<O>>): Command {
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

const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const whole = (value: string): number => {
  if (!/^\d+$/.test(value)) throw new Fault('USAGE', `${value}: a whole number is expected`);
  return Number(value);
};

/** The commands, in the order of `ecluse --help`. */
export const commands: readonly Register[] = [
  (program, setExit) =>
    wire(
      program
        .command('run')
        .description('watch the drop folders and work; with --until-idle, end once everything is done')
        .option('--until-idle', 'end once every deposited file has been processed and every delivery made')
        .option('--role <role>', 'all (the embedded default runs every role in one process)', 'all')
        .option('--demo', 'on the embedded default, write the demonstration flows at the first start'),
      setExit,
      async () => (await import('./run.js')).run,
    ),
  (program, setExit) =>
    wire(
      program
        .command('validate')
        .description('check files or folders without a running engine')
        .argument('<path...>', 'files or folders')
        .option('--interface <code>', 'interface code, such as FSO1100A')
        .option(
          '--rules <sets>',
          'xsd, chorus, en16931 or an installed set, set@version for one version (comma-separated)',
          list,
        )
        .option('--directory <file>', 'directory file to check suppliers and recipients against'),
      setExit,
      async () => (await import('./validate.js')).validate,
    ),
  (program, setExit) =>
    wire(
      program
        .command('convert')
        .description('print an invoice as it was read (json) or as a recipient would get it (cpp-pivot)')
        .argument('<file>', 'an invoice file')
        .requiredOption('--to <json|cpp-pivot>', 'json or cpp-pivot')
        .option('--interface <code>', 'interface code, such as FSO1116A'),
      setExit,
      async () => (await import('./convert.js')).convert,
    ),
  (program, setExit) => {
    const rules = program
      .command('rules')
      .enablePositionalOptions()
      .description('the catalogue of rules; rule packs: install, packs, remove, compile')
      .option('--set <set>', 'only one set, such as chorus');
    wire(rules, setExit, async () => (await import('./rules.js')).rules);
    wire(
      rules
        .command('install')
        .description(
          'install official rules: a release archive as published, a folder, or one Schematron file',
        )
        .argument('<path>', 'ZIP archive, folder or .sch file')
        .option('--set <set>', 'name of the set, where the files do not tell it')
        .option('--version <version>', 'version of the set, where names and comments do not tell it')
        .option('--from <day>', 'first day of deposit that it is for, such as 2026-09-01')
        .option('--to <day>', 'last day of deposit that it is for'),
      setExit,
      async () => (await import('./rules-packs.js')).installRules,
    );
    wire(
      rules.command('packs').description('the installed rule packs, each verified'),
      setExit,
      async () => (await import('./rules-packs.js')).listPacks,
    );
    wire(
      rules
        .command('remove')
        .description('remove one version of a set')
        .argument('<set>', 'set, such as en16931')
        .argument('<version>', 'version, such as 1.3.16'),
      setExit,
      async () => (await import('./rules-packs.js')).removeRules,
    );
    wire(
      rules
        .command('compile')
        .description('print or write the JavaScript made of a Schematron file, for review')
        .argument('<file>', 'Schematron file')
        .option('--out <path>', 'file or folder to write to'),
      setExit,
      async () => (await import('./rules-packs.js')).compileRules,
    );
  },
  (program, setExit) =>
    wire(
      program.command('interfaces').description('the catalogue of interface codes'),
      setExit,
      async () => (await import('./interfaces.js')).interfaces,
    ),
  (program, setExit) =>
    wire(
      program.command('statuses').description('the table of statuses: who sets which, and after which'),
      setExit,
      async () => (await import('./statuses.js')).statuses,
    ),
  (program, setExit) => {
    const flows = program.command('flows').description('flows: list, show, original');
    wire(
      flows
        .command('list')
        .description('flows, newest first')
        .option('--state <state>', 'a state, such as IN_REJETE or rejeté')
        .option('--partner <code>', 'deposited by this partner')
        .option('--since <date>', 'received on or after this day or instant')
        .option('--invoice <number>', 'holding this invoice number')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('./flows.js')).listFlows,
    );
    wire(
      flows
        .command('show')
        .description('timeline, findings and deliveries of a flow')
        .argument('<flow>', 'id, flow id or deposited name'),
      setExit,
      async () => (await import('./flows.js')).showFlow,
    );
    wire(
      flows
        .command('original')
        .description('the deposited bytes, on stdout')
        .argument('<flow>', 'id, flow id or deposited name'),
      setExit,
      async () => (await import('./flows.js')).originalFlow,
    );
  },
  (program, setExit) => {
    const invoices = program.command('invoices').description('invoices: list, show');
    wire(
      invoices
        .command('list')
        .description('invoices, newest first')
        .option('--number <number>', 'this invoice number')
        .option('--supplier <id>', 'of this supplier')
        .option('--flow <flow>', 'of this flow')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('./invoices.js')).listInvoices,
    );
    wire(
      invoices
        .command('show')
        .description('what became of an invoice')
        .argument('<number>', 'invoice number or id'),
      setExit,
      async () => (await import('./invoices.js')).showInvoice,
    );
  },
  (program, setExit) => {
    const deliveries = program.command('deliveries').description('outbound files: list, resend');
    wire(
      deliveries
        .command('list')
        .description('deliveries, newest first')
        .option('--partner <code>', 'for this partner')
        .option('--state <state>', 'pending, delivered or failed')
        .option('--not-fetched', 'delivered, and not fetched by the partner')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('./deliveries.js')).listDeliveries,
    );
    wire(
      deliveries
        .command('resend')
        .description('write a report or pivot again, under the same name with the same bytes')
        .argument('<delivery>', 'file name or id')
        .option('--reason <text>', 'why, for the audit trail'),
      setExit,
      async () => (await import('./deliveries-resend.js')).resendDelivery,
    );
  },
  (program, setExit) => {
    const directory = program.command('directory').description('directory of structures: import, list, show');
    wire(
      directory
        .command('import')
        .description('add or update rows from CSV or JSON (docs/directory.md)')
        .argument('<file>', 'CSV or JSON file'),
      setExit,
      async () => (await import('./directory.js')).importDirectory,
    );
    wire(
      directory
        .command('list')
        .description('structures by SIRET')
        .option('--limit <n>', 'at most so many', whole, 100)
        .option('--after <siret>', 'those after this SIRET'),
      setExit,
      async () => (await import('./directory.js')).listDirectory,
    );
    wire(
      directory
        .command('show')
        .description('a structure with its services and obligations')
        .argument('<siret>', 'SIRET, 14 digits'),
      setExit,
      async () => (await import('./directory.js')).showDirectory,
    );
  },
  (program, setExit) => {
    const partners = program
      .command('partners')
      .description('connected partners: list, show, pause, resume, drain, hostkey');
    wire(
      partners.command('list', { isDefault: true }).description('partners of the configuration'),
      setExit,
      async () => (await import('./partners.js')).listPartners,
    );
    wire(
      partners
        .command('show')
        .description('a partner with its folders and backlog')
        .argument('<code>', 'partner code'),
      setExit,
      async () => (await import('./partners.js')).showPartner,
    );
  },
  (program, setExit) => {
    const partners = program.commands.find((command) => command.name() === 'partners');
    if (partners === undefined) return;
    for (const [name, text] of [
      ['pause', 'take nothing more from a partner and deliver nothing to it, until resume'],
      ['drain', 'take nothing more from a partner, finish and deliver what was taken'],
      ['resume', 'take from a partner and deliver to it again'],
    ] as const)
      wire(
        partners
          .command(name)
          .description(text)
          .argument('<code>', 'partner code')
          .option('--reason <text>', 'why, for the audit trail'),
        setExit,
        async () => (await import('./partners-hold.js')).holdPartner(name),
      );
    wire(
      partners
        .command('hostkey')
        .description("show the host keys of a partner's SFTP server, and pin them on confirmation")
        .argument('<code>', 'partner code')
        .option('--yes', 'pin without asking')
        .option('--replace', 'when pinning, drop the pinned keys that the server no longer shows'),
      setExit,
      async () => (await import('./partners-hostkey.js')).partnerHostKey,
    );
  },
  (program, setExit) =>
    wire(
      program
        .command('doctor')
        .description('check settings, folders, database, schemas and clock, and say what to do'),
      setExit,
      async () => (await import('./doctor.js')).doctor,
    ),
  (program, setExit) =>
    wire(
      program
        .command('init')
        .description('write a commented configuration, its folders and a small directory')
        .argument('<dir>', 'folder to create'),
      setExit,
      async () => (await import('./init.js')).init,
    ),
  (program, setExit) =>
    wire(
      program
        .command('backup')
        .description('a consistent copy of store and archive, also while the engine runs')
        .argument('<dir>', 'folder to create'),
      setExit,
      async () => (await import('./backup.js')).backup,
    ),
  (program, setExit) =>
    wire(
      program
        .command('restore')
        .description('put a backup back in an empty home')
        .argument('<dir>', 'folder that `ecluse backup` wrote')
        .option('--force', 'set what is in the home aside and restore'),
      setExit,
      async () => (await import('./backup.js')).restore,
    ),
];
