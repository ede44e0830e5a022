import type { Finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Syntax } from '../domain/syntax.js';
import type { LayerVerdict } from '../domain/verdict.js';
import { syntaxWord } from '../domain/words.js';
import { recogniseRoot } from '../formats/recognise.js';
import type { CutResult } from '../formats/xml/cut.js';
import { isSignatureRoot } from '../signature/recognise.js';
import type { Root, SchemaCheck } from '../validate/schema/engine.js';
import type { Progress } from './progress.js';
import type { CheckRequest } from './protocol.js';

/** Syntaxes that can be read when no interface says which. */
const readSyntaxes: readonly Syntax[] = [
  'ubl-invoice',
  'ubl-creditnote',
  'cii',
  'facturx',
  'pes-facture',
  'cpp-mixte',
];

/** Notes the syntax; true when the interface takes it. */
export function acceptRoot(root: Root, request: CheckRequest, progress: Progress): boolean {
  const found = isSignatureRoot(root) ? 'signature' : recogniseRoot(root);
  if (progress.embedded !== null) {
    progress.syntax = found === 'cii' ? 'facturx' : found;
    return found === 'cii';
  }
  progress.syntax = found;
  return request.syntaxes === null || request.syntaxes.includes(progress.syntax);
}

export function schemaFindings(done: SchemaCheck, request: CheckRequest, progress: Progress): Finding[] {
  switch (done.kind) {
    case 'malformed':
      return [done.finding];
    case 'no-schema':
      // A signature beside an invoice is no invoice of a wrong syntax.
      if (progress.syntax === 'signature') return [];
      return [
        findingOf('IRR_SYNTAX', {
          entry: progress.embedded === null ? request.entry : `${request.entry}!${progress.embedded}`,
          found: progress.syntax === 'unknown' ? `racine « ${done.root.name} »` : syntaxWord(progress.syntax),
          expected: expectedSyntaxes(request, progress).map(syntaxWord).join(', '),
        }),
      ];
    case 'checked':
      return [...done.findings];
  }
}

function expectedSyntaxes(request: CheckRequest, { embedded }: Progress): readonly Syntax[] {
  return embedded === null ? (request.syntaxes ?? readSyntaxes) : ['cii'];
}

/** Why nothing of an entry was read: it is empty, or one of its limits was passed. */
export function sizeFindings(
  { sizeBytes, findings }: CutResult,
  { entry, limits }: CheckRequest,
): readonly Finding[] {
  if (sizeBytes === 0) return [findingOf('IRR_VIDE_F', { entry })];
  if (sizeBytes <= limits.entryBytesMax) return findings;
  const facts = { entry, size: String(sizeBytes), max: String(limits.entryBytesMax) };
  return [findingOf('IRR_TAILLE_F', facts)];
}

const gradeWords = { fatal: 'bloquante', warning: 'avertissement', off: 'non appliquée' } as const;

/** Notes for the reader of the report: which rules the settings gave another severity, and why. */
export function regradings({ layer, ruleSet, regraded = [] }: LayerVerdict): Finding[] {
  return regraded.map(({ rule, from, to, reason, count }) => {
    const why = reason.replace(/[\s.]+$/, '');
    const facts = { rule, ruleSet: ruleSet ?? '', from: gradeWords[from], to: gradeWords[to], reason: why };
    return findingOf('ECL-RULES-REGRADED', { ...facts, count: String(count) }, { layer });
  });
}

/** Says that there are more of a kind than are told. */
export function moreFindings(rule: string, count: number): Finding {
  return findingOf('ECL-MORE-FINDINGS', { rule, count: String(count) });
}
