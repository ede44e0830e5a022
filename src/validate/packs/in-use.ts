import { Fault } from '../../errors.js';
import { familyAt, familyNamed } from '../versions.js';
import { defaultChoices, type SetChoice, versionFor } from './choice.js';
import { packsOf } from './manifest.js';
import { familyOf } from './sets.js';
import { verifyPack } from './shelf.js';
import { type InstalledPack, packName } from './types.js';

/** A set that the settings ask for, and what stands for it on a day. */
export interface SetInUse {
  readonly set: string;
  /** Version as verdicts name it; null when nothing of a set of our defaults is there. */
  readonly ruleSet: string | null;
  readonly pack: InstalledPack | null;
}

/**
 * What will speak for every set that is asked for somewhere, all packs among them verified.
 * @throws Fault RULES_MISSING for a set or version of the settings that is not installed, RULES_CORRUPT.
 */
export function setsInUse(rulesDir: string, choices: readonly SetChoice[], day: string): readonly SetInUse[] {
  const asked = new Map<
    string,
    { readonly set: string; readonly pinned: string | null; readonly own: boolean }
  >();
  const note = (own: boolean) => (choice: SetChoice) => {
    if (choice.mode === 'off') return;
    const pinned = choice.version ?? null;
    asked.set(`${choice.set}@${pinned ?? ''}`, { set: choice.set, pinned, own });
  };
  defaultChoices.forEach(note(true));
  choices.forEach(note(false));
  return [...asked.values()].map(({ set, pinned, own }) => inUse(rulesDir, set, pinned, day, own));
}

function inUse(rulesDir: string, set: string, pinned: string | null, day: string, own: boolean): SetInUse {
  const pack = versionFor(packsOf(rulesDir, set), day, pinned);
  if (pack !== null) {
    verifyPack(pack);
    return { set, ruleSet: packName(pack), pack };
  }
  const family = familyFor(set, pinned, day);
  if (family === null && !own) {
    const what = pinned === null ? `rule set ${set}` : `version ${pinned} of the rule set ${set}`;
    throw new Fault(
      'RULES_MISSING',
      `rules.sets: the ${what} is not installed, or not valid on ${day}: see \`ecluse rules packs\`, install it with \`ecluse rules install\``,
      { set, version: pinned, day },
    );
  }
  return { set, ruleSet: family?.version ?? null, pack: null };
}

/** What of our own speaks for a set where no pack does. */
function familyFor(set: string, pinned: string | null, day: string) {
  const newest = familyOf(set);
  if (newest === null) return null;
  return pinned === null ? familyAt(newest, day) : familyNamed(newest, pinned);
}

/**
 * The choice of the settings that nothing could follow on a day without this version of a set; null: there is none.
 * Documents that such a choice is for wait until it is installed again.
 */
export function neededBy(
  rulesDir: string,
  choices: readonly SetChoice[],
  { set, version }: { readonly set: string; readonly version: string },
  day: string,
): SetChoice | null {
  const all = packsOf(rulesDir, set);
  const rest = all.filter((pack) => pack.version !== version);
  const needs = (choice: SetChoice): boolean => {
    if (choice.set !== set || choice.mode === 'off') return false;
    const pinned = choice.version ?? null;
    return (
      versionFor(all, day, pinned)?.version === version &&
      versionFor(rest, day, pinned) === null &&
      familyFor(set, pinned, day) === null
    );
  };
  return choices.find(needs) ?? null;
}
