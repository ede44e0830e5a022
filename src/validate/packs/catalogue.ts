import type { Severity } from '../../domain/finding.js';
import { type Syntax, syntaxes } from '../../domain/syntax.js';
import { type CatalogueRow, catalogue } from '../rule-sets.js';
import { familyAt } from '../versions.js';
import { versionFor } from './choice.js';
import { packsOf, setsInstalled } from './manifest.js';
import { bareText, type RuleTextOf } from './run-pack.js';
import { familyOf } from './sets.js';
import { severityOfFlag } from './severity.js';
import { readCompiled } from './shelf.js';
import { type InstalledPack, packName } from './types.js';

/** A rule with the version of the set it stands in, as verdicts name it; null for rules outside the sets. */
export interface ListedRule extends CatalogueRow {
  readonly version: string | null;
}

/**
 * Every rule that may speak on a day: our own, and those of the installed packs. Where a pack has a rule of our own
 * family of the same name, the pack's is listed: it is the one that is applied.
 * @throws Fault RULES_CORRUPT
 */
export function rulesInForce(rulesDir: string, day: string, textOf: RuleTextOf): readonly ListedRule[] {
  const packs = setsInstalled(rulesDir).flatMap((set) => versionFor(packsOf(rulesDir, set), day, null) ?? []);
  const ofPacks = packs.flatMap((pack) => rulesOf(pack, textOf));
  const taken = new Set(ofPacks.map(({ set, id }) => `${set} ${id}`));
  const versionOf = (set: string): string | null => {
    const family = familyOf(set);
    return family === null ? null : familyAt(family, day).version;
  };
  const own = catalogue(day)
    .filter(({ set, id }) => !taken.has(`${set} ${id}`))
    .map((row) => ({ ...row, version: versionOf(row.set) }));
  return [...own, ...ofPacks];
}

interface Speaker {
  readonly syntaxes: readonly Syntax[];
  readonly severity: Severity;
  readonly text: string;
  readonly source: string;
}

/** The rules of a pack by their ids, in the order of its files. @throws Fault RULES_CORRUPT. */
export function rulesOf(pack: InstalledPack, textOf: RuleTextOf): readonly ListedRule[] {
  const byId = new Map<string, Speaker[]>();
  for (const file of pack.files) {
    for (const assert of readCompiled(pack, file).meta.asserts) {
      const speaker: Speaker = {
        syntaxes: file.syntaxes,
        severity: severityOfFlag(assert.flag),
        text: bareText(assert),
        source: `${file.name}:${assert.line}`,
      };
      byId.set(assert.id, [...(byId.get(assert.id) ?? []), speaker]);
    }
  }
  return [...byId].map(([id, speakers]) => {
    const text = textOf(id);
    const spoken = syntaxes.filter((syntax) => speakers.some((one) => one.syntaxes.includes(syntax)));
    return {
      id,
      set: pack.set,
      version: packName(pack),
      layer: 'en16931',
      severity: severityText(spoken.map((syntax) => [syntax, severityFor(speakers, syntax)])),
      source: `${pack.origin}: ${[...firstOfFile(speakers)].join(', ')}`,
      confidence: 'confirmed',
      syntaxes: spoken,
      terms: text?.terms ?? [],
      message: text?.message ?? speakers[0]?.text ?? '',
      fix: text?.fix ?? '',
    };
  });
}

/** Where an id has several asserts, the most severe counts. */
function severityFor(speakers: readonly Speaker[], syntax: Syntax): Severity {
  const fatal = speakers.some((one) => one.severity === 'fatal' && one.syntaxes.includes(syntax));
  return fatal ? 'fatal' : 'warning';
}

/** `fatal`, or where syntaxes differ `fatal (ubl-invoice warning, ubl-creditnote warning)`. */
function severityText(bySyntax: readonly (readonly [Syntax, Severity])[]): string {
  const milder = bySyntax.filter(([, severity]) => severity === 'warning');
  if (milder.length === bySyntax.length) return 'warning';
  if (milder.length === 0) return 'fatal';
  return `fatal (${milder.map(([syntax]) => `${syntax} warning`).join(', ')})`;
}

/** The first place of the rule in each file. */
function firstOfFile(speakers: readonly Speaker[]): Iterable<string> {
  const places = new Map<string, string>();
  for (const { source } of speakers) {
    const file = source.replace(/:\d+$/, '');
    if (!places.has(file)) places.set(file, source);
  }
  return places.values();
}
