import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayInParis } from '../domain/dates.js';
import type { FlowKind } from '../domain/rule.js';
import { interfaceOf } from '../envelope/catalogue.js';
import { Fault } from '../errors.js';
import { semanticJson } from '../formats/semantic.js';
import { pivotPreview } from '../pipeline/preview.js';
import { loadSettings } from '../settings/load.js';
import { policyOf } from '../settings/policy.js';
import { createEntryChecker } from '../workers/check-entry.js';
import type { Action } from './commands.js';
import { exitCodes } from './exit.js';

interface ConvertOptions {
  readonly to: string;
  readonly interface?: string;
}

/** Prints invoices as read, or as their recipient would get them; an unreadable file is refused with its findings. */
export const convert: Action<ConvertOptions> = async ({ options, args, output }) => {
  if (options.to !== 'json' && options.to !== 'cpp-pivot') {
    throw new Fault('USAGE', `--to ${options.to}: json or cpp-pivot is expected`);
  }
  const known = options.interface === undefined ? undefined : interfaceOf(options.interface);
  if (options.interface !== undefined && known === undefined) {
    throw new Fault('USAGE', `--interface ${options.interface}: unknown (see \`ecluse interfaces\`)`);
  }
  const { settings } = loadSettings({ config: options.config });
  const path = args[0] ?? '';
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
