import type { Finding } from '../../domain/finding.js';
import { findingOf } from '../../domain/finding-rules.js';
import { type Content, keptContentBytesMax, LF, lineEndsIn } from './content.js';

/** What is held back while it is not known whether it stays. */
interface Doubt {
  held: Buffer[] | null;
  heldBytes: number;
  lineEnds: number;
  /** Elements open inside the one in doubt. */
  depth: number;
}

/** What is left of a document: the bytes that are let through, and what was wrong with those that are not. */
export class Kept {
  readonly findings: Finding[] = [];
  /** True when there is more of it than `structureBytesMax`: nothing more is kept. */
  overflowed = false;
  /** Set while a target element that could not be cut is let through: held back until its end is seen. */
  doubt: Doubt | null = null;
  /** The element whose content is being cut, or let through in doubt. */
  cutting = { binary: true, name: '' };

  private out: Buffer[] = [];
  private outBytes = 0;

  constructor(private readonly structureBytesMax: number) {}

  emit(bytes: Buffer): void {
    const { doubt } = this;
    if (doubt !== null) {
      doubt.heldBytes += bytes.length;
      doubt.lineEnds += lineEndsIn(bytes, 0, bytes.length);
      if (doubt.heldBytes > keptContentBytesMax) doubt.held = null;
      doubt.held?.push(bytes);
      return;
    }
    this.outBytes += bytes.length;
    if (this.outBytes > this.structureBytesMax) {
      this.overflowed = true;
      this.out = [];
    } else if (bytes.length > 0) {
      this.out.push(bytes);
    }
  }

  emitAll(held: readonly Buffer[]): void {
    for (const bytes of held) this.emit(bytes);
  }

  /** In the place of content that is taken out: its line ends, so that lines keep their numbers. */
  emitLineEnds(count: number): void {
    this.emit(Buffer.alloc(count, LF));
  }

  openDoubt({ raw, rawBytes, lineEnds }: Content): void {
    this.doubt = { held: raw, heldBytes: rawBytes, lineEnds, depth: 0 };
  }

  /** What is around holds the target alone: it passes as any other element. */
  leaveDoubt(): void {
    const held = this.doubt?.held ?? [];
    this.doubt = null;
    this.emitAll(held);
  }

  /** The end of the element in doubt: it stays as it is, or was too much to be held. */
  closeDoubt(): void {
    const { doubt } = this;
    this.doubt = null;
    if (doubt === null) return;
    if (doubt.held === null) this.refuseContent(doubt.lineEnds);
    else this.emitAll(doubt.held);
  }

  /** Content that is not base64, and too much of it to be left to the parser. */
  refuseContent(lineEnds: number): void {
    const line = 1 + this.out.reduce((n, bytes) => n + lineEndsIn(bytes, 0, bytes.length), 0);
    this.findings.push(base64Finding(this.cutting.binary, this.cutting.name, line));
    this.emitLineEnds(lineEnds);
  }

  finish(): Buffer {
    if (this.doubt !== null) this.closeDoubt();
    return this.overflowed ? Buffer.alloc(0) : Buffer.concat(this.out, this.outBytes);
  }
}

/** The finding about content that is not base64; `binary`: its schema type is xs:base64Binary. */
export function base64Finding(binary: boolean, element: string, line: number): Finding {
  const known = findingOf('ECL-PJ-BASE64', { element }, { path: `//${element}`, line });
  return binary ? { ...known, rule: 'XSD' } : known;
}
