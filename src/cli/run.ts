import { constants } from 'node:os';
import type { ConsoleHook } from '../app/parts.js';
import { checkRoles, rolesOf } from '../app/roles.js';
import { type App, createApp } from '../app.js';
import { type FlowState, flowStates, statusInterfaces } from '../domain/flow.js';
import { engineRoles, type ProcessRole } from '../domain/process-role.js';
import { counted } from '../domain/words.js';
import { Fault } from '../errors.js';
import { createLog, type Log } from '../log.js';
import type { Outcome } from '../pipeline/commit.js';
import type { RunSummary } from '../pipeline/summary.js';
import { type LoadedSettings, loadSettings } from '../settings/load.js';
import { demoNames, importDemoDirectory, writeDemo } from './demo.js';
import { exitCodes } from './exit.js';
import type { Colour, Output } from './output.js';
import type { Action } from './wire.js';

interface RunOptions {
  readonly untilIdle?: boolean;
  readonly role: string;
  readonly demo?: boolean;
}

/** How long the process may stay when everything has been closed. */
const lingerMs = 2_000;

export const run: Action<RunOptions> = async ({ options, output }) => {
  const loaded = loadSettings({ config: options.config });
  const roles = rolesOf(options.role, loaded);
  checkRoles(roles, loaded);
  const log = logOf(loaded, output);
  for (const warning of loaded.warnings) log.warn(warning);
  const demo = options.demo === true && loaded.file === null ? demoNames() : new Set<string>();
  const ended = endings();
  const app = await createApp(loaded, {
    log,
    roles,
    startConsole: consoleStarter(output),
    onOutcome: (outcome) => showOutcome(outcome, loaded, output),
    onHold: (text, held) => {
      log.warn(text);
      output.line(output.paint(held ? 'red' : 'green', text));
    },
    onLost: (reason) => ended.fail(new Fault('ENGINE_RUNNING', reason)),
    isDemo: (name) => demo.has(name),
  });
  try {
    await prepare(app, loaded, options, output);
    await app.engine.start();
    output.line(output.paint('grey', `${greeting(roles, loaded)} (Ctrl-C pour arrêter)`));
    await (options.untilIdle === true ? Promise.race([app.engine.idle(), ended.promise]) : ended.promise);
    const summary = await app.engine.summary();
    showSummary(summary, loaded, output);
    return await exitCodeFor(app, summary, options);
  } finally {
    await app.close();
    ended.dispose();
    // What hangs beyond every deadline, such as a call to a folder, must not keep the process.
    setTimeout(() => process.exit(), lingerMs).unref();
  }
};

function greeting(roles: readonly ProcessRole[], { home }: LoadedSettings): string {
  const all = engineRoles.every((role) => roles.includes(role));
  return all ? `Écluse veille sur ${home}` : `Écluse (${roles.join(', ')}) travaille pour ${home}`;
}

/** The console is loaded only where it is wanted. */
function consoleStarter(output: Output) {
  return async (parts: ConsoleHook) => {
    const { startConsole } = await import('../console/server.js');
    const running = await startConsole(parts);
    output.line(output.paint('grey', `Console : ${running.url}`));
    return running;
  };
}

/** A signal ends the run in good order, a second one at once; a lost lease ends it with a fault. */
export function endings() {
  let resolve: () => void = () => undefined;
  let fail: (fault: Fault) => void = () => undefined;
  const promise = new Promise<void>((done, reject) => {
    resolve = done;
    fail = reject;
  });
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) process.exit(128 + constants.signals[signal]);
    resolve();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    promise,
    fail: (fault: Fault) => fail(fault),
    dispose: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}

async function prepare(app: App, loaded: LoadedSettings, options: RunOptions, output: Output): Promise<void> {
  if (loaded.settings.directory.file !== undefined) await importDemoDirectory(app.store, loaded);
  if (options.demo !== true || loaded.file !== null) return;
  const written = await writeDemo(app.store, loaded);
  if (written.length === 0) return;
  output.line(
    `Première mise en route : ${written.length} flux de démonstration déposés dans partners/FRN001/in`,
  );
}

