import { type Finding, hasFatal } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import { isSignatureFailure } from '../domain/finding-rules-signature.js';
import type { SignaturePolicy } from '../domain/signature-policy.js';
import type { LayerVerdict, SignatureFact } from '../domain/verdict.js';
import type { SignatureProblem, SignatureReport, SignedFile } from './types.js';

/** What the signatures of a file come to. */
export interface SignatureJudgement {
  readonly findings: readonly Finding[];
  readonly layer: LayerVerdict;
}

/** Rules under which nothing was verified, and nothing was found wrong. */
const unverified = new Set(['ECL-SIG-SIZE', 'ECL-SIG-DEADLINE', 'ECL-SIG-FORMAT']);

/**
 * Findings and verdict of the reports on one file. `files` are the others of the flow: a signature beside them
 * speaks about those it names, so its findings stand with them.
 */
export function judgeSignatures(
  reports: readonly SignatureReport[],
  files: readonly SignedFile[],
  verify: SignaturePolicy['verify'],
  durationMs: number,
): SignatureJudgement {
  const findings = reports.flatMap((report) =>
    report.problems.flatMap((problem) =>
      concerned(report, files).map((entry) => told(problem, report, entry, verify)),
    ),
  );
  const signatures = reports.map(factOf);
  const verified = signatures.some(({ state }) => state !== 'unverified');
  return {
    findings,
    layer: {
      layer: 'signature',
      verdict: hasFatal(findings) ? 'invalid' : verified ? 'valid' : 'skipped',
      durationMs,
      ruleSet: null,
      signatures,
    },
  };
}

function told(
  { rule, facts, value }: SignatureProblem,
  { line, file }: SignatureReport,
  entry: string,
  verify: SignaturePolicy['verify'],
): Finding {
  return findingOf(rule, facts, {
    entry,
    ...(line === null || file !== entry ? {} : { line }),
    ...(value === undefined ? {} : { value: value.slice(0, 120) }),
    ...(verify === 'enforced' && isSignatureFailure(rule) ? { severity: 'fatal' as const } : {}),
  });
}

/** The files a signature is about; where it says none, the one it is named after; else its own. */
function concerned({ file, about }: SignatureReport, files: readonly SignedFile[]): readonly string[] {
  const named = about.filter((name) => name === file || files.some((one) => one.name === name));
  if (named.length > 0) return named;
  const [longest] = files
    .map(({ name }) => name)
    .filter((name) => isNamedAfter(stem(file), stem(name).replace(/\.[^.]*$/, '')))
    .sort((a, b) => b.length - a.length);
  return [longest ?? file];
}

function stem(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function factOf({ file, signer, signedAt, covers, problems }: SignatureReport): SignatureFact {
  const failed = problems.some(({ rule }) => isSignatureFailure(rule));
  return {
    file,
    signer,
    signedAt,
    covers: covers.map(({ file: name, path }) => (path === null ? name : `${name} ${path}`)),
    state: failed ? 'invalid' : problems.some(({ rule }) => unverified.has(rule)) ? 'unverified' : 'valid',
  };
}

function isNamedAfter(name: string, other: string): boolean {
  return other !== '' && name.startsWith(other);
}
