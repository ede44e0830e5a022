import type { PlacedInvoice } from '../../domain/reading.js';
import type { RuleContext } from '../../domain/rule.js';
import type { Syntax } from '../../domain/syntax.js';
import { Fault } from '../../errors.js';
import type { XmlNode } from '../../xml/node.js';
import { type RuleSet, ruleSets } from '../rule-sets.js';
import { familyAt, familyNamed } from '../versions.js';
import type { AskedSet, RegradeChoice } from './choice.js';
import type { PackCompiler } from './compiler.js';
import { runFamily } from './run-family.js';
import { type RuleTextOf, runPack } from './run-pack.js';
import type { SetRun } from './set-run.js';
import { createPackShelf, type PackShelf } from './shelf.js';
import { packName } from './types.js';

/** One entry as the rule sets look at it. */
export interface SetSubject {
  readonly syntax: Syntax;
  readonly root: XmlNode;
  readonly invoices: readonly PlacedInvoice[];
}

export interface SetRunner {
  /**
   * Applies the sets in their order, Chorus rules last. A set is a pack where one is installed for the day (or
   * pinned) and speaks about the syntax, else our own family of that name; of neither, it is `skipped`.
   * @throws Fault RULES_MISSING for a set asked for that is not there, RULES_CORRUPT, INTERNAL.
   */
  apply(
    asked: readonly AskedSet[],
    regrades: readonly RegradeChoice[],
    subject: SetSubject,
    context: RuleContext,
  ): readonly SetRun[];
}

export interface SetRunnerOptions {
  /** `<home>/rules`, and what makes programs of the packs in it; null where there are no packs. */
  readonly packs: { readonly rulesDir: string; readonly compiler: PackCompiler } | null;
  readonly textOf: RuleTextOf;
  /** Our own families, where they are not those of the program. */
  readonly families?: Readonly<Record<string, RuleSet>>;
}

/** The set whose rules are our own only. */
const chorusSet = 'chorus';
/** The set that is applied to PES Facture with it, under its mode. */
const pesSet = 'pes';

/** One per thread: it keeps the packs it has loaded, and loads none before it is asked for. */
export function createSetRunner(options: SetRunnerOptions): SetRunner {
  const shelf =
    options.packs === null ? null : createPackShelf(options.packs.rulesDir, options.packs.compiler);

  const families = options.families ?? ruleSets;

  /** Our own rules of that name: the version pinned, else that of the day. */
  function own(set: string, pinned: string | null, day: string): RuleSet | null {
    const family = (families as Readonly<Record<string, RuleSet>>)[set];
    if (family === undefined) return null;
    return pinned === null ? familyAt(family, day) : familyNamed(family, pinned);
  }

  /** PES Facture has rules of its own, which are applied, and override, where the Chorus rules are. */
  function chorusOnPes({ version }: AskedSet, day: string): RuleSet | null {
    const pes = own(pesSet, null, day);
    const chorus = own(chorusSet, version, day);
    return pes === null || chorus === null ? chorus : joined(pes, chorus);
  }

  function applyOne(
    asked: AskedSet,
    regrades: readonly RegradeChoice[],
    subject: SetSubject,
    context: RuleContext,
  ): SetRun | null {
    const pack =
      asked.set === chorusSet ? null : (shelf?.packFor(asked.set, context.today, asked.version) ?? null);
    const onPes = asked.set === chorusSet && subject.syntax === 'pes-facture';
    const family = onPes ? chorusOnPes(asked, context.today) : own(asked.set, asked.version, context.today);
    if (pack === null && family === null && asked.version !== null)
      throw missing(asked, context.today, shelf);
    const program = pack === null ? null : (shelf?.programFor(pack, writtenIn(subject.syntax)) ?? null);
    if (program !== null) {
      const { findingsPerRuleMax } = context.options;
      const whole = {
        root: subject.root,
        invoice: subject.invoices[0]?.invoice.number ?? null,
        invoiceIndex: subject.invoices[0]?.index ?? null,
      };
      return runPack(program, whole, { asked, regrades, findingsPerRuleMax, textOf: options.textOf });
    }
    if (family !== null && speaksOf(family, subject.syntax)) {
      const graded = onPes ? withOwnOf(own(pesSet, null, context.today), regrades) : regrades;
      return runFamily(family, subject.invoices, context, asked, graded);
    }
    if (pack !== null) return skipped(packName(pack));
    if (family !== null) return skipped(family.version);
    if (asked.required) throw missing(asked, context.today, shelf);
    return null;
  }

  return {
    apply: (asked, regrades, subject, context) =>
      chorusLast(onceOnly(asked)).flatMap((one) => applyOne(one, regrades, subject, context) ?? []),
  };
}

/** The invoice inside a Factur-X is a CII document. */
function writtenIn(syntax: Syntax): Syntax {
  return syntax === 'facturx' ? 'cii' : syntax;
}

/** Our own rules of that name on the Invoice model, in their newest version; null when there are none. */
export function familyOf(set: string): RuleSet | null {
  return (ruleSets as Readonly<Record<string, RuleSet>>)[set] ?? null;
}

function speaksOf(family: RuleSet, syntax: Syntax): boolean {
  return family.rules.some(({ syntaxes }) => syntaxes === null || syntaxes.includes(syntax));
}

/** PES rules are judged among the Chorus rules: what is said of them in their own set counts there, before anything else. */
function withOwnOf(pes: RuleSet | null, regrades: readonly RegradeChoice[]): readonly RegradeChoice[] {
  const ofPes = regrades.filter(({ set }) => set === pesSet);
  if (ofPes.length === 0) return regrades;
  const ids = new Set(pes?.rules.map(({ id }) => id));
  const moved = ofPes.filter(({ rule }) => ids.has(rule)).map((one) => ({ ...one, set: chorusSet }));
  return [...regrades.filter(({ set }) => set !== pesSet), ...moved];
}

const joints = new WeakMap<RuleSet, WeakMap<RuleSet, RuleSet>>();

/** Two families as one; the same object each time, because plans are kept by it. */
function joined(first: RuleSet, second: RuleSet): RuleSet {
  const known = joints.get(first) ?? new WeakMap<RuleSet, RuleSet>();
  joints.set(first, known);
  const both = known.get(second) ?? {
    version: `${first.version}+${second.version}`,
    rules: [...first.rules, ...second.rules],
  };
  known.set(second, both);
  return both;
}

/** The rules of PES Facture are among the Chorus rules already where those are asked for. */
function onceOnly(asked: readonly AskedSet[]): readonly AskedSet[] {
  if (!asked.some(({ set }) => set === chorusSet)) return asked;
  return asked.filter(({ set }) => set !== pesSet);
}

function chorusLast(asked: readonly AskedSet[]): readonly AskedSet[] {
  return [...asked].sort((a, b) => Number(a.set === chorusSet) - Number(b.set === chorusSet));
}

function skipped(ruleSet: string): SetRun {
  return {
    findings: [],
    suppressed: [],
    verdict: { layer: 'en16931', verdict: 'skipped', durationMs: 0, ruleSet },
  };
}

function missing({ set, version }: AskedSet, day: string, shelf: PackShelf | null): Fault {
  const what =
    version !== null
      ? `version ${version} of the rule set ${set} is not installed`
      : shelf?.has(set) === true
        ? `no installed version of the rule set ${set} is valid on ${day}`
        : `the rule set ${set} is not installed`;
  return new Fault('RULES_MISSING', `${what}: see \`ecluse rules packs\``, { set, version, day });
}