export function logOf(loaded: LoadedSettings, output: Output): Log {
  const { level, format } = loaded.settings.log;
  const readable = process.stderr.isTTY === true || output.format === 'text';
  return createLog({ level, format: format === 'auto' ? (readable ? 'text' : 'json') : format });
}

const stateColours: Partial<Record<FlowState, Colour>> = {
  IN_INTEGRE: 'green',
  IN_INTEGRE_PARTIEL: 'yellow',
  QP_RECEVABLE: 'green',
  QP_RECEVABLE_AVEC_ERREUR: 'yellow',
  IN_REJETE: 'red',
  QP_IRRECEVABLE: 'red',
  IN_INCIDENTE: 'red',
};

/** What became of one flow, and where its files lie. */
function showOutcome(outcome: Outcome, loaded: LoadedSettings, output: Output): void {
  const { state } = outcome;
  const label = output.paint(stateColours[state] ?? 'grey', flowStates[state].label.padEnd(11));
  const counts = `${outcome.integrated}/${counted(outcome.received, statusInterfaces.has(outcome.interfaceCode ?? '') ? 'statut' : 'facture')}`;
  output.line(`${label} ${outcome.depositedName}  ${counts}`);
  for (const finding of outcome.fatal.slice(0, 3)) {
    const line = finding.line === null ? '' : ` (ligne ${finding.line})`;
    output.line(`    ${output.paint('red', finding.rule)} ${finding.message}${line}`);
  }
  if (outcome.fatal.length > 3)
    output.line(`    … et ${outcome.fatal.length - 3} autres anomalies, dans le compte rendu`);
  for (const delivery of outcome.deliveries) {
    output.line(output.paint('grey', `    → ${folderOf(loaded, delivery.partner)}/${delivery.name}`));
  }
}

function folderOf(loaded: LoadedSettings, partner: string): string {
  const settings = loaded.settings.partners.find((p) => p.code === partner);
  return settings?.folders.out ?? `${loaded.home}/partners/${partner}/out`;
}

function showSummary(summary: RunSummary, loaded: LoadedSettings, output: Output): void {
  const { incidents, ...contract } = summary;
  output.json(incidents === 0 ? contract : summary);
  output.line('');
  output.line(
    `${summary.flows} flux : ${counted(summary.integrated, 'intégré')}, ${counted(summary.partial, 'partiel')}, ${counted(summary.rejected, 'rejeté')}` +
      `${incidents > 0 ? `, ${incidents} en incident` : ''} ; ${counted(summary.invoices, 'facture lue')} ; ${counted(summary.deliveries, 'envoi')} ; ${(summary.durationMs / 1000).toFixed(1)} s`,
  );
  output.line(
    output.paint(
      'grey',
      `Comptes rendus : ${loaded.home}/partners/<CODE>/out ; détail : npx ecluse flows list`,
    ),
  );
}

/** 0 after a signal. Else 2 when a flow or invoice was refused; refusals of our own demonstration are meant to be seen and count as done. */
async function exitCodeFor(app: App, summary: RunSummary, options: RunOptions): Promise<number> {
  // A service that is stopped has not failed, whatever it has answered in its days.
  if (options.untilIdle !== true) return exitCodes.done;
  if (summary.incidents > 0) return exitCodes.fault;
  if (summary.partial + summary.rejected === 0) return exitCodes.done;
  if (options.demo !== true) return exitCodes.refused;
  const since = new Date(Date.now() - summary.durationMs - 1).toISOString();
  const flows = await app.store.listFlows({ since, limit: 1_000_000 });
  const refused = flows.filter((flow) => flow.state !== 'IN_INTEGRE' && !flow.demo);
  return refused.length === 0 ? exitCodes.done : exitCodes.refused;
}
