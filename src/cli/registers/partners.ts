import { type Register, whole, wire } from '../wire.js';

/** The directory, and the partners. */
export const partnersCommands: readonly Register[] = [
  (program, setExit) => {
    const directory = program.command('directory').description('directory of structures: import, list, show');
    wire(
      directory
        .command('import')
        .description('add or update rows from CSV or JSON (docs/directory.md)')
        .argument('<file>', 'CSV or JSON file'),
      setExit,
      async () => (await import('../directory.js')).importDirectory,
    );
    wire(
      directory
        .command('list')
        .description('structures by SIRET')
        .option('--limit <n>', 'at most so many', whole, 100)
        .option('--after <siret>', 'those after this SIRET'),
      setExit,
      async () => (await import('../directory.js')).listDirectory,
    );
    wire(
      directory
        .command('show')
        .description('a structure with its services and obligations')
        .argument('<siret>', 'SIRET, 14 digits'),
      setExit,
      async () => (await import('../directory.js')).showDirectory,
    );
  },
  (program, setExit) => {
    const partners = program
      .command('partners')
      .description('connected partners: list, show, pause, resume, drain, hostkey, gaps, reconcile');
    wire(
      partners.command('list', { isDefault: true }).description('partners of the configuration'),
      setExit,
      async () => (await import('../partners.js')).listPartners,
    );
    wire(
      partners
        .command('show')
        .description('a partner with its folders and backlog')
        .argument('<code>', 'partner code'),
      setExit,
      async () => (await import('../partners.js')).showPartner,
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
        async () => (await import('../partners-hold.js')).holdPartner(name),
      );
    wire(
      partners
        .command('hostkey')
        .description("show the host keys of a partner's SFTP server, and pin them on confirmation")
        .argument('<code>', 'partner code')
        .option('--yes', 'pin without asking')
        .option('--replace', 'when pinning, drop the pinned keys that the server no longer shows'),
      setExit,
      async () => (await import('../partners-hostkey.js')).partnerHostKey,
    );
  },
  (program, setExit) => {
    const partners = program.commands.find((command) => command.name() === 'partners');
    if (partners === undefined) return;
    wire(
      partners
        .command('gaps')
        .description('flow ids of a partner that are missing between others')
        .argument('<code>', 'partner code')
        .option(
          '--since <date>',
          'gaps whose next flow was received on or after this day or instant, or within this time, such as 7d',
        ),
      setExit,
      async () => (await import('../partners-gaps.js')).partnerGaps,
    );
    wire(
      partners
        .command('reconcile')
        .description('compare a list of what the partner says it sent with what was received')
        .argument('<code>', 'partner code')
        .requiredOption('--list <file>', 'file names, or CSV: file [, sha256] [, sent] [, invoices]')
        .option('--since <date>', 'look for flows that are not on the list from this day or instant on')
        .option('--until <date>', 'and before this day or instant'),
      setExit,
      async () => (await import('../partners-reconcile.js')).reconcilePartner,
    );
  },
];
