import { type Register, whole, wire } from '../wire.js';

/** Flows, invoices and deliveries of an engine. */
export const flowsCommands: readonly Register[] = [
  (program, setExit) => {
    const flows = program
      .command('flows')
      .description('flows: list, show, failed, late, original, hold, release, holds, replay, replays');
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
      async () => (await import('../flows.js')).listFlows,
    );
    wire(
      flows
        .command('show')
        .description('timeline, findings and deliveries of a flow')
        .argument('<flow>', 'id, flow id or deposited name'),
      setExit,
      async () => (await import('../flows.js')).showFlow,
    );
    wire(
      flows
        .command('failed')
        .description('flows of which something was refused, newest first, and by which rules')
        .option('--partner <code>', 'deposited by this partner')
        .option(
          '--since <date>',
          'received on or after this day or instant, or within this time, such as 7d',
          '7d',
        )
        .option('--rule <id>', 'refused by this rule')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('../flows-failed.js')).failedFlows,
    );
    wire(
      flows
        .command('late')
        .description('flows that are not answered, oldest first')
        .option('--older-than <time>', 'received longer ago, such as 10m (default: alerts.flowMs); 0: all')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('../flows-late.js')).lateFlows,
    );
    wire(
      flows
        .command('original')
        .description('the deposited bytes, on stdout')
        .argument('<flow>', 'id, flow id or deposited name'),
      setExit,
      async () => (await import('../flows.js')).originalFlow,
    );
    wire(
      flows
        .command('hold')
        .description('keep everything of a flow until it is released (legal hold)')
        .argument('<flow>', 'id, flow id or deposited name')
        .option('--reason <text>', 'why, for the audit trail (mandatory)'),
      setExit,
      async () => (await import('../flows-hold.js')).holdFlow,
    );
    wire(
      flows
        .command('release')
        .description('end the hold of a flow')
        .argument('<flow>', 'id, flow id or deposited name')
        .option('--reason <text>', 'why, for the audit trail (mandatory)'),
      setExit,
      async () => (await import('../flows-hold.js')).releaseFlow,
    );
    wire(
      flows
        .command('holds')
        .description('flows that are held, oldest first')
        .option('--limit <n>', 'at most so many', whole, 1_000),
      setExit,
      async () => (await import('../flows-hold.js')).listHolds,
    );
    wire(
      flows
        .command('replay')
        .description("work refused invoices again, with today's rules and directory (docs/replay.md)")
        .argument('[flow]', 'id, flow id or deposited name; without it, the flows of the filter')
        .option('--state <state>', 'flows in this state, such as rejeté')
        .option('--partner <code>', 'deposited by this partner')
        .option('--rule <id>', 'whose newest result names this rule')
        .option('--since <date>', 'received on or after this day or instant')
        .option('--supplier <id>', 'with an invoice of this supplier that is not integrated')
        .option('--dry-run', 'show what would change, invoice by invoice, and write nothing')
        .option('--with <file>', 'work this corrected file in place of the deposited one; both are kept')
        .option('--as-of <day>', 'rules and directory of this day, such as 2026-09-01')
        .option('--reason <text>', 'why, for the audit trail (mandatory)')
        .option('--resume <batch>', 'go on with a batch that was interrupted')
        .option('--wait <seconds>', 'stop watching after so long; the work goes on', whole, 3_600),
      setExit,
      async () => (await import('../flows-replay.js')).replayFlows,
    );
    const replays = flows
      .command('replays')
      .enablePositionalOptions()
      .description('batches of replays, or the flows of one; drop')
      .argument('[batch]', 'id of a batch')
      .option('--limit <n>', 'at most so many', whole, 50);
    wire(replays, setExit, async () => (await import('../flows-replays.js')).listReplays);
    wire(
      replays
        .command('drop')
        .description('give up the flows of a batch that still wait')
        .argument('<batch>', 'id of a batch'),
      setExit,
      async () => (await import('../flows-replays.js')).dropReplays,
    );
  },
  (program, setExit) => {
    const invoices = program
      .command('invoices')
      .description('invoices: list, show, complete, readdress, recall');
    wire(
      invoices
        .command('list')
        .description('invoices, newest first')
        .option('--number <number>', 'this invoice number')
        .option('--supplier <id>', 'of this supplier')
        .option('--flow <flow>', 'of this flow')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('../invoices.js')).listInvoices,
    );
    wire(
      invoices
        .command('show')
        .description('what became of an invoice, over all flows and attempts')
        .argument('<number>', 'invoice number or id')
        .option('--supplier <id>', 'of this supplier')
        .option('--limit <n>', 'at most so many flows and attempts', whole, 100),
      setExit,
      async () => (await import('../invoices-show.js')).showInvoice,
    );
    wire(
      invoices
        .command('complete')
        .description('give a suspended invoice (06, 34) the pieces that were asked for')
        .argument('<number>', 'invoice number or id')
        .option('--attach <file...>', 'files to attach')
        .option('--comment <text>', 'said with the status 12')
        .option('--supplier <id>', 'of this supplier'),
      setExit,
      async () => (await import('../invoices-complete.js')).complete,
    );
    wire(
      invoices
        .command('readdress')
        .description(
          'give a misdirected invoice (04) to another recipient, or a step (24, 26, 28, 31) to another',
        )
        .argument('<number>', 'invoice number or id')
        .option('--siret <siret>', 'the right recipient')
        .option('--service <code>', 'its service code; without it, none')
        .option('--engagement <number>', 'engagement number; without it, the one the invoice has')
        .option('--validator1 <siret>', 'works: the right first validator')
        .option('--validator2 <siret>', 'works: the right second validator')
        .option('--moe <siret>', 'works: the right MOE')
        .option('--moa <siret>', 'works: the right MOA')
        .option('--reason <text>', 'why, for the audit trail')
        .option('--supplier <id>', 'of this supplier'),
      setExit,
      async () => (await import('../invoices-readdress.js')).readdress,
    );
    wire(
      invoices
        .command('recall')
        .description('call an invoice back that no recipient has fetched yet')
        .argument('<number>', 'invoice number or id')
        .option('--reason <text>', 'why, for the audit trail (mandatory)')
        .option('--supplier <id>', 'of this supplier')
        .option('--wait <seconds>', 'stop waiting after so long; the recall goes on', whole, 30),
      setExit,
      async () => (await import('../invoices-recall.js')).recall,
    );
  },
  (program, setExit) => {
    const deliveries = program.command('deliveries').description('outbound files: list, resend');
    wire(
      deliveries
        .command('list')
        .description('deliveries, newest first')
        .option('--partner <code>', 'for this partner')
        .option('--state <state>', 'pending, delivered, failed or withdrawn')
        .option('--not-fetched', 'delivered, and not fetched by the partner')
        .option('--limit <n>', 'at most so many', whole, 100),
      setExit,
      async () => (await import('../deliveries.js')).listDeliveries,
    );
    wire(
      deliveries
        .command('resend')
        .description('write a report or pivot again, under the same name with the same bytes')
        .argument('<delivery>', 'file name or id')
        .option('--reason <text>', 'why, for the audit trail'),
      setExit,
      async () => (await import('../deliveries-resend.js')).resendDelivery,
    );
  },
];
