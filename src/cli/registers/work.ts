import { list, type Register, whole, wire } from '../wire.js';

/** Commands on files, rules and tables, without a running engine. */
export const workCommands: readonly Register[] = [
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
      async () => (await import('../validate.js')).validate,
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
      async () => (await import('../convert.js')).convert,
    ),
  (program, setExit) => {
    const rules = program
      .command('rules')
      .enablePositionalOptions()
      .description('the catalogue of rules; rule packs: install, packs, remove, compile; top')
      .option('--set <set>', 'only one set, such as chorus')
      .option('--as-of <day>', 'in the versions of this day, such as 2026-09-01');
    wire(rules, setExit, async () => (await import('../rules.js')).rules);
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
        .option('--to <day>', 'last day of deposit that it is for')
        .option('--reason <text>', 'why, for the audit trail'),
      setExit,
      async () => (await import('../rules-packs.js')).installRules,
    );
    wire(
      rules.command('packs').description('the installed rule packs, each verified'),
      setExit,
      async () => (await import('../rules-packs.js')).listPacks,
    );
    wire(
      rules
        .command('top')
        .description('the rules that refuse most, partner by partner')
        .option('--partner <code>', 'of what this partner deposited')
        .option(
          '--since <date>',
          'received on or after this day or instant, or within this time, such as 7d',
          '7d',
        )
        .option('--limit <n>', 'at most so many for each partner', whole, 10),
      setExit,
      async () => (await import('../rules-top.js')).topRules,
    );
    wire(
      rules
        .command('remove')
        .description('remove one version of a set')
        .argument('<set>', 'set, such as en16931')
        .argument('<version>', 'version, such as 1.3.16')
        .option('--reason <text>', 'why, for the audit trail'),
      setExit,
      async () => (await import('../rules-packs.js')).removeRules,
    );
    wire(
      rules
        .command('compile')
        .description('print or write the JavaScript made of a Schematron file, for review')
        .argument('<file>', 'Schematron file')
        .option('--out <path>', 'file or folder to write to'),
      setExit,
      async () => (await import('../rules-packs.js')).compileRules,
    );
  },
  (program, setExit) =>
    wire(
      program.command('interfaces').description('the catalogue of interface codes'),
      setExit,
      async () => (await import('../interfaces.js')).interfaces,
    ),
  (program, setExit) =>
    wire(
      program.command('statuses').description('the table of statuses: who sets which, and after which'),
      setExit,
      async () => (await import('../statuses.js')).statuses,
    ),
];
