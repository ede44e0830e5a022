import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dayInParis } from '../domain/dates.js';
import { newId } from '../domain/ids.js';
import type { Attachment, Invoice } from '../domain/invoice.js';
import type { AddedPiece } from '../domain/invoice-move.js';
import type { PieceContent } from '../domain/reading.js';
import type { PieceFacts } from '../domain/rule.js';
import { asError, Fault } from '../errors.js';
import { examinePiece, packPiece } from '../formats/pieces.js';
import type { InvoiceRow } from '../ports/store.js';
import { runRules } from '../validate/rule-engine.js';
import { attachmentRules } from '../validate/rules/attachments.js';
import type { StagePorts } from './work.js';

/** A file that somebody attaches to an invoice. */
export interface AttachedFile {
  readonly path: string;
  /** Name that the recipient sees. */
  readonly name: string;
}

/** A file that may be attached: a copy of it, so that nobody changes it any more. */
export interface CheckedFile {
  readonly name: string;
  readonly content: PieceContent;
  readonly facts: PieceFacts;
  /** False for a file that is too large by itself. */
  readonly copied: boolean;
}

/**
 * Files against the rules for attachments of deposits (size, name, extension, content: DOMAIN 2.3, 2.4), the number of
 * pieces and the antivirus; all that is wrong is told at once.
 * @param former pieces that the invoice has already
 * @param workDir copies go there
 * @throws Fault MOVE_REFUSED (French); FILE_UNREADABLE; ANTIVIRUS_UNREACHABLE, ANTIVIRUS_FAILED.
 */
export async function checkedFiles(
  ports: StagePorts,
  invoice: Invoice,
  files: readonly AttachedFile[],
  former: number,
  workDir: string,
): Promise<readonly CheckedFile[]> {
  const checked: CheckedFile[] = [];
  for (const [index, file] of files.entries()) checked.push(await looked(ports, file, index, workDir));
  const problems = [
    ...tooMany(former + files.length, ports),
    ...ruleProblems(ports, invoice, checked),
    ...(await infections(ports, checked)),
  ];
  if (problems.length === 0) return checked;
  throw new Fault('MOVE_REFUSED', `Rien n'est joint. ${problems.join(' ')}`, { number: invoice.number });
}

async function looked(
  { policy }: StagePorts,
  { path, name }: AttachedFile,
  index: number,
  workDir: string,
): Promise<CheckedFile> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('it is not a file');
    const content: PieceContent = { kind: 'file', path: join(workDir, `attached-${index}`) };
    if (found.size > Math.max(policy.rules.attachmentSizeBytesMax, policy.limits.attachmentBytesMax)) {
      // Too large by itself: what it holds is of no interest.
      return {
        name,
        content,
        facts: { sizeBytes: found.size, type: 'unknown', inside: null, problem: null },
        copied: false,
      };
    }
    await mkdir(workDir, { recursive: true, mode: 0o700 });
    await copyFile(path, content.path);
    return { name, content, facts: await examinePiece(content, policy.limits), copied: true };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('FILE_UNREADABLE', `cannot attach ${path}: ${asError(error).message}`, { path }, error);
  }
}

function tooMany(count: number, { policy }: StagePorts): string[] {
  const max = policy.limits.attachmentsMax;
  if (count <= max) return [];
  return [`La facture aurait ${count} pièces, ${max} au plus sont acceptées (limits.attachmentsMax).`];
}

function ruleProblems(
  { policy, clock }: StagePorts,
  invoice: Invoice,
  files: readonly CheckedFile[],
): string[] {
  const attachments = files.map(
    ({ name }, piece): Attachment => ({
      name,
      description: null,
      uri: null,
      mime: null,
      filename: name,
      chorusType: '02',
      piece,
    }),
  );
  // In a syntax for which no rule has exceptions: the files come from no document.
  const subject = {
    invoice: { ...invoice, syntax: 'ubl-invoice' as const, attachments },
    index: 0,
    place: () => null,
  };
  const { findings } = runRules([subject], attachmentRules, {
    // The invoice has its readable piece: what is asked of E2 flows about it is not.
    kind: 'E1',
    interfaceCode: null,
    today: dayInParis(clock.now()),
    options: policy.rules,
    pieces: new Map(files.map(({ facts }, piece) => [piece, facts])),
  });
  return findings
    .filter(({ severity }) => severity === 'fatal')
    .map(({ rule, message, fix }) => `${message} ${fix} (${rule})`);
}

async function infections({ antivirus }: StagePorts, files: readonly CheckedFile[]): Promise<string[]> {
  if (antivirus === undefined) return [];
  const problems: string[] = [];
  for (const { name, content, copied } of files) {
    const found = copied ? await antivirus.piece(content) : null;
    if (found !== null) problems.push(`La pièce jointe « ${name} » est infectée : ${found}.`);
  }
  return problems;
}

/** The files as pivots carry them: ZIPs in the archive, under keys of their own. */
export async function packFiles(
  { archive }: StagePorts,
  { flow }: InvoiceRow,
  files: readonly CheckedFile[],
  workDir: string,
): Promise<readonly AddedPiece[]> {
  const pieces: AddedPiece[] = [];
  for (const [index, { name, content, facts }] of files.entries()) {
    const packed = await packPiece(content, name, join(workDir, `attached-${index}.zip`), facts);
    if (packed.content.kind !== 'file') throw new Fault('INTERNAL', 'a file was packed into memory');
    // Ids begin with their time: pieces of one quarter of an hour share a folder.
    const archiveKey = `pieces/${flow.slice(0, 5)}/${flow.slice(5, 7)}/${flow}-c-${newId()}`;
    await archive.takeIn(archiveKey, packed.content.path);
    const { sizeBytes, type, innerName } = packed;
    pieces.push({ archiveKey, sizeBytes, type, innerName, name });
  }
  return pieces;
}
