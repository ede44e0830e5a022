import { Fault } from '../../errors.js';
import { compareVersions } from './choice.js';
import { sha256 } from './files.js';
import type { Recognised } from './recognise.js';

/** The files of one set, one for each syntax at most. */
export interface Selection {
  readonly set: string;
  readonly version: string | null;
  readonly files: readonly Recognised[];
}

/**
 * Which of the files found are installed: per set and syntax the published, preprocessed one. What it was made of
 * (files that include others), and a flavour with mere warnings beside the binding one, are passed over.
 * @throws Fault RULES_INVALID when none is left, or when two are for the same syntax.
 */
export function selectFiles(
  found: readonly Recognised[],
  origin: string,
  asked: { readonly set?: string | undefined; readonly version?: string | undefined },
): readonly Selection[] {
  const usable = found.filter((one) => one.syntaxes.length > 0);
  if (usable.length === 0) throw nothingThere(found, origin);
  const groups = groupBySet(usable, asked.set);
  if (asked.version !== undefined && groups.size > 1) {
    throw new Fault(
      'USAGE',
      `${origin} holds several sets (${[...groups.keys()].join(', ')}): --version is for one; name it with --set`,
    );
  }
  return [...groups].map(([set, candidates]) => {
    const files = oneForEachSyntax(set, candidates);
    const versions = files.flatMap(({ version }) => version ?? []).sort(compareVersions);
    return { set, version: asked.version ?? versions.at(-1) ?? null, files };
  });
}

function nothingThere(found: readonly Recognised[], origin: string): Fault {
  const problem =
    found.length === 0
      ? 'no Schematron file (.sch) is in it'
      : `${found.map(({ file }) => file.path).join(', ')}: the rules speak about none of the syntaxes UBL Invoice, UBL CreditNote, CII`;
  return new Fault('RULES_INVALID', `${origin}: ${problem}`, { origin });
}

function groupBySet(usable: readonly Recognised[], asked: string | undefined): Map<string, Recognised[]> {
  const groups = new Map<string, Recognised[]>();
  for (const one of usable) {
    const set = one.set ?? asked;
    if (set === undefined) {
      throw new Fault('USAGE', `${one.file.path}: its set cannot be told from its name or title: give --set`);
    }
    groups.set(set, [...(groups.get(set) ?? []), one]);
  }
  if (asked === undefined || groups.size === 0) return groups;
  const named = groups.get(asked);
  if (named !== undefined) return new Map([[asked, named]]);
  if (groups.size === 1) return new Map([[asked, [...groups.values()].flat()]]);
  throw new Fault('USAGE', `--set ${asked}: the sets found are ${[...groups.keys()].join(', ')}`);
}

function oneForEachSyntax(set: string, candidates: readonly Recognised[]): readonly Recognised[] {
  const ranked = [...candidates].sort((a, b) => rank(a) - rank(b));
  const taken: Recognised[] = [];
  for (const one of ranked) {
    const rival = taken.find((other) => other.syntaxes.some((syntax) => one.syntaxes.includes(syntax)));
    if (rival === undefined) taken.push(one);
    else if (rank(rival) === rank(one) && sha256(rival.file.bytes) !== sha256(one.file.bytes)) {
      throw new Fault(
        'RULES_INVALID',
        `${rival.file.path} and ${one.file.path} are both rules of ${set} for ${one.syntaxes.join(', ')}: install one of them by its name`,
      );
    }
  }
  const partial = taken.find((one) => one.partial);
  if (partial !== undefined) {
    throw new Fault(
      'RULES_INVALID',
      `${partial.file.path} includes other files: install the preprocessed file that is published beside it`,
    );
  }
  return taken;
}

function rank({ file, partial }: Recognised): number {
  const preprocessed = /preprocessed/i.test(file.path);
  const mild = /warning/i.test(file.path.split('/').at(-1) ?? '');
  return (partial ? 4 : 0) + (preprocessed ? 0 : 2) + (mild ? 1 : 0);
}
