import { Fault } from '../errors.js';
import { familyNames } from '../validate/family-names.js';
import { type AskedSet, type SetChoice, type Situation, setsFor } from '../validate/packs/choice.js';
import { setsInstalled } from '../validate/packs/manifest.js';

export interface AskedRules {
  /** Whether documents are held to their schema. */
  readonly schema: boolean;
  readonly sets: readonly AskedSet[];
}

/**
 * What `--rules` asks for: `xsd`, a family of ours, or an installed set, `set@version` for one version of it. Without
 * it: what the settings say for the interface, and for no interface the schema and the Chorus rules.
 * @throws Fault USAGE for a set that is not there, naming those that are.
 */
export function askedRules(
  rules: readonly string[] | undefined,
  situation: Situation,
  choices: readonly SetChoice[],
  rulesDir: string,
): AskedRules {
  if (rules === undefined && situation.interfaceCode !== null) {
    return { schema: true, sets: setsFor(choices, situation) };
  }
  const asked = rules ?? ['xsd', 'chorus'];
  const known = [...new Set(['xsd', ...familyNames, ...setsInstalled(rulesDir)])];
  const strange = asked.filter((rule) => !known.includes(setOf(rule)) || rule.startsWith('xsd@'));
  if (strange.length > 0 || asked.length === 0) {
    throw new Fault('USAGE', `--rules ${strange.join(',')}: one or more of ${known.join(', ')} is expected`);
  }
  const sets = asked.filter((rule) => rule !== 'xsd').map(toSet);
  return { schema: asked.includes('xsd'), sets };
}

function setOf(rule: string): string {
  return rule.split('@')[0] ?? rule;
}

function toSet(rule: string): AskedSet {
  const [set = rule, version] = rule.split('@');
  return { set, mode: 'enforced', version: version ?? null, required: true };
}
