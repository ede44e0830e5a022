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
import { withTag } from './tag.js';

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

/** A text with its `{name}` placeholders replaced by facts, each made fit to be shown. */
export function fillIn(text: string, facts: Readonly<Record<string, string>>): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name];
    return fact === undefined ? whole : shownValue(fact);
  });
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
  return finding({
    rule: id,
    severity: rule.severity,
    layer: rule.layer,
    message: fillIn(withTag(rule.message, more.path ?? null), facts),
    fix: fillIn(withTag(rule.fix, more.path ?? null), facts),
    ...more,
  });
}
