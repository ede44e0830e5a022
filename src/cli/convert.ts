import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayInParis } from '../domain/dates.js';
import { findingOf } from '../domain/finding-rules.js';
import type { FlowKind } from '../domain/rule.js';
import { finderOf } from '../envelope/catalogue.js';
import { Fault } from '../errors.js';
import { readPesAcquit } from '../formats/pes/acquit.js';
import { semanticJson } from '../formats/semantic.js';
import { pivotPreview } from '../pipeline/preview.js';
import { loadSettings } from '../settings/load.js';
import { policyOf } from '../settings/policy.js';
import { createEntryChecker } from '../workers/check-entry.js';
import { exitCodes } from './exit.js';
import type { Output } from './output.js';
import type { Action } from './wire.js';

interface ConvertOptions {
  readonly to: string;
  readonly interface?: string;
}

const headBytes = 2048;

/** Whether a file begins as a PES_ACQUIT; false for one that cannot be read, which is told where invoices are read. */
function isAcquit(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const head = Buffer.alloc(headBytes);
    const known = readSync(fd, head, 0, headBytes, 0);
    return /<(?:[\w.-]+:)?PES_ACQUIT[\s/>]/.test(head.toString('latin1', 0, known));
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}

function printAcquit(path: string, sizeBytesMax: number, output: Output): number {
  const read =
    statSync(path).size > sizeBytesMax
      ? { ok: false as const, finding: findingOf('ECL-LIM-STRUCTURE', { max: String(sizeBytesMax) }) }
      : readPesAcquit(readFileSync(path));
  if (!read.ok) {
    output.note(`${read.finding.rule} ${read.finding.message} Remède : ${read.finding.fix}`);
    return exitCodes.refused;
  }
  process.stdout.write(`${JSON.stringify(read.acquit, null, output.format === 'json' ? 0 : 2)}\n`);
  return exitCodes.done;
}

/** Prints invoices as read, or as their recipient would get them; an unreadable file is refused with its findings. */
export const convert: Action<ConvertOptions> = async ({ options, args, output }) => {
  if (options.to !== 'json' && options.to !== 'cpp-pivot') {
    throw new Fault('USAGE', `--to ${options.to}: json or cpp-pivot is expected`);
  }
  const { settings } = loadSettings({ config: options.config });
  const known =
    options.interface === undefined ? undefined : finderOf(settings.interfaces)(options.interface);
  if (options.interface !== undefined && known === undefined) {
    throw new Fault('USAGE', `--interface ${options.interface}: unknown (see \`ecluse interfaces\`)`);
  }
  const path = args[0] ?? '';
  if (options.to === 'json' && isAcquit(path))
    return printAcquit(path, settings.limits.structureBytesMax, output);
  const workDir = mkdtempSync(join(tmpdir(), 'ecluse-convert-'));
  const checker = createEntryChecker({
    schemasDir: settings.schemas.dir ?? null,
    rulesDir: null,
    findingsMax: 200,
  });
  try {
    const result = await checker.check({
      kind: 'check',
      path,
      entry: path,
      workDir,
      syntaxes: known?.syntaxes ?? null,
      flowKind: (known?.kind as FlowKind | undefined) ?? 'E2',
      interfaceCode: known?.code ?? null,
      schema: true,
      sets: [],
      regrade: [],
      read: true,
      pack: options.to === 'cpp-pivot',
      memoryBytesMax: 0,
      today: dayInParis(new Date()),
      limits: settings.limits,
      rules: policyOf(settings).rules,
    });
    if (result.invoices.length === 0) {
      for (const f of result.findings)
        output.note(`${f.rule} ${f.message} ${f.line === null ? '' : `(ligne ${f.line}) `}Remède : ${f.fix}`);
      return exitCodes.refused;
    }
    if (options.to === 'cpp-pivot') await pivotPreview(result, settings.engine, workDir, process.stdout);
    else
      for (const { invoice } of result.invoices)
        process.stdout.write(
          `${JSON.stringify(semanticJson(invoice), null, output.format === 'json' ? 0 : 2)}\n`,
        );
    return exitCodes.done;
  } finally {
    checker.dispose();
    rmSync(workDir, { recursive: true, force: true });
  }
};
