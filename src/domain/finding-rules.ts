import { type Finding, finding, type Layer, type Severity, shownValue } from './finding.js';
import { directoryRules } from './finding-rules-directory.js';
import { envelopeRules } from './finding-rules-envelope.js';
import { facturxRules } from './finding-rules-facturx.js';
import { lifeRules } from './finding-rules-life.js';
import { packRules } from './finding-rules-packs.js';
import { pesFileRules } from './finding-rules-pes.js';
import { replayRules } from './finding-rules-replay.js';
import { schemaRules } from './finding-rules-schema.js';
import { signatureRules } from './finding-rules-signature.js';
import { statusRules } from './finding-rules-status.js';
import type { Confidence } from './rule.js';
import { dottedTag, withoutTag } from './tag.js';

/** A rule about something else than the content of an invoice: what it tells people, and where it comes from. */
export interface FindingRule {
  readonly layer: Layer;
  readonly severity: Severity;
  /** Document and section the rule was taken from. */
  readonly source: string;
  readonly confidence: Confidence;
  /**
   * French, with the facts of the case as `{name}`, and `{balise}` for the path as Chorus Pro writes it;
   * ` (balise : {balise})` goes away where there is no path.
   */
  readonly message: string;
  /** French: the remedy. Same placeholders. */
  readonly fix: string;
}

/** Every rule that is not one on the Invoice model: envelope, schema, directory, duplicates, work. */
export const findingRules: Readonly<Record<string, FindingRule>> = {
  ...envelopeRules,
  ...schemaRules,
  ...facturxRules,
  ...pesFileRules,
  ...signatureRules,
  ...packRules,
  ...directoryRules,
  ...statusRules,
  ...lifeRules,
  ...replayRules,
};

/** Texts of the catalogues taken apart: literal, name, literal, name, ... and so on. Their number is that of the rules. */
const takenApart = {
  tagged: new Map<string, readonly string[]>(),
  untagged: new Map<string, readonly string[]>(),
};

function partsOf(text: string, tag: string | null): readonly string[] {
  const known = tag === null ? takenApart.untagged : takenApart.tagged;
  const before = known.get(text);
  if (before !== undefined) return before;
  const parts = (tag === null ? withoutTag(text) : text).split(/\{(\w+)\}/);
  known.set(text, parts);
  return parts;
}

/**
 * A text of a catalogue with its `{name}` placeholders replaced by facts, each made fit to be shown, and `{balise}` by
 * the tag, which is never shortened, as its end says most; without a tag, ` (balise : {balise})` goes away.
 */
export function fillIn(text: string, facts: Readonly<Record<string, string>>, tag: string | null): string {
  const parts = partsOf(text, tag);
  let filled = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at] ?? '';
    const fact = name === 'balise' ? (tag ?? undefined) : facts[name];
    filled += fact === undefined ? `{${name}}` : name === 'balise' ? fact : shownValue(fact);
    filled += parts[at + 1] ?? '';
  }
  return filled;
}

/**
 * The finding of a rule of the table, with the facts of the case filled in.
 * @throws RangeError for an id that is not in the table: a mistake of ours.
 */
export function findingOf(
  id: string,
  facts: Readonly<Record<string, string>>,
  more: Partial<Finding> = {},
): Finding {
  const rule = findingRules[id];
  if (rule === undefined) throw new RangeError(`no rule has the id ${id}`);
  const tag = more.path === undefined || more.path === null ? null : dottedTag(more.path);
  return finding({
    rule: id,
    severity: rule.severity,
    layer: rule.layer,
    message: fillIn(rule.message, facts, tag),
    fix: fillIn(rule.fix, facts, tag),
    ...more,
  });
}
