import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hasStore } from '../app/store.js';
import { dayInParis } from '../domain/dates.js';
import { asError, Fault } from '../errors.js';
import { systemClock } from '../ports/clock.js';
import { homePaths } from '../settings/home.js';
import { loadSettings } from '../settings/load.js';
import { versionFor } from '../validate/packs/choice.js';
import { type Installed, installPacks, removePack } from '../validate/packs/install.js';
import { installedPacks } from '../validate/packs/manifest.js';
import { schematronText } from '../validate/packs/recognise.js';
import { schematronCompiler } from '../validate/packs/schematron.js';
import { verifyPack } from '../validate/packs/shelf.js';
import { installedText, removedText } from '../validate/packs/told.js';
import type { InstalledPack } from '../validate/packs/types.js';
import type { CompiledPack } from '../validate/schematron/types.js';
import { openContext } from './context.js';
import { exitCodes } from './exit.js';
import type { Output } from './output.js';
import { userName } from './user.js';
import type { Action } from './wire.js';

interface InstallOptions {
  readonly set?: string;
  readonly version?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
}

const rulesDirOf = (config: string | undefined) => homePaths(loadSettings({ config }).home).rules;

/** Installs every rule set found at a path. */
export const installRules: Action<InstallOptions> = async ({ options, args, output }) => {
  const installed = await installPacks({
    path: args[0] ?? '',
    rulesDir: rulesDirOf(options.config),
    set: options.set,
    version: options.version,
    validFrom: options.from,
    validTo: options.to,
    now: new Date(),
    compiler: schematronCompiler,
  });
  for (const pack of installed) {
    output.json({ ...shown(pack), state: pack.state });
    output.line(`${word[pack.state]} ${output.paint('bold', `${pack.set} ${pack.version}`)}`);
    showFiles(pack, output);
  }
  const origin = basename(args[0] ?? '');
  await note(
    options,
    'rules-installed',
    installed.map((pack) => installedText(pack, origin)),
  );
  return exitCodes.done;
};

/**
 * What was done stands in the journal, as what is done in the console; where no engine has run yet there is none.
 * @throws Fault STORE_UNAVAILABLE: it is done all the same
 */
async function note(
  options: { readonly config?: string; readonly reason?: string },
  kind: string,
  texts: readonly string[],
): Promise<void> {
  if (texts.length === 0 || !hasStore(loadSettings({ config: options.config }))) return;
  const reason = options.reason?.trim() ?? '';
  const why = reason === '' ? '' : ` (${reason})`;
  const base = { at: systemClock.now().toISOString(), actor: `user:${userName()}`, kind } as const;
  await using context = await openContext(options);
  await context.store.transaction((tx) =>
    tx.insertEvents(texts.map((text) => ({ ...base, flow: null, invoice: null, text: text + why }))),
  );
}

const word: Readonly<Record<Installed['state'], string>> = {
  new: 'installed',
  changed: 'completed',
  unchanged: 'already installed:',
};

/** The installed packs, each verified; exit code 1 when one is not what was installed. */
export const listPacks: Action<object> = async ({ options, output }) => {
  const today = dayInParis(new Date());
  const packs = installedPacks(rulesDirOf(options.config));
  let corrupt = false;
  for (const pack of packs) {
    const problem = problemOf(pack);
    if (problem !== null) corrupt = true;
    const rivals = packs.filter(({ set }) => set === pack.set);
    const inForce = versionFor(rivals, today, null)?.version === pack.version;
    output.json({ ...shown(pack), inForce, problem });
    const days = `${pack.validFrom ?? '…'} to ${pack.validTo ?? '…'}`;
    output.line(
      `${output.paint('bold', `${pack.set} ${pack.version}`)}  valid ${days}${inForce ? ', in force today' : ''}`,
    );
    showFiles(pack, output);
    if (problem !== null) output.line(`  ${output.paint('red', problem)}`);
  }
  if (packs.length === 0) {
    output.line(
      'No rule pack is installed: `ecluse rules install PATH` takes the official archives as published.',
    );
  }
  return corrupt ? exitCodes.fault : exitCodes.done;
};

function problemOf(pack: InstalledPack): string | null {
  try {
    verifyPack(pack);
    return null;
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'RULES_CORRUPT') return thrown.message;
    throw thrown;
  }
}

/** Removes one version of a set. */
export const removeRules: Action<{ readonly reason?: string }> = async ({ options, args, output }) => {
  const [set = '', version = ''] = args;
  removePack(rulesDirOf(options.config), set, version);
  output.json({ removed: { set, version } });
  output.line(`removed ${set} ${version}`);
  await note(options, 'rules-removed', [removedText(set, version)]);
  return exitCodes.done;
};

/** Compiles one Schematron file and writes the JavaScript made of it, for review: nothing is installed. */
export const compileRules: Action<{ out?: string }> = async ({ options, args, output }) => {
  const file = args[0] ?? '';
  const pack = schematronCompiler.compile({ file, text: schematronText(read(file), file) });
  const target = options.out === undefined ? null : targetOf(options.out, file);
  const code = reviewable(file, pack);
  if (target !== null) writeFileSync(target, code);
  const { meta } = pack;
  output.json({
    file,
    out: target,
    title: meta.title,
    sha256: meta.sha256,
    compiler: meta.compiler,
    rules: meta.asserts.length,
    codeBytes: Buffer.byteLength(pack.code),
    ...(target === null ? { code } : {}),
  });
  if (target === null) output.line(code);
  else output.line(`${target}: ${meta.asserts.length} rules of ${file} (${meta.title})`);
  return exitCodes.done;
};

/** The code below a list of its rules: position (the first argument of `fail`), id, flag, line, context, test. */
function reviewable(file: string, { code, meta }: CompiledPack): string {
  const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
  const rules = meta.asserts.map(
    ({ id, flag, line, context, test }, at) =>
      `// ${at}: ${flat(id)} (${flat(flag)}), line ${line}: ${flat(context)} => ${flat(test)}`,
  );
  const head = [
    `// ${flat(file)}: ${flat(meta.title)}`,
    `// SHA-256 ${meta.sha256}, compiler ${meta.compiler}`,
  ];
  return [...head, ...rules, code].join('\n');
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `${file}: ${asError(error).message}`, { path: file }, error);
  }
}

/** A file as named, or in a folder that is there or named with a slash at its end. */
function targetOf(out: string, file: string): string {
  const folder = /[\\/]$/.test(out) || (existsSync(out) && statSync(out).isDirectory());
  if (!folder) return out;
  mkdirSync(out, { recursive: true });
  return join(out, `${basename(file).replace(/\.sch$/i, '')}.js`);
}

function shown(pack: InstalledPack) {
  const { set, version, origin, installedAt, validFrom, validTo, files } = pack;
  return {
    set,
    version,
    origin,
    installedAt,
    validFrom,
    validTo,
    files: files.map(({ name, title, syntaxes, rules, sha256, sizeBytes, date }) => ({
      name,
      title,
      syntaxes,
      rules,
      sha256,
      sizeBytes,
      date,
    })),
  };
}

function showFiles(pack: InstalledPack, output: Output): void {
  for (const { name, syntaxes, rules, sha256 } of pack.files) {
    output.line(`  ${name}: ${rules} rules for ${syntaxes.join(', ')}`);
    output.line(output.paint('grey', `    SHA-256 ${sha256}`));
  }
}
