import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { asError, Fault } from '../errors.js';
import type { CutResult } from '../formats/xml/cut.js';
import { judgeSignatures, type SignatureJudgement } from '../signature/judge.js';
import { isCmsSignature, mayHoldSignature } from '../signature/recognise.js';
import type { SignatureReport, SignedFile } from '../signature/types.js';
import { type VerifyRequest, verifySignatures } from '../signature/verify.js';
import type { Progress } from './progress.js';
import type { CheckRequest, CheckResult } from './protocol.js';

/**
 * Verifies signatures inside a document, on its bytes as deposited: a signature covers attachments too, which are cut
 * out of what is read. A document without any costs a search through its bytes.
 */
export function verifyEnveloped(request: CheckRequest, cut: CutResult, progress: Progress): void {
  const { signatures, entry, path } = request;
  if (signatures === undefined || signatures.verify === 'off') return;
  // The XML inside a PDF is not the file; CII has no place for a signature.
  if (progress.embedded !== null || !mayHoldSignature(cut.bytes)) return;
  const own: SignedFile = { name: entry, path, sizeBytes: cut.sizeBytes };
  const judged = verify(request, own, 'enveloped', []);
  if (judged === null) return;
  progress.findings.push(...judged.findings);
  progress.layers.push(judged.layer);
}

/** Verifies an entry that is a signature against the other files of its flow. */
export function verifyBeside(request: CheckRequest, others: readonly SignedFile[]): CheckResult {
  const startedMs = performance.now();
  const { entry, path } = request;
  const { head, sizeBytes } = headOf(path);
  const own: SignedFile = { name: entry, path, sizeBytes };
  const judged = isCmsSignature(head)
    ? judgeSignatures([cmsReport(entry)], others, 'advisory', performance.now() - startedMs)
    : verify(request, own, 'beside', others);
  return {
    kind: 'checked',
    entry,
    syntax: 'signature',
    layers: judged === null ? [] : [judged.layer],
    findings: judged?.findings ?? [],
    invoices: [],
    pieces: [],
    unfinished: false,
    durationMs: performance.now() - startedMs,
  };
}

/** Null where nothing is asked, or there is no signature after all. */
function verify(
  { signatures, receivedAt }: CheckRequest,
  own: SignedFile,
  role: VerifyRequest['role'],
  others: readonly SignedFile[],
): SignatureJudgement | null {
  if (signatures === undefined || signatures.verify === 'off') return null;
  const startedMs = performance.now();
  const now = receivedAt === undefined ? new Date() : new Date(receivedAt);
  const reports = verifySignatures({ role, own, others, limits: signatures, now });
  if (reports.length === 0) return null;
  return judgeSignatures(reports, others, signatures.verify, performance.now() - startedMs);
}

function cmsReport(name: string): SignatureReport {
  const problems = [{ rule: 'ECL-SIG-FORMAT', facts: { name } }];
  return { file: name, line: null, signer: null, signedAt: null, about: [], covers: [], problems };
}

const headBytes = 512;

function headOf(path: string): { head: Buffer; sizeBytes: number } {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(headBytes);
      return {
        head: head.subarray(0, readSync(file, head, 0, headBytes, 0)),
        sizeBytes: fstatSync(file).size,
      };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read an entry: ${asError(error).message}`, {}, error);
  }
}
