import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, finding } from '../domain/finding.js';
import { findingOf } from '../domain/finding-rules.js';
import type { Piece } from '../domain/reading.js';
import { descendants, pathOf, textOf, type XmlNode } from '../xml/node.js';
import type { PieceOf } from './assemble.js';
import { trimmed } from './select.js';
import { Base64Decoder } from './xml/base64.js';
import type { CutResult } from './xml/cut.js';
import { base64Finding } from './xml/kept.js';
import { PieceWriter } from './xml/piece-writer.js';

type Cut = Pick<CutResult, 'cutOrdinals' | 'pieces' | 'targets' | 'workDir' | 'limits' | 'memory'>;

/** The pieces of one document: those that were cut, and those whose content was left in place, written out here. */
export interface Embedded {
  readonly pieceOf: PieceOf;
  /** All pieces so far, by index. */
  pieces(): readonly Piece[];
  /** What is wrong with content that was left in place. */
  findings(): readonly Finding[];
}

/**
 * Finds the piece of an element by its ordinal among all elements that hold attachments, which is how the cutter
 * numbers pieces.
 * @throws what the file system throws when a piece cannot be written.
 */
export function embeddedOf(root: XmlNode, cut: Cut): Embedded {
  const left: Piece[] = [];
  const findings: Finding[] = [];
  let ordinals: Map<XmlNode, number> | null = null;

  function writeLeft(content: XmlNode, index: number): Piece | null {
    const text = trimmed(textOf(content));
    if (text === '') return null;
    const bytes = Buffer.from(text, 'utf8');
    const decoder = new Base64Decoder();
    const decoded = decoder.push(bytes, 0, bytes.length);
    if (!decoder.finish() || decoded.length === 0) {
      const target = cut.targets.find(({ local }) => local === content.local);
      const place = { path: pathOf(content), line: content.line };
      findings.push(finding({ ...base64Finding(target?.binary ?? false, content.name, 0), ...place }));
      return null;
    }
    if (cut.pieces.length + left.length >= cut.limits.attachmentsMax) {
      if (!findings.some(({ rule }) => rule === 'ECL-LIM-ATTACHMENTS')) {
        findings.push(findingOf('ECL-LIM-ATTACHMENTS', { max: String(cut.limits.attachmentsMax) }));
      }
      return null;
    }
    const path = join(cut.workDir, `piece-${index}`);
    rmSync(path, { force: true });
    const writer = new PieceWriter(path, cut.limits.entryBytesMax, cut.memory);
    writer.add(decoded);
    const { sizeBytes } = writer;
    const piece: Piece = { index, content: writer.finish(), sizeBytes };
    left.push(piece);
    return piece;
  }

  function pieceOf(content: XmlNode): number | null {
    ordinals ??= ordinalsOf(root, cut);
    const index = ordinals.get(content);
    if (index === undefined) return null;
    const known = cut.cutOrdinals.get(index) ?? left.find((piece) => piece.index === index);
    return (known ?? writeLeft(content, index))?.index ?? null;
  }

  return {
    pieceOf,
    pieces: () =>
      left.length === 0 ? cut.pieces : [...cut.pieces, ...left].sort((a, b) => a.index - b.index),
    findings: () => findings,
  };
}

/** Base64 of three bytes, in the place of content that was cut out. */
const standIn = 'AAAA';

/**
 * Puts a stand-in where content was cut out, so that rules on the document do not take such an element for an empty
 * one. To be called once everything is read.
 */
export function markCut(root: XmlNode, cut: Pick<Cut, 'cutOrdinals' | 'targets'>): void {
  if (cut.cutOrdinals.size === 0) return;
  for (const [node, ordinal] of ordinalsOf(root, cut)) {
    if (cut.cutOrdinals.has(ordinal)) node.text = standIn;
  }
}

function ordinalsOf(root: XmlNode, cut: Pick<Cut, 'targets'>): Map<XmlNode, number> {
  const locals = new Set(cut.targets.map(({ local }) => local));
  const ordinals = new Map<XmlNode, number>();
  for (const node of descendants(root)) if (locals.has(node.local)) ordinals.set(node, ordinals.size);
  return ordinals;
}
