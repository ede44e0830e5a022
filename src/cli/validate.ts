import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { dayInParis } from '../domain/dates.js';
import { type Finding, hasFatal } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { FlowKind } from '../domain/rule.js';
import { finderOf } from '../envelope/catalogue.js';
import { unpackFlow } from '../envelope/unpack.js';
import { asError, Fault } from '../errors.js';
import { homePaths } from '../settings/home.js';
import { loadSettings } from '../settings/load.js';
import { policyOf } from '../settings/policy.js';
import type { Settings } from '../settings/schema.js';
import { regradesFor, type Situation } from '../validate/packs/choice.js';
import { createEntryChecker, type EntryChecker } from '../workers/check-entry.js';
import type { CheckRequest, CheckResult } from '../workers/protocol.js';
import { exitCodes } from './exit.js';
import type { Output } from './output.js';
import type { DirectoryChecker } from './validate-directory.js';
import { createFlowCount } from './validate-limits.js';
import { askedRules } from './validate-rules.js';
import type { Action } from './wire.js';

interface ValidateOptions {
  readonly interface?: string;
  readonly rules?: readonly string[];
  readonly directory?: string;
}

/** Loaded only when it is asked for: it brings the database with it. */
async function directoryChecker(file: string, settings: Settings): Promise<DirectoryChecker> {
  return (await import('./validate-directory.js')).createDirectoryChecker(file, settings);
}

interface Session {
  readonly checker: EntryChecker;
  /** What is asked about every file. */
  readonly request: Omit<CheckRequest, 'path' | 'entry' | 'workDir'>;
  readonly directory: DirectoryChecker | null;
  readonly settings: Settings;
  readonly workDir: string;
  readonly tally: { checked: number };
  readonly output: Output;
}

/** Checks files without an engine: same layers, same findings, nothing kept. */
export const validate: Action<ValidateOptions> = async ({ options, args, output }) => {
  const { settings, home } = loadSettings({ config: options.config });
  const known = options.interface === undefined ? null : finderOf(settings.interfaces)(options.interface);
  if (known === undefined || (known !== null && known.syntaxes.length === 0)) {
    throw new Fault(
      'USAGE',
      `--interface ${options.interface}: not an interface that files can be checked for (see \`ecluse interfaces\`)`,
    );
  }
  const situation: Situation = {
    kind: (known?.kind as FlowKind | undefined) ?? 'none',
    interfaceCode: known?.code ?? null,
    partner: null,
  };
  const rulesDir = homePaths(home).rules;
  const { schema, sets } = askedRules(options.rules, situation, settings.rules.sets, rulesDir);
  const workDir = mkdtempSync(join(tmpdir(), 'ecluse-validate-'));
  const checker = createEntryChecker({
    schemasDir: settings.schemas.dir ?? null,
    rulesDir,
    findingsMax: 200,
  });
  const directory =
    options.directory === undefined ? null : await directoryChecker(options.directory, settings);
  try {
    const request: Session['request'] = {
      kind: 'check',
      syntaxes: known?.syntaxes ?? null,
      flowKind: situation.kind,
      interfaceCode: situation.interfaceCode,
      schema,
      sets,
      regrade: regradesFor(settings.rules.regrade, situation),
      read: sets.length > 0 || directory !== null,
      pack: false,
      memoryBytesMax: 4 * 1024 * 1024,
      today: dayInParis(new Date()),
      limits: settings.limits,
      rules: policyOf(settings).rules,
      signatures: settings.signatures,
    };
    const session: Session = {
      checker,
      request,
      directory,
      settings,
      workDir,
      tally: { checked: 0 },
      output,
    };
    return await checkAll(args, session);
  } finally {
    checker.dispose();
    await directory?.close();
    rmSync(workDir, { recursive: true, force: true });
  }
};

async function checkAll(args: readonly string[], session: Session): Promise<number> {
  const tally = { entries: 0, refused: 0, unreadable: 0 };
  for (const { shown, path, missing } of expand(args)) {
    if (missing !== null) {
      session.output.note(`ecluse: ${shown}: ${missing}`);
      tally.unreadable++;
      continue;
    }
    for (const refused of await checkPath(shown, path, session)) {
      tally.entries++;
      if (refused) tally.refused++;
    }
  }
  if (tally.entries > 1)
    session.output.line(
      `\n${tally.entries} fichiers vérifiés : ${tally.entries - tally.refused} valides, ${tally.refused} refusés`,
    );
  if (tally.unreadable > 0) return exitCodes.fault;
  return tally.refused > 0 ? exitCodes.refused : exitCodes.done;
}

interface Target {
  /** The argument as given, joined with the path below it. */
  readonly shown: string;
  readonly path: string;
  readonly missing: string | null;
}

/** Files named or found below the folders named, in the order of their names. */
function* expand(args: readonly string[]): Generator<Target> {
  for (const path of args) {
    try {
      if (statSync(path).isDirectory()) yield* below(path);
      else yield { shown: path, path, missing: null };
    } catch (error) {
      yield { shown: path, path, missing: asError(error).message };
    }
  }
}

/** What lies below a folder; the folder's own listing spares a stat on every file. */
function* below(folder: string): Generator<Target> {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield { shown: path, path, missing: null };
    else yield* expand([path]);
  }
}

/** One file: an entry of its own, or an archive of entries. */
async function checkPath(shown: string, path: string, session: Session): Promise<boolean[]> {
  if (/\.(tar\.gz|tgz|gz)$/i.test(path)) return checkArchive(shown, path, session);
  const result = await checkOne(shown, path, session);
  const archive = result.findings.some((f) => f.rule === 'IRR_TYPE_F' && f.value === 'gzip');
  if (archive) return checkArchive(shown, path, session);
  // A signature without its invoice.
  const alone = result.syntax === 'signature' ? [findingOf('ECL-SIG-ALONE', { name: basename(path) })] : [];
  const count = createFlowCount(session.settings.limits);
  const taken = count.take(result);
  const findings = [...taken.findings, ...alone, ...count.findings()];
  return [await judge(shown, { ...taken, findings }, session)];
}

async function checkArchive(shown: string, path: string, session: Session): Promise<boolean[]> {
  const unpackDir = mkdtempSync(join(session.workDir, 'unpack-'));
  try {
    const unpacked = await unpackFlow(path, unpackDir, session.settings.limits);
    if (unpacked.kind !== 'entries') {
      const findings =
        unpacked.kind === 'refused'
          ? unpacked.findings
          : [findingOf('ECL-ENV-UNFINISHED', { name: basename(path) })];
      return [show(shown, null, findings, session)];
    }
    const refused: boolean[] = [];
    if (unpacked.findings.length > 0) refused.push(show(shown, null, unpacked.findings, session));
    const count = createFlowCount(session.settings.limits);
    const checked: Checked[] = [];
    for (const { name, path: entryPath } of unpacked.entries) {
      const inside = `${shown}!${name}`;
      const result = await checkOne(inside, entryPath, session);
      const others = unpacked.entries.filter((other) => other.path !== entryPath);
      const whole = result.syntax === 'signature' ? await checkOne(name, entryPath, session, others) : result;
      checked.push({ name, inside, result: count.take(whole) });
    }
    const tooMuch = count.findings();
    if (tooMuch.length > 0) refused.push(show(shown, null, tooMuch, session));
    for (const { inside, result } of eachWithItsOwn(checked))
      refused.push(await judge(inside, result, session));
    return refused;
  } finally {
    rmSync(unpackDir, { recursive: true, force: true });
  }
}

interface Checked {
  readonly name: string;
  readonly inside: string;
  readonly result: CheckResult;
}

/** What a signature says of another file is a finding of that file, as it is in the engine. */
function eachWithItsOwn(checked: readonly Checked[]): readonly Checked[] {
  const signatures = checked.filter(({ result }) => result.syntax === 'signature');
  const told = signatures.flatMap(({ name, result }) =>
    result.findings.filter(({ entry }) => entry !== null && entry !== name),
  );
  if (told.length === 0) return checked;
  return checked.map((one) => {
    const own = one.result.findings.filter((finding) => !told.includes(finding));
    const ofIt = told.filter(({ entry }) => entry === one.name);
    return { ...one, result: { ...one.result, findings: [...own, ...ofIt] } };
  });
}

/** Entries whose pieces are removed together: one call for many files, and no disk filled by thousands. */
const entriesPerSweep = 200;

/** Checks one entry, its pieces in a folder of its own. */
async function checkOne(
  shown: string,
  path: string,
  { checker, request, workDir, tally }: Session,
  beside?: CheckRequest['beside'],
) {
  const pieces = join(workDir, 'pieces');
  if (++tally.checked % entriesPerSweep === 0) rmSync(pieces, { recursive: true, force: true });
  const own = { path, entry: shown, workDir: join(pieces, String(tally.checked)) };
  return checker.check({ ...request, ...own, ...(beside === undefined ? {} : { beside }) });
}

/** The directory speaks last, where one was given; then the result is shown. True when it is refused. */
async function judge(shown: string, result: CheckResult, session: Session): Promise<boolean> {
  const whole = session.directory === null ? result : await session.directory.check(result);
  return show(shown, whole, whole.findings, session);
}

function show(
  shown: string,
  result: CheckResult | null,
  findings: readonly Finding[],
  session: Session,
): boolean {
  const { output } = session;
  const refused = hasFatal(findings);
  if (output.format === 'json') {
    output.json(toJson(shown, result, findings, session, refused));
    return refused;
  }
  const verdict = refused ? output.paint('red', 'refusé ') : output.paint('green', 'valide ');
  output.line(
    `${verdict} ${shown}  ${result?.syntax ?? 'unknown'}${result === null ? '' : `, ${result.durationMs.toFixed(1)} ms`}`,
  );
  for (const f of findings) {
    const place = [
      f.invoice === null ? null : `facture ${f.invoice}`,
      f.line === null ? null : `ligne ${f.line}`,
      f.path,
      f.term,
    ];
    output.line(`  ${output.paint(f.severity === 'fatal' ? 'red' : 'yellow', f.rule)} ${f.message}`);
    output.line(`    ${place.filter((part) => part !== null).join(', ')}`);
    output.line(`    Remède : ${f.fix}`);
  }
  return refused;
}

/** The object of docs/cli.md: keys may be added, never renamed. */
function toJson(
  shown: string,
  result: CheckResult | null,
  findings: readonly Finding[],
  session: Session,
  refused: boolean,
) {
  return {
    file: shown,
    syntax: result?.syntax ?? 'unknown',
    interface: session.request.interfaceCode,
    valid: !refused,
    durationMs: rounded(result?.durationMs ?? 0),
    layers: (result?.layers ?? []).map((layer) => ({ ...layer, durationMs: rounded(layer.durationMs) })),
    invoices: (result?.invoices ?? []).map(({ invoice, index }) => ({
      number: invoice.number,
      type: invoice.typeCode,
      supplier: invoice.chorus.supplier.id,
      recipient: invoice.chorus.recipient.id,
      valid: !findings.some(
        (f) => f.severity === 'fatal' && (f.invoiceIndex === index || f.invoiceIndex === null),
      ),
    })),
    findings: findings.map(({ entry: _entry, ...f }) => f),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
